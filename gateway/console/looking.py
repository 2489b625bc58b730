"""Who else is at a report just now, what they did to it meanwhile, and which report comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, flash, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.languages import gettext
from gateway.console.listing import in_order, inbox_address
from gateway.console.rooms import Console, console
from gateway.console.trail_words import action_words
from handlers.desk.inbox.filters import Filter, read_filter
from handlers.desk.views import Deed
from handlers.records import Report

bp = Blueprint("looking", __name__, url_prefix="/desk")

_VIEW = "view"  # in the cookie: the codes of the filter that somebody came from
_TYPED = ("text", "reason", "transcript", "translation", "summary")


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """Who else is at a report: `deeds` are what others did since this person opened it, `kept` what they had typed where no
    field holds it."""

    others: tuple[str, ...]
    deeds: tuple[Deed, ...]
    kept: str = field(repr=False)
    is_mine: bool
    minutes: int
    view: Mapping[str, str]


def remember(chosen: Filter) -> None:
    """Keep the filter that somebody looks through, so that the next report is the next of these."""
    if session.get(_VIEW, {}) != chosen.query():
        session[_VIEW] = chosen.query()


def at_work(report: Report) -> AtWork:
    """Say that this person looks at a report, and who else is at it."""
    here, who = console(), signed_in()
    here.looking.mark(report.id, who.person.id)
    seen = request.form.get("version", type=int) if request.method == "POST" else None
    until = report.claimed_until or 0
    return AtWork(
        others=_names(here, report.id),
        deeds=here.meanwhile.since(who, report.id, seen) if seen is not None and seen < report.version else (),
        kept="\n\n".join(words for name in _TYPED if (words := request.form.get(name, "").strip())),
        is_mine=report.claimed_by == who.person.id and until > here.clock(),
        minutes=max(1, round((until - here.clock()) / 60)),
        view=session.get(_VIEW, {}),
    )


@bp.get("/reports/<report_id>/pulse")
def pulse(report_id: str) -> ResponseReturnValue:
    """Say who else looks at a report, and what was done to it since the version that somebody sees."""
    here, who = console(), signed_in()
    with here.given.reading() as unit:
        unit.reports.get(report_id)
    here.looking.mark(report_id, who.person.id)
    deeds = here.meanwhile.since(who, report_id, request.args.get("version", 0, type=int))
    told = [f"{deed.author}: {action_words(deed.action)}" for deed in deeds]
    return jsonify(looking=list(_names(here, report_id)), done=told)


@bp.get("/next")
def following() -> ResponseReturnValue:
    """Go on with the report after one, of those that somebody came from; what another works on is passed over."""
    here, me = console(), signed_in().person.id
    chosen = read_filter(session.get(_VIEW, {}), here.office.lookups)
    every = in_order(here, Filter() if chosen.is_done else chosen)
    after = request.args.get("after", "")
    at = next((index for index, each in enumerate(every) if each.id == after), -1)
    now = here.clock()
    for each in every[at + 1 :]:
        if each.claimed_by in (None, me) or (each.claimed_until or 0) <= now:
            return redirect(url_for("reports.show", report_id=each.id), 303)
    flash(gettext("That was the last one of this list."))
    return redirect(inbox_address(chosen), 303)


def _names(here: Console, report_id: str) -> tuple[str, ...]:
    others = here.looking.others([report_id], signed_in().person.id)[report_id]
    if not others:
        return ()
    with here.given.reading() as unit:
        return tuple(sorted(person.login for person in unit.people.all(id=others)))
