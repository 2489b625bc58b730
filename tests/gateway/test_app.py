"""The whole web application, as a server loads it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from config.settings import load_settings
from gateway.app import create_app
from gateway.boot_secret import make_boot_secret
from tests.conftest import Rooms

SECRET = secrets.token_urlsafe(24)
SET = {
    "IZWI_AFRICASTALKING_USERNAME": "izwi",
    "IZWI_AFRICASTALKING_API_KEY": "key",
    "IZWI_AFRICASTALKING_WEBHOOK_SECRET": SECRET,
    "IZWI_AFRICASTALKING_SOURCES": "192.0.2.7",
    "IZWI_REDIS_URL": "redis://127.0.0.1:1/0",
}
TEXT = {"id": "1", "from": "+263770000011", "to": "33000", "text": "canary words", "date": "2026-09-21 12:00:00"}


@pytest.fixture
def app_of(sqlite_rooms: Rooms, tmp_path: Path) -> Callable[..., Flask]:
    make_boot_secret(tmp_path / "boot.secret")

    def make(**env: str) -> Flask:
        return create_app(load_settings({**SET, "IZWI_STATE_DIR": str(tmp_path), **env}))

    return make


def taken(app: Flask, remote: str, forwarded: str | None = None) -> int:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    path = f"/webhooks/africastalking/{SECRET}/message"
    return app.test_client().post(path, data=TEXT, headers=headers, environ_overrides={"REMOTE_ADDR": remote}).status_code


def test_behind_a_web_server_the_caller_is_who_called_that(app_of: Callable[..., Flask]) -> None:
    app = app_of(IZWI_PROXIES="1")

    assert taken(app, "127.0.0.1", "192.0.2.7") == 200
    assert taken(app, "127.0.0.1", "203.0.113.1") == 403
    assert taken(app, "127.0.0.1", "192.0.2.7, 203.0.113.1") == 403  # what a caller says of itself does not count


def test_where_no_web_server_stands_before_it_nobody_says_who_they_are(app_of: Callable[..., Flask]) -> None:
    app = app_of()

    assert taken(app, "203.0.113.1", "192.0.2.7") == 403
    assert taken(app, "192.0.2.7", "203.0.113.1") == 200


def test_with_the_database_away_at_the_start_texts_go_to_the_spool(app_of: Callable[..., Flask], tmp_path: Path) -> None:
    app = app_of(IZWI_DATABASE_URL="postgresql://izwi@127.0.0.1:1/izwi")

    assert taken(app, "192.0.2.7") == 200
    assert len(list((tmp_path / "spool").glob("*.event"))) == 1
