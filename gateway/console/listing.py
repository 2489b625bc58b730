"""Which reports the inbox lists for a filter, page by page, and in which order the next one is taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_login import current_user

from gateway.console.access import signed_in
from gateway.console.rooms import Console
from handlers.desk.inbox.facets import Candidate, Looked
from handlers.desk.inbox.filters import AGES, ANY, HIGH, LATE, MINE, NOBODYS, NONE, STATES, Filter
from handlers.desk.search.shelf import Shelf
from handlers.ports import UnitOfWork
from handlers.reports import ReportState
from storage.inbox_queries import Wanted, candidates, rows_of
from storage.queries import InboxRow, done, inbox

PAGE_SIZE = 25
OPEN_WHILE_NEWS = (ReportState.LOGGED,)  # a source can add to a report by its receipt when it stands in the log
_SECONDS = 1.5  # as long as a page waits for what has to be opened first; the next look goes on from there


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the inbox. `looked` is there where what is sealed had to be looked at, with what there is of each facet."""

    rows: tuple[InboxRow, ...]
    has_more: bool
    total: int | None = None
    looked: Looked | None = field(default=None, repr=False)
    counts: Counter[str] = field(default_factory=Counter, repr=False)


def listing(here: Console, chosen: Filter, *, page: int) -> Listing:
    """Give one page of what a filter lets through."""
    offset = (page - 1) * PAGE_SIZE
    if not chosen.narrows:
        with here.given.reading() as unit:
            rows = _whole(unit, chosen, hour=here.office.hour(), offset=offset)
        return Listing(tuple(rows[:PAGE_SIZE]), len(rows) > PAGE_SIZE)
    every, looked, counts = _looked(here, chosen)
    with here.given.reading() as unit:
        rows = rows_of(unit, [each.id for each in every[offset : offset + PAGE_SIZE]])
    return Listing(tuple(rows), len(every) > offset + PAGE_SIZE, len(every), looked, counts)


def inbox_address(chosen: Filter) -> str:
    """Give the address of the inbox as a filter narrows it."""
    query: dict[str, Any] = {**chosen.query()}
    return url_for("inbox.show", **query)


def in_order(here: Console, chosen: Filter) -> Sequence[Candidate]:
    """Give all that a filter lets through, the most pressing first."""
    return _looked(here, chosen)[0]


def facet_counts(here: Console) -> tuple[Counter[str], Looked]:
    """Count each facet among all that waits: for the form that filters are chosen in."""
    with here.given.reading() as unit:
        every = candidates(unit, _wanted(here, Filter()))
    with _shelf(here) as shelf:
        looked = here.facets.look(signed_in(), shelf, every, seconds=_SECONDS)
    return looked.counts(each.id for each in every), looked


def _looked(here: Console, chosen: Filter) -> tuple[list[Candidate], Looked | None, Counter[str]]:
    with here.given.reading() as unit:
        every = candidates(unit, _wanted(here, chosen))
    if not chosen.facets:
        return every, None, Counter()
    with _shelf(here) as shelf:
        looked = here.facets.look(signed_in(), shelf, every, seconds=_SECONDS)
    let_through = looked.with_all(chosen.facets)
    kept = [each for each in every if each.id in let_through]
    return kept, looked, looked.counts(each.id for each in kept)


@contextmanager
def _shelf(here: Console) -> Iterator[Shelf]:
    """Give the shelf of this session, and put it back."""
    session_id = current_user.get_id()
    shelf = here.inbox_shelves.take(session_id, hour=here.office.hour())
    try:
        yield shelf
    finally:
        here.inbox_shelves.put_back(session_id, shelf)


def _whole(unit: UnitOfWork, chosen: Filter, *, hour: int, offset: int) -> list[InboxRow]:
    """Give the rows of a page that is narrowed to a state alone, and one more if there is a next page."""
    states = STATES[chosen.state]
    if chosen.is_done:
        return done(unit, states, limit=PAGE_SIZE + 1, offset=offset)
    or_news_in = OPEN_WHILE_NEWS if chosen.state == "open" else ()
    least = HIGH if chosen.state == "high" else 0
    return inbox(unit, states, or_news_in=or_news_in, least=least, hour=hour, limit=PAGE_SIZE + 1, offset=offset)


def _wanted(here: Console, chosen: Filter) -> Wanted:
    hour = here.office.hour()
    least, below = AGES.get(chosen.age, (None, None))
    return Wanted(
        states=STATES[chosen.state],
        hour=hour,
        now=int(here.clock()),
        least=HIGH if chosen.state == "high" else 0,
        claimed_by=signed_in().person.id if chosen.mine == MINE else None,
        is_unclaimed=chosen.mine == NOBODYS,
        is_late=chosen.age == LATE,
        opened_from=None if below is None else hour - below,
        opened_until=None if least is None else hour - least,
        incident_id=chosen.incident if chosen.incident not in ("", NONE, ANY) else None,
        has_incident={NONE: False, ANY: True}.get(chosen.incident),
    )
