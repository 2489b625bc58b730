"""The rooms of one process: its database, its keys, its lists. Opened from the settings, closed at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from config.lists import Lists
from config.settings import Settings
from gateway.boot_secret import read_boot_secret
from gateway.carriage import PrivateRedis, url_of_running
from gateway.lists.live import LiveLists
from gateway.lists.versions import Versions
from handlers.commands import CommandWords
from handlers.desk.people import People
from handlers.errors import Unavailable
from handlers.ports import OpenUnit
from handlers.protection.boot import BootSecret
from handlers.protection.keyring import Keyring
from handlers.triage.lookups import Lookups
from storage.blobs import FolderBlobs
from storage.database import Database
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
