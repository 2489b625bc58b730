"""Recordings and media at each provider: asked for by names that we made ourselves, from where they are kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from gateway.providers.africastalking import AfricasTalkingConfig
from gateway.providers.registry import build
from gateway.providers.twilio import TwilioConfig
from handlers.errors import ProviderError
from handlers.events import RecordingMade
from handlers.outgoing import Telephony
from tests.gateway.providers.hosts import Host, Visit, hosts

ACCOUNT = "AC" + "0" * 31 + "1"
RECORDING, CALL = "RE" + "a" * 32, "CA" + "b" * 32
MEDIUM, MESSAGE = "ME" + "c" * 32, "MM" + "d" * 32
SINCE = datetime(2026, 11, 23, 10, tzinfo=UTC)

Open = Callable[[Callable[[Visit], None]], Host]


@pytest.fixture
def opened() -> Iterator[Open]:
    with ExitStack() as stack:
        yield lambda says: stack.enter_context(hosts(says))[0]


def twilio(base: str) -> Telephony:
    (provider,) = build([TwilioConfig(account_sid=ACCOUNT, auth_tokens=("token",), api_base=base)]).values()
    telephony = provider.telephony()
    assert telephony is not None
    return telephony


def africastalking(base: str | None = None) -> Telephony:
    config = AfricasTalkingConfig(username="izwi", api_key="key", webhook_secrets=("s" * 22,), voice_api_base=base)
    (provider,) = build([config]).values()
    telephony = provider.telephony()
    assert telephony is not None
    return telephony


def asked(host: Host) -> list[str]:
    return [request.split("\r\n")[0] for request in host.visits]


@pytest.mark.parametrize(
    "reference",
    [RECORDING, f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}", f"http://127.0.0.1/Recordings/{RECORDING}.wav"],
)  # fmt: skip
def test_a_recording_is_asked_for_by_its_id_whatever_address_came_with_it(opened: Open, reference: str) -> None:
    host = opened(lambda visit: visit.answer(b"RIFF", Content_Type="audio/x-wav"))

    fetched = twilio(host.url).fetch(reference, parent=CALL, most_bytes=100)

    assert (fetched.data, fetched.content_type) == (b"RIFF", "audio/x-wav")
    assert asked(host) == [f"GET /2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}.wav HTTP/1.1"]
    assert "Authorization: Basic" in host.visits[0]


def test_a_recording_too_large_as_wav_is_fetched_as_mp3(opened: Open) -> None:
    host = opened(lambda visit: visit.answer(b"x" * (500 if ".wav" in visit.request else 50)))

    assert len(twilio(host.url).fetch(RECORDING, parent=CALL, most_bytes=100).data) == 50
    with pytest.raises(ProviderError, match="too_large"):
        twilio(host.url).fetch(RECORDING, parent=CALL, most_bytes=10)


def test_a_medium_is_asked_for_within_its_text(opened: Open) -> None:
    host = opened(lambda visit: visit.answer(b"OggS"))

    assert twilio(host.url).fetch(MEDIUM, parent=MESSAGE, most_bytes=100).data == b"OggS"
    assert asked(host) == [f"GET /2010-04-01/Accounts/{ACCOUNT}/Messages/{MESSAGE}/Media/{MEDIUM} HTTP/1.1"]


@pytest.mark.parametrize(
    ("reference", "parent"),
    [
        *(("https://evil.example.org/x.wav", CALL), ("http://127.0.0.1/x", CALL), ("../../Messages", CALL), ("", CALL)),
        *((f"{RECORDING}/../../x", CALL), (f"{RECORDING}\n", CALL), (RECORDING[:-1], CALL), ("RE" + "é" * 32, CALL)),
        *((MEDIUM, CALL), (MEDIUM, f"{MESSAGE}/../x"), (MEDIUM, ""), (f"{MEDIUM}?x=1", MESSAGE)),
    ],
)  # fmt: skip
def test_what_is_no_id_of_twilios_is_not_asked_for(opened: Open, reference: str, parent: str) -> None:
    host = opened(lambda visit: visit.answer(b"secret"))

    with pytest.raises(ProviderError, match="not_theirs"):
        twilio(host.url).fetch(reference, parent=parent, most_bytes=100)
    twilio(host.url).erase_file(reference, parent=parent)

    assert host.visits == []


def test_a_file_is_deleted_and_one_that_is_gone_already_is_fine(opened: Open) -> None:
    host = opened(lambda visit: visit.answer(status="204 No Content" if "RE" in visit.request else "404 Not Found"))

    twilio(host.url).erase_file(RECORDING, parent=CALL)
    twilio(host.url).erase_file(MEDIUM, parent=MESSAGE)

    assert asked(host) == [
        f"DELETE /2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}.json HTTP/1.1",
        f"DELETE /2010-04-01/Accounts/{ACCOUNT}/Messages/{MESSAGE}/Media/{MEDIUM}.json HTTP/1.1",
    ]


def listed(sid: str, status: str, duration: str | None = "42") -> dict[str, str | None]:
    return {"sid": sid, "call_sid": CALL, "status": status, "duration": duration}


def test_the_recordings_of_the_last_days_are_listed_oldest_first(opened: Open) -> None:
    entries = [
        listed("RE3", "completed"),
        listed("RE2", "processing"),
        listed("RE1", "absent", None),
        listed("RE0", "completed", "-1"),
    ]
    host = opened(lambda visit: visit.answer(json.dumps({"recordings": entries, "next_page_uri": None}).encode()))

    found = list(twilio(host.url).recordings_since(SINCE))

    assert found == [
        RecordingMade(provider="twilio", call_id=CALL, reference="RE0", seconds=None),
        RecordingMade(provider="twilio", call_id=CALL, reference="RE1", seconds=None, state="absent"),
        RecordingMade(provider="twilio", call_id=CALL, reference="RE3", seconds=42),
    ]
    assert f"/2010-04-01/Accounts/{ACCOUNT}/Recordings.json?DateCreated%3E=2026-11-23T10%3A00%3A00Z" in host.visits[0]


def test_what_came_before_a_list_broke_off_is_given(opened: Open) -> None:
    def says(visit: Visit) -> None:
        if "Page=1" in visit.request:
            visit.answer(status="503 Oops")
        else:
            following = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings.json?Page=1"
            visit.answer(json.dumps({"recordings": [listed("RE1", "completed")], "next_page_uri": following}).encode())

    entries = twilio(opened(says).url).recordings_since(SINCE)

    assert next(entries).reference == "RE1"
    with pytest.raises(ProviderError):
        next(entries)


def test_africas_talking_is_asked_at_the_address_it_named_without_credentials(opened: Open) -> None:
    host = opened(lambda visit: visit.answer(b"ID3", Content_Type="audio/mpeg"))

    assert africastalking(host.url).fetch(f"{host.url}/recordings/abc.mp3", parent="ATVId_1", most_bytes=100).data == b"ID3"
    assert "Authorization" not in host.visits[0]
    assert "key" not in host.visits[0]


@pytest.mark.parametrize(
    "url",
    [
        *("http://word-word.at-internal.com/a.mp3", "https://at-internal.com/a.mp3", "https://evil.org/a.mp3", "http://127.0.0.1:1/a.mp3"),
        *("https://localhost/a.mp3", "https://word.at-internal.com.evil.org/a.mp3", "https://10.0.0.1/a.mp3", RECORDING),
    ],
)  # fmt: skip
def test_an_address_that_is_not_africas_talkings_is_not_asked(url: str) -> None:
    with pytest.raises(ProviderError, match="not_theirs"):
        africastalking().fetch(url, parent="ATVId_1", most_bytes=100)


def test_africas_talking_keeps_no_list_and_offers_no_deletion() -> None:
    telephony = africastalking()

    assert list(telephony.recordings_since(SINCE)) == []
    telephony.erase_file("https://word.at-internal.com/a.mp3", parent="ATVId_1")
