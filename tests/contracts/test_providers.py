"""What every provider is held to, over every request captured from it and over rubbish."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.providers.africastalking import AfricasTalkingConfig
from gateway.providers.contract import Provider, WebhookRequest, has_door
from gateway.providers.handset import HandsetConfig
from gateway.providers.registry import PROVIDERS, build
from gateway.providers.twilio import TwilioConfig
from handlers.errors import Refused
from handlers.events import Event, Unrecognised
from tests.captured.loading import all_captured, as_request, captured

SECRET = "capturedsecretcapturedsecret"
BUILT: Mapping[str, Provider] = build(
    [
        TwilioConfig(account_sid="AC" + "0" * 31 + "1", auth_tokens=("token-before-rotation", "captured-token")),
        AfricasTalkingConfig(username="izwi", api_key="captured-api-key", webhook_secrets=("s" * 28, SECRET)),
        HandsetConfig(login="izwi", password="captured-password", signing_key="captured-key", line="+263770000099"),
    ]
)
NO_NEWS = {"system_ping", "voice_events", "voice_events_answered", "recording_in_progress", "call_ringing"}  # it goes on
CALM = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_every_registered_provider_is_held_to_this_contract() -> None:
    assert set(BUILT) == set(PROVIDERS)
    assert {provider for provider, _ in all_captured()} == set(PROVIDERS)


@pytest.mark.parametrize(("name", "file"), all_captured())
def test_a_captured_request_is_verified_and_understood(name: str, file: str) -> None:
    provider, request = BUILT[name], captured(name, file)

    provider.verify(request)
    events = provider.parse(request)

    assert has_door(provider, request.door)
    assert events or file in NO_NEWS
    assert all(event.provider == name for event in events)


@pytest.mark.parametrize(("name", "file"), all_captured())
def test_the_same_request_again_gives_the_same_events(name: str, file: str) -> None:
    provider = BUILT[name]

    assert provider.parse(captured(name, file)) == provider.parse(captured(name, file))


@pytest.mark.parametrize(("name", "file"), all_captured())
def test_no_event_shows_who_said_what(name: str, file: str) -> None:
    shown = repr(BUILT[name].parse(captured(name, file)))

    for private in ("70000011", "Masoja", "Batsirai", "Mugodhi", "anonymous", "CC.aBc123", "e287d7109a5a", "ec9adc86", "-19.6"):
        assert private not in shown
    assert "70000011" not in repr(captured(name, file))


@pytest.mark.parametrize(("name", "file"), all_captured())
def test_an_answer_tells_no_secret_and_no_word_of_the_sender(name: str, file: str) -> None:
    provider, request = BUILT[name], captured(name, file)

    answer = provider.answer(request)

    assert answer.status == 200
    assert provider.secrets()
    for secret in (*provider.secrets(), "70000011", "Masoja", request.body.decode("latin-1") or "nothing"):
        assert secret not in answer.body
    for secret in provider.secrets():
        assert secret not in repr(provider)


@pytest.mark.parametrize(("name", "file"), all_captured())
def test_a_forged_request_is_refused(name: str, file: str) -> None:
    genuine = captured(name, file)
    forged = replace(
        genuine,
        headers={**genuine.headers, "x-twilio-signature": "Zm9yZ2Vk", "x-signature": "0" * 64},
        secret="guessed",
    )

    with pytest.raises(Refused) as refusal:
        BUILT[name].verify(forged)

    assert "guessed" not in str(refusal.value)


@pytest.mark.parametrize(("name", "file"), all_captured())
def test_a_request_that_proves_nothing_is_refused(name: str, file: str) -> None:
    with pytest.raises(Refused):
        BUILT[name].verify(replace(captured(name, file), headers={}, secret=None))


@pytest.mark.parametrize("name", sorted(BUILT))
@pytest.mark.parametrize("signature", ["", "é", "\ud800", "a" * 10_000, "\x00"])
def test_an_odd_proof_is_refused_and_nothing_else(name: str, signature: str) -> None:
    request = WebhookRequest(
        door="message",
        method="POST",
        url="https://tips.example.org:nan/x?bodySHA256=1",
        headers={"x-twilio-signature": signature, "x-signature": signature, "x-timestamp": signature},
        form={"a": ("\ud800", "b")},
        body=b"\xff",
        received_at=datetime(2026, 11, 23, tzinfo=UTC),
        secret=signature,
        remote="not an address",
    )

    with pytest.raises(Refused):
        BUILT[name].verify(request)


def _concrete(door: str) -> str:
    return door.replace("<step>", "keys").replace("<token>", "dG9rZW4")


def _doors() -> list[tuple[str, str]]:
    return [(name, _concrete(door)) for name, provider in BUILT.items() for door in provider.doors]


@pytest.mark.parametrize(("name", "door"), _doors())
@CALM
@given(body=st.binary(max_size=200), is_form=st.booleans(), is_json=st.booleans())
def test_no_body_whatever_makes_a_provider_fail(name: str, door: str, body: bytes, is_form: bool, is_json: bool) -> None:
    content_type = "application/x-www-form-urlencoded" if is_form else "application/json" if is_json else "text/plain"
    secret = f"{SECRET}/" if name == "africastalking" else ""
    target = f"/webhooks/{name}/{secret}{door}"
    request = as_request(method="POST", target=target, headers={"content-type": content_type}, body=body)

    events: tuple[Event, ...] = BUILT[name].parse(request)

    assert events
    assert BUILT[name].answer(request).status == 200


_FIELDS = st.sampled_from(
    [
        "MessageSid",
        "CallSid",
        "AccountSid",
        "From",
        "To",
        "Body",
        "NumMedia",
        "MediaUrl0",
        "MediaUrl9",
        "MediaContentType0",
        "MessageStatus",
        "ErrorCode",
        "OptOutType",
        "Latitude",
        "Longitude",
        "Direction",
        "id",
        "from",
        "to",
        "text",
        "date",
        "linkId",
        "status",
        "failureReason",
        "phoneNumber",
        "isActive",
        "sessionId",
        "callerNumber",
        "dtmfDigits",
        "updateType",
    ]
)
_VALUES = st.one_of(st.text(max_size=80), st.sampled_from(["", "1", "None", "+263770000011", " 263770000011", "SM" + "0" * 32]))


@pytest.mark.parametrize(("name", "door"), _doors())
@CALM
@given(fields=st.dictionaries(_FIELDS, st.lists(_VALUES, min_size=1, max_size=2).map(tuple), max_size=8))
def test_no_fields_whatever_make_a_provider_fail_or_forget(name: str, door: str, fields: dict[str, tuple[str, ...]]) -> None:
    request = replace(captured(name, all_captured_of(name)[0]), door=door, form=fields, body=b"")

    events = BUILT[name].parse(request)

    assert events
    for event in events:
        if isinstance(event, Unrecognised) and fields and name != "handset":
            kept = set(event.fields.values())
            assert all(value in kept for values in fields.values() for value in values)


def all_captured_of(name: str) -> list[str]:
    return [file for provider, file in all_captured() if provider == name]


@pytest.mark.parametrize("name", sorted(BUILT))
def test_a_provider_has_its_doors_and_no_others(name: str) -> None:
    provider = BUILT[name]

    none = ("", "voice/<step>", "voice/a/b/c", "voice//b", "voice/a/", "nonsense", "message/x")
    assert not any(has_door(provider, door) for door in none)
    assert has_door(provider, "message")


def test_the_web_process_imports_no_client_of_any_provider() -> None:
    listed = (
        "import sys; import gateway.providers.registry; "
        "print([name for name in ('twilio.rest', 'requests', 'africastalking', 'android_sms_gateway') if name in sys.modules])"
    )

    shown = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize("name", sorted(BUILT))
def test_two_clients_of_a_provider_share_nothing(name: str) -> None:
    first, second = BUILT[name].client(), BUILT[name].client()

    mine = {id(value) for value in vars(first).values()} - {id(getattr(first, "_config", None))}
    assert not mine & {id(value) for value in vars(second).values()}
