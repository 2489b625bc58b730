"""Leaving in a hurry: the session ends on the server, and the window shows a harmless page. Open to all, and it never asks."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from gateway.console.access import end_session
from gateway.console.rooms import console
from gateway.console.sessions import Ticket

bp = Blueprint("leaving", __name__)


@bp.post("/leave")
def leave() -> ResponseReturnValue:
    """End the session and go away. No token is asked for: whoever makes somebody leave has done them no harm."""
    here = console()
    if current_user.is_authenticated:
        here.forget(current_user.get_id())
        here.sessions.close(current_user.get_id())
    if "pending" in session:
        here.pending.close(Ticket(session["pending"], b"").session_id)
    end_session()
    session.clear()
    # Not a redirect: our policy lets no form lead to another site, and browsers hold a redirect to it.
    answer = make_response(render_template("leave.html", away=here.given.leave_url))
    answer.headers["Refresh"] = f"0; url={here.given.leave_url}"
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
