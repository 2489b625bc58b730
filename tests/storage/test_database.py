"""What is committed is on disk, what is deleted is gone, and writers wait for each other."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from config.settings import ROOT
from handlers.records import Purpose
from storage.database import Database

if TYPE_CHECKING:
    from tests.conftest import Rooms

ADD = text("INSERT INTO incidents (id, standing, opened_hour, version) VALUES (:id, 'lead', 1, 0)")


def path_of(database: Database) -> Path:
    return Path(str(database.url.database))


def add(database: Database, name: str, *, commit: bool = True) -> None:
    with database.writing() as connection:
        connection.execute(ADD, {"id": name})
        if commit:
            connection.commit()


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return sorted(connection.execute(text("SELECT id FROM incidents")).scalars())


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1), ("temp_store", 2)],
)
def test_every_connection_of_sqlite_is_set_up_to_lose_and_leave_nothing(sqlite_database, pragma: str, value: object) -> None:
    with sqlite_database.writing() as writing, sqlite_database.reading() as reading:
        for connection in (writing, reading):
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar_one() == value


def test_postgresql_commits_to_disk(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("asked of PostgreSQL")
    with database.writing() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"


def test_without_a_commit_nothing_stays(database: Database) -> None:
    add(database, "kept")
    add(database, "left", commit=False)

    assert names(database) == ["kept"]


def test_an_error_within_a_transaction_leaves_nothing_and_the_next_goes_on(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as connection:
        connection.execute(ADD, {"id": "left"})
        _ = 1 / 0
    add(database, "kept")

    assert names(database) == ["kept"]


def test_who_only_reads_cannot_write(database: Database) -> None:
    with database.reading() as connection, pytest.raises(DBAPIError):
        connection.execute(ADD, {"id": "sneaked"})

    add(database, "kept")  # and the connection can write again when it is lent for writing
    assert names(database) == ["kept"]


def test_who_reads_waits_for_no_writer_and_sees_what_was_committed(database: Database) -> None:
    add(database, "before")
    with database.writing() as connection:
        connection.execute(ADD, {"id": "after"})
        during = names(database)
        connection.commit()

    assert (during, names(database)) == (["before"], ["after", "before"])


def test_writing_within_writing_is_refused_instead_of_waiting_for_ever(sqlite_database: Database) -> None:
    with sqlite_database.writing(), pytest.raises(RuntimeError, match="wait for ever"), sqlite_database.writing():
        raise AssertionError("two writers of one thread")

    add(sqlite_database, "kept")
    assert names(sqlite_database) == ["kept"]


def test_threads_that_write_wait_for_each_other(sqlite_database: Database) -> None:
    def write(name: str) -> None:
        for number in range(5):
            add(sqlite_database, f"{name}{number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(names(sqlite_database)) == 20


_COUNT_UP = """
import sys
from sqlalchemy import text
from storage.database import Database
database = Database(sys.argv[1])
for _ in range(25):
    with database.writing() as connection:
        seen = connection.execute(text("SELECT opened_hour FROM incidents WHERE id = 'counter'")).scalar_one()
        connection.execute(text("UPDATE incidents SET opened_hour = :next WHERE id = 'counter'"), {"next": seen + 1})
        connection.commit()
"""


def test_processes_that_write_wait_for_each_other(sqlite_database: Database) -> None:
    add(sqlite_database, "counter")
    url = sqlite_database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _COUNT_UP, url]

    processes = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [process.communicate(timeout=60)[1] for process in processes]

    assert [process.returncode for process in processes] == [0, 0], errors
    with sqlite_database.reading() as connection:
        assert connection.execute(text("SELECT opened_hour FROM incidents")).scalar_one() == 51


def test_a_writer_that_is_killed_holds_nobody_up(sqlite_database: Database) -> None:
    url = sqlite_database.url.render_as_string(hide_password=False)
    script = (
        "import os, sys; from storage.database import Database; context = Database(sys.argv[1]).writing(); context.__enter__();"
        " os.kill(os.getpid(), 9)"
    )

    killed = subprocess.run([sys.executable, "-c", script, url], cwd=ROOT, timeout=60)
    add(sqlite_database, "kept")

    assert killed.returncode == -9
    assert names(sqlite_database) == ["kept"]


def test_what_was_deleted_is_in_no_file_after_scrubbing(sqlite_database: Database) -> None:
    add(sqlite_database, "canary-in-the-mine")
    with sqlite_database.writing() as connection:
        connection.execute(text("DELETE FROM incidents"))
        connection.commit()

    sqlite_database.scrub()

    folder = path_of(sqlite_database).parent
    assert [file.name for file in folder.iterdir() if b"canary-in-the-mine" in file.read_bytes()] == []
    assert path_of(sqlite_database).with_name("izwi.db-wal").stat().st_size == 0


def test_a_destroyed_key_is_in_no_file_of_its_table_after_scrubbing(rooms: Rooms) -> None:
    period = rooms.keyring.current(Purpose.REPORT)
    with rooms.writing() as unit:
        wrap = unit.periods.get(period.id).intake_wrap
        assert wrap is not None
        unit.periods.change(period.id, intake_wrap=None)
        unit.commit()

    assert rooms.database.scrub()

    for file in files_of_keys(rooms.database):
        assert wrap[30:60] not in file.read_bytes()


def files_of_keys(database: Database) -> list[Path]:
    if database.is_sqlite:
        return [file for file in path_of(database).parent.iterdir() if file.is_file()]
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        where = "SELECT current_setting('data_directory') || '/' || pg_relation_filepath('periods')"
        return [Path(connection.execute(text(where)).scalar_one())]


def test_scrubbing_waits_for_no_reader_and_says_that_it_was_put_off(rooms: Rooms) -> None:
    with rooms.reading() as unit:
        unit.periods.all()
        rooms.keyring.current(Purpose.REPORT)
        assert not rooms.database.scrub()

    assert rooms.database.scrub()


def test_scrubbing_changes_nothing_that_is_kept(database: Database) -> None:
    add(database, "kept")

    database.scrub()

    assert names(database) == ["kept"]


def test_the_lock_file_can_be_read_by_nobody_else(sqlite_database: Database) -> None:
    add(sqlite_database, "x")

    assert path_of(sqlite_database).with_name("izwi.db.lock").stat().st_mode & 0o777 == 0o600


def test_a_row_that_speaks_of_one_that_is_not_there_is_refused(rooms: Rooms) -> None:
    insert = text("INSERT INTO grants (id, person_id, compartment, sealed) VALUES ('g', 'nobody', 'desk', :sealed)")
    with rooms.database.writing() as connection, pytest.raises(DBAPIError):
        connection.execute(insert, {"sealed": b""})


def test_a_connection_that_fell_while_it_lay_idle_is_made_anew(_postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database._TRUSTED_SECONDS", 0.0)
    database, other = Database(_postgres), Database(_postgres)
    with database.reading() as connection:
        fallen = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with other.writing() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": fallen})
        connection.commit()

    with database.reading() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() != fallen
    database.close()
    other.close()
