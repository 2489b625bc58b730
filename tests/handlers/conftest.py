"""A line, and its recordings, for the tests of its work and its upkeep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.handlers.work.line import Line
from tests.handlers.work.voices import Voices

if TYPE_CHECKING:
    from tests.conftest import Rooms


@pytest.fixture
def line(sqlite_rooms: Rooms) -> Line:
    """A line on SQLite, for what is the same on both engines."""
    return Line(sqlite_rooms)


@pytest.fixture
def each_line(rooms: Rooms) -> Line:
    """A line on either engine."""
    return Line(rooms)


@pytest.fixture
def voices(line: Line, tmp_path: Path) -> Voices:
    """The recordings of a line on SQLite."""
    return Voices(line, tmp_path / "blobs")


@pytest.fixture
def each_voices(each_line: Line, tmp_path: Path) -> Voices:
    """The recordings of a line on either engine."""
    return Voices(each_line, tmp_path / "blobs")
