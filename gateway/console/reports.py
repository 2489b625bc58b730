"""A report: its thread, its findings, and what a coordinator decides about it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.languages import gettext
from gateway.console.looking import at_work
from gateway.console.rooms import console
from gateway.console.said_words import said
from handlers.desk.choices import choices
from handlers.desk.covering import covered_by
from handlers.desk.findings import CORRECTABLE
from handlers.desk.judging import Grade
from handlers.desk.lengths import measure
from handlers.desk.office import Unfinished
from handlers.desk.views import ReportView
from handlers.records import ProposalState

bp = Blueprint("reports", __name__, url_prefix="/desk/reports")


@bp.get("/<report_id>")
def show(report_id: str) -> ResponseReturnValue:
    """Show a report."""
    return report_page(report_id, typed={})


@bp.post("/<report_id>/claim")
def claim(report_id: str) -> ResponseReturnValue:
    """Take the report on."""
    console().judging.claim(signed_in(), report_id, version())
    return done(report_id, gettext("You have this report for an hour."))


@bp.post("/<report_id>/release")
def release(report_id: str) -> ResponseReturnValue:
    """Let go of the report."""
    console().judging.release(signed_in(), report_id, version())
    return done(report_id, gettext("You let go of this report."))


@bp.post("/<report_id>/correct")
def correct(report_id: str) -> ResponseReturnValue:
    """Correct a finding."""
    form = request.form
    stage = form.get("stage", "")
    console().correcting.correct(
        signed_in(), report_id, version(), stage=stage, values=form.getlist("values"), reason=form.get("reason", "")
    )
    return done(report_id, gettext("Corrected. What follows from it was worked out anew, the priority too."), f"found-{stage}")


@bp.post("/<report_id>/set-aside")
def set_aside(report_id: str) -> ResponseReturnValue:
    """Say that two reports are not the same."""
    form = request.form
    console().correcting.set_aside(
        signed_in(),
        report_id,
        version(),
        stage=form.get("stage", ""),
        other_id=form.get("other", ""),
        reason=form.get("reason", ""),
    )
    return done(report_id, gettext("Set aside. The two are not suggested beside each other any more."), "findings")


@bp.post("/<report_id>/suggest-again")
def suggest_again(report_id: str) -> ResponseReturnValue:
    """Take it back that two reports are not the same."""
    form = request.form
    console().correcting.suggest_again(
        signed_in(), report_id, version(), stage=form.get("stage", ""), other_id=form.get("other", "")
    )
    return done(report_id, gettext("It is suggested again."), "findings")


@bp.post("/<report_id>/hide")
def hide(report_id: str) -> ResponseReturnValue:
    """Have words taken out of the texts."""
    words = request.form.get("words", "").splitlines()
    console().correcting.hide(signed_in(), report_id, version(), words=words, reason=request.form.get("reason", ""))
    return done(report_id, gettext("Hidden wherever it stands in this report."), "hidden")


@bp.post("/<report_id>/show-again")
def show_again(report_id: str) -> ResponseReturnValue:
    """Have hidden words shown again."""
    form = request.form
    console().correcting.show_again(signed_in(), report_id, version(), words=form.getlist("words"), reason=form.get("reason", ""))
    return done(report_id, gettext("It is shown again."), "hidden")


@bp.post("/<report_id>/grade")
def grade(report_id: str) -> ResponseReturnValue:
    """Grade source and information."""
    form = request.form
    judged = Grade(
        source=form.get("source", ""),
        information=form.get("information", ""),
        text=form.get("text", ""),
        first_hand="first_hand" in form,
        with_record="with_record" in form,
        in_contact="in_contact" in form,
    )
    console().judging.grade(signed_in(), report_id, version(), judged)
    return done(report_id, gettext("Graded."), "grade")


@bp.post("/<report_id>/note")
def note(report_id: str) -> ResponseReturnValue:
    """Keep a note."""
    console().judging.write_note(signed_in(), report_id, version(), text=request.form.get("note", ""))
    return done(report_id, gettext("Noted."), "notes")


@bp.post("/<report_id>/reject")
def reject(report_id: str) -> ResponseReturnValue:
    """Close the report."""
    console().judging.reject(signed_in(), report_id, version(), reason=request.form.get("rejection", ""))
    return done(report_id, gettext("Closed."))


@bp.post("/<report_id>/reopen")
def reopen(report_id: str) -> ResponseReturnValue:
    """Open the report again."""
    console().judging.reopen(signed_in(), report_id, version(), reason=request.form.get("reopening", ""))
    return done(report_id, gettext("Opened again."))


@bp.errorhandler(Unfinished)
def unfinished(error: Unfinished) -> ResponseReturnValue:
    """Show the report again, with what was typed and what is missing."""
    report_id = (request.view_args or {}).get("report_id")
    if not isinstance(report_id, str):
        abort(400)
    return report_page(report_id, typed=request.form, problem=said(str(error))), 400


def report_page(report_id: str, *, typed: Mapping[str, str], problem: str = "", warned: object = None) -> str:
    """Give the page of a report; `typed` is what somebody had begun to write."""
    here = console()
    as_written = request.args.get("words") == "written"
    view = here.reading.report(signed_in(), report_id, as_written=as_written)
    return render_template(
        "report.html",
        view=view,
        at_work=at_work(view.report),
        typed=typed,
        problem=problem,
        as_written=as_written,
        me=signed_in().person,
        choices={stage: _in_words(choices(stage, here.office.lookups)) for stage in CORRECTABLE},
        incidents=here.incidents.list(signed_in()),
        waiting=[proposal for proposal in view.proposals if proposal.state is ProposalState.WAITING],
        length=measure(typed.get("reply", "").replace("\r\n", "\n").strip()),
        warned=warned,
        answers=here.answers,
        language=_language(view),
        pace=here.given.pace,
        covered=covered_by(here.given.covered, [*view.found, *view.first]),
    )


def done(report_id: str, sentence: str, anchor: str | None = None) -> ResponseReturnValue:
    """Go back to the report and say what was done."""
    flash(sentence)
    return redirect(url_for("reports.show", report_id=report_id, _anchor=anchor), 303)


def version() -> int:
    """Give the version of the report, or of the incident or proposal, that the person saw."""
    found = request.form.get("version", type=int)
    if found is None:
        abort(400)
    return found


def _in_words(known: Mapping[str, str]) -> dict[str, str]:
    return {value: said(label) for value, label in known.items()}


def _language(view: ReportView) -> str:
    """Give the language to answer in: Ndau where its forms stand in the texts."""
    if any(item.finding.value == "ndau" for item in view.of("variety")):
        return "ndau"
    return next((item.finding.value for item in view.of("language")), "en")
