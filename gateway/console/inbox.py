"""The inbox: what waits, the most pressing first."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.rooms import Console, console
from handlers.desk.views import Summary
from handlers.ports import UnitOfWork
from handlers.reports import ReportState
from handlers.triage.ageing import gained, waits_since
from handlers.voice.monitors import needs_a_look
from storage.queries import COUNTED_AT_MOST, InboxRow, count_from, count_news, counts_by_state, done, inbox

bp = Blueprint("inbox", __name__, url_prefix="/desk")

PAGE_SIZE = 25
HIGH = 60
_WAITING = (ReportState.RECEIVED, ReportState.OPEN, ReportState.PROPOSED)
FILTERS: dict[str, tuple[str, tuple[ReportState, ...]]] = {
    "open": ("Open", _WAITING),
    "high": (f"Priority {HIGH} and more", _WAITING),  # however long others have waited: a new grave one is seen among these
    "proposed": ("Waiting for a second person", (ReportState.PROPOSED,)),
    "logged": ("In the case log", (ReportState.LOGGED,)),
    "closed": ("Closed", (ReportState.REJECTED,)),
    "deleted": ("Deleted", (ReportState.DELETED,)),
}
# A source can add to a report by its receipt when it stands in the log: nobody looks for that among what is done.
_OPEN_WHILE_NEWS = (ReportState.LOGGED,)
_DONE = ("logged", "closed", "deleted")  # the newest of them first


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the inbox."""

    row: InboxRow
    summary: Summary
    age_hours: int
    gained: int
    claimed_by: str | None


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show the inbox."""
    chosen = request.args.get("state", "open")
    chosen = chosen if chosen in FILTERS else "open"
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    here = console()
    with here.given.reading() as unit:
        found = counts_by_state(unit)
        counted = {name: sum(found[state] for state in states) for name, (_, states) in FILTERS.items()}
        counted["open"] += count_news(unit, _OPEN_WHILE_NEWS)
        counted["high"] = count_from(unit, _WAITING, least=HIGH)
        rows = _rows(unit, chosen, hour=here.office.hour(), offset=(page - 1) * PAGE_SIZE)
        logins = {person.id: person.login for person in unit.people.all()}
        tried = [monitor.id for monitor in unit.monitors.all() if needs_a_look(monitor)]
    return render_template(
        "inbox.html",
        lines=_lines(here, rows[:PAGE_SIZE], logins),
        filters={name: (label, _at_most(counted[name])) for name, (label, _) in FILTERS.items()},
        chosen=chosen,
        tried=tried,
        page=page,
        has_more=len(rows) > PAGE_SIZE,
    )


def _rows(unit: UnitOfWork, chosen: str, *, hour: int, offset: int) -> list[InboxRow]:
    """Give the rows of a page, and one more if there is a next page."""
    states = FILTERS[chosen][1]
    if chosen in _DONE:
        return done(unit, states, limit=PAGE_SIZE + 1, offset=offset)
    or_news_in = _OPEN_WHILE_NEWS if chosen == "open" else ()
    least = HIGH if chosen == "high" else 0
    return inbox(unit, states, or_news_in=or_news_in, least=least, hour=hour, limit=PAGE_SIZE + 1, offset=offset)


def _at_most(count: int) -> str:
    return f"{COUNTED_AT_MOST:,}+" if count > COUNTED_AT_MOST else str(count)


def _lines(here: Console, rows: list[InboxRow], logins: dict[str, str]) -> list[Line]:
    summaries = here.reading.summaries(signed_in(), [row.id for row in rows])
    return [_line(here, row, summaries[row.id], logins) for row in rows]


def _line(here: Console, row: InboxRow, summary: Summary, logins: dict[str, str]) -> Line:
    since = waits_since(row.state, opened_hour=row.opened_hour, updated_hour=row.updated_hour)
    return Line(
        row=row,
        summary=summary,
        age_hours=max(0, here.office.hour() - row.opened_hour),
        gained=gained(here.office.hour() - since),
        claimed_by=logins.get(row.claimed_by or "") if (row.claimed_until or 0) > here.clock() else None,
    )
