"""One's own account: password, duress password, second steps, sessions."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from gateway.console import passkeys
from gateway.console.access import signed_in
from gateway.console.languages import gettext, lazy_gettext
from gateway.console.rooms import console, real_console
from gateway.console.said_words import said
from handlers.desk.office import Unfinished
from handlers.errors import Conflict, NotAllowed, WrongPassword
from handlers.protection.people import fingerprint
from handlers.protection.second_steps import AppSecret, new_app_secret

bp = Blueprint("account", __name__, url_prefix="/account")

_NOT_YOURS = lazy_gettext("That is not your present password. Nothing was changed.")
_NOT_ALIKE = lazy_gettext("The two new passwords are not the same. Nothing was changed.")


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show one's account."""
    return _page()


@bp.post("/password")
def change_password() -> ResponseReturnValue:
    """Change the password: one's keys stand under the new one, and every other session ends."""
    here, person = console(), signed_in().person
    current, new = request.form.get("current", ""), _new()
    if here.given.duress_of is not None:
        real_console().passwords.change(person.id, current, new)  # or the new one would not open this desk again
    here.passwords.change(person.id, current, new)
    here.sessions.end_all(person.id, but=current_user.get_id())
    return _done(gettext("Your password is changed. Every other session of yours has ended."))


@bp.post("/duress")
def set_duress() -> ResponseReturnValue:
    """Set the duress password."""
    console().passwords.set_duress(signed_in().person.id, request.form.get("current", ""), _new())
    return _done(gettext("The duress password is set. Try it once, when it is quiet: your colleagues will be told."))


@bp.post("/duress/remove")
def remove_duress() -> ResponseReturnValue:
    """Have no duress password any more."""
    console().passwords.remove_duress(signed_in().person.id, request.form.get("current", ""))
    return _done(gettext("If there was a duress password, it opens nothing any more."))


@bp.route("/app", methods=["GET", "POST"])
def app() -> ResponseReturnValue:
    """Set up an authenticator app."""
    if request.method == "GET":
        return _app_page(new_app_secret())
    secret = AppSecret(request.form.get("secret", ""))
    try:
        _check_current()
        codes = console().steps.add_app(signed_in().person.id, secret, request.form.get("code", ""))
    except WrongPassword:
        return _app_page(secret, problem=_NOT_YOURS), 401
    except Unfinished as error:
        return _app_page(secret if secret.is_sound() else new_app_secret(), problem=said(str(error))), 400
    return _set_up(codes, gettext("The app is set up."))


@bp.route("/passkey", methods=["GET", "POST"])
def passkey() -> ResponseReturnValue:
    """Make a passkey."""
    here, person = console(), signed_in().person
    site = passkeys.site_of(here.given.public_url, request.host)
    if site is None:
        raise NotAllowed(
            "Browsers make passkeys only at https addresses, and at http://localhost. Use an authenticator app here."
        )
    if request.method == "GET":
        return _passkey_page(site)
    challenge = here.pending.take_challenge(current_user.get_id())
    try:
        _check_current()
        made = passkeys.read_new(site, challenge, request.form.get("answer", "")) if challenge else None
        if made is None:
            raise Unfinished("The passkey could not be read. Please try again.")
        codes = here.steps.add_passkey(
            person.id,
            request.form.get("name", ""),
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            counter=made.sign_count,
        )
    except WrongPassword:
        return _passkey_page(site, problem=_NOT_YOURS), 401
    except Unfinished as error:
        return _passkey_page(site, problem=said(str(error))), 400
    return _set_up(codes, gettext("The passkey is set up."))


@bp.post("/codes")
def new_codes() -> ResponseReturnValue:
    """Make new recovery codes."""
    _check_current()
    person_id = signed_in().person.id
    if not console().steps.of(person_id).is_asked:
        raise NotAllowed("Set up an app or a passkey first.")
    return _set_up(console().steps.new_codes(person_id), gettext("The codes before hold no more."))


@bp.post("/steps/<step_id>/remove")
def remove_step(step_id: str) -> ResponseReturnValue:
    """Remove an app or a passkey."""
    _check_current()
    console().steps.remove(signed_in().person.id, step_id)
    return _done(gettext("Removed."))


@bp.post("/sessions/<handle>/end")
def end(handle: str) -> ResponseReturnValue:
    """End one session of one's own."""
    console().sessions.end(signed_in().person.id, handle)
    return _done(gettext("That session has ended."))


@bp.post("/sessions/end-others")
def end_others() -> ResponseReturnValue:
    """End every other session of one's own."""
    console().sessions.end_all(signed_in().person.id, but=current_user.get_id())
    return _done(gettext("Every other session has ended."))


@bp.errorhandler(WrongPassword)
def wrong_password(error: WrongPassword) -> ResponseReturnValue:
    """Show the account again, and say that the present password was not right."""
    return _page(_NOT_YOURS), 401


@bp.errorhandler(NotAllowed)
@bp.errorhandler(Conflict)
def refused(error: Exception) -> ResponseReturnValue:
    """Show the account again, and say why not."""
    return _page(said(str(error))), 403


def _page(problem: str = "") -> str:
    here, person = console(), signed_in().person
    return render_template(
        "account.html",
        person=person,
        fingerprint=fingerprint(person.public_key),
        steps=here.steps.of(person.id),
        can_have_passkeys=passkeys.site_of(here.given.public_url, request.host) is not None,
        sessions=here.sessions.of(person.id, this=current_user.get_id()),
        problem=problem,
    )


def _app_page(secret: AppSecret, *, problem: str = "") -> str:
    picture = secret.qr_svg(signed_in().person.login)
    return render_template("account_app.html", secret=secret.value, picture=picture, problem=problem)


def _passkey_page(site: passkeys.Site, *, problem: str = "") -> str:
    here, person = console(), signed_in().person
    challenge = here.pending.challenge(current_user.get_id())
    options = passkeys.ask_new(site, person.login, person.id, challenge, here.steps.of(person.id))
    return render_template("account_passkey.html", options=options, problem=problem)


def _set_up(codes: tuple[str, ...], sentence: str) -> ResponseReturnValue:
    return render_template("account_codes.html", codes=codes, sentence=sentence) if codes else _done(sentence)


def _check_current() -> None:
    console().passwords.check(signed_in().person.id, request.form.get("current", ""))


def _new() -> str:
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        raise NotAllowed(str(_NOT_ALIKE))
    return new


def _done(sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("account.show"), 303)
