"""The page's phones in a call: without JavaScript by forms alone, and in a real browser with keys, sound and microphone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from gateway.providers.simulator import Simulator
from gateway.providers.simulator.caller import dial
from gateway.providers.simulator.calls.switchboard import Switchboard as SimulatedSwitchboard
from gateway.providers.simulator.calls.twilio_calling import Placed, place_call
from gateway.providers.simulator.phones import Phones
from gateway.providers.simulator.sound import to_mp3
from gateway.providers.simulator.speech import babble, babbled
from tests.gateway.providers.answering import AT, NUMBER, PUBLIC_URL, Answering, answering, eventually

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

VOICE = "/webhooks/twilio/voice"
CHROMIUM = Path("/usr/bin/chromium")
Told = tuple[Answering, Simulator]
MENU = (
    '<Response><Gather action="voice/keys" timeout="2" actionOnEmptyResult="true">'
    '<Say language="en">Press <!-- & -->one &lt;now&gt;.</Say><Play>/prompts/welcome.mp3</Play></Gather></Response>'
)
RECORD = '<Response><Record action="/webhooks/twilio/voice/said" timeout="5" finishOnKey="#"/></Response>'
LEAVE = "<Response><Say>Thank you.</Say></Response>"


@pytest.fixture
def told() -> Iterator[Told]:
    with answering() as (product, simulator):
        product.say("/prompts/welcome.mp3", (200, "audio/mpeg", to_mp3(babbled("w", seconds=0.5))))
        product.say(VOICE, MENU)
        product.say(f"{VOICE}/keys", RECORD)
        product.say(f"{VOICE}/said", LEAVE)
        yield product, simulator


def act(simulator: Simulator, name: str, **fields: str) -> str:
    """Press a button without JavaScript; give the page that is shown then."""
    answer = requests.post(f"{simulator.url}/call/{name}", data={"phone": NUMBER, **fields}, timeout=5)
    assert answer.history[0].status_code == 303
    return unescape(answer.text)


def test_a_person_without_javascript_calls_presses_speaks_and_hangs_up(told: Told) -> None:
    product, simulator = told

    page = act(simulator, "dial", line="twilio")
    assert "Press one <now>." in page
    assert "The line waits for keys" in page
    sound = re.search(r'<audio[^>]*src="([^"]+)"', page).group(1)
    assert requests.get(simulator.url + sound, timeout=5).headers["Content-Type"] == "audio/mpeg"
    act(simulator, "press", key="1")
    page = act(simulator, "press", key="#")
    assert "Speak now" in page
    page = act(simulator, "speak", sample="short")
    assert "You spoke" in page
    page = act(simulator, "hang_up")
    assert "Over: hung up by the phone" in page
    assert product.form("voice/keys")["Digits"] == "1"
    assert product.form("voice/said")["Digits"] == "hangup"
    assert "Over:" not in act(simulator, "clear")


def test_a_call_that_was_hung_up_is_out_of_the_way_before_the_provider_has_told_of_it() -> None:
    phones = Phones()
    phone, board = phones.find(NUMBER), SimulatedSwitchboard(phones)
    leg = board.connect(phone, "twilio", is_placed=False)

    leg.hang_up()

    assert board.connect(phone, "twilio", is_placed=False) is not leg
    board.of(phone).hang_up()
    board.forget(phone)
    assert board.of(phone) is None


def test_a_person_without_javascript_lets_the_time_pass(told: Told) -> None:
    product, simulator = told
    act(simulator, "dial", line="twilio")

    page = act(simulator, "pass")

    assert "Speak now" in page
    assert "Digits" not in product.form("voice/keys")


def test_a_file_is_spoken_and_what_is_none_is_said_so(told: Told) -> None:
    product, simulator = told
    act(simulator, "dial", line="twilio")
    act(simulator, "pass")
    url = f"{simulator.url}/call/speak"

    wrong = requests.post(url, data={"phone": NUMBER}, files={"file": ("a.wav", b"no sound")}, timeout=5)
    requests.post(url, data={"phone": NUMBER}, files={"file": ("a.wav", babble("a", seconds=2))}, timeout=5)
    act(simulator, "press", key="#")

    assert "this is no sound file" in wrong.text
    assert product.form("voice/said")["RecordingDuration"] == "2"


def test_a_program_sends_the_same_forms_and_reads_what_came_of_them(told: Told) -> None:
    product, simulator = told
    product.say(f"{AT}/ussd", (200, "text/plain", b"CON 1 Report"))

    def told_of() -> dict[str, Any]:
        return requests.get(f"{simulator.url}/simulator/call", params={"phone": NUMBER}, timeout=5).json()

    assert told_of() == {"call": None, "ussd": None}
    act(simulator, "dial", line="twilio")
    assert (told_of()["call"]["state"], told_of()["call"]["wanting"]) == ("talking", "keys")
    assert [one["kind"] for one in told_of()["call"]["heard"]] == ["say", "play"]
    act(simulator, "ussd", code="*384*11469#")
    assert told_of()["ussd"] == {"screen": "1 Report", "note": "", "over": False}


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        ({"on": "recording", "kind": "lost"}, 204),
        ({"on": "step", "kind": "late", "seconds": 1}, 204),
        ({"on": "fetch", "kind": "elsewhere", "to": "http://127.0.0.1:9/"}, 204),
        ({"on": "step", "kind": "code"}, 400),
        ({"on": "fetch", "kind": "doubled"}, 400),
    ],
)
def test_failures_of_calls_are_planned_like_those_of_texts(told: Told, failure: dict[str, Any], status: int) -> None:
    _, simulator = told

    answer = requests.post(f"{simulator.url}/simulator/fail", json={"provider": "twilio", **failure}, timeout=5)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("name", "fields", "status"),
    [
        ("dial", {"phone": NUMBER, "line": "pigeon"}, 400),
        ("dial", {}, 400),
        ("dance", {"phone": NUMBER}, 404),
        ("press", {"phone": NUMBER, "key": "1"}, 409),
        ("when_called", {"phone": NUMBER, "what": "sings"}, 400),
    ],
)
def test_a_wrong_order_is_refused(told: Told, name: str, fields: dict[str, str], status: int) -> None:
    _, simulator = told

    assert requests.post(f"{simulator.url}/call/{name}", data=fields, timeout=5).status_code == status


def test_another_site_cannot_call_through_the_browser(told: Told) -> None:
    product, simulator = told

    answer = requests.post(
        f"{simulator.url}/call/dial",
        data={"phone": NUMBER, "line": "twilio"},
        headers={"Origin": "https://elsewhere.example"},
        timeout=5,
    )

    assert answer.status_code == 403
    assert product.paths() == []


def test_a_phone_is_called_and_answers_without_javascript(told: Told) -> None:
    _, simulator = told
    sender = simulator.config.twilio_line
    place_call(simulator.exchange.twilio, Placed(sender=sender, recipient=NUMBER, address=PUBLIC_URL + VOICE))

    assert "The line calls you" in unescape(requests.get(simulator.url, timeout=5).text)
    assert "Press one" in act(simulator, "answer", how="answered")


def test_ussd_without_javascript(told: Told) -> None:
    product, simulator = told
    product.say(f"{AT}/ussd", (200, "text/plain", b"CON 1 Report"), (200, "text/plain", b"END Tatenda"))

    assert "1 Report" in act(simulator, "ussd", code="*384*11469#")
    assert "Tatenda" in act(simulator, "ussd_answer", text="1")
    assert "Tatenda" not in act(simulator, "ussd_close")


def test_the_page_allows_a_microphone_to_itself_alone(told: Told) -> None:
    _, simulator = told

    headers = requests.get(simulator.url, timeout=5).headers

    assert "microphone=(self)" in headers["Permissions-Policy"]
    assert "media-src 'self' blob:" in headers["Content-Security-Policy"]


@pytest.fixture
def page(told: Told) -> Iterator[Page]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed on this machine")
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    _, simulator = told
    quiet = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--mute-audio"]
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=quiet)
        opened = browser.new_page(viewport={"width": 360, "height": 800})
        wrong: list[str] = []
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        opened.goto(simulator.url)
        yield opened
        assert wrong == []
        assert opened.evaluate("document.documentElement.scrollWidth") <= 360
        browser.close()


def call(page: Page) -> Locator:
    phone = page.locator("#Phone-1")
    phone.locator(".dial summary").click()
    phone.get_by_role("button", name="Call", exact=True).click()
    return phone


@pytest.mark.browser
def test_in_a_browser_a_call_is_heard_pressed_and_spoken_by_the_microphone(told: Told, page: Page) -> None:
    product, _ = told
    phone = call(page)
    phone.locator(".keys button").first.focus()  # the keyboard belongs to the phone that was touched last
    phone.locator(".say").wait_for()

    page.keyboard.press("1")
    page.keyboard.press("#")
    phone.locator(".panel[data-wanting=speech]").wait_for(timeout=10_000)
    phone.locator(".microphone").click()
    phone.locator(".microphone.live").wait_for()
    page.wait_for_timeout(1200)
    phone.get_by_role("button", name="Hang up").click()

    eventually(lambda: "call" in product.paths(), 10)
    assert product.form("voice/keys")["Digits"] == "1"
    said = product.form("voice/said")
    assert (said["Digits"], said["RecordingDuration"]) == ("hangup", "1")


@pytest.mark.browser
def test_in_a_browser_the_time_passes_by_itself(told: Told, page: Page) -> None:
    product, _ = told
    call(page)

    eventually(lambda: "voice/keys" in product.paths(), 15)

    assert "Digits" not in product.form("voice/keys")


@pytest.mark.browser
def test_in_a_browser_a_phone_rings_and_is_answered(told: Told, page: Page) -> None:
    _, simulator = told
    sender = simulator.config.twilio_line
    place_call(simulator.exchange.twilio, Placed(sender=sender, recipient=NUMBER, address=PUBLIC_URL + VOICE))

    phone = page.locator("#Phone-1")
    phone.get_by_role("button", name="Answer").click()

    phone.locator(".say").wait_for()
    phone.get_by_role("button", name="Hang up").click()
    phone.get_by_role("button", name="Back to the texts").click()
    phone.get_by_role("button", name="Send").wait_for()


@pytest.mark.browser
def test_in_a_browser_a_scripted_call_is_shown_and_left_alone(told: Told, page: Page) -> None:
    product, simulator = told
    talk = dial(simulator.exchange, "twilio", NUMBER)

    page.locator("#Phone-1 .say").wait_for()
    page.wait_for_timeout(3000)

    assert talk.leg.playing is not None
    talk.hang_up()
    assert "voice/keys" not in product.paths()
