"""What every page of the simulator has: no other site acts through it, and it runs nothing but its own files."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, request

# Prompts are played and a microphone recorded by this page alone; nothing else is let in.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_PERMISSIONS = "microphone=(self), autoplay=(self), camera=(), geolocation=()"


def guarded(name: str) -> Blueprint:
    """Make a blueprint of pages that are guarded."""
    bp = Blueprint(name, __name__)
    bp.before_request(_refuse_other_sites)
    bp.after_request(_with_headers)
    return bp


def wants_no_page() -> bool:
    """Say whether the page's own script asks, which shows what changed by itself."""
    return request.headers.get("X-Requested-With") == "fetch"


def _refuse_other_sites() -> None:
    """Refuse what a page of another site sends through the browser of whoever has this one open."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        abort(403)


def _with_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Permissions-Policy"] = _PERMISSIONS
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"  # with no-referrer, a form's own Origin would be `null`
    response.headers["Cache-Control"] = "no-store"
    return response
