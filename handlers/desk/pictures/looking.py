"""Looking: opens what was found in the reports of a period, and counts it. Nothing of it is written anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from handlers.caselog.precision import HARARE
from handlers.desk.explaining import counts
from handlers.desk.findings import newest, put_together, read_finding
from handlers.desk.office import Office, Unfinished
from handlers.desk.people import SignedIn
from handlers.desk.pictures.stock import Arrived, Opened, PictureStock, Telling
from handlers.desk.search.opened import OpenedReport, Opener
from handlers.desk.search.stock import Key, SealedRows, Stub
from handlers.reports import ReportState

MOST_DAYS = 366
USUAL_DAYS = 30
_STAGES = ("category", "place")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Period:
    """The days from one to another, both included, as they are in Zimbabwe."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Unfinished("The first day lies behind the last one. Choose them the other way round.")
        if self.days > MOST_DAYS:
            raise Unfinished("That is more than a year. Choose at most a year at once.")

    @property
    def days(self) -> int:
        """Count the days."""
        return (self.last - self.first).days + 1

    @property
    def hours(self) -> tuple[int, int]:
        """Give the hour that it begins with, and the hour behind its last."""
        return _hour_of(self.first), _hour_of(self.last + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Seen:
    """What is counted of a report. `worked_hour` is when a person first did something with it; `is_readable`: a key is left."""

    opened_hour: int
    state: ReportState
    worked_hour: int | None
    categories: tuple[str, ...] = field(default=(), repr=False)
    places: tuple[str, ...] = field(default=(), repr=False)
    is_readable: bool = True

    @property
    def day(self) -> date:
        """Give the day on which it came."""
        return day_of(self.opened_hour)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a period held, at the hour that it was looked at in."""

    period: Period
    now_hour: int
    seen: tuple[Seen, ...] = field(repr=False)
    incidents: tuple[Opened, ...] = field(repr=False)
    tellings: tuple[Telling, ...] = field(default=(), repr=False)


class Look:
    """One look at a period. `count` is how many reports will be opened."""

    def __init__(self, office: Office, stock: PictureStock, opener: Opener, period: Period) -> None:
        self._office = office
        self._stock = stock
        self._opener = opener
        self.period = period
        since, until = period.hours
        with office.reading() as unit:
            self.count = stock.count(unit, since=since, until=until)

    def counted(self) -> Looked:
        """Open and count everything."""
        since, until = self.period.hours
        with self._office.reading() as unit:
            incidents = tuple(self._stock.incidents(unit, since=since, until=until))
            tellings = tuple(self._stock.tellings(unit, since=since, until=until))
        return Looked(self.period, self._office.hour(), tuple(self._all()), incidents, tellings)

    def _all(self) -> Iterator[Seen]:
        since, until = self.period.hours
        below: Key | None = None
        while True:
            with self._office.reading() as unit:
                some = self._stock.arrived(unit, since=since, until=until, below=below, limit=_AT_ONCE)
                ids = [report.id for report in some]
                found = self._stock.found(unit, ids)
                deeds = self._stock.first_deeds(unit, ids)
            opened = self._opener.open([_stub(report) for report in some], SealedRows((), found, ()))
            for report in some:
                yield _seen(report, opened[report.id], deeds.get(report.id))
            if len(some) < _AT_ONCE:
                return
            below = some[-1].opened_hour, some[-1].id


class Pictures:
    """Looks at periods for people."""

    def __init__(self, office: Office, stock: PictureStock) -> None:
        self._office = office
        self._stock = stock

    def usual(self) -> Period:
        """Give the period that is shown unless another is asked for."""
        today = day_of(self._office.hour())
        return Period(today - timedelta(days=USUAL_DAYS - 1), today)

    def begin(self, who: SignedIn, period: Period) -> Look:
        """Note that somebody looks, and give what they look at."""
        keys = self._office.keys(who)
        with self._office.writing() as unit:
            self._office.audit(unit, who, "looked at the pictures", who.person.id)
            unit.commit()
        return Look(self._office, self._stock, Opener(keys), period)


def day_of(hour: int) -> date:
    """Give the day that an hour since 1970 lies in, as it is in Zimbabwe."""
    return datetime.fromtimestamp(hour * 3600, HARARE).date()


def _hour_of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=HARARE).timestamp() // 3600)


def _stub(report: Arrived) -> Stub:
    return Stub(report.id, "", report.state, 0, report.opened_hour)


def _seen(report: Arrived, opened: OpenedReport, worked_hour: int | None) -> Seen:
    by_message = [(name, [read_finding(item) for item in items if item["stage"] in _STAGES]) for name, items in opened.found]
    found = [item for item in put_together(by_message, newest(opened.corrected)) if counts(item)]

    def values(stage: str) -> tuple[str, ...]:
        return _once(item.finding.value for item in found if item.finding.stage == stage)

    return Seen(
        opened_hour=report.opened_hour,
        state=report.state,
        worked_hour=worked_hour,
        categories=values("category"),
        places=values("place"),
        is_readable=bool(opened.found or opened.corrected),
    )


def _once(values: Iterator[str] | Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
