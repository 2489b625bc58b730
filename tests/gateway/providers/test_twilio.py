"""Twilio's signature, its words and their traps."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from gateway.providers.contract import WebhookRequest
from gateway.providers.twilio import TwilioConfig, TwilioProvider
from gateway.providers.twilio.codes import CODES, reason_of
from gateway.providers.twilio.parse import parse, received_text
from gateway.providers.twilio.verify import _is_signed
from handlers.errors import Refused
from handlers.events import (
    CallEnded,
    CallStep,
    DeliveryState,
    DeliveryStatus,
    Event,
    InboundCall,
    InboundText,
    Media,
    RecordingMade,
)
from tests.captured.loading import captured

TOKEN = "captured-token"
ACCOUNT = "AC" + "0" * 31 + "1"
PROVIDER = TwilioProvider(TwilioConfig(account_sid=ACCOUNT, auth_tokens=("captured-token",)))


def text_in(name: str) -> InboundText:
    (event,) = PROVIDER.parse(captured("twilio", name))
    assert isinstance(event, InboundText)
    return event


def signed(fields: dict[str, tuple[str, ...]], *, door: str = "message", token: str = TOKEN) -> WebhookRequest:
    request = captured("twilio", "message")
    flat = {name: values[0] for name, values in fields.items()}
    signature = RequestValidator(token).compute_signature(request.url, flat)
    return replace(request, form=fields, door=door, headers={**request.headers, "x-twilio-signature": signature})


@pytest.mark.parametrize(
    ("url", "digits_of_from", "signature"),
    [
        ("https://example.com/myapp.php?foo=1&bar=2", "+14158675310", "L/OH5YylLD5NRKLltdqwSvS0BnU="),
        ("https://mycompany.com/myapp.php?foo=1&bar=2", "+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://example.com/myapp.php?foo=1&bar=2#rc=5&rp=all", "+14158675310", "L/OH5YylLD5NRKLltdqwSvS0BnU="),
    ],
)
def test_the_documented_signatures_are_right(url: str, digits_of_from: str, signature: str) -> None:
    form = {
        "CallSid": ("CA1234567890ABCDE",),
        "Caller": (digits_of_from,),
        "Digits": ("1234",),
        "From": (digits_of_from,),
        "To": ("+18005551212",),
    }
    request = WebhookRequest(
        door="voice", method="POST", url=url, headers={}, form=form, body=b"", received_at=datetime(2026, 11, 23, tzinfo=UTC)
    )

    assert _is_signed(request, signature, "12345")
    assert not _is_signed(request, signature, "12346")
    assert not _is_signed(replace(request, url=url.replace("https", "http")), signature, "12345")


@pytest.mark.parametrize("changed", ["Body", "From", "NewParameter"])
def test_one_changed_field_breaks_the_signature(changed: str) -> None:
    request = captured("twilio", "message_emoji_and_nul")

    with pytest.raises(Refused, match="bad_signature"):
        PROVIDER.verify(replace(request, form={**request.form, changed: ("something else",)}))


def test_a_body_whose_hash_is_not_the_signed_one_is_refused() -> None:
    request = captured("twilio", "message_json")

    with pytest.raises(Refused, match="bad_signature"):
        PROVIDER.verify(replace(request, body=request.body.replace(b"JSON", b"json")))


def test_a_captured_request_cut_into_other_fields_is_refused() -> None:
    request = captured("twilio", "message")
    form = dict(request.form)
    cut = {**form, "Body": (form["Body"][0] + "From" + form["From"][0],)}
    del cut["From"]
    again = replace(request, form={**cut, "FromCity": ("",)})

    with pytest.raises(Refused):
        PROVIDER.verify(again)


@pytest.mark.parametrize(
    ("door", "changed", "reason"),
    [
        ("message", {"AccountSid": ("AC" + "9" * 32,)}, "other_account"),
        ("message", {"MessageSid": ("SM123",)}, "malformed_id"),
        ("message", {"MessageSid": ("SM" + "0" * 32 + "\n",)}, "malformed_id"),
        ("voice", {}, "malformed_id"),
        ("message", {"From": None}, "missing_fields"),
        ("message", {"To": None}, "missing_fields"),
    ],
)
def test_what_is_signed_but_not_ours_is_refused(door: str, changed: dict[str, tuple[str, ...] | None], reason: str) -> None:
    fields = {**captured("twilio", "message").form, **changed}
    request = signed({name: values for name, values in fields.items() if values is not None}, door=door)

    with pytest.raises(Refused, match=reason):
        PROVIDER.verify(request)


def test_either_token_of_a_rotation_is_taken() -> None:
    rotating = TwilioProvider(TwilioConfig(account_sid=ACCOUNT, auth_tokens=("new", "old")))
    form = dict(captured("twilio", "message").form)

    rotating.verify(signed(form, token="new"))
    rotating.verify(signed(form, token="old"))

    with pytest.raises(Refused):
        rotating.verify(signed(form, token="older"))


def test_a_text_is_read() -> None:
    event = text_in("message")

    assert event == InboundText(
        provider="twilio",
        provider_id="SMe287d7109a5a925f182f0e07fe5b223b",
        line="+12065550100",
        sender="+263770000011",
        text="Masoja arova vanhu",
    )


def test_the_fallback_brings_the_same_text_as_the_first_try() -> None:
    assert text_in("message_to_fallback") == text_in("message")


def test_a_forwarded_voice_note_keeps_its_reference_and_its_channel() -> None:
    event = text_in("message_voice_note")

    assert (event.channel, event.sender, event.line, event.text) == ("whatsapp", "+263770000011", "+12065550100", "")
    assert event.media == (Media(content_type="audio/ogg; codecs=opus", reference="ME" + "a" * 32),)
    assert event.forwarded


def test_media_stand_in_an_order_of_their_own_and_a_text_may_have_no_body() -> None:
    event = text_in("message_two_pictures")

    assert [media.reference for media in event.media] == ["ME" + "b" * 32, "ME" + "f" * 32]
    assert [media.content_type for media in event.media] == ["video/3gpp", "image/jpeg"]
    assert event.text == ""


@pytest.mark.parametrize(
    ("body", "keyword"),
    [
        ("STOP", "stop"),
        (" end\n", "stop"),
        ("Quit", "stop"),
        ("start", "start"),
        ("INFO", "help"),
        ("yes", None),  # an answer to a question, first of all
        ("stop them", None),
        ("", None),
    ],
)
def test_what_twilio_itself_acts_on_is_told(body: str, keyword: str | None) -> None:
    assert received_text(provider_id="x", sender="a", line="b", body=body, media=()).keyword == keyword


def test_an_opt_out_that_a_service_found_is_told() -> None:
    assert text_in("message_opted_out_on_service").keyword == "stop"
    assert text_in("message_end").keyword == "stop"


def test_a_text_in_base64_is_read_and_kept_as_it_came() -> None:
    event = text_in("message_base64")

    assert event.text.startswith("Mugodhi wadhirika")
    assert event.original is not None
    assert base64.b64decode(event.original).decode() == event.text


@pytest.mark.parametrize(
    "body",
    [
        "a" * 56,  # too short
        "Mugodhi wadhirika kuBetera izvozvi, vanhu vashanu vari mukati nhasi.",
        base64.b64encode(bytes(range(128, 200))).decode(),  # no text in it
        base64.b64encode("سلام".encode() * 20).decode(),  # text, but not likely to be packed: less than half ASCII
        "a" * 61,
    ],
)
def test_a_text_that_is_not_surely_base64_is_left_alone(body: str) -> None:
    event = received_text(provider_id="x", sender="a", line="b", body=body, media=())

    assert (event.text, event.original) == (body, None)


def test_a_place_is_not_lost() -> None:
    assert text_in("message_place").text == "-19.6 32.35, Chiadzwa"


def test_who_hides_a_number_is_kept_as_twilio_says_it() -> None:
    assert text_in("message_withheld").sender == "+266696687"
    assert text_in("message_from_business_id").sender == "CC.aBc123"


def test_a_ring_is_a_call_even_if_they_hung_up() -> None:
    (ring,) = PROVIDER.parse(captured("twilio", "voice"))
    hung_up, ended = PROVIDER.parse(captured("twilio", "voice_hung_up"))

    assert isinstance(ring, InboundCall)
    assert (ring.sender, ring.line) == ("anonymous", "+12065550100")
    assert isinstance(hung_up, InboundCall)
    assert isinstance(ended, CallEnded)


CALL, CALLER, LINE, STEP_TOKEN = "CAe287d7109a5a925f182f0e07fe5b223d", "+263770000011", "+12065550100", "dG9rZW4tb2YtYS1zdGVw"
MADE = RecordingMade(provider="twilio", call_id=CALL, reference="RE" + "4" * 32, seconds=14)


def a_step(step: str, token: str = STEP_TOKEN, **more: Any) -> CallStep:
    told = {"line": LINE, "sender": CALLER, **more}
    return CallStep(provider="twilio", provider_id=CALL, step=step, token=token, **told)


def an_end(**more: Any) -> CallEnded:
    return CallEnded(**{"provider": "twilio", "provider_id": CALL, "line": LINE, "sender": CALLER, **more})


@pytest.mark.parametrize(
    ("name", "events"),
    [
        ("voice_step_keys", (a_step("keys", keys="3"),)),
        ("voice_step_star", (a_step("keys", keys="*"),)),
        ("voice_step_silent", (a_step("keys"),)),
        ("voice_step_redirected", (a_step("next"),)),
        ("voice_step_recorded", (a_step("recorded", recording=MADE),)),  # the hash that ended it is no key of the menu
        ("voice_step_recorded_without_sid", (a_step("recorded", recording=MADE),)),
        ("voice_step_recorded_hung_up", (a_step("recorded", recording=MADE, is_over=True),)),
        ("voice_answered", (a_step("answered", token="", is_ours=True),)),
        ("voice_keys", (a_step("lang", token="", keys="1", sender="anonymous"),)),
        ("recording", (MADE,)),
        ("recording_absent", (replace(MADE, seconds=0, state="absent"),)),
        ("recording_in_progress", ()),
        ("call", (an_end(sender="anonymous", seconds=20),)),
        ("call_no_answer", (an_end(is_answered=False, is_ours=True, seconds=0),)),
        ("call_ringing", ()),
    ],
)
def test_what_is_said_of_a_call_is_told_in_our_words(name: str, events: tuple[Event, ...]) -> None:
    assert PROVIDER.parse(captured("twilio", name)) == events


@pytest.mark.parametrize(
    ("name", "state", "reason"),
    [
        ("status_undelivered", DeliveryState.FAILED, "unreachable"),
        ("status_read", DeliveryState.READ, None),
        ("status_unheard_of", DeliveryState.UNKNOWN, None),
    ],
)
def test_a_status_is_told_in_our_words(name: str, state: DeliveryState, reason: str | None) -> None:
    assert PROVIDER.parse(captured("twilio", name)) == (
        DeliveryStatus(provider="twilio", provider_id="SMe287d7109a5a925f182f0e07fe5b223b", state=state, reason=reason),
    )


@pytest.mark.parametrize(
    ("code", "reason"),
    [("21610", "opted_out"), ("30005", "bad_number"), ("99999", "rejected"), ("", None), ("0", None), ("²", None)],
)
def test_an_error_code_has_a_word(code: str, reason: str | None) -> None:
    assert reason_of(code) == reason


def test_every_code_has_one_of_the_fixed_words() -> None:
    words = {reason for reason, _ in CODES.values()}

    assert words <= {
        "opted_out",
        "bad_number",
        "credentials",
        "balance",
        "throttled",
        "unreachable",
        "blocked",
        "rejected",
        "config",
    }


@pytest.mark.parametrize(
    ("name", "verb"), [("message", ""), ("status_read", ""), ("voice", "<Reject"), ("voice_keys", "<Reject")]
)
def test_the_answer_rejects_calls_and_says_nothing_to_texts(name: str, verb: str) -> None:
    answer = PROVIDER.answer(captured("twilio", name))

    assert answer.content_type == "text/xml"
    assert verb in answer.body
    assert "<Message" not in answer.body


@settings(deadline=None)
@given(body=st.text(max_size=300), sender=st.text(max_size=40))
def test_whatever_was_written_is_what_is_read_or_is_kept_beside_it(body: str, sender: str) -> None:
    fields = {**captured("twilio", "message").form, "Body": (body,), "From": (sender,)}

    (event,) = parse(replace(captured("twilio", "message"), form=fields))

    assert isinstance(event, InboundText)
    assert body in (event.text, event.original)
