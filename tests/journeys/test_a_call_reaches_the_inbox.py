"""A call is heard, spoken in and broken off at both providers: it stands in the inbox as what it is, disguised."""

from __future__ import annotations

import time
from typing import Any

import pytest

from gateway.providers.simulator.caller import Talk, dial
from gateway.providers.simulator.speech import babble
from storage.database import Database
from storage.unit_of_work import units_of
from tests.journeys.browsing import Browser
from tests.journeys.conftest import PASSWORD

NUMBERS = {"twilio": "+263770000071", "africastalking": "+263710000072"}


@pytest.mark.slow
@pytest.mark.parametrize("provider", sorted(NUMBERS))
def test_a_caller_who_hangs_up_while_speaking_is_heard(line: Any, eventually: Any, provider: str) -> None:
    talk = dial(line.simulator.exchange, provider, NUMBERS[provider])
    for keys in ("3", "1"):
        _until(talk, "keys").press(keys)
    _until(talk, "speech").speak(babble("Masoja arova vanhu", seconds=6.0, voice=2)).hang_up()
    hung_up = time.monotonic()

    eventually(lambda: "disguised" in _states(line), seconds=60, every=0.1)

    took = time.monotonic() - hung_up
    print(f"{provider}: {took:.1f} s from hanging up to a recording that can be played")  # noqa: T201
    browser = Browser(line.url).sign_in("tariro", PASSWORD)
    assert "call, 0:" in browser.get("/desk/").text
    (page,) = browser.reports()
    assert "It broke off: what was said until then is kept." in browser.get(page).text


@pytest.mark.slow
@pytest.mark.parametrize("provider", sorted(NUMBERS))
def test_a_caller_sends_what_was_said_and_hears_a_receipt(line: Any, eventually: Any, provider: str) -> None:
    talk = dial(line.simulator.exchange, provider, NUMBERS[provider])
    for keys in ("3", "1"):
        _until(talk, "keys").press(keys)
    _until(talk, "speech").speak(babble("Masoja arova vanhu", seconds=4.0, voice=1)).press("#")
    heard = _until(talk, "keys").press("1").words()
    talk.hang_up()

    assert "It is sent" in heard
    eventually(lambda: line.status()["reports.open"] == 1, seconds=60)
    assert len(_states(line)) == 1


def _until(talk: Talk, kind: str) -> Talk:
    """Listen until the line waits for keys, or for speech."""
    for _ in range(30):
        talk.hear()
        if talk.wanting is not None:
            break
    assert talk.wanting is not None and talk.wanting.kind == kind, talk.wanting
    return talk


def _states(line: Any) -> list[str]:
    """Give the states of the recordings that are kept."""
    database = Database(f"sqlite:///{line.state / 'izwi.db'}")
    _, reading = units_of(database)
    with reading() as unit:
        states = [recording.state.value for recording in unit.recordings.all()]
    database.close()
    return states
