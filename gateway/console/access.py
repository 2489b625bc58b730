"""Access: who may come in where. Every route is closed unless it is named here as open."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect

from gateway.console.languages import forget_all_but_the_language, gettext
from gateway.console.pending import Waiting
from gateway.console.rooms import EMPTY_DESK, console
from gateway.console.sessions import Ticket
from gateway.console.throttling import throttle_of
from handlers.desk.people import HOLDS, SignedIn
from handlers.errors import NotAllowed, WrongPassword
from handlers.protection.people import fingerprint
from handlers.records import Role

bp = Blueprint("console", __name__, static_folder="static", static_url_path="/static", template_folder="templates")
csrf = CSRFProtect()

# The last two see for themselves whether it is the operator who asks.
OPEN = ("/sign-in", "/sign-in/", "/invitation", "/leave", "/static/", "/webhooks/", "/speech/", "/health/", "/metrics")
_OPEN_FORMS = (
    *("console.sign_in", "languages.choose", "invitations.accept"),
    *("second_steps.ask", "second_steps.show", "second_steps.lift"),
)
_COORDINATOR, _APPROVER, _FOCAL_POINT, _ADMINISTRATOR = (
    Role.COORDINATOR,
    Role.APPROVER,
    Role.FOCAL_POINT,
    Role.ADMINISTRATOR,
)
# A rule that is named here is for these alone, whatever it begins with.
RULES: Mapping[str, tuple[Role, ...]] = {
    "/desk/proposals/": (_COORDINATOR, _APPROVER),
    "/desk/proposals/<proposal_id>": (_COORDINATOR, _APPROVER),
    "/desk/proposals/<proposal_id>/approve": (_COORDINATOR, _APPROVER),
    "/desk/proposals/<proposal_id>/return": (_COORDINATOR, _APPROVER),
    "/desk/proposals/<proposal_id>/report": (_COORDINATOR, _APPROVER),
    "/people/<person_id>/grant": (_COORDINATOR,),
    "/people/<person_id>/disable": (_ADMINISTRATOR,),
    "/people/<person_id>/end-sessions": (_ADMINISTRATOR,),
    "/people/<person_id>/lift": (_ADMINISTRATOR,),
    "/people/<person_id>/reset": (_ADMINISTRATOR,),
}
ROLES: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("/desk/", (_COORDINATOR,)),
    ("/log/", (_COORDINATOR, _APPROVER, _FOCAL_POINT)),
    ("/people/", (_COORDINATOR, _ADMINISTRATOR)),
    ("/trail/", (_COORDINATOR, _ADMINISTRATOR)),
    ("/account/", tuple(Role)),
)
FOR_ALL = ("/", "/sign-out")  # whoever is signed in
EMPTY_DESKS = "izwi_empty_desks"
_BROWSERS = (("Firefox/", "Firefox"), ("Edg/", "Edge"), ("Chrome/", "Chromium"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "a Mac"),
    ("Linux", "Linux"),
)
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
        if rule.endpoint in _OPEN_FORMS:
            _check_form()
        return None
    if not current_user.is_authenticated:
        if request.method not in ("GET", "HEAD"):
            flash(gettext("Your session had ended: nothing was changed. Please sign in and do it again."))
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
    if rule in RULES:
        return role in RULES[rule]
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
    if set(HOLDS[role]) - set(signed_in().keys):
        return render_template("waiting.html", fingerprint=fingerprint(signed_in().person.public_key))
    if role is Role.COORDINATOR:
        return redirect(url_for("inbox.show"), 303)
    if role is Role.FOCAL_POINT:
        return redirect(url_for("entries.index"), 303)
    if role is Role.APPROVER:
        return redirect(url_for("approvals.index"), 303)
    return redirect(url_for("people.index"), 303)


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for name and password, and open a session, or ask for the second step."""
    console().sessions.answers()
    if request.method == "GET":
        return render_template("sign_in.html", login="", problem="")
    login = request.form.get("login", "")
    try:
        who = console().given.people.sign_in(login, request.form.get("password", ""))
    except WrongPassword:
        return render_template("sign_in.html", login=login, problem=gettext("The name or the password is not right.")), 401
    except NotAllowed:
        return render_template("sign_in.html", login=login, problem=gettext("This account is disabled.")), 403
    end_session()
    if console().steps.of(who.person.id).is_asked:
        console().given.people.arrived(who, "gave the right password")
        ticket = console().pending.open(Waiting(who.person.id, dict(who.keys)))
        session["pending"], session["half"] = ticket.session_id, b64encode(ticket.half).decode()
        return redirect(url_for("second_steps.ask"), 303)
    console().given.people.arrived(who)
    return let_in(who)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session, on the server too."""
    console().forget(current_user.get_id())
    console().sessions.close(current_user.get_id())
    end_session()
    flash(gettext("You are signed out."))
    return redirect(url_for("console.sign_in"), 303)


def let_in(who: SignedIn) -> ResponseReturnValue:
    """Open a session for somebody who proved who they are, and show them to their work."""
    current_app.extensions[EMPTY_DESKS].make_ready()
    throttle_of(current_app).came_in(who.person.login)
    ticket = console().sessions.open(who, browser=browser_name(request.headers.get("User-Agent", "")))
    session["half"] = b64encode(ticket.half).decode()
    login_user(Visitor(ticket.session_id, who))
    return redirect(url_for("console.home"), 303)


def browser_name(agent: str) -> str:
    """Say in two words what somebody came with; nothing else of it is kept."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "a browser")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "an unknown system")
    return f"{browser} on {system}"


def end_session() -> None:
    """Forget the session in this browser."""
    if current_user.is_authenticated:
        logout_user()
    forget_all_but_the_language()


def _visitor(session_id: str) -> Visitor | None:
    try:
        half = b64decode(session.get("half", ""), validate=True)
    except ValueError:
        return None
    if not half:
        return None
    is_touched = REFRESH_HEADER not in request.headers
    who = console().sessions.find(Ticket(session_id, half), is_touched=is_touched)
    if who is not None and who.is_duress:
        empty, who = current_app.extensions[EMPTY_DESKS].enter(who)
        setattr(g, EMPTY_DESK, empty)
    return None if who is None else Visitor(session_id, who)


def _check_form() -> None:
    """Refuse a form from another site, one without its token, and one that is far too large."""
    request.max_content_length = MOST_SOUND_BYTES if request.endpoint in _WITH_SOUND else _MOST_BYTES
    is_from_elsewhere = request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
    if request.method == "POST" and is_from_elsewhere:
        abort(400)
    csrf.protect()
