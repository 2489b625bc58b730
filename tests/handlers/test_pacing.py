"""When a telephone may light up: after a delay drawn by chance, and never while people sleep."""

from __future__ import annotations

from datetime import datetime

from handlers.pacing import ZONE, Pace

PACE = Pace(delay_minutes=(2, 15), quiet=(20 * 60, 7 * 60), below=lambda below: below - 1)


def at(day: int, hour: int, minute: int = 0) -> float:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).timestamp()


def test_by_day_it_comes_after_the_delay() -> None:
    assert PACE.soon(at(24, 12)) == at(24, 12, 15)


def test_what_would_come_at_night_comes_in_the_morning_after_a_delay_of_its_own() -> None:
    assert PACE.soon(at(24, 19, 50)) == PACE.soon(at(25, 3)) == at(25, 7, 15)


def test_without_quiet_hours_and_delay_it_comes_at_once() -> None:
    assert Pace(delay_minutes=(0, 0), quiet=(0, 0)).soon(at(24, 3)) == at(24, 3)
