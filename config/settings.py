"""The settings: read once from the environment, frozen, and passed in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from config import kinds, typed
from config.contradictions import contradictions
from config.desk_settings import DeskSettings
from config.kinds import Address, Line
from config.problems import PREFIX, SettingsError, from_files, unknown_names, wrong_values

__all__ = ["ROOT", "Address", "Line", "Settings", "SettingsError", "load_settings"]

ROOT = Path(__file__).resolve().parent.parent


def _state(values: Mapping[str, Any]) -> Path:
    return Path(values.get("state_dir", ROOT / "state"))


def _sqlite_in_state(values: Mapping[str, Any]) -> str:
    return f"sqlite:///{_state(values) / 'izwi.db'}"


def _days(default: int, meaning: str) -> Any:
    return Field(default, ge=1, le=36_500, description=meaning, examples=[str(default)])


class Settings(DeskSettings):
    """Every setting of Izwi. The order is that of docs/settings.md, which `python -m config.page` makes from here."""

    model_config = SettingsConfigDict(
        env_prefix="IZWI_",
        frozen=True,
        extra="forbid",
        enable_decoding=False,
        env_ignore_empty=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
    )

    state_dir: typed.Place = Field(
        ROOT / "state",
        description="Where Izwi keeps everything it keeps: database, blobs, spool, sockets.",
        examples=["/var/lib/izwi"],
    )
    database_url: typed.DatabaseUrl = Field(
        default_factory=_sqlite_in_state,
        repr=False,
        description="The database: SQLite (one machine) or PostgreSQL (any number).",
        examples=["postgresql+psycopg://izwi@db/izwi"],
    )
    case_log_database_url: typed.DatabaseUrl | None = Field(
        None, repr=False, description="A database of its own for the case log.", examples=["postgresql+psycopg://izwi@db/caselog"]
    )
    blob_url: typed.BlobUrl = Field(
        default_factory=lambda values: _state(values) / "blobs",
        description="The folder of sealed recordings and pictures; with several machines, one that all of them share.",
        examples=["/srv/izwi/blobs"],
    )
    redis_url: typed.RedisUrl | None = Field(
        None,
        repr=False,
        description="A Redis or Valkey of your own, with maxmemory-policy noeviction; without it `serve` starts a private one.",
        examples=["redis://redis:6379/0"],
    )
    boot_secret_file: typed.Place = Field(
        default_factory=lambda values: _state(values) / "boot.secret",
        description="The file with the boot secret. Keep it elsewhere than the state folder, such as a systemd credential.",
        examples=["/run/credentials/izwi.service/boot.secret"],
    )
    public_url: typed.Url = Field(
        "http://127.0.0.1:8000",
        description="The address that providers and coordinators call; Twilio's signatures are checked against it.",
        examples=["https://line.example.org"],
    )
    doors: typed.Doors = Field(("webhooks", "console"), description="What the web process serves.", examples=["webhooks"])
    bind: typed.At = Field(Address("127.0.0.1", 8000), description="Where the web process listens.", examples=["0.0.0.0:8000"])
    ops_bind: typed.At = Field(
        Address("127.0.0.1", 8001),
        description="Where the operator's pages (/health/ready, /metrics) are.",
        examples=["127.0.0.1:9001"],
    )
    proxies: int = Field(
        0,
        ge=0,
        le=4,
        description="How many web servers of yours stand before this one and add their caller to X-Forwarded-For; "
        "with 0, that header is not believed.",
        examples=["1"],
    )
    web_threads: int = Field(8, ge=1, le=64, description="Threads of each web process.", examples=["16"])
    web_processes: int = Field(1, ge=1, le=32, description="Web processes; more than one needs PostgreSQL.", examples=["2"])
    workers: int = Field(1, ge=1, le=32, description="Worker processes.", examples=["2"])

    twilio_account_sid: typed.AccountSid | None = Field(None, description="The Twilio account.", examples=["AC" + "0" * 32])
    twilio_auth_token: typed.Tokens = Field(
        (),
        description="Its auth token; the old and the new one, with a comma between, while it is being changed.",
        examples=["TOKEN"],
    )
    twilio_api_base: typed.Url | None = Field(
        None, description="Another address for Twilio's API (a simulator, a proxy).", examples=["http://127.0.0.1:9000"]
    )
    africastalking_username: str | None = Field(None, description="The user name at Africa's Talking.", examples=["izwi"])
    africastalking_api_key: SecretStr | None = Field(None, description="Its API key.", examples=["KEY"])
    africastalking_webhook_secret: typed.WebhookSecrets = Field(
        (),
        description="The secret part of the callback addresses, 22 or more letters and digits; two during a change.",
        examples=["SECRET"],
    )
    africastalking_sources: typed.Networks = Field(
        (),
        description="The only addresses or networks that its callbacks may come from; empty: any.",
        examples=["192.0.2.0/24,198.51.100.7"],
    )
    africastalking_api_base: typed.Url | None = Field(
        None, description="Another address for its messaging API.", examples=["http://127.0.0.1:9000"]
    )
    africastalking_voice_api_base: typed.Url | None = Field(
        None, description="Another address for its voice API.", examples=["http://127.0.0.1:9000"]
    )
    africastalking_recording_hosts: typed.HostEnds = Field(
        (".at-internal.com", ".africastalking.com"),
        description="What the names of the hosts end in that its recordings are fetched from.",
        examples=[".at-internal.com"],
    )
    media_bases: typed.Bases = Field(
        (),
        description="Other addresses that recordings and media may be fetched from, private ones too (a simulator, a proxy).",
        examples=["http://127.0.0.1:9001"],
    )
    handset_api_base: typed.Url | None = Field(
        None, description="The address of the handset gateway (SMS Gateway for Android).", examples=["http://192.168.1.20:8080"]
    )
    handset_login: str | None = Field(None, description="The login that the handset's app shows.", examples=["izwi"])
    handset_password: SecretStr | None = Field(None, description="The password that it shows.", examples=["PASSWORD"])
    handset_signing_key: SecretStr | None = Field(None, description="The key that it signs its webhooks with.", examples=["KEY"])
    handset_strict_clock: bool = Field(
        True,
        description="Refuse what the handset signed more than five minutes ago; false for a handset whose clock is wrong.",
        examples=["false"],
    )
    lines: typed.Lines = Field(
        (),
        description="Which numbers are ours, and what each does: text, voice, or text+voice.",
        examples=["twilio:+12065550100=text+voice,africastalking:33000=text"],
    )

    lists_dir: typed.Place = Field(
        ROOT / "config",
        description="The folder with the lists that triage reads (lexicons, places, categories).",
        examples=["/etc/izwi/lists"],
    )
    acknowledge: bool = Field(True, description="Answer a report with one short neutral text.", examples=["false"])
    acknowledge_per_source_per_day: int = Field(
        3, ge=0, le=100, description="At most so many to one source in a day.", examples=["1"]
    )
    acknowledge_per_hour: int = Field(
        200, ge=0, le=100_000, description="At most so many of the whole line in an hour.", examples=["50"]
    )
    join_hours: int = Field(
        72, ge=0, le=720, description="A further text of the same source within so many hours joins its report.", examples=["24"]
    )
    call_back: bool = Field(
        True,
        description="Call back who rang and was not heard, and who asks for it, from the lines that carry voice.",
        examples=["false"],
    )
    call_back_delay_minutes: typed.Minutes = Field(
        kinds.Minutes(3, 20),
        description="After so many minutes, drawn anew for each, so that a call tells nobody who rang before.",
        examples=["10-60"],
    )
    call_back_quiet_hours: typed.DayHours = Field(
        kinds.DayHours(20 * 60, 7 * 60),
        description="Nobody is called in these hours (Zimbabwe's time): it is put off to the morning.",
        examples=["18:30-08:00"],
    )
    call_back_longest_minutes: int = Field(
        15,
        ge=2,
        le=60,
        description="A call of ours lasts at most so many minutes, where the provider can end it.",
        examples=["10"],
    )
    call_back_per_hour: typed.CallCap = Field(
        kinds.CallCap(20, 90),
        description="At most so many calls/minutes in an hour; what is more waits.",
        examples=["5/30"],
    )
    call_back_per_day: typed.CallCap = Field(
        kinds.CallCap(100, 400),
        description="At most so many calls/minutes in 24 hours: a day costs no more.",
        examples=["30/120"],
    )
    call_back_join_hours: int = Field(
        24,
        ge=24,
        le=720,
        description="Who rings within so many hours of a call back gets no other, unless they ask in words.",
        examples=["48"],
    )
    reply_languages: typed.Languages = Field(
        ("sn", "en"), description="The languages of a reply while that of the source is not known.", examples=["sn,nd,en"]
    )

    report_days: int = _days(365, "Days that reports can be opened; then their keys are destroyed.")
    contact_days: int = _days(90, "Days that a source can be answered; then the keys of contacts are destroyed.")
    original_days: int = _days(30, "Days that a voice can be heard as it came; then the keys of originals are destroyed.")
    delivery_days: int = _days(60, "Days that a delivery that comes again is known.")
    period_grace_hours: int = Field(
        6,
        ge=1,
        le=168,
        description="Hours after its end that a period's intake key is kept for unfinished work.",
        examples=["12"],
    )
    erase_at_provider: bool = Field(True, description="Delete at the provider what has been taken in.", examples=["false"])
    reconcile_minutes: int = Field(
        5, ge=1, le=1440, description="Every so many minutes the providers are asked for what no webhook brought.", examples=["2"]
    )
    session_idle_minutes: int = Field(
        15, ge=1, le=240, description="A session without use ends after so many minutes.", examples=["10"]
    )
    session_hours: int = Field(8, ge=1, le=24, description="Any session ends after so many hours.", examples=["4"])
    leave_url: typed.Url = Field(
        "https://www.bbc.com/weather/890299",
        description="The harmless page that “Leave” and the Escape key, pressed twice, go to.",
        examples=["https://www.herald.co.zw"],
    )
    max_body_bytes: int = Field(
        1_048_576, ge=16_384, le=104_857_600, description="The largest request that is taken.", examples=["2097152"]
    )

    forward_webhook_url: typed.Url | None = Field(
        None,
        repr=False,
        description="Where entries of the case log are sent as signed webhooks.",
        examples=["https://focalpoint.example.org/izwi"],
    )
    forward_webhook_secret: SecretStr | None = Field(
        None, description="What they are signed with (Standard Webhooks).", examples=["whsec_..."]
    )
    forward_folder: typed.Place | None = Field(
        None, description="A folder that entries are written to as JSON files.", examples=["/srv/caselog"]
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.", examples=["debug"])
    demo: bool = Field(False, description="Set by `./izwi demo`; never set it with real credentials.", examples=["true"])

    @classmethod
    def settings_customise_sources(  # type: ignore[override]  # the base names its sources; only the one kept matters
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, **_: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from the caller alone: `load_settings` is the one reader of the environment."""
        return (init_settings,)

    @property
    def on_sqlite(self) -> bool:
        """Tell whether the database is a file on this machine, which one process alone should write."""
        return kinds.is_sqlite(self.database_url)


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read every setting from the environment, or raise `SettingsError` with all that is wrong with them at once."""
    given = {name: value.strip() for name, value in (os.environ if env is None else env).items()}
    given = {name: value for name, value in given.items() if name.startswith(PREFIX) and value}
    given, problems = from_files(Settings.model_fields, given)
    problems += unknown_names(Settings.model_fields, given)
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): value for name, value in given.items()}
    values = source()
    wrong: dict[str, str] = {}
    try:
        settings = Settings(**values)
    except ValidationError as error:
        wrong = wrong_values(Settings.model_fields, error, given)
    if wrong:
        settings = Settings(**{name: value for name, value in values.items() if name not in wrong})
    problems += wrong.values()
    problems += [sentence for names, sentence in contradictions(settings) if not names & set(wrong)]
    if problems:
        raise SettingsError(problems)
    return settings
