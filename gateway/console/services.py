"""What the console stands on: everything it needs is passed in, once. Light to import: it reaches none of the desk's services."""

from __future__ import annotations

from dataclasses import dataclass, field

from redis import Redis

from config.field_map import FieldMap, read_field_map
from config.settings import ROOT
from gateway.lists.editing import Editing
from handlers.desk.people import People
from handlers.desk.prompting import Normalise
from handlers.pacing import Pace
from handlers.ports import Blobs, Clock, OpenUnit
from handlers.protection.keyring import Keyring
from handlers.protection.monitor_keys import MonitorKeys
from handlers.voice.terms import Renders


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenServices:
    """What the pages of what is spoken stand on. `lines` are the numbers of ours that carry voice."""

    monitor_keys: MonitorKeys
    lines: tuple[str, ...] = ()
    normalise: Normalise


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleServices:
    """What `mount` is given. `redis_url` is where sign-ins are counted; `secure_cookies`: the public address is https.
    `pace` says when replies go out, `our_names` what a reply is warned of, `covered` which kinds of incident stay covered.
    `steps_key` opens second steps. Of an empty desk under duress, `duress_of` is the person who signed in there."""

    redis: Redis
    redis_url: str = field(repr=False)
    writing: OpenUnit
    reading: OpenUnit
    log_writing: OpenUnit
    log_reading: OpenUnit
    keyring: Keyring
    people: People
    editing: Editing
    blobs: Blobs
    renders: Renders
    cookie_key: bytes = field(repr=False)
    limits_key: bytes = field(repr=False)
    connector_names: tuple[str, ...]
    spoken: SpokenServices
    pace: Pace
    clock: Clock
    steps_key: bytes = field(repr=False)
    field_map: FieldMap = field(default_factory=lambda: read_field_map(ROOT / "config"), repr=False)
    our_names: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()
    public_url: str = "http://127.0.0.1"
    leave_url: str = "https://www.bbc.com/weather/890299"
    duress_of: str | None = None
    session_idle_seconds: int = 15 * 60
    session_max_seconds: int = 8 * 3600
    secure_cookies: bool
