"""The ladders of precision: place, time, people, count. What leaves the desk stands no finer than the step that was chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

PLACE_STEPS = ("village", "ward", "district", "province", "country")
POINTS = ("clinic", "river", "hill", "place", "town", "border")  # as fine as a village
HARARE = timezone(timedelta(hours=2))  # Zimbabwe has had no summer time since 1903
BANDS = ((1, 4), (5, 9), (10, 19), (20, 49), (50, 99))
NOBODY, MANY, NOT_KNOWN = "none", "100 or more", "not known"
BAND_TEXTS = (NOBODY, *(f"{low} to {high}" for low, high in BANDS), MANY, NOT_KNOWN)


class TimeStep(StrEnum):
    """How exactly a time is told, the finest first."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_TIME_FORMS = {
    TimeStep.HOUR: re.compile(r"\d{4}-\d{2}-\d{2}, \d{2} h"),
    TimeStep.DAY: re.compile(r"\d{4}-\d{2}-\d{2}"),
    TimeStep.WEEK: re.compile(r"week \d{1,2} of \d{4}"),
    TimeStep.MONTH: re.compile(r"\d{4}-\d{2}"),
    TimeStep.YEAR: re.compile(r"\d{4}"),
}


def place_step(level: str) -> int:
    """Say how coarse a level is, from 0: a point such as a clinic is as fine as a village. Raise `ValueError` for an unknown
    one."""
    return 0 if level in POINTS else PLACE_STEPS.index(level)


def coarsen_place(path: Sequence[tuple[str, str]], level: str) -> tuple[str, str]:
    """Give the first (name, level) on the way up from a place that is no finer than the chosen level; `path` begins with the
    place itself.

    Raises `ValueError` where the way up does not reach that level: a finer one is never given instead.
    """
    wanted = place_step(level)
    for name, found in path:
        if place_step(found) >= wanted:
            return name, found
    raise ValueError("no place on the way up is as coarse as was chosen")


def coarsen_time(moment: datetime | date, step: TimeStep) -> str:
    """Tell a time at a step, in Zimbabwe's time: `2026-11-24, 14 h`, `2026-11-24`, `week 48 of 2026` (ISO 8601), `2026-11`
    or `2026`.

    A date without an hour is told as a day at the finest. Raises `ValueError` for a time without its zone.
    """
    day = moment
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError("a time without its zone")
        day = moment = moment.astimezone(HARARE)
        if step is TimeStep.HOUR:
            return f"{moment:%Y-%m-%d, %H} h"
    if step is TimeStep.YEAR:
        return f"{day:%Y}"
    if step is TimeStep.MONTH:
        return f"{day:%Y-%m}"
    if step is TimeStep.WEEK:
        year, week, _ = day.isocalendar()
        return f"week {week} of {year}"
    return f"{day:%Y-%m-%d}"


def time_step(text: str) -> TimeStep | None:
    """Say at which step a time is told; None where it is not in one of the forms of `coarsen_time`."""
    return next((step for step, form in _TIME_FORMS.items() if form.fullmatch(text)), None)


def coarsen_person(role: str, *, groups: Mapping[str, str], step: str) -> str:
    """Tell of a person by role (`soldier`) or by group (`army`); a name is never told. A role of no known group is `a person`."""
    if step == "role":
        return role
    if step == "group":
        return groups.get(role, "a person")
    raise ValueError("a person is told of by role or by group")


def coarsen_count(count: int | None) -> str:
    """Tell a number of people as a band."""
    if count is None or count < 0:
        return NOT_KNOWN
    if count == 0:
        return NOBODY
    return next((f"{low} to {high}" for low, high in BANDS if count <= high), MANY)
