"""The providers' side of what the product asks for: Twilio's calls, recordings and pictures, and a media host that misbehaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from gateway.providers.simulator import Simulator
from gateway.providers.simulator.caller import dial, wait_for_ring
from gateway.providers.simulator.failures import Failure
from gateway.providers.simulator.sound import read, seconds_of
from gateway.providers.simulator.speech import babble, babbled, say
from tests.gateway.providers.answering import NUMBER, PUBLIC_URL, Answering, answering, check_signatures, eventually

VOICE = "/webhooks/twilio/voice"
RECORD = '<Response><Record action="/webhooks/twilio/voice/said" timeout="4"/></Response>'
Told = tuple[Answering, Simulator]


@pytest.fixture
def told() -> Iterator[Told]:
    with answering() as (product, simulator):
        yield product, simulator
        assert simulator.exchange.switchboard.settle()
        check_signatures(product, simulator.config)


def ask(simulator: Simulator, path: str, method: str = "GET", **options: Any) -> requests.Response:
    config = simulator.config
    given = {"auth": (config.twilio_account_sid, config.twilio_auth_token), "timeout": 5, **options}
    url = f"{simulator.url}/2010-04-01/Accounts/{config.twilio_account_sid}{path}"
    return requests.request(method, url, **given)  # noqa: S113 - it is among what is given


def recorded(told: Told, seconds: float = 2) -> str:
    """Leave a recording; give its id."""
    product, simulator = told
    product.say(VOICE, RECORD)
    dial(simulator.exchange, "twilio", NUMBER).speak(babble("a", seconds=seconds)).press("#").hear()
    return product.form("voice/said")["RecordingSid"]


@pytest.mark.parametrize(("suffix", "content_type"), [("", "audio/x-wav"), (".wav", "audio/x-wav"), (".mp3", "audio/mpeg")])
def test_a_recording_is_fetched_over_a_second_host_that_takes_no_password(told: Told, suffix: str, content_type: str) -> None:
    _, simulator = told
    sid = recorded(told)

    first = ask(simulator, f"/Recordings/{sid}{suffix}", allow_redirects=False)

    assert first.status_code == 307
    address = first.headers["Location"]
    assert address.startswith(simulator.media_url)
    assert simulator.media_url != simulator.url
    assert requests.get(address, auth=("a", "b"), timeout=5).status_code == 400
    file = requests.get(address, timeout=5)
    assert file.headers["Content-Type"] == content_type
    assert seconds_of(read(file.content)) == pytest.approx(2, abs=0.2)
    if suffix != ".mp3":
        assert (read(file.content) == babbled("a", seconds=2)).all()


def test_nothing_is_given_without_the_password(told: Told) -> None:
    _, simulator = told
    sid = recorded(told)

    for path in (f"/Recordings/{sid}.wav", "/Recordings.json", "/Calls.json"):
        assert ask(simulator, path, auth=None).status_code == 401


def test_recordings_are_listed_by_call_and_day(told: Told) -> None:
    product, simulator = told
    first, second = recorded(told), recorded(told)
    call = product.form("voice/said")["CallSid"]

    def listed(**params: str) -> list[str]:
        return [one["sid"] for one in ask(simulator, "/Recordings.json", params=params).json()["recordings"]]

    assert listed() == [second, first]
    assert listed(CallSid=call) == [second]
    assert listed(**{"DateCreated>": "2020-01-01"}) == [second, first]
    assert listed(**{"DateCreated>": "2099-01-01"}) == []
    assert listed(**{"DateCreated<": "2020-01-01"}) == []
    assert listed(PageSize="1", Page="1") == [first]
    entry = ask(simulator, f"/Recordings/{first}.json").json()
    assert (entry["status"], entry["duration"], entry["source"]) == ("completed", "2", "RecordVerb")


def test_a_deleted_recording_is_gone(told: Told) -> None:
    _, simulator = told
    sid = recorded(told)

    assert ask(simulator, f"/Recordings/{sid}.json", "DELETE").status_code == 204
    assert ask(simulator, f"/Recordings/{sid}.json", "DELETE").status_code == 404
    assert ask(simulator, f"/Recordings/{sid}.wav").status_code == 404


def plan(simulator: Simulator, **failure: Any) -> None:
    simulator.network.failures.plan(Failure(provider="twilio", on="fetch", **failure))


def test_a_recording_is_not_there_yet_a_few_times(told: Told) -> None:
    _, simulator = told
    sid = recorded(told)
    plan(simulator, kind="status", code=404, times=2)

    assert [ask(simulator, f"/Recordings/{sid}.wav").status_code for _ in range(3)] == [404, 404, 200]


@pytest.mark.parametrize("kind", ["wrong_type", "empty"])
def test_a_recording_is_no_sound(told: Told, kind: str) -> None:
    _, simulator = told
    sid = recorded(told)
    plan(simulator, kind=kind)

    file = ask(simulator, f"/Recordings/{sid}.wav")

    assert file.headers["Content-Type"] == "audio/x-wav"
    assert file.content[:4] != b"RIFF"


def test_a_recording_leads_elsewhere(told: Told) -> None:
    _, simulator = told
    sid = recorded(told)
    plan(simulator, kind="elsewhere", to="http://127.0.0.1:9/secret")

    assert ask(simulator, f"/Recordings/{sid}.wav", allow_redirects=False).headers["Location"] == "http://127.0.0.1:9/secret"


@pytest.mark.parametrize(("kind", "declared"), [("endless", None), ("huge", str(10 * 1024**3))])
def test_a_recording_does_not_end(told: Told, kind: str, declared: str | None) -> None:
    _, simulator = told
    sid = recorded(told)
    plan(simulator, kind=kind)

    with ask(simulator, f"/Recordings/{sid}.wav", stream=True) as file:
        assert file.headers.get("Content-Length") == declared
        assert len(file.raw.read(5_000_000)) == 5_000_000


def test_the_address_of_a_recording_can_lead_elsewhere(told: Told) -> None:
    product, simulator = told
    simulator.network.failures.plan(Failure(provider="twilio", on="recording", kind="elsewhere", to="http://10.0.0.1/x"))

    recorded(told)

    assert product.form("voice/said")["RecordingUrl"] == "http://10.0.0.1/x"


def place(simulator: Simulator, **fields: Any) -> requests.Response:
    form = {
        "To": NUMBER,
        "From": simulator.config.twilio_line,
        "Url": f"{PUBLIC_URL}/webhooks/twilio/voice/answered?t=x",
        "StatusCallback": f"{PUBLIC_URL}/webhooks/twilio/call",
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        **fields,
    }
    return ask(simulator, "/Calls.json", "POST", data=form)


def told_statuses(product: Answering) -> list[tuple[str, str]]:
    return [
        (request.form["CallStatus"][0], request.form["SequenceNumber"][0])
        for path, request in product.asked
        if path == "/webhooks/twilio/call"
    ]


def test_the_line_calls_a_phone_and_is_told_of_each_state(told: Told) -> None:
    product, simulator = told
    product.say(f"{VOICE}/answered", "<Response><Say>Is it safe to talk?</Say></Response>")

    answer = place(simulator)
    talk = wait_for_ring(simulator.exchange, NUMBER).answer()

    assert talk.words() == "Is it safe to talk?"
    assert (answer.status_code, answer.json()["status"]) == (201, "queued")
    form = product.form("voice/answered")
    assert (form["CallStatus"], form["Direction"], form["To"]) == ("in-progress", "outbound-api", NUMBER)
    eventually(lambda: len(told_statuses(product)) == 4)
    assert told_statuses(product) == [("queued", "0"), ("ringing", "1"), ("in-progress", "2"), ("completed", "3")]
    call = ask(simulator, f"/Calls/{answer.json()['sid']}.json").json()
    assert (call["status"], call["direction"]) == ("completed", "outbound-api")


@pytest.mark.parametrize(("how", "status"), [("decline", "busy"), ("let_ring", "no-answer")])
def test_a_phone_that_nobody_answers(told: Told, how: str, status: str) -> None:
    product, simulator = told

    place(simulator, StatusCallbackEvent=["completed"])
    getattr(wait_for_ring(simulator.exchange, NUMBER), how)()

    eventually(lambda: told_statuses(product) == [(status, "2")])
    assert "voice/answered" not in product.paths()


@pytest.mark.parametrize(("what", "status"), [("busy", "busy"), ("away", "no-answer")])
def test_a_phone_that_cannot_be_reached(told: Told, what: str, status: str) -> None:
    product, simulator = told
    simulator.network.phones.find(NUMBER).when_called = what

    place(simulator, StatusCallbackEvent=["completed"])

    eventually(lambda: told_statuses(product) == [(status, "2")])


def test_a_phone_in_a_call_is_busy(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, '<Response><Gather timeout="5"/></Response>')
    talk = dial(simulator.exchange, "twilio", NUMBER)
    talk.hear()

    place(simulator, StatusCallbackEvent=["completed"])

    eventually(lambda: told_statuses(product) == [("busy", "2")])
    talk.hang_up()


def test_a_call_that_nobody_answers_in_time_is_given_up(told: Told) -> None:
    product, simulator = told

    place(simulator, Timeout="0", StatusCallbackEvent=["completed"])

    eventually(lambda: told_statuses(product) == [("no-answer", "2")])


def test_the_line_ends_its_call(told: Told) -> None:
    product, simulator = told
    product.say(f"{VOICE}/answered", '<Response><Gather timeout="5"/></Response>')
    sid = place(simulator).json()["sid"]
    talk = wait_for_ring(simulator.exchange, NUMBER).answer()
    talk.hear()

    ask(simulator, f"/Calls/{sid}.json", "POST", data={"Status": "completed"})

    assert talk.leg.wait_for_end(5)
    eventually(lambda: told_statuses(product)[-1:] == [("completed", "3")])
    assert ask(simulator, f"/Calls/{sid}.json", "DELETE").status_code == 204
    assert ask(simulator, f"/Calls/{sid}.json").status_code == 404


def test_a_call_called_off_while_it_rings(told: Told) -> None:
    product, simulator = told
    sid = place(simulator).json()["sid"]
    wait_for_ring(simulator.exchange, NUMBER)

    ask(simulator, f"/Calls/{sid}.json", "POST", data={"Status": "canceled"})

    eventually(lambda: told_statuses(product)[-1:] == [("canceled", "2")])


def test_a_call_with_its_document(told: Told) -> None:
    _, simulator = told

    place(simulator, Url="", Twiml="<Response><Say>Hello.</Say></Response>")

    assert wait_for_ring(simulator.exchange, NUMBER).answer().words() == "Hello."


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"To": ""}, 21201),
        ({"To": "anonymous"}, 21211),
        ({"From": ""}, 21213),
        ({"From": "+15005550006"}, 21210),
        ({"Url": ""}, 21205),
    ],
)
def test_a_call_that_cannot_be_placed(told: Told, fields: dict[str, str], code: int) -> None:
    _, simulator = told

    answer = place(simulator, **fields)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_call_is_placed_though_the_answer_to_it_is_lost(told: Told) -> None:
    _, simulator = told
    simulator.network.failures.plan(Failure(provider="twilio", on="call", kind="drop", sent=True))

    with pytest.raises(requests.RequestException):
        place(simulator)

    wait_for_ring(simulator.exchange, NUMBER).let_ring()
    assert len(ask(simulator, "/Calls.json", params={"To": NUMBER}).json()["calls"]) == 1


@pytest.mark.parametrize("brought", [True, False])
def test_a_voice_note_and_a_picture_go_with_a_text(told: Told, brought: bool) -> None:
    product, simulator = told
    note = say("Batsirai", voice=1)
    given: dict[str, Any] = {"files": {"file": ("note.wav", note, "audio/wav")}} if brought else {}
    attach = "" if brought else "picture"

    requests.post(
        f"{simulator.url}/type",
        data={"phone": NUMBER, "line": "whatsapp", "text": "", "attach": attach},
        headers={"X-Requested-With": "fetch"},
        timeout=5,
        **given,
    )

    form = product.form("message")
    assert (form["NumMedia"], form["MediaContentType0"]) == ("1", "audio/wav" if brought else "image/png")
    path = form["MediaUrl0"].partition(simulator.config.twilio_account_sid)[2]
    first = ask(simulator, path, allow_redirects=False)
    assert first.status_code == 307
    file = requests.get(first.headers["Location"], timeout=5)
    assert file.content == note if brought else file.content.startswith(b"\x89PNG")
    assert ask(simulator, path, auth=None).status_code == 401
    assert ask(simulator, f"{path}.json").json()["content_type"] == form["MediaContentType0"]
    assert ask(simulator, f"{path}.json", "DELETE").status_code == 204
    assert ask(simulator, path).status_code == 404


def test_a_line_that_carries_words_alone_says_so(told: Told) -> None:
    product, simulator = told

    requests.post(
        f"{simulator.url}/type", data={"phone": NUMBER, "line": "africastalking", "text": "x", "attach": "voice"}, timeout=5
    )

    assert product.paths() == []
    texts = requests.get(f"{simulator.url}/simulator/phones", timeout=5).json()["phones"][0]["texts"]
    assert (texts[0]["state"], texts[0]["note"]) == ("failed", "this line carries words alone")
