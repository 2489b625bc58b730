"""The whole of it in a real browser: a phone of the simulator calls, speaks and hangs up, and the desk plays what was said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gateway.providers.simulator.speech import babble
from tests.journeys.conftest import PASSWORD
from tests.journeys.screens import Screen, chromium, needs_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

__all__ = ["chromium"]

pytestmark = [*needs_chromium, pytest.mark.slow]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "said.wav"
    path.write_bytes(babble("Masoja arova vanhu", seconds=5.0, voice=2))
    return path


@pytest.mark.parametrize(("scripts", "phone", "line"), [(True, "Phone 1", "twilio"), (False, "Phone 2", "africastalking")])
def test_a_phone_calls_and_the_desk_plays_what_was_said(
    shared_line: Any, chromium: Browser, eventually: Callable[..., Any], sound: Path, scripts: bool, phone: str, line: str
) -> None:
    desk = Screen(chromium, shared_line.url, scripts=scripts)
    desk.sign_in("tariro", PASSWORD)
    known = _reports(desk)
    phones = Screen(chromium, shared_line.simulator.url, scripts=scripts)
    phones.page.goto("/")

    _call(phones.page.locator("section.phone", has_text=phone), line, sound)

    page = desk.page
    (address,) = eventually(lambda: _reports(desk, "voice, 0:0") - known, seconds=40, every=0.5)
    desk.keep(f"inbox-call-{line}")
    page.goto(address)
    page.locator("svg.wave polygon").wait_for()
    player = page.locator("audio.player")
    assert page.locator("audio.player[controls]").is_visible()
    assert "It broke off" in page.content()
    desk.keep(f"report-call-{line}")
    if scripts:
        assert 4.0 < _played(player) < 6.0
    assert desk.problems == phones.problems == []


def test_the_browser_is_given_any_part_of_a_voice_that_it_asks_for(shared_line: Any, chromium: Browser) -> None:
    desk = Screen(chromium, shared_line.url)
    desk.sign_in("tariro", PASSWORD)
    address = desk.page.locator("a[href^='/desk/reports/']").first.get_attribute("href")
    assert address is not None
    desk.page.goto(address)
    voice = desk.page.locator("audio.player").get_attribute("src")
    assert voice is not None

    whole = desk.context.request.get(voice)
    part = desk.context.request.get(voice, headers={"Range": "bytes=1000-1999"})

    assert (whole.status, whole.headers["content-type"], part.status) == (200, "audio/mpeg", 206)
    assert part.body() == whole.body()[1000:2000]


def _reports(desk: Screen, words: str = "") -> set[str]:
    """Give the addresses of the reports whose line in the inbox has these words."""
    desk.page.goto("/desk/")
    links = desk.page.locator("tr", has_text=words).locator("a[href^='/desk/reports/']").all()
    return {str(link.get_attribute("href")) for link in links}


def _call(phone: Locator, line: str, sound: Path) -> None:
    """Dial, choose English and, into the prompt, to tell something, speak a file, and hang up."""
    phone.get_by_text("Call", exact=True).first.click()
    phone.get_by_role("combobox", name="Line to call").select_option(line)
    phone.get_by_role("button", name="Call").click()
    for key, heard in (("3", "press 3"), ("1", "telephone company")):
        phone.locator("ol.heard", has_text=heard).wait_for(timeout=20_000)
        phone.get_by_role("button", name=key, exact=True).click()
    phone.get_by_text("Speak now").wait_for(timeout=30_000)
    phone.get_by_label("Speak a sound file").set_input_files(sound)
    phone.get_by_role("button", name="Say", exact=True).click()
    phone.get_by_text("You spoke: 5 seconds").wait_for()
    phone.get_by_role("button", name="Hang up").click()
    phone.get_by_text("Over: hung up by the phone").wait_for()


def _played(player: Locator) -> float:
    """Play a recording to where something of it was heard; give how long it is."""
    script = """async (audio) => {
        audio.muted = true;
        await audio.play();
        while (audio.currentTime < 0.3) { await new Promise((go) => setTimeout(go, 50)); }
        audio.pause();
        return audio.readyState >= 2 ? audio.duration : 0;
    }"""
    return float(player.evaluate(script))
