"""Every route is closed unless it is named as open; this test lists the open ones, so that a new one is a decision."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis
from flask import Flask
from werkzeug.routing import Rule

from gateway.console.access import OPEN, is_open
from handlers.records import Role
from handlers.triage.lookups import Lookups
from tests.conftest import PASSWORD, Rooms
from tests.gateway.console.conftest import TOKEN, build_desk, lookups

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
    assert OPEN == (
        "/sign-in",
        "/sign-in/",
        "/invitation",
        "/leave",
        "/static/",
        "/webhooks/",
        "/speech/",
        "/health/",
        "/metrics",
    )


def test_only_coming_in_going_away_and_static_files_of_the_console_are_open(app: Flask) -> None:
    assert {rule.rule for rule, _ in rules(app) if is_open(rule.rule)} == {
        "/sign-in",
        "/sign-in/second",
        "/sign-in/passkey",
        "/sign-in/lift",
        "/sign-in/language",
        "/invitation",
        "/leave",
        "/static/<path:filename>",
    }


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


FOR_ALL = {"/", "/sign-out", "/account/"}
APPROVERS = {
    "/desk/proposals/",
    "/desk/proposals/<proposal_id>",
    "/desk/proposals/<proposal_id>/approve",
    "/desk/proposals/<proposal_id>/return",
    "/desk/proposals/<proposal_id>/report",
}
ADMINISTRATORS = {f"/people/<person_id>/{act}" for act in ("disable", "end-sessions", "lift", "reset")}


def belongs_to(rule: str) -> set[Role]:
    """Say by hand whose a route is: what `access` reckons is held against this."""
    if rule in FOR_ALL or rule.startswith("/account/"):
        return set(Role)
    if rule in APPROVERS:
        return {Role.COORDINATOR, Role.APPROVER}
    if rule in ADMINISTRATORS:
        return {Role.ADMINISTRATOR}
    if rule == "/people/<person_id>/grant" or rule.startswith("/desk/"):
        return {Role.COORDINATOR}
    if rule.startswith("/log/"):
        return {Role.COORDINATOR, Role.APPROVER, Role.FOCAL_POINT}
    if rule.startswith(("/people/", "/trail/")):
        return {Role.COORDINATOR, Role.ADMINISTRATOR}
    return set()


@pytest.mark.parametrize("role", list(Role))
def test_every_route_is_for_its_roles_alone(
    sqlite_rooms: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str, role: Role
) -> None:
    sqlite_rooms.people.add("somebody", role, PASSWORD, held=sqlite_rooms.private)
    desk = build_desk(sqlite_rooms, lookups, redis_connection, redis_url)
    browser = desk.signed_in("somebody")
    token = TOKEN.search(browser.get("/account/").text)
    assert token

    wrong = {}
    for rule, method in rules(desk.app):
        is_left_out = is_open(rule.rule) or rule.rule == "/sign-out" or rule.rule.startswith("/account/sessions")
        if is_left_out:
            continue
        answer = browser.client.open(
            path_of(rule), method=method, data={"csrf_token": token.group(1)} if method == "POST" else {}
        )
        is_refused = "Your account may not open this page" in answer.text
        if is_refused == (role in belongs_to(rule.rule)):
            wrong[rule.rule, method] = answer.status_code

    assert wrong == {}
