"""Replies: writing to a source whose number nobody sees."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.reports import done, report_page, unfinished, version
from gateway.console.rooms import console
from handlers.desk.office import Unfinished

bp = Blueprint("replies", __name__, url_prefix="/desk/reports")
bp.register_error_handler(Unfinished, unfinished)


@bp.post("/<report_id>/reply/count")
def count(report_id: str) -> ResponseReturnValue:
    """Show how long the text would be, without sending it."""
    return report_page(report_id, typed=request.form)


@bp.post("/<report_id>/reply")
def send(report_id: str) -> ResponseReturnValue:
    """Have the text sent."""
    is_question = request.form.get("why") == "question"
    console().replying.reply(
        signed_in(),
        report_id,
        version(),
        text=request.form.get("reply", ""),
        reason="question" if is_question else "answer",
    )
    return done(report_id, "On its way. The thread shows when it is delivered.", "thread")
