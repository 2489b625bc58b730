"""The simulated Africa's Talking in a call and in a USSD session, as its documents and other integrators say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from gateway.providers.simulator import Simulator
from gateway.providers.simulator.caller import dial, dial_code, flash, wait_for_ring
from gateway.providers.simulator.calls.ussd import Ussd
from gateway.providers.simulator.failures import Failure
from gateway.providers.simulator.sound import read, seconds_of, to_mp3
from gateway.providers.simulator.speech import babble, babbled
from tests.gateway.providers.answering import AT, NUMBER, PUBLIC_URL, Answering, answering, eventually

VOICE = f"{AT}/voice"
USSD = f"{AT}/ussd"
HERE = f"{PUBLIC_URL}{VOICE}"
LEAVE = "<Response><Say>Thank you.</Say></Response>"
KEYS = (
    f'<Response><GetDigits timeout="5" numDigits="2" finishOnKey="#" callbackUrl="{HERE}/keys"><Say>Press.</Say></GetDigits>'
    "<Say>Then.</Say></Response>"
)
RECORD = (
    f'<Response><Record finishOnKey="#" maxLength="10" timeout="4" trimSilence="true" playBeep="true" callbackUrl="{HERE}/said">'
    "<Say>Speak.</Say></Record><Say>Then.</Say></Response>"
)

Told = tuple[Answering, Simulator]


@pytest.fixture
def told() -> Iterator[Told]:
    with answering() as (product, simulator):
        yield product, simulator
        assert simulator.exchange.switchboard.settle()


def events(product: Answering) -> list[str]:
    return [path for path in product.paths() if path != "voice/events"]


def test_a_call_begins_active_and_ends_with_what_became_of_it(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, LEAVE)

    talk = dial(simulator.exchange, "africastalking", NUMBER)

    assert talk.words() == "Thank you."
    eventually(lambda: events(product).count("voice") == 2)
    first, last = product.form("voice", 0), product.form("voice", 1)
    assert (first["isActive"], first["direction"], first["callSessionState"]) == ("1", "Inbound", "Ringing")
    assert (first["callerNumber"], first["destinationNumber"]) == (NUMBER, simulator.config.africastalking_voice_line)
    assert (last["isActive"], last["status"], last["hangupCause"]) == ("0", "Success", "NORMAL_CLEARING")
    assert int(last["durationInSeconds"]) >= 1
    assert first["sessionId"] == last["sessionId"]


def test_the_events_address_is_told_of_each_state(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, LEAVE)

    dial(simulator.exchange, "africastalking", NUMBER).hear()

    eventually(lambda: product.paths().count("voice/events") == 3)
    states = [product.form("voice/events", place)["callSessionState"] for place in range(3)]
    assert states == ["Ringing", "Active", "Completed"]


@pytest.mark.parametrize(("pressed", "digits"), [("12", "12"), ("1#", "1"), ("*9", "*9")])
def test_keys_come_back_to_the_address_that_the_action_names(told: Told, pressed: str, digits: str) -> None:
    product, simulator = told
    product.say(VOICE, KEYS)
    product.say(f"{VOICE}/keys", LEAVE)
    talk = dial(simulator.exchange, "africastalking", NUMBER)
    talk.hear()

    talk.press(pressed)

    assert talk.words() == "Thank you."
    assert product.form("voice/keys", 0)["dtmfDigits"] == digits


def test_an_address_named_once_is_asked_for_the_rest_of_the_call(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, KEYS)
    product.say(f"{VOICE}/keys", '<Response><GetDigits numDigits="1"/></Response>', LEAVE)
    talk = dial(simulator.exchange, "africastalking", NUMBER)
    talk.press("12").press("3").hear()

    eventually(lambda: events(product) == ["voice", "voice/keys", "voice/keys", "voice/keys"])
    last = product.form("voice/keys", 2)
    assert (last["isActive"], last["status"]) == ("0", "Success")


def test_without_keys_the_next_action_follows_and_nothing_is_told(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, KEYS)
    talk = dial(simulator.exchange, "africastalking", NUMBER)

    talk.say_nothing()

    assert talk.words() == "Then."
    assert "voice/keys" not in product.paths()


def test_recorded_speech_is_an_address_that_anybody_can_fetch(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, RECORD)
    product.say(f"{VOICE}/said", LEAVE)
    talk = dial(simulator.exchange, "africastalking", NUMBER)

    talk.speak(babble("a", seconds=3)).press("#")

    assert talk.words() == "Thank you."
    address = product.form("voice/said", 0)["recordingUrl"]
    fetched = requests.get(address, timeout=5)
    assert address.startswith(simulator.media_url) and address.endswith(".mp3")
    assert fetched.headers["Content-Type"] == "audio/mpeg"
    assert seconds_of(read(fetched.content)) == pytest.approx(3, abs=0.2)
    eventually(lambda: events(product).count("voice/said") == 2)
    assert product.form("voice/said", 1)["recordingUrl"] == address


def test_nothing_said_comes_back_with_an_empty_address(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, RECORD)

    dial(simulator.exchange, "africastalking", NUMBER).say_nothing().hear()

    assert product.form("voice/said", 0)["recordingUrl"] == ""


def test_hanging_up_mid_sentence_is_told_inactive_and_told_again_at_the_end(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, RECORD)

    dial(simulator.exchange, "africastalking", NUMBER).speak(babble("a", seconds=2)).hang_up()

    eventually(lambda: events(product) == ["voice", "voice/said", "voice/said"])
    first, last = product.form("voice/said", 0), product.form("voice/said", 1)
    assert first["isActive"] == last["isActive"] == "0"
    assert first["recordingUrl"] == last["recordingUrl"] != ""
    assert ("durationInSeconds" in first, "durationInSeconds" in last) == (False, True)


def test_a_recording_for_the_rest_of_the_call_is_told_with_the_last_request_alone(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, "<Response><Say>Speak.</Say><Record/></Response>")
    talk = dial(simulator.exchange, "africastalking", NUMBER)

    talk.speak(babble("a", seconds=2)).press("#").say_nothing()
    assert talk.wanting is not None
    talk.hang_up()

    eventually(lambda: events(product) == ["voice", "voice"])
    assert product.form("voice", 1)["recordingUrl"].endswith(".mp3")


def test_a_redirect_is_followed(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, f"<Response><Redirect>{HERE}/second</Redirect></Response>")
    product.say(f"{VOICE}/second", LEAVE)

    assert dial(simulator.exchange, "africastalking", NUMBER).words() == "Thank you."


def test_a_prompt_is_fetched_and_played(told: Told) -> None:
    product, simulator = told
    product.say("/prompts/welcome.mp3", (200, "audio/mpeg", to_mp3(babbled("p", seconds=1))))
    product.say(VOICE, f'<Response><Play url="{PUBLIC_URL}/prompts/welcome.mp3"/></Response>')

    assert [one.kind for one in dial(simulator.exchange, "africastalking", NUMBER).hear()] == ["play"]


def test_a_rejected_call_is_not_answered(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, "<Response><Reject/></Response>")

    dial(simulator.exchange, "africastalking", NUMBER).hear()

    eventually(lambda: events(product) == ["voice", "voice"])
    last = product.form("voice", 1)
    assert (last["status"], last["hangupCause"], last["durationInSeconds"]) == ("NotAnswered", "CALL_REJECTED", "0")


def test_a_flash_is_not_answered(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, LEAVE)

    flash(simulator.exchange, "africastalking", NUMBER)

    eventually(lambda: events(product) == ["voice", "voice"])
    assert product.form("voice", 0)["isActive"] == "1"
    assert product.form("voice", 1)["status"] == "NotAnswered"


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("<Response><Say>x</Response>", "not well-formed XML"),
        ("<Response><Hangup/></Response>", "<Hangup> is not known here"),
        ('<Response><Say language="sw">x</Say></Response>', "<Say> has no attribute language"),
        ("<Response><GetDigits><Say>a</Say><Say>b</Say></GetDigits></Response>", "more than one prompt"),
        ("<Response><Play/></Response>", "<Play> has no url"),
        ('<Response><GetDigits callbackUrl="https://elsewhere.example/"><Say>a</Say></GetDigits></Response>', "not the product"),
        ("<Response><Enqueue/></Response>", "<Enqueue> is not simulated"),
        ((200, "text/html", b"<Response/>"), "the answer is text/html"),
        ((503, "text/plain", b""), "the product answered 503"),
    ],
)
def test_what_cannot_be_performed_ends_the_call_in_words(told: Told, document: str | tuple[int, str, bytes], why: str) -> None:
    product, simulator = told
    product.say(VOICE, document)
    talk = dial(simulator.exchange, "africastalking", NUMBER)

    talk.hear()
    talk.press("1").say_nothing()

    assert talk.leg.wait_for_end(5)
    assert why in talk.leg.ended


def call_back(simulator: Simulator, number: str = NUMBER, **fields: str) -> requests.Response:
    config = simulator.config
    form = {"username": config.africastalking_username, "from": config.africastalking_voice_line, "to": number, **fields}
    headers = {"apiKey": config.africastalking_api_key, "Accept": "application/json"}
    return requests.post(f"{simulator.url}/call", data=form, headers=headers, timeout=5)


def test_the_line_calls_a_phone_and_its_address_is_asked_when_it_is_answered(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, LEAVE)

    answer = call_back(simulator, clientRequestId="our-own-id").json()
    talk = wait_for_ring(simulator.exchange, NUMBER).answer()

    assert talk.words() == "Thank you."
    assert (answer["errorMessage"], answer["entries"][0]["status"]) == ("None", "Queued")
    first = product.form("voice", 0)
    assert (first["sessionId"], first["direction"]) == (answer["entries"][0]["sessionId"], "Outbound")
    assert (first["callerNumber"], first["callSessionState"]) == (NUMBER, "Active")
    assert product.form("voice/events", 0)["clientRequestId"] == "our-own-id"


@pytest.mark.parametrize(("how", "cause"), [("decline", "USER_BUSY"), ("let_ring", "NO_ANSWER")])
def test_a_phone_that_is_not_answered_is_told_with_its_cause(told: Told, how: str, cause: str) -> None:
    product, simulator = told

    call_back(simulator)
    getattr(wait_for_ring(simulator.exchange, NUMBER), how)()

    last = product.form("voice", 0)
    assert (last["isActive"], last["status"], last["hangupCause"]) == ("0", "NotAnswered", cause)


def test_a_call_is_refused_without_the_key_to_nobody_and_for_want_of_credit(told: Told) -> None:
    _, simulator = told
    simulator.network.failures.plan(Failure(provider="africastalking", on="call", kind="empty"))

    assert call_back(simulator).json() == {"entries": [], "errorMessage": "InsufficientCredit"}
    assert call_back(simulator, number="anonymous").json()["entries"][0]["status"] == "InvalidPhoneNumber"
    assert call_back(simulator, username="other").status_code == 401


def test_ussd_joins_answers_and_ends(told: Told) -> None:
    product, simulator = told
    product.say(
        USSD,
        (200, "text/plain", b"CON 1 Report\n2 Words"),
        (200, "text/plain", b"CON What happened?"),
        (200, "text/plain", b"END Tatenda"),
    )

    session = dial_code(simulator.exchange, NUMBER)
    assert session.screen == "1 Report\n2 Words"
    session.type("1").type("Masoja*arova")

    assert (session.screen, session.is_over) == ("Tatenda", True)
    assert [product.form("ussd", place)["text"] for place in range(3)] == ["", "1", "1*Masoja*arova"]
    last = product.form("ussd/events", 0)
    assert (last["status"], last["hopsCount"], last["input"]) == ("Success", "3", "1*Masoja*arova")
    assert last["sessionId"] == product.form("ussd", 0)["sessionId"]


@pytest.mark.parametrize(
    ("answer", "screen", "note"),
    [
        ((200, "text/plain", b"CON " + b"x" * 200), "x" * 182, "cut: the screen has 200 letters, 182 at most are shown"),
        (
            (200, "text/plain", "CON Ndatenda \u2013 ok".encode()),
            "Ndatenda \u2013 ok",
            "letters that no simple phone shows: \u2013",
        ),
        ((200, "text/plain", b"Hello"), "Connection problem or invalid MMI code.", "the answer begins with neither CON nor END"),
        ((500, "text/plain", b""), "Connection problem or invalid MMI code.", "the product answered 500"),
    ],
)
def test_ussd_shows_what_a_phone_would(told: Told, answer: tuple[int, str, bytes], screen: str, note: str) -> None:
    product, simulator = told
    product.say(USSD, answer)

    session = dial_code(simulator.exchange, NUMBER)

    assert (session.screen, session.session.note) == (screen, note)


def test_another_code_reaches_nobody(told: Told) -> None:
    product, simulator = told

    session = dial_code(simulator.exchange, NUMBER, "*100#")

    assert session.is_over
    assert product.paths() == []


@pytest.mark.parametrize(("waits", "is_over"), [(59.0, False), (61.0, True)])
def test_a_screen_waits_a_minute(told: Told, waits: float, is_over: bool) -> None:
    product, simulator = told
    product.say(USSD, (200, "text/plain", b"CON Go on?"))
    at = [0.0]
    ussd = Ussd(simulator.exchange.africastalking, clock=lambda: at[0])
    phone = simulator.network.phones.find(NUMBER)
    ussd.dial(phone, simulator.config.africastalking_ussd_code)

    at[0] += waits

    session = ussd.of(phone)
    assert session is not None
    assert session.is_over is is_over
    if is_over:
        assert product.form("ussd/events", 0)["status"] == "Incomplete"


def test_a_session_ends_after_three_minutes_whatever_is_typed(told: Told) -> None:
    product, simulator = told
    product.say(USSD, (200, "text/plain", b"CON Go on?"))
    at = [0.0]
    ussd = Ussd(simulator.exchange.africastalking, clock=lambda: at[0])
    phone = simulator.network.phones.find(NUMBER)
    ussd.dial(phone, simulator.config.africastalking_ussd_code)

    for _ in range(4):
        at[0] += 50
        session = ussd.answer(phone, "1")

    assert session is not None
    assert (session.is_over, session.note) == (True, "the session's time ran out")
    assert product.paths().count("ussd") == 4


@pytest.mark.parametrize(("kind", "asked"), [("doubled", 2), ("at_once", 2), ("lost", 0), ("unanswered", 1)])
def test_a_hop_can_be_repeated_or_lost(told: Told, kind: str, asked: int) -> None:
    product, simulator = told
    product.say(USSD, (200, "text/plain", b"CON Go on?"))
    simulator.network.failures.plan(Failure(provider="africastalking", on="ussd", kind=kind))

    session = dial_code(simulator.exchange, NUMBER)

    assert product.paths().count("ussd") == asked
    assert session.is_over is (kind in ("lost", "unanswered"))
