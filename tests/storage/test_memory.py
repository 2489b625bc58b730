"""An empty desk lies in memory alone, with the schema of every other, and readers do not wait for its writer."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from storage.memory import memory_database
from storage.tables import metadata
from storage.unit_of_work import units_of
from tests.conftest import Clock, founded


def test_it_has_every_table_and_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    database = memory_database()

    rooms = founded(database, Clock())

    with database.reading() as connection:
        assert set(inspect(connection).get_table_names()) == set(metadata.tables)
    assert len(rooms.people.list()) == 3
    assert list(tmp_path.iterdir()) == []


def test_two_of_them_know_nothing_of_each_other() -> None:
    one, other = memory_database(), memory_database()
    founded(one, Clock())

    with units_of(other)[1]() as unit:
        assert unit.people.count() == 0


def test_a_reader_reads_beside_a_writer() -> None:
    writing, reading = units_of(memory_database())

    with writing() as unit, reading() as beside:
        assert unit.people.count() == beside.people.count() == 0
