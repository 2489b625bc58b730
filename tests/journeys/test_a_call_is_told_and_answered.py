"""A monitor's call, a call that breaks off, and a receipt that is heard: from the first tone to the desk and back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from gateway.providers.simulator.caller import dial
from gateway.providers.simulator.sound import RATE, read
from gateway.providers.simulator.speech import babble, babbled
from tests import spoken_canary
from tests.journeys.browsing import Browser
from tests.journeys.calling import go_through, read_out
from tests.journeys.conftest import PASSWORD

PROVIDERS = ("africastalking", "twilio")
NUMBERS = {"twilio": "+263770000091", "africastalking": "+263710000092"}
OTHERS = {"twilio": "+263770000093", "africastalking": "+263710000094"}
SECRET = re.compile(r'<strong class="secret">([^<]+)</strong>')
VOICE = re.compile(r'<audio class="player" controls preload="none" src="(/desk/[^"]+/voice)"')
TOLD = babbled("Masoja arova vanhu", seconds=6.0, voice=3)
pytestmark = pytest.mark.slow


@pytest.fixture
def desk(shared_line: Any) -> Browser:
    return Browser(shared_line.url).sign_in("tariro", PASSWORD)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_monitors_call_ends_in_the_inbox_with_its_keys_and_a_voice_that_is_not_theirs(
    shared_line: Any, desk: Browser, eventually: Callable[..., Any], provider: str
) -> None:
    name = f"Shumba {provider}"
    shown = desk.act("/desk/monitors", "add", name=name, language="en", grade="B").text
    code, pin, _ = (each.replace(" ", "") for each in SECRET.findall(shown))
    known = desk.reports()

    talk = dial(shared_line.simulator.exchange, provider, NUMBERS[provider])
    go_through(talk, "3", "2", f"{code}#", f"{pin}#", "1", "2", "25#", "2", "3#", "1")
    talk.speak(spoken_canary.to_wav(TOLD)).press("#")
    go_through(talk, "1")
    talk.hear()
    talk.hang_up()
    hung_up = time.monotonic()
    page, voice = eventually(lambda: _with_voice(desk, known), seconds=60, every=0.25)
    print(f"{provider}: {time.monotonic() - hung_up:.1f} s from hanging up to the desk's page with a player")  # noqa: T201

    shown = _words(desk.get(page).text)
    findings = ("Beating", "Marange", "When", "today", "How many", "Who needs help", "hurt")
    assert [word for word in (name, "told by monitor", *findings) if word.casefold() not in shown.casefold()] == []
    played = desk.get(voice)
    assert played.headers["Content-Type"] == "audio/mpeg"
    sound = read(played.content)
    assert 5.0 < len(sound) / RATE < 8.0
    assert spoken_canary.likeness(TOLD, sound) > spoken_canary.ALIKE


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_was_said_before_a_hang_up_is_heard(
    shared_line: Any, desk: Browser, eventually: Callable[..., Any], provider: str
) -> None:
    known = desk.reports()
    talk = dial(shared_line.simulator.exchange, provider, OTHERS[provider])
    go_through(talk, "3", "1")
    talk.speak(spoken_canary.to_wav(TOLD)).hang_up()

    page, voice = eventually(lambda: _with_voice(desk, known), seconds=60, every=0.25)

    assert "It broke off: what was said until then is kept." in desk.get(page).text
    assert len(read(desk.get(voice).content)) / RATE > 5.0


@pytest.mark.parametrize("provider", PROVIDERS)
def test_whoever_gives_the_receipt_hears_the_answer_and_adds_to_the_report(
    shared_line: Any, desk: Browser, eventually: Callable[..., Any], provider: str
) -> None:
    exchange, known = shared_line.simulator.exchange, desk.reports()
    talk = dial(exchange, provider, f"{NUMBERS[provider][:-1]}7")
    go_through(talk, "3", "1")
    talk.speak(babble("Rwizi", seconds=2.0, voice=1)).press("#")
    go_through(talk, "1")
    receipt = read_out(talk.words())
    talk.hang_up()
    page, _ = eventually(lambda: _with_voice(desk, known), seconds=60, every=0.25)
    desk.act(f"{page}/speak", "write", words="Two people from the clinic will come.", language="en")

    another = dial(exchange, provider, f"{NUMBERS[provider][:-1]}8")
    go_through(another, "3", "3", receipt)
    heard = another.words()
    another.press("2").speak(babble("Zvimwe", seconds=3.0, voice=2)).hang_up()

    assert "Two people from the clinic will come." in heard
    eventually(lambda: len(VOICE.findall(desk.get(page).text)) == 2, seconds=60, every=0.25)
    assert desk.get(page).text.count("Voice, in a call") == 2
    assert [new for new in desk.reports() if new not in known] == [page]


def _with_voice(desk: Browser, known: list[str]) -> tuple[str, str] | None:
    """Give the new report and its voice, once that can be played."""
    for page in desk.reports():
        if page not in known and (found := VOICE.search(desk.get(page).text)):
            return page, found.group(1)
    return None


def _words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
