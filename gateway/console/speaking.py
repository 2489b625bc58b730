"""Speaking a reply: typed and read out, or recorded in the browser and disguised. The one page that may use a microphone."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.headers import WITH_MICROPHONE
from gateway.console.languages import gettext
from gateway.console.reports import done, unfinished, version
from gateway.console.rooms import console
from gateway.console.said_words import said
from handlers.desk.office import Unfinished
from handlers.desk.speaking import LONGEST_TEXT, MOST_SECONDS
from handlers.reports import ReportState

bp = Blueprint("speaking", __name__, url_prefix="/desk/reports")


@bp.get("/<report_id>/speak")
def show(report_id: str) -> ResponseReturnValue:
    """Show the page."""
    return _page(report_id, typed={})


@bp.post("/<report_id>/speak/write")
def write(report_id: str) -> ResponseReturnValue:
    """Keep a text to be read out."""
    form = request.form
    console().speaking.write(signed_in(), report_id, version(), text=form.get("words", ""), language=form.get("language", ""))
    return done(report_id, gettext("It waits. Whoever calls and gives the receipt hears it."), "thread")


@bp.post("/<report_id>/speak/record")
def record(report_id: str) -> ResponseReturnValue:
    """Have a recording disguised, and keep that."""
    sent = request.files.get("sound")
    console().speaking.record(signed_in(), report_id, version(), data=sent.read() if sent else b"")
    return done(
        report_id, gettext("It is disguised and waits. Listen to it below: it can be taken back until it is heard."), "thread"
    )


@bp.post("/<report_id>/speak/<message_id>/take-back")
def take_back(report_id: str, message_id: str) -> ResponseReturnValue:
    """Take back what nobody has heard yet."""
    console().speaking.take_back(signed_in(), report_id, version(), message_id)
    return done(report_id, gettext("Taken back. Nobody heard it."), "thread")


@bp.errorhandler(Unfinished)
def unfit(error: Unfinished) -> ResponseReturnValue:
    """Show the page again, with what was typed and what is wrong."""
    if request.endpoint == "speaking.take_back":
        return unfinished(error)
    report_id = (request.view_args or {}).get("report_id")
    if not isinstance(report_id, str):
        abort(400)
    response = _page(report_id, typed=request.form, problem=said(str(error)))
    response.status_code = 422
    return response


def _page(report_id: str, *, typed: Mapping[str, str], problem: str = "") -> Response:
    with console().given.reading() as unit:
        report = unit.reports.get(report_id)
    page = render_template(
        "speak.html",
        report=report,
        is_deleted=report.state is ReportState.DELETED,
        typed=typed,
        problem=problem,
        longest=LONGEST_TEXT,
        most_seconds=MOST_SECONDS,
    )
    response = make_response(page)
    response.headers.update(WITH_MICROPHONE)
    return response
