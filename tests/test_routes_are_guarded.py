"""Every route is closed unless it is named as open; this test lists the open ones, so that a new one is a decision."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis
from flask import Flask
from werkzeug.routing import Rule

from gateway.console.access import OPEN, is_open
from handlers.triage.lookups import Lookups
from tests.conftest import Rooms
from tests.gateway.console.conftest import build_desk, lookups

__all__ = ["lookups"]


@pytest.fixture
def app(sqlite_rooms: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str) -> Flask:
    return build_desk(sqlite_rooms, lookups, redis_connection, redis_url).app


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield rule, method


def path_of(rule: Rule) -> str:
    return "/".join("1" if part.startswith("<") else part for part in rule.rule.split("/"))


def test_the_open_routes_are_these() -> None:
    assert OPEN == ("/sign-in", "/static/", "/webhooks/", "/speech/", "/health/", "/metrics")


def test_only_sign_in_and_static_files_of_the_console_are_open(app: Flask) -> None:
    assert {rule.rule for rule, _ in rules(app) if is_open(rule.rule)} == {"/sign-in", "/static/<path:filename>"}


def test_every_other_route_sends_a_stranger_to_the_sign_in_page(app: Flask) -> None:
    closed = [(rule, method) for rule, method in rules(app) if not is_open(rule.rule)]
    assert len(closed) > 20

    answers = {
        (rule.rule, method): app.test_client().open(path_of(rule), method=method).headers.get("Location")
        for rule, method in closed
    }

    assert {name: location for name, location in answers.items() if location != "/sign-in"} == {}


def test_a_route_that_somebody_adds_is_closed_to_everybody_until_a_role_is_named(app: Flask) -> None:
    app.add_url_rule("/forgotten", view_func=lambda: "secret")

    assert app.test_client().get("/forgotten").headers.get("Location") == "/sign-in"
