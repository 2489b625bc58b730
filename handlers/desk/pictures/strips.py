"""Strips: each incident as a line through time, with a mark for every report of it. For the desk alone: it is never shared."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from handlers.desk.incidents import STANDINGS
from handlers.desk.office import incident_name
from handlers.desk.pictures.looking import Looked, day_of

MOST_STRIPS = 14


@dataclass(frozen=True, slots=True)
class Strip:
    """One incident: the days on which its reports came, and how many on each."""

    incident_id: str
    name: str
    standing: str
    days: tuple[tuple[date, int], ...] = field(repr=False)

    @property
    def count(self) -> int:
        """Count its reports."""
        return sum(count for _, count in self.days)


@dataclass(frozen=True, slots=True)
class Strips:
    """The incidents of a period, those last told of first. `left_out` counts those that there is no room for."""

    first: date
    last: date
    strips: tuple[Strip, ...] = field(repr=False)
    left_out: int


def strips_of(looked: Looked) -> Strips:
    """Give the incidents whose reports came in a period."""
    days: dict[str, Counter[date]] = {}
    standings: dict[str, str] = {}
    for telling in looked.tellings:  # the newest first, and so are the incidents
        days.setdefault(telling.incident_id, Counter())[day_of(telling.hour)] += 1
        standings[telling.incident_id] = STANDINGS[telling.standing].partition(" (")[0]
    shown = tuple(
        Strip(name, incident_name(name), standings[name], tuple(sorted(counted.items())))
        for name, counted in list(days.items())[:MOST_STRIPS]
    )
    return Strips(looked.period.first, looked.period.last, shown, len(days) - len(shown))
