"""The database: an engine set up so that what is committed is on disk, and what is deleted is gone.

SQLite: write-ahead log, `synchronous=FULL`, `secure_delete`, foreign keys, nothing temporary on disk. Writers wait for each other
on a lock file instead of SQLite's own polling, which is unfair and makes the slowest hundredth forty times slower.
PostgreSQL: as it comes; `synchronous_commit` is asked for, in case the server's default is weaker.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

_BUSY_MILLISECONDS = 10_000
_SCRUB_MILLISECONDS = 500
_TRUSTED_SECONDS = 1.0


class Database:
    """Gives connections: `writing` for one transaction that writes, `reading` for one that cannot."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _engine(url, self.is_sqlite)
        self._lock: AbstractContextManager[Any] = nullcontext()
        if self.url.query.get("mode") == "memory":
            self._lock = threading.Lock()
        elif self.is_sqlite and self.url.database and self.url.database != ":memory:":
            self._lock = _FileLock(Path(self.url.database + ".lock"))

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that may write. It rolls back unless it is committed inside."""
        with self._lock, self.engine.connect() as connection:
            connection.execution_options(izwi_writes=True)
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction for reading, which cannot write; it waits for no writer."""
        with self.engine.connect() as connection:
            connection.execution_options(postgresql_readonly=not self.is_sqlite)
            yield connection

    def scrub(self) -> bool:
        """Overwrite what was deleted or replaced: empty SQLite's log into the file, or write PostgreSQL's table of keys anew.
        False if somebody is reading: then it must be tried again, and nobody is kept waiting for it."""
        if not self.is_sqlite:
            return self._rewrite_keys()
        with self._lock, self.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={_SCRUB_MILLISECONDS}")
            try:
                is_busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
        return not is_busy

    def _rewrite_keys(self) -> bool:
        """A plain VACUUM frees the place of an old key, but leaves its bytes there."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"SET lock_timeout = {_SCRUB_MILLISECONDS}"))
            try:
                connection.execute(text("VACUUM FULL periods"))
            except OperationalError:
                return False
            finally:
                connection.execute(text("RESET lock_timeout"))
        return True

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


class _FileLock:
    """Holds one writer at a time over all threads and processes of this machine; freed by the kernel when its holder dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._owner: int | None = None  # the thread that holds it
        self._file: tuple[int, int] | None = None  # (process, descriptor): a fork must not share the lock

    def __enter__(self) -> None:
        if self._owner == threading.get_ident():
            raise RuntimeError("a thread that writes already wants to write beside itself: it would wait for ever")
        self._threads.acquire()
        self._owner = threading.get_ident()
        try:
            fcntl.flock(self._descriptor(), fcntl.LOCK_EX)
        except BaseException:
            self._let_go()
            raise

    def __exit__(self, *_: object) -> None:
        try:
            fcntl.flock(self._descriptor(), fcntl.LOCK_UN)
        finally:
            self._let_go()

    def _let_go(self) -> None:
        self._owner = None
        self._threads.release()

    def _descriptor(self) -> int:
        if self._file is None or self._file[0] != os.getpid():
            self._file = os.getpid(), os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._file[1]


def _engine(url: str, is_sqlite: bool) -> Engine:
    if not is_sqlite:
        return _pinged_when_idle(create_engine(url, pool_size=16, connect_args={"options": "-c synchronous_commit=on"}))
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": _BUSY_MILLISECONDS / 1000},
        poolclass=QueuePool,  # also for a database in memory, which lives as long as one of its connections
        pool_size=16,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "read_uncommitted=ON",  # matters in a shared cache in memory alone: there, readers would be refused beside a writer
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("izwi_writes")
        info, wanted = connection.info, "OFF" if writes else "ON"
        raw: Any = connection.connection.driver_connection
        if info.get("query_only") != wanted:
            raw.execute(f"PRAGMA query_only={wanted}")
            info["query_only"] = wanted
        raw.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _pinged_when_idle(engine: Engine) -> Engine:
    """Ask a connection that lay idle whether it still stands. One that was in use a moment ago is taken at its word: to ask it
    would cost a round trip a request, and if it fell since, the event goes to the spool."""

    @event.listens_for(engine, "checkin")
    def _laid_down(_connection: object, entry: ConnectionPoolEntry) -> None:
        entry.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _taken_up(connection: Any, entry: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - entry.info.get("idle_since", time.monotonic()) < _TRUSTED_SECONDS:
            return
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except engine.dialect.loaded_dbapi.Error:
            raise DisconnectionError("the connection fell while it lay idle") from None

    return engine
