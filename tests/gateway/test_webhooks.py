"""What a provider sends is answered 2xx only once it is kept; what is not proven to be theirs leaves no trace."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from gateway import webhooks
from gateway.providers.africastalking import AfricasTalkingConfig
from gateway.providers.handset import HandsetConfig
from gateway.providers.registry import build
from gateway.providers.twilio import TwilioConfig
from handlers.errors import Refused
from handlers.events import Event
from handlers.ports import UnitOfWork
from handlers.records import Message, MessageKind
from storage.spool import Spool
from tests.captured.loading import PUBLIC_URL, all_captured, captured
from tests.fakes import FakeProvider
from tests.handlers.work.line import Line

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.conftest import Rooms

SECRET = "capturedsecretcapturedsecret"
REAL = build(
    [
        TwilioConfig(account_sid="AC" + "0" * 31 + "1", auth_tokens=("token-before-rotation", "captured-token")),
        AfricasTalkingConfig(username="izwi", api_key="captured-api-key", webhook_secrets=(SECRET,)),
        HandsetConfig(
            login="izwi", password="captured-password", signing_key="captured-key", line="+263770000099", strict_clock=False
        ),
    ]
)
NOTHING_TO_KEEP = (
    *("optout", "system_ping", "optout_subscription_added"),
    *("voice_events", "voice_events_answered", "recording_in_progress", "call_ringing"),  # a call goes on
    *("ussd_first", "ussd_events", "ussd_events_incomplete"),  # a menu is shown, a session is over
    *("voice_answered", "call_no_answer"),  # of a call that is none of ours
)
TEXT = {"sign": "right", "id": "SM1", "from": "+263770000011", "text": "canary words"}
FORM = "application/x-www-form-urlencoded"
MOST = 1_048_576


class Switch:
    """A way to a database that can be away."""

    def __init__(self, rooms: Rooms) -> None:
        self._writing = rooms.writing
        self.is_away = False

    @contextmanager
    def __call__(self) -> Iterator[UnitOfWork]:
        if self.is_away:
            raise OperationalError("INSERT canary words +263770000011", {}, Exception("canary words"))
        with self._writing() as unit:
            yield unit


@dataclass
class Doors:
    """The doors of a line, with what was kept behind them."""

    line: Line
    client: FlaskClient
    spool: Spool
    folder: Path
    provider: FakeProvider
    database: Switch

    def post(self, data: Any = None, *, door: str = "fake/message", **more: Any) -> TestResponse:
        """Post a form to a door."""
        return self.client.post(f"/webhooks/{door}", data=TEXT if data is None else data, **more)

    def kept(self) -> list[Message]:
        """Give the messages in the database."""
        return self.line.messages()

    def texts(self) -> list[str]:
        """Give the texts in the database."""
        return sorted(self.line.opened(message)["text"] for message in self.kept())


@pytest.fixture
def doors(sqlite_rooms: Rooms, tmp_path: Path) -> Doors:
    database = Switch(sqlite_rooms)
    line = Line(replace(sqlite_rooms, writing=database))
    spool = Spool(tmp_path / "spool", b"k" * 32)
    provider = FakeProvider()
    app = Flask("izwi", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MOST, MAX_FORM_MEMORY_SIZE=MOST)
    app.extensions["doors"] = webhooks.Doors({"fake": provider, **REAL}, line.intake, spool, PUBLIC_URL)
    app.register_blueprint(webhooks.bp)
    return Doors(line, app.test_client(), spool, tmp_path / "spool", provider, database)


def as_sent(provider: str, name: str) -> dict[str, Any]:
    """Give what the test client needs to send a captured request again."""
    request = captured(provider, name)
    headers = {key: value for key, value in request.headers.items() if key not in ("host", "content-length")}
    target = request.url.removeprefix(PUBLIC_URL)
    path, _, query = target.partition("?")
    return {
        "path": path,
        "query_string": query,
        "method": request.method,
        "data": request.body,
        "headers": headers,
        "environ_overrides": {"RAW_URI": target},
    }


def test_a_text_is_kept_and_answered_neutrally(doors: Doors) -> None:
    answer = doors.post()

    assert (answer.status_code, answer.text, answer.content_type) == (200, "<Response/>", "text/xml")
    assert doors.texts() == ["canary words"]
    assert doors.spool.waiting() == 0


def test_the_same_again_is_answered_the_same_and_kept_once(doors: Doors) -> None:
    answers = [doors.post() for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert len(doors.kept()) == 1


def test_a_request_with_several_texts_keeps_them_all(doors: Doors) -> None:
    doors.post({**TEXT, "text": ["one", "two"]})

    assert doors.texts() == ["one", "two"]


def test_while_the_database_is_away_a_text_is_spooled_and_answered_as_kept(doors: Doors) -> None:
    doors.database.is_away = True
    answer = doors.post()
    doors.database.is_away = False

    assert (answer.status_code, doors.spool.waiting(), doors.kept()) == (200, 1, [])
    assert doors.spool.drain(doors.line.intake.take_in) == 1
    assert doors.texts() == ["canary words"]


def test_where_nothing_can_be_kept_the_provider_is_asked_to_send_it_again(doors: Doors) -> None:
    doors.database.is_away = True
    doors.folder.write_text("in the way of the folder")

    answer = doors.post()

    assert answer.status_code == 503
    assert "canary" not in answer.text
    doors.database.is_away = False
    assert doors.post().status_code == 200
    assert len(doors.kept()) == 1


def test_what_was_spooled_and_is_sent_again_is_kept_once(doors: Doors) -> None:
    doors.database.is_away = True
    doors.post()
    doors.database.is_away = False
    doors.post()

    doors.spool.drain(doors.line.intake.take_in)

    assert len(doors.kept()) == 1


@pytest.mark.parametrize("is_away", [False, True], ids=["up", "away"])
def test_nothing_private_is_logged_whatever_happens(doors: Doors, is_away: bool, capsys: pytest.CaptureFixture[str]) -> None:
    doors.database.is_away = is_away
    doors.post()
    doors.post({**TEXT, "sign": "wrong"})

    logged = "".join(capsys.readouterr())

    assert not any(word in logged for word in ("canary", "263770000011", "770000011", "SM1"))
    assert "webhook_refused" in logged
    assert ("event_spooled" in logged) is is_away


def test_a_forged_request_is_refused_and_leaves_nothing_but_the_event_in_the_log(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = doors.post({**TEXT, "sign": "forged-sign"})

    logged = "".join(capsys.readouterr())
    assert answer.status_code == 403
    assert (doors.kept(), doors.spool.waiting()) == ([], 0)
    assert logged.count("\n") == 1
    assert '"event": "webhook_refused"' in logged
    assert '"reason": "bad_signature"' in logged
    assert not any(word in logged + answer.text for word in ("canary", "26377", "SM1", "forged-sign", "Traceback"))


@pytest.mark.parametrize("error", [ZeroDivisionError("canary"), ValueError("canary"), RecursionError("canary")])
def test_a_fault_in_verifying_refuses(doors: Doors, error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    doors.provider.on_verify = lambda: _raise(error)

    answer = doors.post()

    assert (answer.status_code, doors.kept()) == (403, [])
    assert "canary" not in answer.text + "".join(capsys.readouterr())


def test_a_fault_in_parsing_loses_nothing(doors: Doors, capsys: pytest.CaptureFixture[str]) -> None:
    doors.provider.on_parse = lambda: _raise(ZeroDivisionError("canary"))

    answer = doors.post(b"sign=right&text=" + b"caf\xe9", content_type=FORM)

    (message,) = doors.kept()
    assert (answer.status_code, message.kind) == (200, MessageKind.UNRECOGNISED)
    content = doors.line.opened(message)
    assert (content["why"], content["fields"]["body"]) == ("parser_failed", "sign=right&text=caf\\xe9")
    assert "canary" not in "".join(capsys.readouterr())


def test_what_the_parser_refuses_is_refused(doors: Doors) -> None:
    doors.provider.on_parse = lambda: _raise(Refused("other_account"))

    assert (doors.post().status_code, doors.kept()) == (403, [])


def _raise(error: Exception) -> None:
    raise error


def test_an_oversize_request_is_refused_before_it_is_read(doors: Doors) -> None:
    answer = doors.post({**TEXT, "text": "x" * MOST})

    assert (answer.status_code, doors.kept(), doors.provider.requests) == (413, [], [])


def test_a_body_of_nearly_a_megabyte_is_kept_whole(doors: Doors) -> None:
    text = "x" * (MOST - 200)

    assert doors.post({**TEXT, "text": text}).status_code == 200
    assert doors.texts() == [text]


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "head"])
def test_other_methods_are_not_allowed(doors: Doors, method: str) -> None:
    assert getattr(doors.client, method)("/webhooks/fake/message").status_code == 405


@pytest.mark.parametrize(
    "door",
    [
        *("fake/elsewhere", "fake/voice", "fake/voice/a/b", "fake/voice/", "fake/message/", "unheardof/message", "fake/<step>"),
        *(f"africastalking/{SECRET}/elsewhere", f"africastalking/{SECRET}", "africastalking/message"),
    ],
)
def test_an_unknown_door_is_not_found_and_nobody_is_asked(doors: Doors, door: str) -> None:
    answer = doors.post(door=door)

    assert (answer.status_code, doors.kept(), doors.provider.requests) == (404, [], [])


def test_a_step_of_a_call_has_a_door(doors: Doors) -> None:
    assert doors.post(door="fake/voice/recorded").status_code == 200
    assert doors.provider.requests[0].door == "voice/recorded"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b"caf\xe9", "caf\ufffd"),
        (b"caf%E9", "caf\ufffd"),
        (b"a%00b", "a\x00b"),
        (b"a\x00b", "a\x00b"),
        (b"", ""),
        (b"%F0%9F%98%80+%E1%88%9D", "\U0001f600 \u121d"),
        (b"%zz%", "%zz%"),
        (b"%ED%A0%80", "\ufffd\ufffd\ufffd"),
    ],
)
def test_any_bytes_in_a_text_are_kept_and_spoil_no_other_field(doors: Doors, sent: bytes, read: str) -> None:
    body = b"sign=right&id=SM1&from=%2B263770000011&text=" + sent

    assert doors.post(body, content_type=FORM).status_code == 200

    assert doors.texts() == [read]
    assert doors.provider.requests[0].form["from"] == ("+263770000011",)
    assert doors.provider.requests[0].body == body


@pytest.mark.parametrize("content_type", [None, "", "text/plain", FORM, FORM + "; charset=ISO-8859-1", FORM.upper()])
def test_a_form_is_read_whatever_it_calls_itself(doors: Doors, content_type: str | None) -> None:
    body = "&".join(f"{name}={quote_plus(value)}" for name, value in TEXT.items()).encode()

    assert doors.post(body, content_type=content_type).status_code == 200
    assert doors.texts() == ["canary words"]


def test_a_multipart_form_is_read_too(doors: Doors) -> None:
    assert doors.post(TEXT, content_type="multipart/form-data").status_code == 200
    assert doors.texts() == ["canary words"]


def test_what_is_no_form_gives_no_fields_and_its_body_whole(doors: Doors) -> None:
    body = b'{"text": "canary"}'

    doors.post(body, content_type="application/json", headers={"X-Sign": "right"})

    (request,) = doors.provider.requests
    assert (dict(request.form), request.body) == ({}, body)


def test_more_fields_than_anybody_sends_give_no_fields(doors: Doors) -> None:
    body = b"&".join(b"a=1" for _ in range(1001))

    assert doors.post(body, content_type=FORM, headers={"X-Sign": "right"}).status_code == 200
    assert dict(doors.provider.requests[0].form) == {}


def test_repeated_fields_keep_their_order(doors: Doors) -> None:
    doors.post(b"sign=right&text=b&text=a", content_type=FORM)

    assert doors.provider.requests[0].form["text"] == ("b", "a")


def test_the_address_is_our_public_one_with_path_and_query_as_they_came(doors: Doors) -> None:
    doors.client.post(
        "/webhooks/fake/message?a=%41&b=",
        data=TEXT,
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "10.0.0.1"},
        environ_overrides={"RAW_URI": "/webhooks/fake/mess%61ge?a=%41&b="},
    )

    (request,) = doors.provider.requests
    assert request.url == f"{PUBLIC_URL}/webhooks/fake/mess%61ge?a=%41&b="
    assert request.remote == "127.0.0.1"


def test_rubbish_never_makes_a_fault_of_ours(doors: Doors) -> None:
    chance = random.Random(24)
    paths = ["twilio/message", "twilio/voice/x", f"africastalking/{SECRET}/message", "handset/message", "fake/message"]
    for number in range(60):
        body = chance.randbytes(chance.randrange(80))
        kind = chance.choice([FORM, "application/json", "multipart/form-data; boundary=x", "multipart/form-data", None, "\u00e9"])
        headers = {"X-Twilio-Signature": "x", "X-Signature": "x", "X-Timestamp": "1"}
        answer = doors.post(io.BytesIO(body), door=paths[number % len(paths)], content_type=kind, headers=headers)
        assert answer.status_code in (200, 403), (number, answer.status)


@pytest.mark.parametrize(("provider", "name"), all_captured())
def test_every_captured_request_passes_its_door_and_is_kept(
    doors: Doors, provider: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first = doors.client.open(**as_sent(provider, name))
    kept = len(doors.kept())
    again = doors.client.open(**as_sent(provider, name))

    assert (first.status_code, again.status_code) == (200, 200)
    assert len(doors.kept()) == kept
    assert doors.spool.waiting() == 0
    logged = "".join(capsys.readouterr())
    assert not any(word in logged for word in ("Masoja", "26377", SECRET, "Traceback"))
    with doors.line.rooms.reading() as unit:
        did_something = kept or unit.statuses.count() or name in NOTHING_TO_KEEP
    assert did_something, name


@pytest.mark.parametrize(("provider", "name"), [("twilio", "message"), ("handset", "sms_received")])
def test_a_forged_copy_of_a_captured_request_is_refused(doors: Doors, provider: str, name: str) -> None:
    sent = as_sent(provider, name)

    answer = doors.client.open(**{**sent, "data": sent["data"].replace(b"arova", b"ARova")})

    assert (answer.status_code, doors.kept()) == (403, [])


@pytest.mark.parametrize("secret", ["wrongsecretwrongsecret", SECRET[:-1], SECRET + "x", "%00", "caf%C3%A9"])
def test_a_wrong_secret_in_the_path_is_refused_and_not_logged(
    doors: Doors, secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = as_sent("africastalking", "message")

    answer = doors.client.open(**{**sent, "path": f"/webhooks/africastalking/{secret}/message", "environ_overrides": {}})

    logged = "".join(capsys.readouterr())
    assert (answer.status_code, doors.kept()) == (403, [])
    assert "wrong_secret" in logged
    assert secret not in logged + answer.text
    assert SECRET not in logged + answer.text


def test_an_event_that_cannot_be_taken_in_is_spooled_and_does_not_hold_up_the_others(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = doors.line.intake.take_in

    def fail_on_poison(event: Event) -> object:
        if "poison" in getattr(event, "text", ""):
            raise ZeroDivisionError
        return take_in(event)

    monkeypatch.setattr(doors.line.intake, "take_in", fail_on_poison)
    poisoned = doors.post({**TEXT, "text": ["poison", "good"]})
    doors.database.is_away = True
    doors.post({**TEXT, "id": "SM2", "text": "later"})
    doors.database.is_away = False

    with pytest.raises(ZeroDivisionError):
        doors.spool.drain(fail_on_poison)

    assert poisoned.status_code == 200
    assert doors.texts() == ["good", "later"]
    assert doors.spool.waiting() == 1
