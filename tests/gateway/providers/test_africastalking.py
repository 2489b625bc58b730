"""The secret path of Africa's Talking, its fields and their traps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.providers.africastalking import AfricasTalkingConfig, AfricasTalkingProvider
from gateway.providers.africastalking.client import _sent
from gateway.providers.africastalking.parse import received_text
from gateway.providers.contract import Addresses
from handlers.errors import ProviderError, Refused
from handlers.events import (
    CallEnded,
    CallStep,
    DeliveryState,
    DeliveryStatus,
    Event,
    InboundCall,
    InboundText,
    OptOut,
    RecordingMade,
    Unrecognised,
    UssdEnded,
    UssdStep,
)
from handlers.voice.speech import Screen
from tests.captured.loading import captured

CONFIG = AfricasTalkingConfig(username="izwi", api_key="key", webhook_secrets=("capturedsecretcapturedsecret",))
PROVIDER = AfricasTalkingProvider(CONFIG)


def read(name: str) -> Event:
    (event,) = PROVIDER.parse(captured("africastalking", name))
    return event


def text_in(name: str) -> InboundText:
    event = read(name)
    assert isinstance(event, InboundText)
    return event


@pytest.mark.parametrize(
    "secret", [None, "", "capturedsecretcapturedsecre", "capturedsecretcapturedsecrett", "CAPTUREDSECRETCAPTUREDSECRET", "ü"]
)
def test_a_wrong_secret_is_refused(secret: str | None) -> None:
    with pytest.raises(Refused, match="wrong_secret"):
        PROVIDER.verify(replace(captured("africastalking", "message"), secret=secret))


def test_both_secrets_of_a_rotation_are_taken_and_an_empty_one_never() -> None:
    rotating = AfricasTalkingProvider(replace(CONFIG, webhook_secrets=("new-secret", "old-secret", "")))
    request = captured("africastalking", "message")

    rotating.verify(replace(request, secret="new-secret"))
    rotating.verify(replace(request, secret="old-secret"))

    with pytest.raises(Refused):
        rotating.verify(replace(request, secret=""))


@pytest.mark.parametrize(
    ("remote", "is_allowed"),
    [("192.0.2.7", True), ("::ffff:192.0.2.7", True), ("192.0.3.7", False), ("2001:db8::1", False), (None, False), ("x", False)],
)
def test_only_named_sources_are_let_in_where_some_are_named(remote: str | None, is_allowed: bool) -> None:
    provider = AfricasTalkingProvider(replace(CONFIG, sources=(ip_network("192.0.2.0/24"),)))
    request = replace(captured("africastalking", "message"), remote=remote)

    if is_allowed:
        provider.verify(request)
    else:
        with pytest.raises(Refused, match="wrong_source"):
            provider.verify(request)


def test_a_text_is_read() -> None:
    assert read("message") == InboundText(
        provider="africastalking",
        provider_id="ec9adc86-51d5-4bc8-8eb0-d8ab0bb53dc3",
        line="33000",
        sender="+263770000011",
        text="Masoja arova vanhu",
        sent_at=datetime(2026, 11, 23, 6, 4, 45, tzinfo=UTC),
    )


def test_a_time_without_a_zone_is_the_same_moment_and_a_link_is_kept_for_the_reply() -> None:
    event = text_in("message_premium")

    assert event.sent_at == text_in("message").sent_at
    assert event.reply_token == "03090445075804249226"


def test_an_integer_id_and_json_are_read() -> None:
    event = text_in("message_json_integer_id")

    assert (event.provider_id, event.reply_token, event.sender) == ("4027", None, "+263770000011")


def test_a_plus_that_became_a_space_is_mended() -> None:
    assert text_in("message_unescaped_plus").sender == "+263770000011"


def test_a_text_without_id_or_readable_time_is_kept_without_them() -> None:
    event = text_in("message_without_id")

    assert (event.provider_id, event.sent_at, event.text) == (None, None, "Batsirai")


def test_letters_as_sender_and_an_empty_text_are_kept() -> None:
    event = text_in("message_from_letters")

    assert (event.sender, event.text) == ("ECONET", "")


def test_a_form_that_does_not_say_that_it_is_one_is_read() -> None:
    assert text_in("message_without_type") == text_in("message")


def test_bytes_that_are_no_utf8_cost_only_themselves() -> None:
    assert text_in("message_raw_bytes").text == "mv\ufffd\ufffdura"


@pytest.mark.parametrize(
    ("name", "why", "kept"),
    [
        ("message_empty", "not_understood", {"body": ""}),
        ("message_of_other_fields", "not_understood", {"hello": "there"}),
        ("delivery_without_id", "not_understood", {"status": "Success"}),
        ("ussd_without_session", "ussd", None),
    ],
)
def test_what_is_not_understood_is_kept_whole(name: str, why: str, kept: dict[str, str] | None) -> None:
    event = read(name)

    assert isinstance(event, Unrecognised)
    assert event.why == why
    expected = {field: values[0] for field, values in captured("africastalking", name).form.items()}
    assert dict(event.fields) == (expected if kept is None else kept)


@pytest.mark.parametrize(
    ("name", "inputs", "sender"),
    [
        ("ussd", "1*Masoja", "+263770000011"),
        ("ussd_first", "", "+263770000011"),
        ("ussd_star_in_text", "3*1*Masoja arova * vanhu *", "+263770000011"),
        ("ussd_withheld", "3*1*Masoja", "anonymous"),
    ],
)
def test_a_screen_that_is_asked_for_is_read(name: str, inputs: str, sender: str) -> None:
    session = "ATUid_" + "d" * 32

    assert read(name) == UssdStep(
        provider="africastalking", provider_id=session, line="*384*11469#", sender=sender, inputs=inputs
    )


@pytest.mark.parametrize(("name", "state"), [("ussd_events", "success"), ("ussd_events_incomplete", "incomplete")])
def test_of_the_end_of_a_session_only_its_state_is_read(name: str, state: str) -> None:
    event = read(name)

    assert event == UssdEnded(provider="africastalking", state=state)
    assert "Masoja" not in str(vars(type(event))) + repr(event)


@pytest.mark.parametrize(("goes_on", "word"), [(True, "CON"), (False, "END")])
def test_a_screen_says_whether_it_goes_on(goes_on: bool, word: str) -> None:
    answer = PROVIDER.render(
        captured("africastalking", "ussd"), (Screen(text="1 One\n2 Two", goes_on=goes_on),), Addresses(base="")
    )

    assert answer.body == f"{word} 1 One\n2 Two"
    assert answer.content_type.startswith("text/plain")
    assert PROVIDER.render(captured("africastalking", "ussd"), (), Addresses(base="")).body.startswith("END ")


@pytest.mark.parametrize(
    ("name", "state", "reason"),
    [
        ("delivery", DeliveryState.DELIVERED, None),
        ("delivery_blacklisted", DeliveryState.FAILED, "opted_out"),
        ("delivery_expired", DeliveryState.FAILED, "rejected"),
        ("delivery_unheard_of", DeliveryState.UNKNOWN, None),
    ],
)
def test_a_delivery_report_is_told_in_our_words(name: str, state: DeliveryState, reason: str | None) -> None:
    assert read(name) == DeliveryStatus(provider="africastalking", provider_id="ATXid_" + "b" * 32, state=state, reason=reason)


def test_an_opt_out_and_its_end_are_told() -> None:
    assert read("optout") == OptOut(provider="africastalking", sender="+263770000011")
    assert read("optout_subscription_added") == OptOut(provider="africastalking", sender="+263770000011", lifted=True)


def test_a_first_ring_is_a_call() -> None:
    ring, withheld = read("voice"), read("voice_withheld")

    assert isinstance(ring, InboundCall)
    assert (ring.provider_id, ring.sender, ring.line) == ("ATVId_" + "c" * 32, "+263770000011", "+263770000099")
    assert isinstance(withheld, InboundCall)
    assert withheld.sender == "+anonymous"


CALL, CALLER, LINE, TOKEN = "ATVId_" + "c" * 32, "+263770000011", "+263770000099", "dG9rZW4tb2YtYS1zdGVw"
URL = "https://quiet-river.at-internal.com/0123456789abcdef0123456789abcdef.mp3"
MADE = RecordingMade(provider="africastalking", call_id=CALL, reference=URL)


def a_step(step: str, token: str = TOKEN, **more: Any) -> CallStep:
    return CallStep(provider="africastalking", provider_id=CALL, line=LINE, sender=CALLER, step=step, token=token, **more)


def an_end(**more: Any) -> CallEnded:
    return CallEnded(provider="africastalking", provider_id=CALL, line=LINE, sender=CALLER, **more)


@pytest.mark.parametrize(
    ("name", "events"),
    [
        ("voice_step_keys", (a_step("keys", keys="3"),)),
        ("voice_step_silent", (a_step("keys"),)),
        ("voice_step_recorded", (a_step("recorded", recording=MADE),)),
        ("voice_step_recorded_nothing", (a_step("recorded"),)),
        ("voice_step_recorded_inactive", (a_step("recorded", recording=MADE),)),  # the call goes on all the same
        ("voice_step_without_token", (a_step("keys", token="", keys="1"),)),
        ("voice_keys", (a_step("lang", token="", keys="1"),)),
        ("voice_answered", (a_step("answered", token="", is_ours=True),)),
        ("voice_ended", (an_end(is_answered=False, seconds=0),)),
        ("voice_ended_at_a_step", (MADE, an_end(seconds=80))),
        ("voice_events_ended", (an_end(seconds=80),)),
        ("voice_events", ()),
        ("voice_events_answered", ()),
    ],
)
def test_what_is_said_of_a_call_is_told_in_our_words(name: str, events: tuple[Event, ...]) -> None:
    assert PROVIDER.parse(captured("africastalking", name)) == events


def test_a_call_is_rejected_and_ussd_is_ended_in_few_words() -> None:
    rejection = PROVIDER.answer(captured("africastalking", "voice"))
    screen = PROVIDER.answer(captured("africastalking", "ussd"))

    assert [verb.tag for verb in ElementTree.fromstring(rejection.body.encode())] == ["Reject"]  # noqa: S314  # our own words
    assert screen.body.startswith("END ")
    assert len(screen.body) <= 182 and screen.body.isascii()
    assert screen.content_type == "text/plain"
    assert PROVIDER.answer(captured("africastalking", "message")).body == ""


@pytest.mark.parametrize(
    ("told", "reason", "permanent", "unknown"),
    [
        ({"Message": "InvalidSenderId", "Recipients": []}, "config", True, False),
        ({"Message": "Something new"}, "rejected", True, False),
        ({"Recipients": [{"statusCode": 405, "messageId": "None"}]}, "balance", False, False),
        ({"Recipients": [{"statusCode": 406, "messageId": "None"}]}, "opted_out", True, False),
        ({"Recipients": [{"statusCode": 501}]}, "provider_down", False, False),
        ({"Recipients": [{"statusCode": "Success", "status": "Success", "messageId": "x"}]}, "rejected", True, False),
        ({"Recipients": [{"statusCode": [], "status": "Success"}]}, "rejected", True, False),
        ({"Recipients": [{"statusCode": 101, "messageId": "None"}]}, "rejected", True, True),
        ({"Recipients": ["x"]}, "rejected", True, False),
    ],
)
def test_an_answer_is_judged_by_its_code_and_by_nothing_else(
    told: dict[str, object], reason: str, permanent: bool, unknown: bool
) -> None:
    with pytest.raises(ProviderError) as failure:
        _sent(told)

    assert (failure.value.reason, failure.value.permanent, failure.value.unknown_outcome) == (reason, permanent, unknown)


@settings(deadline=None)
@given(fields=st.dictionaries(st.sampled_from(["id", "from", "to", "text", "date", "linkId", "x"]), st.text(max_size=60)))
def test_whatever_was_written_is_read_as_it_is(fields: dict[str, str]) -> None:
    event = received_text(fields)

    assert (event is None) == ("from" not in fields and "text" not in fields)
    assert event is None or event.text == fields.get("text", "")
