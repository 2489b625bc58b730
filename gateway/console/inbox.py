"""The inbox: what waits, the most pressing first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from gateway.console.access import signed_in
from gateway.console.languages import gettext, lazy_gettext
from gateway.console.listing import OPEN_WHILE_NEWS, Listing, facet_counts, listing
from gateway.console.looking import remember
from gateway.console.rooms import Console, console
from gateway.console.said_words import said
from handlers.desk.choices import choices
from handlers.desk.inbox.facets import CHANNELS
from handlers.desk.inbox.filters import HIGH, STATES, WAITING, Filter, read_filter
from handlers.desk.views import Summary
from handlers.records import Incident
from handlers.triage.ageing import gained, late_after, waits_since
from handlers.voice.monitors import needs_a_look
from storage.inbox_queries import count_late, newest_incidents
from storage.queries import COUNTED_AT_MOST, InboxRow, count_from, count_news, counts_by_state

bp = Blueprint("inbox", __name__, url_prefix="/desk")

LABELS = {
    "open": lazy_gettext("Open"),
    "high": lazy_gettext("Priority 60 and more"),
    "proposed": lazy_gettext("Waiting for a second person"),
    "logged": lazy_gettext("In the case log"),
    "closed": lazy_gettext("Closed"),
    "deleted": lazy_gettext("Deleted"),
}
CHANNEL_LABELS = dict(zip(CHANNELS, (lazy_gettext("Text message"), "WhatsApp", lazy_gettext("Call"), "USSD"), strict=True))
AGE_LABELS = {
    "late": lazy_gettext("Waits too long"),
    "new": lazy_gettext("Less than a day"),
    "day": lazy_gettext("A day and more"),
    "week": lazy_gettext("A week and more"),
}
MINE_LABELS = {"me": lazy_gettext("Mine"), "nobody": lazy_gettext("Nobody's yet")}
_INCIDENTS = 30  # the newest, to choose from


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the inbox. `late_after`: the hours after which it waits too long; `looking`: who else has it open."""

    row: InboxRow
    summary: Summary = field(repr=False)
    age_hours: int
    waits_hours: int
    gained: int
    late_after: int
    claimed_by: str | None
    looking: tuple[str, ...]

    @property
    def is_late(self) -> bool:
        """Whether it waits longer than its priority allows."""
        return self.row.state in WAITING and self.waits_hours >= self.late_after


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the list: how many there are, what is wrong, and who the people are."""

    counts: Mapping[str, int]
    late: int
    tried: tuple[str, ...]
    logins: Mapping[str, str]
    incidents: tuple[Incident, ...]


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show the inbox."""
    chosen = read_filter(request.args, console().office.lookups)
    remember(chosen)
    return inbox_page(chosen, page=_page())


@bp.get("/pulse")
def pulse() -> ResponseReturnValue:
    """Say whether the page is still as it was: nothing but a mark, or nothing at all."""
    here = console()
    chosen = read_filter(request.args, here.office.lookups)
    found = listing(here, chosen, page=_page())
    mark = _mark(here, found, _around(here), _looking(here, found.rows))
    answer = make_response("", 200)
    answer.set_etag(mark)
    answer.make_conditional(request)
    return answer


@bp.get("/keys")
def keys() -> ResponseReturnValue:
    """Tell the keys."""
    return render_template("keys.html")


def inbox_page(chosen: Filter, *, page: int, problem: str = "", picked: Collection[str] = (), reason: str = "") -> str | Response:
    """Give the inbox; `picked` and `reason` are what somebody had begun to do with some of its reports."""
    here, who = console(), signed_in()
    found = listing(here, chosen, page=page)
    around, looking = _around(here), _looking(here, found.rows)
    is_choosing = "filters" in request.args
    among, looked = (found.counts, found.looked) if found.looked or not is_choosing else facet_counts(here)
    summaries = here.reading.summaries(who, [row.id for row in found.rows])
    return render_template(
        "inbox.html",
        lines=[_line(here, row, summaries[row.id], around.logins, looking) for row in found.rows],
        states={name: (label, _at_most(around.counts[name])) for name, label in LABELS.items()},
        chosen=chosen,
        named=_named(here, chosen),
        saved=here.saved_filters.of(who),
        is_choosing=is_choosing,
        choosing=_choosing(here, around.incidents) if is_choosing else {},
        among=among,
        looked=looked,
        around=around,
        undo=here.undoing.last(current_user.get_id()),
        mark=_mark(here, found, around, looking),
        found=found,
        page=page,
        problem=problem,
        picked=picked,
        reason=reason,
    )


