"""Figures: what is counted, as rows and columns; a picture and a table are both made of one figure, so they say the same."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from handlers.desk.incidents import STANDINGS
from handlers.desk.pictures.looking import Looked, Period, Seen, day_of
from handlers.records import Standing
from handlers.reports import ReportState
from handlers.triage.gazetteer import KnownPlace
from handlers.triage.lookups import Category

OTHER, NOT_FOUND, GONE = "Other kinds", "No kind was found", "No longer readable"
NO_PLACE = "No place was found"
WAITS: tuple[tuple[str, int], ...] = (
    ("Within the hour", 1),
    ("1 to 3 hours", 4),
    ("4 to 11 hours", 12),
    ("12 to 23 hours", 24),
    ("1 to 2 days", 72),
    ("3 to 6 days", 168),
    ("A week or longer", 2**31),
)
_MOST_NAMED = 5  # of kinds in one picture: more colours cannot be told apart
_LONGEST_BY_DAY = 45
_UNWORKED = (ReportState.RECEIVED, ReportState.OPEN)


@dataclass(frozen=True, slots=True)
class Cell:
    """One count: how high it is drawn, and what is written."""

    drawn: float
    text: str
    is_banded: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a figure; `short` is for an axis."""

    label: str
    cells: tuple[Cell, ...]
    short: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """Rows of counts. `about` says in a sentence what is counted, `heads` names the columns, `first` what the rows are."""

    name: str
    title: str
    about: str
    first: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...] = field(repr=False)
    remarks: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to draw."""
        return not any(cell.drawn for row in self.rows for cell in row.cells)


def exact(count: int) -> Cell:
    """Give a count as it is."""
    return Cell(float(count), f"{count:,}")


def by_time(looked: Looked, categories: Mapping[str, Category], *, by_kind: bool = True) -> Figure:
    """Count reports by day, or by week in a long period, each under the gravest kind of incident that it tells of."""
    steps = list(_steps(looked.period, by_week=not by_kind))
    kinds = {id(seen): _gravest(seen, categories) for seen in looked.seen}
    heads = _heads(Counter(kinds.values()), categories) if by_kind else ("Reports",)
    counted: Counter[tuple[int, str]] = Counter()
    for seen in looked.seen:
        at = (seen.day - looked.period.first).days // steps[0][2]
        kind = kinds[id(seen)]
        counted[at, (kind if kind in heads else OTHER) if by_kind else "Reports"] += 1
    rows = tuple(
        Row(label, tuple(exact(counted[at, head]) for head in heads), short) for at, (label, short, _) in enumerate(steps)
    )
    each = "day" if steps[0][2] == 1 else "week"
    about = "Each report stands once, under the gravest kind of incident that it tells of." if by_kind else "All reports."
    return Figure("time", f"Reports by {each}", about, each.capitalize(), heads, rows)


def by_category(looked: Looked, categories: Mapping[str, Category]) -> Figure:
    """Count reports by each kind of incident that they tell of."""
    counted = Counter(_label(code, categories) for seen in looked.seen for code in seen.categories)
    counted[NOT_FOUND] = sum(not seen.categories and seen.is_readable for seen in looked.seen)
    counted[GONE] = sum(not seen.is_readable for seen in looked.seen)
    about = "A report that tells of two kinds of incident is counted under both."
    return Figure("kinds", "What the reports tell of", about, "Kind of incident", ("Reports",), _most_first(counted))


def by_place(looked: Looked, places: Mapping[str, KnownPlace]) -> Figure:
    """Count reports by each place that they name."""
    counted = Counter(places[name].label if name in places else name for seen in looked.seen for name in seen.places)
    counted[NO_PLACE] = sum(not seen.places and seen.is_readable for seen in looked.seen)
    about = "A report that names two places is counted at both. Places are as found in the words, or as a person corrected them."
    return Figure("places", "Where", about, "Place", ("Reports",), _most_first(counted))


def by_waiting(looked: Looked) -> Figure:
    """Count reports by how long they waited until a person first did something with them, or wait still."""
    worked: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    hours: list[int] = []
    for seen in looked.seen:
        if seen.worked_hour is not None:
            hours.append(max(0, seen.worked_hour - seen.opened_hour))
            worked[_band(hours[-1])] += 1
        elif seen.state in _UNWORKED:
            waiting[_band(looked.now_hour - seen.opened_hour)] += 1
    rows = tuple(Row(label, (exact(worked[label]), exact(waiting[label])), label) for label, _ in WAITS)
    remarks = (_middle(statistics.median_low(hours)),) if hours else ()
    about = "From the hour of arrival until somebody claimed, corrected, graded, answered, joined or closed it."
    heads = ("Somebody began on it", "Nobody has begun yet")
    return Figure("waiting", "How long reports waited", about, "Waited", heads, rows, remarks)


def by_incident(looked: Looked) -> Figure:
    """Count incidents by the week in which they were begun, and by how far they are verified now."""
    steps = list(_steps(looked.period, by_week=True))
    counted = Counter(((day_of(each.opened_hour) - looked.period.first).days // 7, each.standing) for each in looked.incidents)
    shown = [standing for standing in Standing if any(each.standing is standing for each in looked.incidents)]
    heads = tuple(STANDINGS[standing].partition(" (")[0].capitalize() for standing in shown)
    rows = tuple(
        Row(label, tuple(exact(counted[at, standing]) for standing in shown), short) for at, (label, short, _) in enumerate(steps)
    )
    about = "By the week in which each was begun at the desk, and by how far it is verified today."
    return Figure("incidents", "Incidents through time", about, "Week", heads, rows)


def by_standing(looked: Looked) -> Figure:
    """Count incidents by how far they are verified."""
    counted = Counter(each.standing for each in looked.incidents)
    rows = tuple(Row(STANDINGS[standing].partition(" (")[0].capitalize(), (exact(counted[standing]),)) for standing in Standing)
    about = "Those that were begun in this time, by how far each is verified today."
    return Figure("incidents", "Incidents", about, "Standing", ("Incidents",), rows)


def _steps(period: Period, *, by_week: bool) -> Iterator[tuple[str, str, int]]:
    """Give each step of time: what it is called, in short, and how many days it has."""
    length = 7 if by_week or period.days > _LONGEST_BY_DAY else 1
    for offset in range(0, period.days, length):
        first = period.first + timedelta(days=offset)
        last = min(first + timedelta(days=length - 1), period.last)
        label = _day(first) if length == 1 else f"{_day(first)} to {_day(last)}"
        yield label, f"{first.day} {first:%b}", length


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _gravest(seen: Seen, categories: Mapping[str, Category]) -> str:
    known = [categories[code] for code in seen.categories if code in categories]
    if known:
        return max(known, key=lambda category: category.severity).label
    return NOT_FOUND if seen.is_readable else GONE


def _heads(counted: Mapping[str, int], categories: Mapping[str, Category]) -> tuple[str, ...]:
    """Name the most frequent kinds; the rest go together."""
    labels = {category.label for category in categories.values()}
    kinds = sorted((label for label in counted if label in labels), key=lambda label: (-counted[label], label))
    rest = tuple(label for label in (NOT_FOUND, GONE) if counted.get(label))
    return (*kinds[:_MOST_NAMED], *((OTHER,) if len(kinds) > _MOST_NAMED else ()), *rest)


def _label(code: str, categories: Mapping[str, Category]) -> str:
    return categories[code].label if code in categories else code


def _most_first(counted: Mapping[str, int]) -> tuple[Row, ...]:
    last = (NOT_FOUND, GONE, NO_PLACE)
    ordered: Sequence[str] = sorted(counted, key=lambda label: (label in last, -counted[label], label))
    return tuple(Row(label, (exact(counted[label]),)) for label in ordered if counted[label])


def _band(hours: int) -> str:
    return next(label for label, end in WAITS if hours < end)


def _middle(hours: int) -> str:
    if hours < 1:
        return "Of those that somebody began on, half were begun on within the hour."
    if hours == 1:
        return "Of those that somebody began on, half waited an hour or less."
    return f"Of those that somebody began on, half waited {hours} hours or less."
