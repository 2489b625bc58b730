"""Access: who may come in where. Every route is closed unless it is named here as open."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass, field

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect

from gateway.console.rooms import console
from gateway.console.sessions import Ticket
from handlers.desk.people import SignedIn
from handlers.errors import NotAllowed, WrongPassword
from handlers.records import Role

bp = Blueprint("console", __name__, static_folder="static", static_url_path="/static", template_folder="templates")
csrf = CSRFProtect()

# The last two see for themselves whether it is the operator who asks.
OPEN = ("/sign-in", "/static/", "/webhooks/", "/speech/", "/health/", "/metrics")
ROLES: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("/desk/", (Role.COORDINATOR,)),
    ("/log/", (Role.COORDINATOR, Role.FOCAL_POINT)),
)
FOR_ALL = ("/", "/sign-out")  # whoever is signed in
REFRESH_HEADER = "X-Izwi-Refresh"  # a page that renews itself does not keep a session alive
_MOST_BYTES = 256 * 1024
MOST_SOUND_BYTES = 12 * 1024 * 1024
_WITH_SOUND = ("prompts.add", "speaking.record")  # what a form with a recording is sent to


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a session, as Flask-Login wants it."""

    session_id: str = field(repr=False)
    who: SignedIn
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """Give what the cookie names the session by."""
        return self.session_id


def new_login_manager() -> LoginManager:
    """Make the manager that finds who a request is of."""
    manager = LoginManager()
    manager.session_protection = None  # it would tie the session to an address, which changes on a mobile line
    manager.user_loader(_visitor)
    return manager


def is_open(rule: str) -> bool:
    """Say whether a route is open to everybody."""
    return any(rule == name or (name.endswith("/") and rule.startswith(name)) for name in OPEN)


def guard() -> ResponseReturnValue | None:
    """Let a request through, or send it away. Runs before every view of the app."""
    rule = request.url_rule
    if rule is None:
        return None
    if "\0" in request.path:
        abort(404)  # PostgreSQL would not even look for it
    if is_open(rule.rule):
        if rule.endpoint == "console.sign_in":
            _check_form()
        return None
    if not current_user.is_authenticated:
        if request.method not in ("GET", "HEAD"):
            flash("Your session had ended: nothing was changed. Please sign in and do it again.")
        return redirect(url_for("console.sign_in"), 303)
    g.person = signed_in().person
    if not may_enter(g.person.role, rule.rule):
        abort(403)
    _check_form()
    return None


def may_enter(role: Role, rule: str) -> bool:
    """Say whether a role may use a route."""
    if rule in FOR_ALL:
        return True
    return any(rule.startswith(prefix) and role in roles for prefix, roles in ROLES)


def signed_in() -> SignedIn:
    """Give who this request is of. Only behind the guard."""
    who = current_user.who
    assert isinstance(who, SignedIn)  # noqa: S101 - tells mypy what `_visitor` gave
    return who


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show a person to where their work is."""
    role = signed_in().person.role
    if role is Role.COORDINATOR:
        return redirect(url_for("inbox.show"), 303)
    if role is Role.FOCAL_POINT:
        return redirect(url_for("entries.index"), 303)
    return render_template("administrator.html")


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for name and password, and open a session."""
    console().sessions.answers()
    if request.method == "GET":
        return render_template("sign_in.html", login="", problem="")
    login = request.form.get("login", "")
    try:
        who = console().given.people.sign_in(login, request.form.get("password", ""))
    except WrongPassword:
        return render_template("sign_in.html", login=login, problem="The name or the password is not right."), 401
    except NotAllowed:
        return render_template("sign_in.html", login=login, problem="This account is disabled."), 403
    _end_session()
    ticket = console().sessions.open(who)
    session["half"] = b64encode(ticket.half).decode()
    login_user(Visitor(ticket.session_id, who))
    return redirect(url_for("console.home"), 303)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session, on the server too."""
    console().shelves.drop(current_user.get_id())
    console().sessions.close(current_user.get_id())
    _end_session()
    flash("You are signed out.")
    return redirect(url_for("console.sign_in"), 303)


def failed_sign_in(response: object) -> bool:
    """Say whether a sign-in failed: only those are counted."""
    return getattr(response, "status_code", 0) in (401, 403)


def _end_session() -> None:
    if current_user.is_authenticated:
        logout_user()
    session.clear()


def _visitor(session_id: str) -> Visitor | None:
    try:
        half = b64decode(session.get("half", ""), validate=True)
    except ValueError:
        return None
    if not half:
        return None
    is_touched = REFRESH_HEADER not in request.headers
    who = console().sessions.find(Ticket(session_id, half), is_touched=is_touched)
    return None if who is None else Visitor(session_id, who)


def _check_form() -> None:
    """Refuse a form from another site, one without its token, and one that is far too large."""
    request.max_content_length = MOST_SOUND_BYTES if request.endpoint in _WITH_SOUND else _MOST_BYTES
    is_from_elsewhere = request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
    if request.method == "POST" and is_from_elsewhere:
        abort(400)
    csrf.protect()
