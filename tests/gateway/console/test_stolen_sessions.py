"""Whoever steals a session from Redis alone, or from the cookie alone, has stolen nothing."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from typing import Any

import pytest

from handlers.errors import SealError
from handlers.protection.sessions import SessionHalves, join_session
from tests.gateway.console.conftest import BEATING, Browser, Desk

PAGES = ("/", "/desk/", "/desk/search", "/desk/lists", "/log/", "/log/export.json", "/people/", "/trail/", "/account/")


def kept_by_redis(desk: Desk) -> tuple[str, dict[str, Any]]:
    """Give the id of the one session, and all that Redis holds of it."""
    (name,) = desk.redis.scan_iter("izwi:session:*")
    return name.decode().removeprefix("izwi:session:"), json.loads(desk.redis.get(name))


def opens_nothing(desk: Desk, thief: Browser) -> bool:
    """Say whether every page sends the thief to the door, and shows no word of a report."""
    answers = [thief.get(page) for page in PAGES]
    return all(answer.location == "/sign-in" and "Chirasika" not in answer.text for answer in answers)


@pytest.fixture
def stolen(desk: Desk) -> Browser:
    """Somebody who works at the desk, in one session."""
    report_id = desk.tell(BEATING)
    browser = desk.signed_in("tariro")
    assert "Chirasika" in browser.get(f"/desk/reports/{report_id}").text
    return browser


@pytest.mark.parametrize(
    "half", ["", b64encode(bytes(range(32))).decode(), "the server's own"], ids=["none", "made up", "the server's"]
)
def test_a_session_stolen_from_redis_alone_opens_nothing(desk: Desk, stolen: Browser, half: str) -> None:
    session_id, kept = kept_by_redis(desk)
    thief = desk.browser()

    with thief.client.session_transaction() as session:  # even a thief who could sign cookies
        session["_user_id"] = session_id
        session["half"] = kept["server"] if half == "the server's own" else half

    assert opens_nothing(desk, thief)
    with pytest.raises(SealError):
        join_session(session_id, SessionHalves(bytes(32), b64decode(kept["server"]), b64decode(kept["sealed"])))
    assert all(key not in b64decode(kept["sealed"]) for key in desk.rooms.private.values())


@pytest.mark.parametrize("loses", ["all of it", "its half", "what is sealed"])
def test_a_session_stolen_from_the_cookie_alone_opens_nothing(desk: Desk, stolen: Browser, loses: str) -> None:
    session_id, kept = kept_by_redis(desk)
    name = f"izwi:session:{session_id}"
    another = {"its half": "server", "what is sealed": "sealed"}.get(loses)

    if another is None:
        desk.redis.delete(name)
    else:
        desk.redis.set(name, json.dumps({**kept, another: b64encode(secrets.token_bytes(80)[:32]).decode()}))

    assert opens_nothing(desk, stolen)


def test_both_halves_together_do_open_it_or_the_tests_above_would_prove_nothing(desk: Desk, stolen: Browser) -> None:
    with stolen.client.session_transaction() as session:
        cookie = dict(session)
    heir = desk.browser()

    with heir.client.session_transaction() as session:
        session.update(cookie)

    assert "Chirasika" in heir.text("/desk/")
