"""A line whose days can be closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.handlers.work.line import Line

if TYPE_CHECKING:
    from tests.conftest import Rooms


@pytest.fixture
def line(sqlite_rooms: Rooms) -> Line:
    """A line on SQLite."""
    return Line(sqlite_rooms)


@pytest.fixture
def each_line(rooms: Rooms) -> Line:
    """A line on either engine."""
    return Line(rooms)
