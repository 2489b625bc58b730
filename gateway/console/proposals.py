"""Proposals: one person proposes an entry for the case log, another approves or returns it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.reports import done, version
from gateway.console.rooms import console
from handlers.caselog.content import Kind
from handlers.caselog.precision import BAND_TEXTS, PLACE_STEPS, TimeStep, coarsen_time, place_step, time_step
from handlers.desk.drafts import ACTORS, KP_HOOKS, Draft
from handlers.desk.office import Unfinished
from handlers.records import Role
from handlers.reports import ReportState
from handlers.triage.gazetteer import KnownPlace

bp = Blueprint("proposals", __name__, url_prefix="/desk")

KINDS = {
    Kind.CASE.value: "a case",
    Kind.CORRECTION.value: "a correction of an earlier entry",
    Kind.WITHDRAWAL.value: "a withdrawal of an earlier entry",
}


@bp.get("/reports/<report_id>/propose")
def new(report_id: str) -> ResponseReturnValue:
    """Show the form, with what is known already."""
    draft, missing = console().proposing.begin(signed_in(), report_id)
    return _form(report_id, draft, problem=missing)


@bp.post("/reports/<report_id>/propose")
def propose(report_id: str) -> ResponseReturnValue:
    """Propose an entry."""
    draft = _draft()
    confirmed = request.form.get("confirmed", "")
    try:
        proposal_id = console().proposing.propose(signed_in(), report_id, version(), draft, confirmed=confirmed)
    except Unfinished as error:
        return _form(report_id, draft, problem=str(error)), 400
    flash("Proposed. Another person must approve it.")
    return redirect(url_for("proposals.show", proposal_id=proposal_id), 303)


@bp.get("/proposals/<proposal_id>")
def show(proposal_id: str) -> ResponseReturnValue:
    """Show a proposal: the entry as it would stand."""
    view = console().proposing.view(signed_in(), proposal_id)
    return render_template("proposal.html", view=view, categories=_categories(), hooks=KP_HOOKS)


@bp.post("/proposals/<proposal_id>/approve")
def approve(proposal_id: str) -> ResponseReturnValue:
    """Append it to the case log."""
    index = console().approving.approve(signed_in(), proposal_id, version())
    flash(f"Approved. It stands in the case log as entry {index}.")
    return redirect(url_for("entries.show", index=index), 303)


@bp.post("/proposals/<proposal_id>/return")
def send_back(proposal_id: str) -> ResponseReturnValue:
    """Return it with a reason."""
    report_id = console().proposing.send_back(signed_in(), proposal_id, version(), reason=request.form.get("reason", ""))
    if signed_in().person.role is Role.APPROVER:
        flash("Returned.")
        return redirect(url_for("approvals.index"), 303)
    return done(report_id, "Returned.", "notes")


def _form(report_id: str, draft: Draft, *, problem: str) -> str:
    here = console()
    with here.given.reading() as unit:
        report = unit.reports.get(report_id)
    return render_template(
        "propose.html",
        report=report,
        draft=draft,
        problem=problem,
        redaction=here.proposing.redaction(signed_in(), report_id),
        categories=_categories(),
        hooks=KP_HOOKS,
        actors=ACTORS,
        places=_places(),
        bands=BAND_TEXTS,
        steps=(TimeStep.WEEK, TimeStep.DAY, TimeStep.MONTH),
        kinds=KINDS if report.state is ReportState.LOGGED else {Kind.CASE.value: KINDS[Kind.CASE.value]},
    )


def _draft() -> Draft:
    form = request.form
    place = console().office.lookups.gazetteer.by_id.get(form.get("place", ""))
    return Draft(
        summary=form.get("summary", "").replace("\r\n", "\n").strip(),
        categories=tuple(form.getlist("categories")),
        kp_hooks=tuple(form.getlist("kp_hooks")),
        within_kp=form.get("within_kp") == "yes",
        place=place.name if place else "",
        place_level=_level(place) if place else "country",
        when=_when(form.get("day", ""), form.get("step", ""), known=form.get("when", "")),
        people=form.get("people", ""),
        actors=tuple(form.getlist("actors")),
        kind=form.get("kind", Kind.CASE.value),
        refers_to=form.get("refers_to", type=int) if form.get("kind", Kind.CASE.value) != Kind.CASE.value else None,
    )


def _categories() -> dict[str, str]:
    return {code: category.label for code, category in console().office.lookups.categories.items()}


def _places() -> list[tuple[str, list[KnownPlace]]]:
    """Give the places to choose from, the coarse ones first: the place that is chosen is as exact as the entry gets."""
    groups: dict[str, list[KnownPlace]] = {"Ward or coarser": [], "Finer than a ward": []}
    for place in sorted(console().office.lookups.gazetteer.by_id.values(), key=lambda place: place.name):
        groups["Ward or coarser" if place_step(place.level) else "Finer than a ward"].append(place)
    return list(groups.items())


def _level(place: KnownPlace) -> str:
    return PLACE_STEPS[place_step(place.level)]


def _when(day: str, step: str, *, known: str) -> str:
    """Tell a chosen day as exactly as was chosen; without one, what was known stays."""
    try:
        return coarsen_time(date.fromisoformat(day), TimeStep(step))
    except ValueError:
        return known if time_step(known) else ""
