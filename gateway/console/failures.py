"""Pages for what goes wrong: one plain sentence, what to do next, and nothing private."""

from __future__ import annotations

import logging

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException

from gateway.console import reports
from gateway.console.languages import lazy_gettext
from gateway.console.said_words import said
from handlers.desk.office import Unfinished
from handlers.errors import Conflict, NotAllowed, NotFound, Unavailable

_log = logging.getLogger(__name__)
_MACHINES = ("/webhooks/", "/speech/", "/health/", "/metrics")  # they want no page
_ON_A_REPORT = ("reports", "replies", "incidents", "recordings")  # their forms stand on its page: it is shown as it is now
_WRITTEN = ("reply", "note", "text", "reason", "rejection", "reopening", "summary")
_SENTENCES = {
    400: (
        lazy_gettext("This could not be read"),
        lazy_gettext("The form was not complete, or too old. Go back, reload the page and send it again."),
    ),
    403: (lazy_gettext("Not for you"), lazy_gettext("Your account may not open this page.")),
    404: (
        lazy_gettext("Nothing here"),
        lazy_gettext("There is no such page. It may have been deleted, or the address is mistyped."),
    ),
    405: (
        lazy_gettext("Nothing here"),
        lazy_gettext("This address does not take that. Begin again at the start page."),
    ),
    409: (
        lazy_gettext("Somebody was quicker"),
        lazy_gettext("Somebody changed this meanwhile. Look at it again, then repeat what you wanted."),
    ),
    413: (lazy_gettext("Too long"), lazy_gettext("What you sent is far too long. Please shorten it.")),
    429: (
        lazy_gettext("Too many tries"),
        lazy_gettext("There were too many tries to sign in. Wait a few minutes, then try again."),
    ),
    500: (
        lazy_gettext("Something went wrong"),
        lazy_gettext("That did not work, and the fault is ours. Nothing was changed. Please try again."),
    ),
    503: (
        lazy_gettext("Not available just now"),
        lazy_gettext(
            "The sign-in store (Redis) does not answer. Reports are still being received and kept. Try again in a minute; "
            "if it stays like this, tell the operator."
        ),
    ),
}


def register(app: Flask) -> None:
    """Have every failure answered with a page."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(RedisError, _no_redis)
    app.register_error_handler(Unavailable, _no_redis)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(Unfinished, _unfinished)


def failure_page(code: int, sentence: str = "", *, typed: str = "") -> ResponseReturnValue:
    """Give the page of a failure; `sentence` stands in place of the usual one, `typed` is given back so that it is not lost."""
    title, usual = _SENTENCES[code if code in _SENTENCES else 400 if code < 500 else 500]
    return render_template("failure.html", title=title, sentence=sentence or usual, back=_back(), typed=typed), code


def _typed() -> str:
    """Give what the person had written."""
    return "\n\n".join(text for name in _WRITTEN if (text := request.form.get(name, "").strip()))


def _back() -> str | None:
    """Give the page that a refused form stood on."""
    report_id = (request.view_args or {}).get("report_id")
    return f"/desk/reports/{report_id}" if report_id and request.method == "POST" else None


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    if request.path.startswith(_MACHINES):
        return error
    if error.code == 429 and request.path in ("/sign-in", "/sign-in/lift"):
        return render_template("slowed.html", login=request.form.get("login", ""), problem=""), 429
    return failure_page(error.code)


def _forged(error: CSRFError) -> ResponseReturnValue:
    return failure_page(400)


def _no_redis(error: Exception) -> ResponseReturnValue:
    _log.error("console_without_redis")
    return failure_page(503)


def _not_found(error: NotFound) -> ResponseReturnValue:
    return failure_page(404)


def _conflict(error: Conflict) -> ResponseReturnValue:
    report_id = (request.view_args or {}).get("report_id")
    if report_id and request.method == "POST" and request.blueprint in _ON_A_REPORT:
        return reports.report_page(report_id, typed=request.form, problem=said(str(error))), 409
    return failure_page(409, said(str(error)), typed=_typed())


def _not_allowed(error: NotAllowed) -> ResponseReturnValue:
    return failure_page(403, said(str(error)))


def _unfinished(error: Unfinished) -> ResponseReturnValue:
    return failure_page(400, said(str(error)))
