"""Mount the console on an app: sessions, forgery protection, throttling, headers, and every page closed by default."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from typing import IO, Any

from flask import Flask, Request, request
from flask_limiter import Limiter

from gateway.console import (
    access,
    entries,
    failures,
    headers,
    inbox,
    incidents,
    lists,
    monitors,
    originals,
    prompts,
    proposals,
    recordings,
    replies,
    reports,
    search,
    speaking,
    wording,
)
from gateway.console.rooms import Console
from gateway.console.services import ConsoleServices

_BY_ADDRESS = "20 per 5 minutes;100 per day"
_BY_LOGIN = "10 per 5 minutes;60 per day"


def mount_pages(app: Flask, services: ConsoleServices) -> None:
    """Put the console on an app. The app needs no static folder of its own: `/static/` is the console's."""
    _configure(app, services)
    access.csrf.init_app(app)
    access.new_login_manager().init_app(app)
    for module in (
        *(access, inbox, reports, recordings, originals, replies, speaking, search),
        *(incidents, proposals, entries, lists, monitors, prompts),
    ):
        app.register_blueprint(module.bp)
    _throttle(app, services)
    wording.register(app)
    failures.register(app)
    app.before_request(access.guard)
    app.after_request(headers.add_headers)
    with app.app_context():
        Console(services).install()


class InMemory(Request):
    """A request whose files are held in memory: a voice must not lie on a disk in the clear, not even for a moment."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


def _configure(app: Flask, services: ConsoleServices) -> None:
    app.request_class = InMemory
    app.secret_key = services.cookie_key
    app.config.update(
        SESSION_COOKIE_NAME="__Host-izwi" if services.secure_cookies else "izwi",
        SESSION_COOKIE_SECURE=services.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_CHECK_DEFAULT=False,  # `access.guard` checks every form but those of the open doors
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session, which is short
        WTF_CSRF_SSL_STRICT=False,  # it wants a Referer, which our pages never send; `access` checks Sec-Fetch-Site
    )


def _throttle(app: Flask, services: ConsoleServices) -> None:
    """Count failed sign-ins by keyed tags of address and login: neither of them stands in Redis."""

    def tag_of(kind: str, value: Callable[[], str]) -> Callable[[], str]:
        return lambda: hmac.new(services.limits_key, f"{kind}\0{value()}".encode("utf-8", "replace"), sha256).hexdigest()

    limiter = Limiter(
        key_func=tag_of("address", _address),
        app=app,
        storage_uri=_limits_uri(services.redis_url),
        in_memory_fallback_enabled=True,
        headers_enabled=False,
        key_prefix="izwi",
    )
    view: Any = app.view_functions["console.sign_in"]
    for limit, key in ((_BY_ADDRESS, tag_of("address", _address)), (_BY_LOGIN, tag_of("login", _login))):
        limited = limiter.limit(limit, key_func=key, methods=["POST"], deduct_when=access.failed_sign_in)
        view = limited(view)
    app.view_functions["console.sign_in"] = view


def _address() -> str:
    return request.remote_addr or ""


def _login() -> str:
    return request.form.get("login", "").strip().casefold()


def _limits_uri(redis_url: str) -> str:
    return redis_url.replace("unix://", "redis+unix://", 1) if redis_url.startswith("unix://") else redis_url
