"""Proposals: one person proposes an entry for the case log, another approves or returns it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from gateway.console.access import signed_in
from gateway.console.languages import gettext, lazy_gettext
from gateway.console.reports import done, version
from gateway.console.rooms import console
from gateway.console.said_words import said
from handlers.caselog.content import Kind
from handlers.caselog.precision import BAND_TEXTS, PLACE_STEPS, TimeStep, coarsen_time, place_step, time_step
from handlers.desk.bringing import GROUNDS, Judged, reason_of
from handlers.desk.drafts import ACTORS, KP_HOOKS, Draft
from handlers.desk.filling import times
from handlers.desk.judging import Grade
from handlers.desk.office import Unfinished
from handlers.desk.proposing import Begun
from handlers.errors import Conflict
from handlers.records import Role
from handlers.reports import ReportState
from handlers.triage.gazetteer import KnownPlace

bp = Blueprint("proposals", __name__, url_prefix="/desk")

KINDS = {
    Kind.CASE.value: lazy_gettext("a case"),
    Kind.CORRECTION.value: lazy_gettext("a correction of an earlier entry"),
    Kind.WITHDRAWAL.value: lazy_gettext("a withdrawal of an earlier entry"),
}


@bp.get("/reports/<report_id>/propose")
def new(report_id: str) -> ResponseReturnValue:
    """Show the form, filled from what is known, with all that is still to be judged."""
    begun = console().proposing.begin(signed_in(), report_id)
    return _form(begun, begun.draft, judged={})


@bp.post("/reports/<report_id>/propose")
def propose(report_id: str) -> ResponseReturnValue:
    """Judge what is still to be judged, and propose an entry: all of it, or nothing."""
    draft, form = _draft(), request.form
    try:
        proposal_id = console().bringing.bring(
            signed_in(), report_id, version(), _judged(), draft, confirmed=form.get("confirmed", "")
        )
    except (Unfinished, Conflict) as error:  # what was typed is not lost, whatever others did meanwhile
        status = 409 if isinstance(error, Conflict) else 400
        return _form(console().proposing.begin(signed_in(), report_id), draft, judged=form, problem=said(str(error))), status
    flash(gettext("Proposed. Another person must approve it."))
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
    flash(gettext("Approved. It stands in the case log as entry %(number)s.", number=index))
    return redirect(url_for("entries.show", index=index), 303)


@bp.post("/proposals/<proposal_id>/return")
def send_back(proposal_id: str) -> ResponseReturnValue:
    """Return it with a reason."""
    report_id = console().proposing.send_back(signed_in(), proposal_id, version(), reason=request.form.get("reason", ""))
    if signed_in().person.role is Role.APPROVER:
        flash(gettext("Returned."))
        return redirect(url_for("approvals.index"), 303)
    return done(report_id, gettext("Returned."), "notes")


def _form(begun: Begun, draft: Draft, *, judged: Mapping[str, str], problem: str = "") -> str:
    here, report = console(), begun.report
    view = here.reading.teller(signed_in(), report)
    return render_template(
        "propose.html",
        begun=begun,
        report=report,
        draft=draft,
        problem=problem,
        judged=judged,
        ticked=judged.getlist("grounds") if isinstance(judged, MultiDict) else [],
        source_grade=judged.get("source") or (view.grade if view else "") or ("F" if begun.is_first else ""),
        grounds=GROUNDS,
        incidents=[] if report.incident_id else here.incidents.list(signed_in()),
        categories=_categories(),
        hooks=KP_HOOKS,
        actors=ACTORS,
        places=_places(),
        bands=BAND_TEXTS,
        times=times(here.office.today(), draft.when),
        steps=(TimeStep.WEEK, TimeStep.DAY, TimeStep.MONTH),
        kinds=KINDS if report.state is ReportState.LOGGED else {Kind.CASE.value: KINDS[Kind.CASE.value]},
    )


def _judged() -> Judged:
    """Read what a person judged on the way. Where the form asks for no grade, there is one already."""
    form = request.form
    why = reason_of(form.getlist("grounds"), form.get("why", ""))
    grade = Grade(
        source=form.get("source", ""),
        information=form.get("information", ""),
        text=why,
        first_hand="first_hand" in form,
        with_record="with_record" in form,
        in_contact="in_contact" in form,
    )
    return Judged(
        grade=grade if "judges" in form else None,
        incident_id=form.get("incident", "") or None,
        has_grounds="has_grounds" in form,
        why=why,
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
    coarse, fine = gettext("Ward or coarser"), gettext("Finer than a ward")
    groups: dict[str, list[KnownPlace]] = {coarse: [], fine: []}
    for place in sorted(console().office.lookups.gazetteer.by_id.values(), key=lambda place: place.name):
        groups[coarse if place_step(place.level) else fine].append(place)
    return list(groups.items())


def _level(place: KnownPlace) -> str:
    return PLACE_STEPS[place_step(place.level)]


def _when(day: str, step: str, *, known: str) -> str:
    """Tell a chosen day as exactly as was chosen; without one, what was known stays."""
    try:
        return coarsen_time(date.fromisoformat(day), TimeStep(step))
    except ValueError:
        return known if time_step(known) else ""
