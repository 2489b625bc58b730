"""Searching: looks through all that a coordinator may read, the most pressing first, then from the newest to the oldest.

What it gives comes bit by bit: hits as they are found, and how far it is. It holds no more than a batch of reports opened, and
the shelf that `shelf` tells of.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from handlers.desk.office import Office, Unfinished
from handlers.desk.people import SignedIn
from handlers.desk.search.hits import Hit, hit_of
from handlers.desk.search.opened import OpenedReport, Opener, facet, parts_of
from handlers.desk.search.shelf import Shelf
from handlers.desk.search.stock import Key, Stock, Stub
from handlers.desk.search.wanted import Band, Wanted, band_in, forms_of, lines_with, wanted_words
from handlers.protection.people import DESK
from handlers.reports import ReportState

MOST_HITS = 100
_MOST_NEAR = 50
_PRESSING = 60
_FIRST_BATCH, _LARGEST_BATCH = 100, 500
_OF_A_SOURCE = 2000
_MOST_TOUCHED = 3000  # then it is quicker to begin anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is looked for. Hours are since 1970; `source` is how a pseudonym begins; an empty one asks for nothing."""

    words: str = field(default="", repr=False)
    category: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    language: str = field(default="", repr=False)
    source: str = field(default="", repr=False)
    states: tuple[ReportState, ...] = ()
    since_hour: int = 0
    until_hour: int = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: so many reports were looked through, down to those of an hour; `share` from 0 to 1 is a guess by time."""

    looked_at: int
    hour: int
    share: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The end: `is_whole` if everything was looked through, `is_full` if there may be more than are shown."""

    looked_at: int
    seconds: float
    is_whole: bool
    is_full: bool


Event = Hit | Progress | Ended


class Searching:
    """Looks for words, places and times in reports, for people."""

    def __init__(self, office: Office, stock: Stock) -> None:
        self._office = office
        self._stock = stock
        self._forms = forms_of(office.lookups)

    def new_shelf(self) -> int:
        """Give the hour that a shelf begins with."""
        return self._office.hour()

    def begin(self, who: SignedIn, asked: Asked) -> Run:
        """Note that somebody searches (not for what) and give the search; raise `Unfinished` where nothing is asked."""
        keys = self._office.keys(who)
        wanted = wanted_words(asked.words, self._forms)
        if not wanted and not (asked.category or asked.place or asked.language or asked.source):
            raise Unfinished("Say what to look for: a word, a place, a category, a language or a source.")
        with self._office.writing() as unit:
            self._office.audit(unit, who, "searched the reports", who.person.id)
            unit.commit()
        return Run(self._office, self._stock, Opener(keys), who.keys[DESK], asked, wanted)


