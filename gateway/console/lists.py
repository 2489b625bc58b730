"""The lists: what triage looks for, and how a person mends it: try a change, see what it moves, save it, give it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.lists import ListProblem
from gateway.console.access import signed_in
from gateway.console.languages import gettext
from gateway.console.reports import version as seen_number
from gateway.console.rooms import console
from gateway.console.said_words import said
from gateway.lists.editing import SHIPPED, Changed, Shown, changes, tidy
from gateway.lists.merging import Fault, faults_of
from gateway.lists.versions import Version
from handlers.desk.office import Unfinished
from handlers.desk.weighing import MOST_REPORTS, Moves
from handlers.errors import Conflict

bp = Blueprint("lists", __name__, url_prefix="/desk/lists")

_MOVES_NOTHING = ("words", "prompts", "examples")  # what is sent and answered, what is learned from later: nothing moves
_ROOM_TO_WRITE = 12  # lines below the last


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a text: its faults, or what it changes and moves. `digest` tells whether it was this text."""

    digest: str
    faults: tuple[Fault, ...] = field(default=(), repr=False)
    changes: tuple[Changed, ...] = field(default=(), repr=False)
    moves: Moves | None = None


@bp.get("")
def index() -> ResponseReturnValue:
    """Show every list."""
    here = console()
    return render_template(
        "lists.html",
        lists=here.given.editing.index(),
        may_begin=here.given.editing.may_begin(),
        faults=here.given.editing.in_force().faults,
        authors=_authors(),
        most=MOST_REPORTS,
    )


@bp.get("/<room>/<file>")
def show(room: str, file: str) -> ResponseReturnValue:
    """Show one list, to be edited."""
    shown = _shown(room, file)
    return _page(shown, shown.text)


@bp.post("/<room>/<file>/try")
def attempt(room: str, file: str) -> ResponseReturnValue:
    """Say what a change would do, without saving it."""
    shown, text = _shown(room, file), _text()
    tried = _tried(shown, text)
    return _page(shown, text, tried=tried, seen=seen_number()), 422 if tried.faults else 200


@bp.post("/<room>/<file>/save")
def save(room: str, file: str) -> ResponseReturnValue:
    """Save a change that was tried; one that was not is tried instead."""
    shown, text = _shown(room, file), _text()
    tried = _tried(shown, text)
    if tried.faults:
        return _page(shown, text, tried=tried, seen=seen_number()), 422
    if request.form.get("tried") != tried.digest:
        problem = gettext(
            "Not saved yet: the text is another than the one that was tried. Below is what it would do; save it if it is right."
        )
        return _page(shown, text, tried=tried, seen=seen_number(), problem=problem), 422
    try:
        console().given.editing.save(
            signed_in(), shown.listed.name, text, seen=seen_number(), reason=request.form.get("reason", "")
        )
    except Unfinished as error:
        return _page(shown, text, tried=tried, seen=seen_number(), problem=said(str(error))), 422
    except Conflict as error:
        return _overtaken(room, file, text, str(error))
    except ListProblem as error:  # another list was saved meanwhile, and the two do not go together
        return _page(shown, text, tried=Tried(_digest(text), faults_of(error)), seen=seen_number()), 422
    return _saved(room, file, gettext("Saved. The next report is read with it. Reports that are here already stand as they did."))


@bp.get("/<room>/<file>/versions/<int:number>")
def version(room: str, file: str, number: int) -> ResponseReturnValue:
    """Show one version beside the newest, and what restoring it would do."""
    shown = _shown(room, file)
    return _version_page(shown, _version(shown, number))


@bp.post("/<room>/<file>/versions/<int:number>/restore")
def restore(room: str, file: str, number: int) -> ResponseReturnValue:
    """Have an older version be the newest again, once it was shown what that does."""
    shown = _shown(room, file)
    found = _version(shown, number)
    if request.form.get("tried") != _digest(found.text or ""):
        return _version_page(shown, found, problem=gettext("Not restored yet: below is what it would do.")), 422
    try:
        console().given.editing.restore(
            signed_in(), shown.listed.name, number, seen=seen_number(), reason=request.form.get("reason", "")
        )
    except Unfinished as error:
        return _version_page(shown, found, problem=said(str(error))), 422
    except ListProblem as error:
        text = found.text or ""
        return _page(shown, text, tried=Tried(_digest(text), faults_of(error))), 422
    if number == SHIPPED:
        return _saved(room, file, gettext("The list as it ships is in force again."))
    return _saved(room, file, gettext("Version %(number)s is in force again.", number=number))


def _version(shown: Shown, number: int) -> Version:
    return console().given.editing.version(shown.listed.name, number, signed_in())


def _version_page(shown: Shown, found: Version, *, problem: str = "") -> str:
    can_restore = found.text is not None and found.number != shown.listed.number and found.text != shown.text
    return render_template(
        "list_version.html",
        shown=shown,
        version=found,
        is_shipped=found.number == SHIPPED,
        tried=_tried(shown, found.text) if can_restore and found.text is not None else None,
        problem=problem,
        reason=request.form.get("reason", ""),
        authors=_authors(),
        **_where(shown),
    )


@bp.post("/weigh")
def weigh() -> ResponseReturnValue:
    """Weigh the open reports anew by the lists in force, and show what moved."""
    return render_template("weighed.html", moves=console().weighing.weigh_anew(signed_in()))


def _tried(shown: Shown, text: str) -> Tried:
    here, name = console(), shown.listed.name
    try:
        compiled = here.given.editing.attempt(name, text)
    except ListProblem as problem:
        return Tried(_digest(text), faults_of(problem))
    moves = None
    if not name.startswith(_MOVES_NOTHING):
        moves = here.weighing.moves(signed_in(), here.given.editing.in_force().compiled.lookups, compiled.lookups)
    return Tried(_digest(text), changes=tuple(changes(shown.text, text)), moves=moves)


def _overtaken(room: str, file: str, text: str, sentence: str) -> ResponseReturnValue:
    """Show what was written beside what somebody else saved meanwhile."""
    shown = _shown(room, file)
    problem = gettext(
        "%(sentence)s Nothing of yours is lost: it stands below, and the lines in which it differs from version %(number)s are "
        "shown. Saving puts yours in its place.",
        sentence=gettext(sentence),
        number=shown.listed.number,
    )
    return _page(shown, text, tried=_tried(shown, text), problem=problem), 409


def _page(shown: Shown, text: str, *, tried: Tried | None = None, seen: int | None = None, problem: str = "") -> str:
    lines = text.count("\n") + _ROOM_TO_WRITE
    return render_template(
        "list.html",
        shown=shown,
        text=text,
        tried=tried,
        seen=shown.listed.number if seen is None else seen,
        problem=problem,
        reason=request.form.get("reason", ""),
        lines=lines,
        wrong_lines={fault.line for fault in tried.faults if fault.name == shown.listed.name} if tried else set(),
        moves_nothing=shown.listed.name.startswith(_MOVES_NOTHING),
        authors=_authors(),
        **_where(shown),
    )


def _saved(room: str, file: str, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("lists.show", room=room, file=file, saved="yes"), 303)


def _shown(room: str, file: str) -> Shown:
    return console().given.editing.show(f"{room}/{file}", signed_in())


def _where(shown: Shown) -> dict[str, str]:
    room, _, file = shown.listed.name.partition("/")
    return {"room": room, "file": file}


def _text() -> str:
    return tidy(request.form.get("text", ""))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _authors() -> dict[str, str]:
    with console().given.reading() as unit:
        return {person.id: person.login for person in unit.people.all()}
