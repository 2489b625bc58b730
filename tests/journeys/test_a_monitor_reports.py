"""A monitor is added at the desk and reports by telephone; a spoken reply is heard; prompts that were recorded are played."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from gateway.providers.simulator.caller import Talk, dial
from gateway.providers.simulator.side import TypedText
from gateway.providers.simulator.speech import babble
from tests.journeys.browsing import Browser
from tests.journeys.conftest import PASSWORD

NUMBERS = {"twilio": "+263770000081", "africastalking": "+263710000082"}
SECRET = re.compile(r'<strong class="secret">([^<]+)</strong>')


@pytest.mark.slow
@pytest.mark.parametrize("provider", sorted(NUMBERS))
def test_a_monitor_reports_by_telephone_and_one_who_is_made_to_sounds_the_same(
    shared_line: Any, eventually: Any, provider: str
) -> None:
    browser = Browser(shared_line.url).sign_in("tariro", PASSWORD)
    known = browser.reports()
    code, pin, duress_pin = _added(browser, "Shumba")

    heard = [_reported(shared_line, provider, code, each) for each in (pin, duress_pin)]

    assert heard[0] == heard[1]
    assert "active" in shared_line.run("monitor", "list").stdout
    new = eventually(lambda: _judged(browser, known, 2), seconds=60, every=0.5)
    first, second = (unescape(browser.get(page).text) for page in new)
    assert "this monitor was made to call" in first and "this monitor was made to call" not in second
    assert "told by monitor" in second and "Shumba" in second and "Marange" in second


@pytest.mark.slow
@pytest.mark.parametrize("provider", sorted(NUMBERS))
def test_a_spoken_reply_is_heard_by_whoever_gives_the_receipt(shared_line: Any, eventually: Any, provider: str) -> None:
    browser = Browser(shared_line.url).sign_in("tariro", PASSWORD)
    known = browser.reports()
    receipt = _told(shared_line, eventually, f"+26378000008{len(provider) % 10}")
    (page,) = (each for each in browser.reports() if each not in known)
    browser.act(f"{page}/speak", "record", sound=babble("Takazvigamuchira", seconds=3.0, voice=4))
    assert "not heard yet" in browser.get(page).text

    talk = dial(shared_line.simulator.exchange, provider, NUMBERS[provider])
    for keys in ("3", "3", receipt):
        _wanted(talk).press(keys)
    played = [one for one in _wanted(talk).hear() + list(talk.leg.heard) if one.kind == "play"]
    talk.hang_up()

    assert played and played[-1].content_type.startswith("audio/mpeg") and played[-1].seconds > 1
    assert "heard, " in browser.get(page).text and "not heard yet" not in browser.get(page).text


@pytest.mark.slow
@pytest.mark.parametrize("provider", sorted(NUMBERS))
def test_a_recorded_prompt_is_played_in_place_of_its_text(shared_line: Any, provider: str) -> None:
    browser = Browser(shared_line.url).sign_in("tariro", PASSWORD)
    browser.act("/desk/prompts/main/en", "record", sound=babble("To tell us", seconds=2.0, voice=1))
    sound = shared_line.folder / "bye.wav"
    sound.write_bytes(babble("Goodbye", seconds=1.0, voice=1))
    assert "bye in en" in shared_line.run("prompt", "add", "bye", "en", str(sound)).stdout
    assert "en: 2 of" in shared_line.run("prompt", "list", "--language", "en").stdout

    talk = dial(shared_line.simulator.exchange, provider, NUMBERS[provider])
    _wanted(talk).press("3")
    _wanted(talk).press("#")
    talk.hear()

    played = [one for one in talk.leg.heard if one.kind == "play"]
    assert [one.content_type.startswith("audio/") for one in played] == [True, True], talk.notes
    assert not any("To tell us what happened" in one.text for one in talk.leg.heard if one.kind == "say")


def _added(browser: Browser, name: str) -> tuple[str, str, str]:
    shown = browser.act("/desk/monitors", "add", name=name, language="en", grade="B").text
    code, pin, duress_pin = (each.replace(" ", "") for each in SECRET.findall(shown))
    return code, pin, duress_pin


def _reported(line: Any, provider: str, code: str, pin: str) -> list[str]:
    """Report as a monitor does; give what was heard until the tone."""
    talk = dial(line.simulator.exchange, provider, NUMBERS[provider])
    heard = []
    for keys in ("3", "2", f"{code}#", f"{pin}#", "1", "2", "25#", "2", "3#", "1"):
        heard.append(_wanted(talk).words())
        talk.press(keys)
    heard.append(_wanted(talk).words())
    talk.speak(babble("Masoja arova vanhu", seconds=2.0, voice=2)).hang_up()
    return heard


def _judged(browser: Browser, known: list[str], count: int) -> list[str] | None:
    """Give the new reports, once there are so many and the place that was pressed is found in each."""
    new = [page for page in browser.reports() if page not in known]
    return new if len(new) == count and all("Marange" in browser.get(page).text for page in new) else None


def _told(line: Any, eventually: Any, number: str) -> str:
    """Text the line; give the receipt that it answers with."""
    phone = line.simulator.network.phones.find(number)
    line.simulator.desk.type_text(TypedText(phone=phone, line="twilio", text="Masoja arova vanhu paChirasika nhasi."))
    found = eventually(
        lambda: re.search(r"\d{3} \d{3} \d{4}", " ".join(each.text for each in phone.bubbles if each.is_reply)), seconds=60
    )
    return str(found.group()).replace(" ", "")


def _wanted(talk: Talk) -> Talk:
    """Listen until the line waits for something; what was heard until then can still be asked for."""
    for _ in range(40):
        if talk.wanting is not None or talk.is_over:
            return talk
        talk.hear_one()
    raise AssertionError("the line waits for nothing")