class Run:
    """One search."""

    def __init__(
        self, office: Office, stock: Stock, opener: Opener, desk_private: bytes, asked: Asked, wanted: tuple[Wanted, ...]
    ) -> None:
        self._office = office
        self._stock = stock
        self._opener = opener
        self._desk_private = desk_private
        self._asked = asked
        self._wanted = wanted
        self._facets = [
            facet(stage, value)
            for stage, value in (("category", asked.category), ("place", asked.place), ("language", asked.language))
            if value
        ]
        self._seen: set[str] = set()
        self._near: list[Hit] = []
        self._given = 0
        self.looked_at = 0
        self._hours = (0, 0)

    def events(self, shelf: Shelf, goes_on: Callable[[], bool]) -> Iterator[Event]:
        """Give what is found, bit by bit, until all was looked through or `goes_on` says no. What was one letter off comes
        last."""
        began = time.monotonic()
        is_whole = True
        for event in self._walk(shelf):
            yield event
            if self._given >= MOST_HITS or not goes_on():
                is_whole = False
                break
        yield from self._near[: MOST_HITS - self._given]
        yield Ended(self.looked_at, time.monotonic() - began, is_whole, self._given >= MOST_HITS)

    def _walk(self, shelf: Shelf) -> Iterator[Event]:
        if self._asked.source:
            with self._office.reading() as unit:
                stubs = self._stock.of_sources(unit, beginning=self._asked.source, limit=_OF_A_SOURCE)
            yield from self._live(stubs)
            return
        with self._office.reading() as unit:
            pressing = self._stock.most_pressing(unit, limit=_PRESSING)
            oldest = self._stock.oldest_hour(unit)
        self._hours = self._office.hour(), oldest if oldest is not None else self._office.hour()
        yield from self._live(pressing)
        self._seen = {stub.id for stub in pressing}
        if self._asked.states:
            yield from self._down(None, None)
            return
        key = shelf.key(self._desk_private)
        if shelf.blocks:
            yield from self._since(shelf)
            yield from self._along(shelf, key)
        if not shelf.is_whole:
            yield from self._down(shelf.blocks[-1].oldest if shelf.blocks else None, (shelf, key))

    def _since(self, shelf: Shelf) -> Iterator[Event]:
        """Look through what came, or was written, since the shelf was begun."""
        with self._office.reading() as unit:
            ids = self._stock.touched_since(unit, shelf.hour, limit=_MOST_TOUCHED)
            if len(ids) >= _MOST_TOUCHED:
                shelf.blocks, shelf.size, shelf.is_whole, shelf.hour = [], 0, False, self._office.hour()
                return
            fresh = [report_id for report_id in ids if report_id not in self._seen]
            stubs = sorted(self._stock.by_ids(unit, fresh), key=lambda stub: (stub.opened_hour, stub.id), reverse=True)
        yield from self._live(stubs)
        self._seen |= {stub.id for stub in stubs}

    def _along(self, shelf: Shelf, key: bytes) -> Iterator[Event]:
        """Look through the blocks of a shelf; only what may be a hit is opened anew, as it stands now."""
        for index, block in enumerate(shelf.blocks):
            if block.oldest[0] > self._asked.until_hour or block.newest[0] < self._asked.since_hour:
                continue
            named = self._named(shelf.lines(key, index))
            if named:
                with self._office.reading() as unit:
                    stubs = self._stock.by_ids(unit, list(named))
                    rows = self._stock.sealed(unit, [stub.id for stub in stubs])
                opened = self._opener.open(stubs, rows)
                yield from self._hits(stubs, opened, self._named(_lines(stubs, opened)))
            yield self._progress(block.count, block.oldest[0])

    def _down(self, below: Key | None, onto: tuple[Shelf, bytes] | None) -> Iterator[Event]:
        """Look through reports from the newest down, and put what was opened on the shelf."""
        size, until = _FIRST_BATCH, self._asked.until_hour
        if below is None and until < self._office.hour():
            below, onto = (until + 1, ""), None  # there would be a gap above it
        while True:
            with self._office.reading() as unit:
                stubs = self._stock.newest(unit, below=below, states=self._asked.states, limit=size)
                rows = self._stock.sealed(unit, [stub.id for stub in stubs])
            if onto is not None:
                onto[0].is_whole = not stubs
            if not stubs or stubs[0].opened_hour < self._asked.since_hour:
                return
            opened = self._opener.open(stubs, rows)
            lines = _lines(stubs, opened)
            ends = [(stub.opened_hour, stub.id) for stub in (stubs[0], stubs[-1])]
            if onto is not None:
                onto[0].put(onto[1], lines, ends[0], ends[1], len(stubs))
            yield from self._hits(stubs, opened, self._named(lines))
            below, size = ends[1], min(2 * size, _LARGEST_BATCH)
            yield self._progress(len(stubs), below[0])

    def _live(self, stubs: Sequence[Stub]) -> Iterator[Event]:
        for at in range(0, len(stubs), _LARGEST_BATCH):
            some = stubs[at : at + _LARGEST_BATCH]
            with self._office.reading() as unit:
                rows = self._stock.sealed(unit, [stub.id for stub in some])
            opened = self._opener.open(some, rows)
            yield from self._hits(some, opened, self._named(_lines(some, opened)))
            yield self._progress(0, self._hours[0])

    def _named(self, lines: str) -> dict[str, Band]:
        """Give the ids of the reports whose lines hold what is asked, and how surely; none that was looked at before."""
        starts = [0]
        for line in lines.split("\n")[:-1]:
            starts.append(starts[-1] + len(line) + 1)
        found = {}
        for number in lines_with(lines, starts, self._wanted):
            end = starts[number + 1] - 1 if number + 1 < len(starts) else len(lines)
            name, facets, words = parts_of(lines[starts[number] : end])
            if name not in self._seen and all(each in facets for each in self._facets):
                band = band_in(words, self._wanted)
                if band is not None:
                    found[name] = band
        return found

    def _hits(self, stubs: Sequence[Stub], opened: dict[str, OpenedReport], named: dict[str, Band]) -> Iterator[Hit]:
        found = [stub for stub in stubs if stub.id in named and self._is_asked(stub, opened[stub.id])]
        for stub in sorted(found, key=lambda stub: (-stub.priority, -stub.opened_hour)):
            band = named[stub.id]
            if band is Band.NEAR:
                if len(self._near) < _MOST_NEAR:
                    self._near.append(hit_of(stub, opened[stub.id], self._wanted, band))
            elif self._given < MOST_HITS:
                self._given += 1
                yield hit_of(stub, opened[stub.id], self._wanted, band)

    def _is_asked(self, stub: Stub, report: OpenedReport) -> bool:
        asked = self._asked
        if asked.states and stub.state not in asked.states:
            return False
        if not asked.since_hour <= stub.opened_hour <= asked.until_hour:
            return False
        return not self._facets or self._has_facets(report)

    def _has_facets(self, report: OpenedReport) -> bool:
        counted = {facet(finding.stage, finding.value) for finding in report.together()}
        return all(each in counted for each in self._facets)

    def _progress(self, count: int, hour: int) -> Progress:
        self.looked_at += count
        newest, oldest = self._hours
        return Progress(self.looked_at, hour, min(1.0, max(0.0, (newest - hour) / max(1, newest - oldest))))


def _lines(stubs: Sequence[Stub], opened: dict[str, OpenedReport]) -> str:
    return "\n".join(opened[stub.id].line(stub.id) for stub in stubs)
