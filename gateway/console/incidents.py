"""Incidents: which reports are about one, and how far it is verified."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.languages import gettext
from gateway.console.reports import done, version
from gateway.console.rooms import console
from handlers.desk.board.way import Link
from handlers.records import Standing

bp = Blueprint("incidents", __name__, url_prefix="/desk")

LADDER = (Standing.LEAD, Standing.REASONABLE_SUSPICION, Standing.REASONABLE_GROUNDS, Standing.CORROBORATED)


@bp.get("/incidents")
def index() -> ResponseReturnValue:
    """List the incidents."""
    return render_template("incidents.html", incidents=console().incidents.list(signed_in()))


@bp.get("/incidents/<incident_id>")
def show(incident_id: str) -> ResponseReturnValue:
    """Show the board of one incident: its reports side by side, and the way to the case log."""
    here, who = console(), signed_in()
    view = here.incidents.view(who, incident_id)
    board = here.boards.view(who, incident_id)
    summaries = here.reading.summaries(who, [report.id for report in view.reports])
    return render_template("incident.html", view=view, board=board, summaries=summaries, ladder=LADDER, link_to=link_to)


@bp.post("/incidents/<incident_id>/standing")
def standing(incident_id: str) -> ResponseReturnValue:
    """Say how far it is verified."""
    form = request.form
    console().incidents.set_standing(
        signed_in(), incident_id, version(), standing=form.get("standing", ""), reason=form.get("reason", "")
    )
    flash(gettext("The standing is set."))
    return redirect(url_for("incidents.show", incident_id=incident_id), 303)


@bp.post("/reports/<report_id>/join")
def join(report_id: str) -> ResponseReturnValue:
    """Join a report to an incident."""
    chosen = request.form.get("incident", "") or None
    console().incidents.join(signed_in(), report_id, version(), incident_id=chosen)
    return done(report_id, gettext("Joined."), "incident")


@bp.post("/reports/<report_id>/join-with")
def join_with(report_id: str) -> ResponseReturnValue:
    """Join a report with one that is suggested beside it."""
    console().incidents.join_with(signed_in(), report_id, version(), other_id=request.form.get("other", ""))
    return done(report_id, gettext("Joined: the two stand in one incident."), "incident")


@bp.post("/reports/<report_id>/split")
def split(report_id: str) -> ResponseReturnValue:
    """Take a report out of its incident."""
    console().incidents.split(signed_in(), report_id, version())
    return done(report_id, gettext("Taken out of the incident."), "incident")


def link_to(link: Link) -> str:
    """Give the address of where a step is done."""
    match link.kind:
        case "grade":
            return url_for("reports.show", report_id=link.id, _anchor="grade")
        case "propose":
            return url_for("proposals.new", report_id=link.id)
        case "proposal":
            return url_for("proposals.show", proposal_id=link.id)
        case "entry":
            return url_for("entries.show", index=link.id)
        case _:
            return url_for("incidents.show", incident_id=link.id, _anchor="standing")
