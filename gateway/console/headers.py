"""The headers of every page: nothing is run or loaded that is not ours, nothing is kept, nothing is told to others."""

from __future__ import annotations

from flask import Response, current_app, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}

# For the page on which a coordinator records a reply, and listens to it before it is sent.
WITH_MICROPHONE = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace("media-src 'self'", "media-src 'self' blob:"),
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}


def add_headers(response: Response) -> Response:
    """Set the headers on a response."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if request.blueprint != "speech":  # providers keep what they fetched there; it says for itself for how long
        response.headers["Cache-Control"] = "no-cache" if request.endpoint == "console.static" else "no-store"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return response
