"""Mount the console on an app: sessions, forgery protection, throttling, headers, and every page closed by default."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Flask, Request

from gateway.console import (
    access,
    account,
    acts,
    approvals,
    entries,
    failures,
    filters,
    headers,
    inbox,
    incidents,
    invitations,
    languages,
    leaving,
    lists,
    looking,
    monitors,
    originals,
    packing,
    people,
    pictures,
    prompts,
    proposals,
    recordings,
    replies,
    report_wording,
    reports,
    search,
    second_steps,
    speaking,
    throttling,
    trail,
    wording,
)
from gateway.console.access import EMPTY_DESKS
from gateway.console.empty_desk import EmptyDesks
from gateway.console.rooms import Console
from gateway.console.services import ConsoleServices


def mount_pages(app: Flask, services: ConsoleServices) -> None:
    """Put the console on an app. The app needs no static folder of its own: `/static/` is the console's."""
    _configure(app, services)
    packing.pack(app)
    access.csrf.init_app(app)
    access.new_login_manager().init_app(app)
    for module in (
        *(access, inbox, acts, filters, looking, reports, recordings, originals, replies, speaking, search),
        *(pictures, incidents, proposals, entries, lists, monitors, prompts),
    ):
        app.register_blueprint(module.bp)
    for module in (leaving, invitations, second_steps, account, people, trail, approvals):
        app.register_blueprint(module.bp)
    app.extensions[EMPTY_DESKS] = EmptyDesks(services, services.blobs)
    throttling.throttle(app, services)
    languages.register(app)
    wording.register(app)
    report_wording.register(app)
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
