"""Field monitors: adding them, looking after them, and the card that each learns by heart."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.languages import gettext
from gateway.console.reports import version
from gateway.console.rooms import console
from gateway.console.said_words import said
from handlers.caselog.grading import SOURCE_GRADES
from handlers.commands import LANGUAGES, Language
from handlers.desk.enrolling import Enrolled
from handlers.desk.office import Unfinished
from handlers.voice.card import Card, build_card

bp = Blueprint("monitors", __name__, url_prefix="/desk/monitors")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show every monitor."""
    return _index()


@bp.post("/add")
def add() -> ResponseReturnValue:
    """Add a monitor, and show once what they are to learn by heart."""
    form = request.form
    enrolled = console().enrolling.add(
        signed_in(), name=form.get("name", ""), language=form.get("language", ""), grade=form.get("grade", "")
    )
    return _secrets(enrolled)


@bp.get("/<monitor_id>")
def show(monitor_id: str) -> ResponseReturnValue:
    """Show one monitor."""
    return render_template(
        "monitor.html", monitor=console().enrolling.get(signed_in(), monitor_id), grades=SOURCE_GRADES, lines=_lines()
    )


@bp.post("/<monitor_id>/pins")
def pins(monitor_id: str) -> ResponseReturnValue:
    """Give them new PINs, and show them once."""
    return _secrets(console().enrolling.new_pins(signed_in(), monitor_id, version()))


@bp.post("/<monitor_id>/word")
def word(monitor_id: str) -> ResponseReturnValue:
    """Give them a one-time word, and show it once."""
    made = console().enrolling.new_word(signed_in(), monitor_id, version())
    return render_template("enrolled.html", monitor=console().enrolling.get(signed_in(), monitor_id), word=made)


@bp.post("/<monitor_id>/unlock")
def unlock(monitor_id: str) -> ResponseReturnValue:
    """Unlock their code."""
    console().enrolling.unlock(signed_in(), monitor_id, version())
    return _done(monitor_id, gettext("Unlocked."))


@bp.post("/<monitor_id>/suspend")
def suspend(monitor_id: str) -> ResponseReturnValue:
    """Let their code count no more."""
    console().enrolling.suspend(signed_in(), monitor_id, version())
    return _done(monitor_id, gettext("Suspended. Their code, their word and their telephones count no more."))


@bp.post("/<monitor_id>/resume")
def resume(monitor_id: str) -> ResponseReturnValue:
    """Let them report again."""
    console().enrolling.resume(signed_in(), monitor_id, version())
    return _done(monitor_id, gettext("They can report again, with the code and the PINs they had."))


@bp.get("/card/<language>")
def card(language: str) -> ResponseReturnValue:
    """Show the card of a language, to be printed. A line's number stands on it only if it is asked for, and is one of ours."""
    line = request.args.get("line", "")
    if line and line not in _lines():
        abort(404)
    return render_template("card.html", card=card_of(language), line=line, lines=_lines())


@bp.errorhandler(Unfinished)
def unfinished(error: Unfinished) -> ResponseReturnValue:
    """Show the monitors again, with what was typed and what is missing."""
    return _index(problem=said(str(error))), 400


def card_of(name: str) -> Card:
    """Give the card of a language by the lists that are in force."""
    language: Language | None = next((known for known in LANGUAGES if known == name), None)
    if language is None:
        abort(404)
    compiled = console().given.editing.in_force().compiled
    return build_card(language, compiled.card, compiled.prompts, compiled.keypad)


def _index(*, problem: str = "") -> str:
    return render_template(
        "monitors.html",
        monitors=console().enrolling.list(signed_in()),
        grades=SOURCE_GRADES,
        lines=_lines(),
        typed=request.form,
        problem=problem,
    )


def _secrets(enrolled: Enrolled) -> str:
    monitor = console().enrolling.get(signed_in(), enrolled.monitor_id)
    return render_template("enrolled.html", monitor=monitor, enrolled=enrolled)


def _lines() -> tuple[str, ...]:
    return console().given.spoken.lines


def _done(monitor_id: str, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("monitors.show", monitor_id=monitor_id), 303)
