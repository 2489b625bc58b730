"""Acts on many reports of the inbox at once, and their taking back from the next page."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from gateway.console.access import signed_in
from gateway.console.inbox import inbox_page
from gateway.console.listing import inbox_address
from gateway.console.rooms import console
from gateway.console.wording import first_large
from handlers.desk.inbox.bulk import ACTS, CLAIM, CLOSE, JOIN, RELEASE, SPAM, Left, Outcome
from handlers.desk.inbox.filters import Filter, read_filter
from handlers.desk.office import Unfinished, report_name

bp = Blueprint("acts", __name__, url_prefix="/desk")

_DONE = {
    CLAIM: ("You took on one report, for an hour.", "You took on {} reports, for an hour."),
    RELEASE: ("You let go of one report.", "You let go of {} reports."),
    CLOSE: ("You closed one report.", "You closed {} reports."),
    SPAM: ("You marked one report as spam.", "You marked {} reports as spam."),
    JOIN: ("You joined one report to an incident.", "You joined {} reports in one incident."),
}
_BACK = ("One report stands as it stood before.", "{} reports stand as they stood before.")


@bp.app_template_global()
def done_words(kind: str, count: int) -> str:
    """Say what was done to so many reports at once."""
    return _counted(_DONE[kind], count)


@bp.post("/act")
def act() -> ResponseReturnValue:
    """Do something to each report that was chosen."""
    form, here, who = request.form, console(), signed_in()
    kind = next((name for name in ACTS if name in form), form.get("act", ""))
    chosen = _chosen(form.getlist("chosen"))
    try:
        outcome = here.bulk.act(
            who, kind, chosen, reason=form.get("reason", ""), incident_id=form.get("into") if form.get("into", "") else None
        )
    except Unfinished as problem:
        picked = frozenset(name for name, _ in chosen)
        return inbox_page(_filter(), page=1, problem=str(problem), picked=picked, reason=form.get("reason", "")), 400
    if outcome.act.reports:
        here.undoing.keep(current_user.get_id(), outcome.act)  # the page says what was done beside the button that takes it back
    _tell_what_was_left(outcome)
    return redirect(inbox_address(_filter()), 303)


@bp.post("/undo")
def undo() -> ResponseReturnValue:
    """Take the last act back, wherever nothing changed since."""
    here, who = console(), signed_in()
    last = here.undoing.take(current_user.get_id(), request.form.get("mark", ""))
    if last is None:
        flash("There is nothing to take back any more.")
    else:
        outcome = here.bulk.take_back(who, last)
        if outcome.act.reports:
            flash(_counted(_BACK, len(outcome.act.reports)))
        _tell_what_was_left(outcome)
    return redirect(inbox_address(_filter()), 303)


def _filter() -> Filter:
    return read_filter(request.args, console().office.lookups)


def _chosen(values: Sequence[str]) -> list[tuple[str, int]]:
    """Read which reports were chosen, each as it stood on the page."""
    pairs = [value.partition(":") for value in values]
    return [(name, int(version)) for name, _, version in pairs if name and version.isascii() and version.isdigit()]


def _tell_what_was_left(outcome: Outcome) -> None:
    for left in outcome.left:
        flash(_sentence(left))


def _sentence(left: Left) -> str:
    """Say why a report was left as it was, and who did what to it."""
    name = first_large(report_name(left.report_id))
    if not left.deeds:
        return f"{name} was left as it is. {left.why}"
    deeds = ", ".join(f"{deed.author}: {deed.action}" for deed in left.deeds)
    return f"{name} was left as it is, because it changed meanwhile ({deeds})."


def _counted(sentences: tuple[str, str], count: int) -> str:
    return sentences[0] if count == 1 else sentences[1].format(count)
