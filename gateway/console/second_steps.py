"""The second step of signing in: a code, or a passkey; and the code that lifts a lock before the password is asked for."""

from __future__ import annotations

from base64 import b64decode

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from gateway.console import passkeys
from gateway.console.access import end_session, let_in
from gateway.console.languages import gettext, lazy_gettext
from gateway.console.pending import Waiting
from gateway.console.rooms import console
from gateway.console.sessions import Ticket
from gateway.console.throttling import throttle_of
from handlers.desk.people import SignedIn

bp = Blueprint("second_steps", __name__, url_prefix="/sign-in")

_OVER = lazy_gettext("That took too long, or was tried too often. Please begin again.")


@bp.route("/second", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    """Ask for the second step; let in who gives the right code."""
    found = _waiting()
    if found is None:
        return _begin_again()
    ticket, waiting = found
    if request.method == "GET":
        return _page(ticket, waiting)
    if console().steps.check_code(waiting.person_id, request.form.get("code", "")):
        return _let_in(ticket, waiting)
    console().pending.tried(ticket.session_id)
    return _page(ticket, waiting, problem=gettext("That code is not right, or was used already. Wait for the next one.")), 401


@bp.post("/passkey")
def show() -> ResponseReturnValue:
    """Let in who shows a passkey of theirs."""
    found = _waiting()
    if found is None:
        return _begin_again()
    ticket, waiting = found
    here = console()
    site = passkeys.site_of(here.given.public_url, request.host)
    challenge = here.pending.take_challenge(ticket.session_id)
    if site is not None and challenge is not None:
        shown = passkeys.shown(site, challenge, request.form.get("answer", ""), here.steps.of(waiting.person_id))
        if shown is not None:
            here.steps.used(shown[0], counter=shown[1])
            return _let_in(ticket, waiting)
    here.pending.tried(ticket.session_id)
    return _page(ticket, waiting, problem=gettext("That passkey was not right. Try again, or use a code.")), 401


@bp.post("/lift")
def lift() -> ResponseReturnValue:
    """Let somebody try again who knows a code of their second step. A name that nobody has is answered alike."""
    login = request.form.get("login", "").strip().casefold()
    here = console()
    with here.given.reading() as unit:
        person = unit.people.first(login=login)
    if person is None or not here.steps.check_code(person.id, request.form.get("code", "")):
        return render_template("slowed.html", login=login, problem=gettext("That code is not right.")), 401
    throttle_of(current_app).lift(login, everywhere=False)
    flash(gettext("You can try again now, with the next code that your app shows."))
    return redirect(url_for("console.sign_in"), 303)


def _waiting() -> tuple[Ticket, Waiting] | None:
    try:
        ticket = Ticket(session.get("pending", ""), b64decode(session.get("half", ""), validate=True))
    except ValueError:
        return None
    waiting = console().pending.find(ticket) if ticket.session_id and ticket.half else None
    return None if waiting is None else (ticket, waiting)


def _begin_again() -> ResponseReturnValue:
    flash(str(_OVER))
    return redirect(url_for("console.sign_in"), 303)


def _page(ticket: Ticket, waiting: Waiting, *, problem: str = "") -> str:
    here = console()
    steps = here.steps.of(waiting.person_id)
    site = passkeys.site_of(here.given.public_url, request.host)
    options = ""
    if site is not None and steps.passkeys:
        options = passkeys.ask(site, here.pending.challenge(ticket.session_id), steps)
    return render_template("second_step.html", steps=steps, options=options, problem=problem)


def _let_in(ticket: Ticket, waiting: Waiting) -> ResponseReturnValue:
    here = console()
    with here.given.reading() as unit:
        person = unit.people.get(waiting.person_id)
    here.pending.close(ticket.session_id)
    end_session()
    if person.disabled:
        return _begin_again()
    who = SignedIn(person, waiting.keys)
    if not who.is_duress:
        here.given.people.arrived(who)
    return let_in(who)
