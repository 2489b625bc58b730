"""Calls are placed at each provider over real HTTP, and its outcomes told in our words."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.providers.africastalking import AfricasTalkingConfig
from gateway.providers.africastalking.telephony import AfricasTalkingTelephony
from gateway.providers.twilio import TwilioConfig
from gateway.providers.twilio.telephony import TwilioTelephony
from handlers.errors import ProviderError
from handlers.events import CallEnded
from handlers.outgoing import OutgoingCall, Repeat, Telephony

ACCOUNT = "AC" + "0" * 31 + "1"
NUMBER = "+263770000011"
CALL = OutgoingCall(
    id="our-id-1",
    sender="+12065550100",
    recipient=NUMBER,
    answer_address="https://line.example.org/webhooks/twilio/voice/answered",
    status_address="https://line.example.org/webhooks/twilio/call",
)
SID = "CA" + "1" * 32
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


@dataclass
class Server:
    """A provider's API: what was asked, and what is answered."""

    url: str = ""
    asked: list[tuple[str, str, dict[str, list[str]], dict[str, str]]] = field(default_factory=list)
    status: int = 201
    body: bytes = b"{}"
    seconds: float = 0.0

    def answers(self, body: object, status: int = 201) -> None:
        self.status, self.body = status, body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
            headers = {name.lower(): value for name, value in self.headers.items()}
            told.asked.append((self.command, self.path, form, headers))
            if told.seconds:
                threading.Event().wait(told.seconds)
            self.send_response(told.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

        do_POST = do_GET = _answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    told.url = f"http://127.0.0.1:{http.server_port}"
    yield told
    http.shutdown()
    thread.join()
    http.server_close()


def twilio(server: Server, **changed: Any) -> Telephony:
    config = TwilioConfig(account_sid=ACCOUNT, auth_tokens=("token",), api_base=server.url, timeout=0.5)
    return TwilioTelephony(replace(config, **changed))


def africastalking(server: Server, **changed: Any) -> Telephony:
    config = AfricasTalkingConfig(
        username="izwi", api_key="key", webhook_secrets=("s" * 24,), voice_api_base=server.url, timeout=0.5
    )
    return AfricasTalkingTelephony(replace(config, **changed))


def call_at_twilio(**changed: Any) -> dict[str, Any]:
    return {
        "sid": SID,
        "status": "queued",
        "direction": "outbound-api",
        "to": NUMBER,
        "from": CALL.sender,
        "date_created": "Mon, 23 Nov 2026 07:00:00 +0000",
        "duration": None,
        "price": None,
        **changed,
    }


def page_of(*calls: dict[str, Any]) -> dict[str, Any]:
    return {"calls": list(calls), "next_page_uri": None, "page": 0, "page_size": 100, "uri": "/x", "first_page_uri": "/x"}


def test_twilio_is_asked_to_ring_and_told_where_to_ask(server: Server) -> None:
    server.answers(call_at_twilio())

    assert twilio(server).call(CALL).provider_id == SID

    ((method, path, form, _),) = server.asked
    assert (method, path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json")
    assert form == {
        "To": [NUMBER],
        "From": ["+12065550100"],
        "Url": [CALL.answer_address],
        "Method": ["POST"],
        "StatusCallback": [CALL.status_address],
        "StatusCallbackMethod": ["POST"],
        "StatusCallbackEvent": ["completed"],
        "Timeout": ["30"],
        "TimeLimit": ["900"],
        "Record": ["false"],
    }  # and no MachineDetection: nobody listens in


def test_africas_talking_is_asked_to_ring_by_our_own_id(server: Server) -> None:
    server.answers({"entries": [{"phoneNumber": NUMBER, "status": "Queued", "sessionId": "ATVId_1"}], "errorMessage": "None"})

    assert africastalking(server).call(CALL).provider_id == "ATVId_1"

    ((method, path, form, headers),) = server.asked
    assert (method, path, headers["apikey"]) == ("POST", "/call", "key")
    assert form == {"username": ["izwi"], "from": ["+12065550100"], "to": [NUMBER], "clientRequestId": ["our-id-1"]}


@pytest.mark.parametrize(
    ("body", "status", "reason", "permanent", "unknown"),
    [
        ({"code": 21215, "message": f"no permission for {NUMBER}", "status": 400}, 400, "config", True, False),
        ({"code": 21216, "status": 400}, 400, "blocked", True, False),
        ({"code": 21217, "status": 400}, 400, "bad_number", True, False),
        ({"code": 13227, "status": 400}, 400, "config", True, False),
        ({"code": 13224, "status": 400}, 400, "bad_number", True, False),
        ({"code": 20003, "status": 401}, 401, "credentials", False, False),
        ({"code": 20429, "status": 429}, 429, "throttled", False, False),
        ({}, 500, "provider_down", False, True),
        (b"<html>", 201, "provider_down", False, True),
    ],
)
def test_a_call_that_twilio_did_not_place_says_what_to_do(
    server: Server, body: object, status: int, reason: str, permanent: bool, unknown: bool
) -> None:
    server.answers(body, status)

    with pytest.raises(ProviderError) as raised:
        twilio(server).call(CALL)

    error = raised.value
    assert (error.reason, error.permanent, error.unknown_outcome) == (reason, permanent, unknown)
    assert NUMBER not in str(error) and error.__context__ is None


def entry(status: str, session: str = "None") -> dict[str, Any]:
    return {"entries": [{"phoneNumber": NUMBER, "status": status, "sessionId": session}], "errorMessage": "None"}


@pytest.mark.parametrize(
    ("body", "status", "reason", "permanent", "unknown"),
    [
        (entry("InvalidPhoneNumber"), 200, "bad_number", True, False),
        (entry("DestinationNotSupported"), 200, "config", True, False),
        (entry("InsufficientCredit"), 200, "balance", False, False),
        (entry("Queued"), 200, "rejected", True, True),
        (entry("SomethingNew"), 200, "rejected", True, False),
        ({"entries": [], "errorMessage": "Invalid callerId"}, 201, "config", True, False),
        ({"entries": "odd"}, 201, "rejected", True, False),
        (b"The supplied authentication is invalid", 401, "credentials", False, False),
        (b"<html>", 200, "rejected", False, True),
        ({}, 502, "provider_down", False, True),
        ({}, 503, "provider_down", False, False),
    ],
)
def test_a_call_that_africas_talking_did_not_place_says_what_to_do(
    server: Server, body: object, status: int, reason: str, permanent: bool, unknown: bool
) -> None:
    server.answers(body, status)

    with pytest.raises(ProviderError) as raised:
        africastalking(server).call(CALL)

    error = raised.value
    assert (error.reason, error.permanent, error.unknown_outcome) == (reason, permanent, unknown)
    assert NUMBER not in str(error) and error.__context__ is None


@pytest.mark.parametrize("make", [twilio, africastalking])
def test_a_provider_that_does_not_answer_may_have_rung_all_the_same(server: Server, make: Any) -> None:
    server.seconds = 1.5

    with pytest.raises(ProviderError) as raised:
        make(server).call(CALL)

    assert (raised.value.reason, raised.value.unknown_outcome) == ("timeout", True)


@pytest.mark.parametrize(("make", "base"), [(twilio, "api_base"), (africastalking, "voice_api_base")])
def test_a_provider_that_is_not_there_has_surely_rung_nobody(server: Server, make: Any, base: str) -> None:
    with pytest.raises(ProviderError) as raised:
        make(server, **{base: "http://127.0.0.1:1"}).call(CALL)

    assert (raised.value.reason, raised.value.unknown_outcome) == ("provider_down", False)


def test_after_a_broken_request_twilio_is_asked_whether_it_rang(server: Server) -> None:
    older = call_at_twilio(sid="CA" + "2" * 32, date_created="Mon, 23 Nov 2026 05:00:00 +0000")
    to_us = call_at_twilio(sid="CA" + "3" * 32, direction="inbound")
    server.answers(page_of(to_us, call_at_twilio(), older), 200)

    found = twilio(server).find_call(CALL, NOW - timedelta(minutes=1))

    assert found is not None and found.provider_id == SID
    ((_, path, _, _),) = server.asked
    assert parse_qs(urlsplit(path).query) == {"To": [NUMBER], "From": ["+12065550100"], "PageSize": ["100"]}
    server.answers(page_of(older), 200)
    assert twilio(server).find_call(CALL, NOW - timedelta(minutes=1)) is None


@pytest.mark.parametrize(
    ("status", "duration", "expected"),
    [
        ("completed", "61", (True, 61)),
        ("no-answer", "0", (False, 0)),
        ("busy", None, (False, None)),
        ("in-progress", None, None),
    ],
)
def test_twilio_says_what_became_of_a_call(server: Server, status: str, duration: str | None, expected: Any) -> None:
    server.answers(call_at_twilio(status=status, duration=duration), 200)

    end = twilio(server).end_of(SID)

    if expected is None:
        assert end is None
    else:
        answered, seconds = expected
        assert end == CallEnded(provider="twilio", provider_id=SID, is_answered=answered, is_ours=True, seconds=seconds)


def test_a_call_that_twilio_knows_no_more_has_no_end_to_tell(server: Server) -> None:
    server.answers({"code": 20404, "status": 404}, 404)

    assert twilio(server).end_of(SID) is None


def test_africas_talking_can_tell_nothing_afterwards(server: Server) -> None:
    telephony = africastalking(server)

    assert telephony.repeat is Repeat.NEVER
    assert twilio(server).repeat is Repeat.LOOK_FIRST
    assert telephony.find_call(CALL, NOW) is None and telephony.end_of("ATVId_1") is None
    assert server.asked == []


@pytest.mark.parametrize("make", [twilio, africastalking])
def test_no_log_at_any_level_holds_the_number(server: Server, make: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    telephony = make(server)

    server.answers({**call_at_twilio(), **entry("Queued", "ATVId_1")}, 200)
    telephony.call(CALL)
    server.answers(page_of(call_at_twilio()), 200)
    telephony.find_call(CALL, NOW)
    server.answers(call_at_twilio(), 200)
    telephony.end_of(SID)

    assert "70000011" not in caplog.text and "our-id-1" not in caplog.text
