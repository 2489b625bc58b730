"""Settings in, finished objects out: the only place where the rooms meet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import redis

from config.lists import Lists
from config.settings import Settings
from gateway.accounts import provider_configs, recipients
from gateway.boot_secret import read_boot_secret
from gateway.carriage import PrivateRedis, url_of_running
from gateway.console.services import ConsoleServices
from gateway.lists.editing import Editing
from gateway.lists.live import LiveLists, Renewed
from gateway.lists.versions import Versions
from gateway.providers import registry as providers_registry
from gateway.providers.contract import Provider
from gateway.voice.sandbox import render_apart
from handlers.commands import CommandWords
from handlers.desk.office import Office
from handlers.desk.people import People
from handlers.errors import Unavailable
from handlers.events import Event
from handlers.intake import Intake, Taken
from handlers.outgoing import Client, Telephony
from handlers.ports import OpenUnit, T
from handlers.protection.boot import BootSecret
from handlers.protection.keyring import Keyring
from handlers.triage.lookups import Lookups
from handlers.voice.terms import Limits, Rendered, Strength
from storage.blobs import FolderBlobs
from storage.database import Database
from storage.group_commit import GroupCommit
from storage.spool import Spool
from storage.unit_of_work import units_of


@dataclass
class House:
    """The rooms of one process: database, keys, lists. Made from settings, closed at the end."""

    settings: Settings
    database: Database
    log_database: Database
    boot: BootSecret = field(repr=False)
    clock: Callable[[], float] = time.time

    def close(self) -> None:
        """Give back every connection."""
        self.database.close()
        self.log_database.close()

    @cached_property
    def units(self) -> tuple[OpenUnit, OpenUnit]:
        """The units of work of the desk's database: writing, reading."""
        return units_of(self.database)

    @cached_property
    def log_units(self) -> tuple[OpenUnit, OpenUnit]:
        """The units of work of the case log's database: writing, reading."""
        return units_of(self.log_database)

    @cached_property
    def keyring(self) -> Keyring:
        """The keys of open periods."""
        writing, reading = self.units
        return Keyring(self.boot, writing=writing, reading=reading, clock=self.clock)

    @cached_property
    def people(self) -> People:
        """Those who sign in."""
        writing, reading = self.units
        return People(writing=writing, reading=reading, log_writing=self.log_units[0], clock=self.clock)

    @cached_property
    def spool(self) -> Spool:
        """Where events wait while the database is away."""
        return Spool(self.settings.state_dir / "spool", self.boot.derive("spool"))

    @cached_property
    def blobs(self) -> FolderBlobs:
        """Where sealed recordings are kept."""
        return FolderBlobs(self.settings.blob_url)

    @cached_property
    def versions(self) -> Versions:
        """What people made of the lists."""
        return Versions(self.boot, self.units[1])

    @cached_property
    def live(self) -> LiveLists:
        """The lists in force, which may change while the process runs."""
        return LiveLists(self.settings.lists_dir, self.versions)

    @property
    def lists(self) -> Lists:
        """What the operator keeps."""
        return self.live.now().compiled.lists

    @property
    def words(self) -> CommandWords:
        """The words that a source can send."""
        return self.live.now().compiled.words

    @property
    def lookups(self) -> Lookups:
        """What triage reads."""
        return self.live.now().compiled.lookups

    @property
    def redis_url(self) -> str:
        """The Redis to use: the operator's own, or the private one that runs on this state folder."""
        if self.settings.redis_url:
            return self.settings.redis_url
        return url_of_running(self.settings.state_dir) or PrivateRedis(self.settings.state_dir / "redis.sock").url


def databases(settings: Settings) -> tuple[Database, Database]:
    """Give the desk's database and the case log's, which may be one."""
    database = Database(settings.database_url)
    if settings.case_log_database_url in (None, settings.database_url):
        return database, database
    return database, Database(settings.case_log_database_url)


def enter_house(settings: Settings) -> House:
    """Open the rooms that a process needs; raise `Unavailable`, with a sentence, if there is no room for them."""
    try:
        settings.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise Unavailable(f"{settings.state_dir} cannot be written: set IZWI_STATE_DIR to a folder that can.") from None
    database, log_database = databases(settings)
    return House(settings, database, log_database, read_boot_secret(settings.boot_secret_file))


@contextmanager
def open_house(settings: Settings) -> Iterator[House]:
    """Open the rooms that a process needs, and close them again."""
    house = enter_house(settings)
    try:
        yield house
    finally:
        house.close()


def providers(house: House) -> dict[str, Provider]:
    """Give the providers that are configured."""
    return providers_registry.build(provider_configs(house.settings))


def clients(house: House) -> dict[str, Callable[[], Client]]:
    """Give the clients of the providers, each made when it is first needed and kept for this process."""
    return {name: _once(provider.client) for name, provider in providers(house).items()}


def telephonies(house: House) -> dict[str, Callable[[], Telephony | None]]:
    """Give what asks each provider for calls and recordings, made when first needed and kept for this process."""
    return {name: _once(provider.telephony) for name, provider in providers(house).items()}


def render_recording(data: bytes, *, strength: Strength, tone: float) -> Rendered:
    """Disguise a recording in a process apart."""
    return render_apart(data, limits=Limits(), strength=strength, tone=tone)


def intake(house: House) -> Intake:
    """Give what takes in events."""
    return Intake(
        writing=house.units[0],
        keyring=house.keyring,
        boot=house.boot,
        words=house.words,
        clock=house.clock,
        join_hours=house.settings.join_hours,
        ids_differ_on_list=frozenset(name for name, each in providers(house).items() if each.ids_differ_on_list),
        transact=GroupCommit(house.units[0]) if house.database.is_sqlite else None,
    )


def office(house: House) -> Office:
    """Give what people work with at the desk."""
    writing, reading = house.units
    return Office(writing, reading, house.keyring, house.lookups, house.clock)


def editing(house: House) -> Editing:
    """Give what people edit the lists with."""
    return Editing(house.live, house.versions, writing=house.units[0], clock=house.clock)


class RenewedIntake:
    """Takes in events by the words that are in force."""

    def __init__(self, house: House) -> None:
        self._intake = Renewed(house.live, lambda: intake(house))
        self._intake()

    def take_in(self, event: Event, *, from_list: bool = False) -> Taken:
        """Take in an event, as `Intake` does."""
        return self._intake().take_in(event, from_list=from_list)


def console_services(house: House, connection: redis.Redis) -> ConsoleServices:
    """Give what the console stands on."""
    settings = house.settings
    return ConsoleServices(
        redis=connection,
        redis_url=house.redis_url,
        writing=house.units[0],
        reading=house.units[1],
        log_writing=house.log_units[0],
        log_reading=house.log_units[1],
        keyring=house.keyring,
        people=house.people,
        editing=editing(house),
        blobs=house.blobs,
        renders=render_recording,
        cookie_key=house.boot.derive("cookie"),
        limits_key=house.boot.derive("limits"),
        connector_names=tuple(recipients(settings)),
        clock=house.clock,
        session_idle_seconds=60 * settings.session_idle_minutes,
        session_max_seconds=3600 * settings.session_hours,
        secure_cookies=settings.public_url.startswith("https://"),
    )


def _once(make: Callable[[], T]) -> Callable[[], T]:
    made: list[T] = []

    def give() -> T:
        if not made:
            made.append(make())
        return made[0]

    return give
