"""Prompts: which are recorded, which are missing, and what a caller hears of them."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.languages import gettext
from gateway.console.rooms import console
from gateway.console.said_words import said
from handlers.commands import LANGUAGES
from handlers.desk.office import Unfinished
from handlers.errors import NotFound
from handlers.voice.menu import Asks
from handlers.voice.prompts import SLOTS, Prompts
from handlers.voice.rehearsing import MOST_STEPS, SILENT, SPOKE, Rehearsing

# Nobody is to type a real one into an address.
_EXAMPLES = {"code": "1234", "pin": "123456", "receipt": "4821553907"}
bp = Blueprint("prompts", __name__, url_prefix="/desk/prompts")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show every prompt, and in which languages it is recorded."""
    prompts = _prompts()
    return render_template(
        "prompts.html",
        prompts=prompts,
        index=console().prompting.index(),
        tallies=console().prompting.tallies(prompts),
        languages=LANGUAGES,
    )


@bp.get("/<key>/<language>")
def show(key: str, language: str) -> ResponseReturnValue:
    """Show one prompt, to be listened to and recorded."""
    return _page(key, language)


@bp.post("/<key>/<language>/record")
def add(key: str, language: str) -> ResponseReturnValue:
    """Keep a recording, if it is fit to be heard."""
    sent = request.files.get("sound")
    data = sent.read() if sent else b""
    try:
        made = console().prompting.add(signed_in(), _prompts(), key, language, data)
    except Unfinished as error:
        return _page(key, language, problem=said(str(error))), 422
    flash(gettext("Recorded: %(seconds)s s. The next caller hears it.", seconds=made.seconds))
    return redirect(url_for("prompts.show", key=key, language=language), 303)


@bp.post("/<key>/<language>/remove")
def remove(key: str, language: str) -> ResponseReturnValue:
    """Have the provider's voice speak it again."""
    console().prompting.remove(signed_in(), key, language)
    flash(gettext("Removed. The provider's voice speaks the text again."))
    return redirect(url_for("prompts.show", key=key, language=language), 303)


@bp.get("/<key>/<language>/sound")
def sound(key: str, language: str) -> ResponseReturnValue:
    """Give a recording, to be listened to."""
    return Response(console().prompting.audio(key, language).audio, content_type="audio/wav")


@bp.get("/hear")
def hear() -> ResponseReturnValue:
    """Walk through a call as a caller does."""
    pressed = [keys for keys in request.args.getlist("pressed") if keys][:MOST_STEPS]
    compiled = console().given.editing.in_force().compiled
    rehearsing = Rehearsing(_heard_here(), compiled.keypad, language=LANGUAGES[0])
    at = rehearsing.at(pressed)
    return render_template(
        "hear.html",
        example=_EXAMPLES.get(at.state),
        at=at,
        pressed=pressed,
        spoke=SPOKE,
        silent=SILENT,
        Asks=Asks,
        may_go_on=len(pressed) < MOST_STEPS and at.asks is not Asks.END,
    )


def _prompts() -> Prompts:
    return console().given.editing.in_force().compiled.prompts


def _heard_here() -> Prompts:
    """Give the prompts with the addresses at which this page plays them."""
    index = console().prompting.index()

    def address(key: str, language: str) -> str | None:
        return url_for("prompts.sound", key=key, language=language) if (key, language) in index else None

    return replace(_prompts(), recorded=address)


def _page(key: str, language: str, *, problem: str = "") -> str:
    prompts = _prompts()
    if key not in prompts.keys or language not in LANGUAGES:
        raise NotFound("a prompt of that name and language")
    keys = prompts.keys
    place = keys.index(key)
    return render_template(
        "prompt.html",
        key=key,
        language=language,
        words=prompts.speak(key, language)[0].text,
        has_slot=key in SLOTS,
        is_borrowed=key in prompts.missing().get(language, ()),
        found=console().prompting.index().get((key, language)),
        before=keys[place - 1] if place else None,
        after=keys[place + 1] if place + 1 < len(keys) else None,
        authors=_authors(),
        problem=problem,
    )


def _authors() -> dict[str, str]:
    with console().given.reading() as unit:
        return {person.id: person.login for person in unit.people.all()}
