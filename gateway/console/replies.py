"""Replies: writing to a source whose number nobody sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.languages import gettext, marked
from gateway.console.reports import done, report_page, unfinished, version
from gateway.console.rooms import console
from gateway.console.said_words import said
from handlers.desk.cautions import Caution, seal_of
from handlers.desk.office import Unfinished
from handlers.desk.replying import Cautioned, Reply

bp = Blueprint("replies", __name__, url_prefix="/desk/reports")
bp.register_error_handler(Unfinished, unfinished)


@dataclass(frozen=True, slots=True)
class Warned:
    """What the form says of a text that may give somebody away."""

    cautions: tuple[Caution, ...] = field(repr=False)
    seal: str


@bp.post("/<report_id>/reply/count")
def count(report_id: str) -> ResponseReturnValue:
    """Show how long the text would be and what may give somebody away in it, without sending it."""
    text = request.form.get("reply", "").replace("\r\n", "\n").strip()
    found = console().replying.cautions(signed_in(), report_id, text)
    return report_page(report_id, typed=request.form, warned=Warned(found, seal_of(text, found)) if found else None)


@bp.post("/<report_id>/reply/fill")
def fill(report_id: str) -> ResponseReturnValue:
    """Put one of the texts to pick from into the form."""
    language, _, key = request.form.get("answer", "").partition("/")
    text = console().answers.get(language, {}).get(key)
    if text is None:
        raise Unfinished(marked("Choose a text from the list."))
    typed: Mapping[str, str] = {**request.form, "reply": text, "why": "question" if key in QUESTIONS else "answer"}
    return report_page(report_id, typed=typed)


@bp.post("/<report_id>/reply")
def send(report_id: str) -> ResponseReturnValue:
    """Have the text sent, at a moment drawn by chance or at once."""
    form = request.form
    is_urgent = form.get("when") == "now"
    if is_urgent and not form.get("urgency", "").strip():
        raise Unfinished(marked("Say why it must go at once."))
    reply = Reply(
        text=form.get("reply", ""),
        reason="question" if form.get("why") == "question" else "answer",
        urgency=form.get("urgency", "") if is_urgent else "",
        confirmed=form.get("anyway", ""),
    )
    console().replying.reply(signed_in(), report_id, version(), reply)
    return done(report_id, gettext("On its way. The thread shows when it goes out, and when it is delivered."), "thread")


@bp.post("/<report_id>/replies/<message_id>/take-back")
def take_back(report_id: str, message_id: str) -> ResponseReturnValue:
    """Take a text back that has not gone out yet."""
    console().replying.take_back(signed_in(), report_id, version(), message_id)
    return done(report_id, gettext("Taken back. Nothing went out."), "thread")


@bp.errorhandler(Cautioned)
def cautioned(error: Cautioned) -> ResponseReturnValue:
    """Show the text again, with what in it may give somebody away."""
    report_id = str((request.view_args or {})["report_id"])
    warned = Warned(error.cautions, error.seal)
    return report_page(report_id, typed=request.form, problem=said(str(error)), warned=warned), 400


QUESTIONS = ("where", "when", "how_many", "help", "seen")