def _page() -> int:
    return max(1, min(request.args.get("page", 1, type=int), 10_000))


def _around(here: Console) -> Around:
    with here.given.reading() as unit:
        found = counts_by_state(unit)
        counts = {name: sum(found[state] for state in states) for name, states in STATES.items()}
        counts["open"] += count_news(unit, OPEN_WHILE_NEWS)
        counts["high"] = count_from(unit, WAITING, least=HIGH)
        return Around(
            counts=counts,
            late=count_late(unit, WAITING, hour=here.office.hour()),
            tried=tuple(monitor.id for monitor in unit.monitors.all() if needs_a_look(monitor)),
            logins={person.id: person.login for person in unit.people.all()},
            incidents=tuple(newest_incidents(unit, limit=_INCIDENTS)),
        )


def _looking(here: Console, rows: Sequence[InboxRow]) -> dict[str, tuple[str, ...]]:
    return here.looking.others([row.id for row in rows], signed_in().person.id)


def _mark(here: Console, found: Listing, around: Around, looking: Mapping[str, tuple[str, ...]]) -> str:
    """Give what changes whenever the page would."""
    claims = [(row.claimed_until or 0) > here.clock() for row in found.rows]
    looked = (found.looked.looked_at, found.looked.of) if found.looked else None
    with here.given.reading() as unit:
        notices = unit.notices.count(person_id=signed_in().person.id)
    all_of_it = (found.rows, found.total, looked, claims, around, sorted(looking.items()), notices, here.office.hour())
    return blake2b(repr(all_of_it).encode(), digest_size=12).hexdigest()


def _named(here: Console, chosen: Filter) -> dict[str, str]:
    """Give what a filter narrows to, in words, by the name of each part."""
    lookups = here.office.lookups
    known = {
        "category": choices("category", lookups),
        "place": choices("place", lookups),
        "language": _in_words(choices("language", lookups)),
        "channel": CHANNEL_LABELS,
        "age": AGE_LABELS,
        "mine": MINE_LABELS,
        "incident": {"none": gettext("In no incident"), "any": gettext("In an incident")},
    }
    query = chosen.query()
    return {name: known[name].get(value) or _incident(value) for name, value in query.items() if name in known}


def _choosing(here: Console, incidents: Sequence[Incident]) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Give what each part of a filter can be, by its name: a title, and codes with their words."""
    lookups = here.office.lookups
    of_incident = {"none": gettext("In none"), "any": gettext("In any")} | {each.id: _incident(each.id) for each in incidents}
    return {
        "category": (gettext("Category"), choices("category", lookups)),
        "place": (gettext("Place"), choices("place", lookups)),
        "language": (gettext("Language"), _in_words(choices("language", lookups))),
        "channel": (gettext("Came by"), CHANNEL_LABELS),
        "age": (gettext("Waits"), AGE_LABELS),
        "mine": (gettext("Whose"), MINE_LABELS),
        "incident": (gettext("Incident"), of_incident),
    }


def _incident(incident_id: str) -> str:
    return gettext("Incident %(name)s", name=incident_id[:4].upper())


def _in_words(known: Mapping[str, str]) -> dict[str, str]:
    return {code: said(label) for code, label in known.items()}


def _at_most(count: int) -> str:
    return f"{COUNTED_AT_MOST:,}+" if count > COUNTED_AT_MOST else str(count)


def _line(
    here: Console, row: InboxRow, summary: Summary, logins: Mapping[str, str], looking: Mapping[str, tuple[str, ...]]
) -> Line:
    hour = here.office.hour()
    since = waits_since(row.state, opened_hour=row.opened_hour, updated_hour=row.updated_hour)
    return Line(
        row=row,
        summary=summary,
        age_hours=max(0, hour - row.opened_hour),
        waits_hours=max(0, hour - since),
        gained=gained(hour - since),
        late_after=late_after(row.priority),
        claimed_by=logins.get(row.claimed_by or "") if (row.claimed_until or 0) > here.clock() else None,
        looking=tuple(sorted(logins.get(each, gettext("somebody")) for each in looking.get(row.id, ()))),
    )
