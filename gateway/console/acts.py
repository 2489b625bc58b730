"""Acts on many reports of the inbox at once, and their taking back from the next page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from gateway.console.access import signed_in
from gateway.console.inbox import inbox_page
from gateway.console.languages import gettext, ngettext
from gateway.console.listing import inbox_address
from gateway.console.rooms import console
from gateway.console.said_words import said
from gateway.console.trail_words import action_words
from gateway.console.wording import first_large
from handlers.desk.inbox.bulk import ACTS, CLAIM, CLOSE, JOIN, RELEASE, SPAM, Left, Outcome
from handlers.desk.inbox.filters import Filter, read_filter
from handlers.desk.office import Unfinished, report_name

bp = Blueprint("acts", __name__, url_prefix="/desk")

_DONE: dict[str, Callable[[int], str]] = {
    CLAIM: lambda count: ngettext("You took on one report, for an hour.", "You took on %(num)d reports, for an hour.", count),
    RELEASE: lambda count: ngettext("You let go of one report.", "You let go of %(num)d reports.", count),
    CLOSE: lambda count: ngettext("You closed one report.", "You closed %(num)d reports.", count),
    SPAM: lambda count: ngettext("You marked one report as spam.", "You marked %(num)d reports as spam.", count),
    JOIN: lambda count: ngettext("You joined one report to an incident.", "You joined %(num)d reports in one incident.", count),
}


@bp.app_template_global()
def done_words(kind: str, count: int) -> str:
    """Say what was done to so many reports at once."""
    return _DONE[kind](count)


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
        return inbox_page(_filter(), page=1, problem=said(str(problem)), picked=picked, reason=form.get("reason", "")), 400
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
        flash(gettext("There is nothing to take back any more."))
    else:
        outcome = here.bulk.take_back(who, last)
        if outcome.act.reports:
            count = len(outcome.act.reports)
            flash(ngettext("One report stands as it stood before.", "%(num)d reports stand as they stood before.", count))
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
    name = first_large(said(report_name(left.report_id)))
    if not left.deeds:
        return gettext("%(report)s was left as it is. %(why)s", report=name, why=said(left.why))
    deeds = ", ".join(f"{deed.author}: {action_words(deed.action)}" for deed in left.deeds)
    return gettext("%(report)s was left as it is, because it changed meanwhile (%(deeds)s).", report=name, deeds=deeds)
