"""People: invited, given compartments, shut out. What an administrator may do and what a coordinator may stands in `access`."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.languages import gettext
from gateway.console.rooms import console
from gateway.console.said_words import said
from gateway.console.throttling import throttle_of
from handlers.desk.inviting import MAY_INVITE
from handlers.desk.people import HOLDS
from handlers.errors import NotAllowed
from handlers.protection.people import fingerprint
from handlers.records import Person, Role

bp = Blueprint("people", __name__, url_prefix="/people")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person as the page shows them."""

    person: Person
    holds: tuple[str, ...]
    lacks: tuple[str, ...]
    fingerprint: str
    sessions: int


@bp.get("/")
def index() -> ResponseReturnValue:
    """List everybody."""
    return _page()


@bp.post("/invite")
def invite() -> ResponseReturnValue:
    """Make an invitation; its code is shown once."""
    here, me = console(), signed_in().person
    login = request.form.get("login", "").strip().casefold()
    try:
        role = Role(request.form.get("role", ""))
    except ValueError:
        return _page(gettext("Choose what the newcomer is to be.")), 400
    try:
        code = here.inviting.invite(me, login, role)
    except NotAllowed as error:
        return _page(said(str(error))), 403
    link = f"{here.given.public_url}{url_for('invitations.accept')}#{code}"
    return render_template("invited.html", login=login, role=role, code=code, link=link)


@bp.post("/invitations/<invitation_id>/take-back")
def take_back(invitation_id: str) -> ResponseReturnValue:
    """Make an invitation void."""
    console().inviting.take_back(signed_in().person, invitation_id)
    return _done(gettext("The invitation holds no more."))


@bp.post("/<person_id>/grant")
def grant(person_id: str) -> ResponseReturnValue:
    """Give a person the compartments of their role."""
    given = console().inviting.grant(signed_in(), person_id)
    return _done(gettext("Given. They have it from their next sign-in on.") if given else gettext("They had it already."))


@bp.post("/<person_id>/withdraw")
def withdraw(person_id: str) -> ResponseReturnValue:
    """Take a compartment from a person; their sessions end, since these hold it."""
    here = console()
    here.inviting.withdraw(signed_in().person, person_id, request.form.get("compartment", ""))
    here.sessions.end_all(person_id)
    return _done(gettext("Withdrawn. Their sessions have ended."))


@bp.post("/<person_id>/disable")
def disable(person_id: str) -> ResponseReturnValue:
    """Shut a person out."""
    here, me = console(), signed_in().person
    if person_id == me.id:
        raise NotAllowed("You cannot shut yourself out.")
    here.given.people.disable(_login(person_id), by=me.id)
    here.sessions.end_all(person_id)
    return _done(gettext("Shut out."))


@bp.post("/<person_id>/end-sessions")
def end_sessions(person_id: str) -> ResponseReturnValue:
    """End a person's sessions."""
    here = console()
    here.sessions.end_all(person_id)
    _note("ended the sessions", person_id)
    return _done(gettext("Their sessions have ended."))


@bp.post("/<person_id>/lift")
def lift(person_id: str) -> ResponseReturnValue:
    """Let a person try to sign in again, from anywhere, for an hour."""
    throttle_of(current_app).lift(_login(person_id), everywhere=True)
    _note("lifted the sign-in lock", person_id)
    return _done(gettext("They can try to sign in again, from anywhere, for an hour."))


@bp.post("/<person_id>/reset")
def reset(person_id: str) -> ResponseReturnValue:
    """Remove the second steps of a person who lost them."""
    console().steps.reset(person_id, by=signed_in().person.id)
    return _done(gettext("Their password alone lets them in now. Ask them to set up a second step again."))


def _page(problem: str = "") -> str:
    here, me = console(), signed_in().person
    with here.given.reading() as unit:
        held: dict[str, list[str]] = {}
        for grant in unit.grants.all():
            held.setdefault(grant.person_id, []).append(grant.compartment)
        everybody = sorted(unit.people.all(), key=lambda person: (person.disabled, person.login))
    lines = [
        Line(
            person=person,
            holds=tuple(sorted(held.get(person.id, ()))),
            lacks=() if person.disabled else tuple(name for name in HOLDS[person.role] if name not in held.get(person.id, ())),
            fingerprint=fingerprint(person.public_key),
            sessions=len(here.sessions.of(person.id)) if me.role is Role.ADMINISTRATOR else 0,
        )
        for person in everybody
    ]
    return render_template(
        "people.html",
        lines=lines,
        invitations=here.inviting.waiting(),
        roles=MAY_INVITE[me.role],
        me=me,
        can_give=set(signed_in().keys),
        problem=problem,
    )


def _login(person_id: str) -> str:
    with console().given.reading() as unit:
        return unit.people.get(person_id).login


def _note(action: str, person_id: str) -> None:
    here = console()
    with here.given.writing() as unit:
        here.office.audit(unit, signed_in(), action, person_id)
        unit.commit()


def _done(sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("people.index"), 303)
