"""The handset's signature, its clock and its words."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.providers.contract import WebhookRequest
from gateway.providers.handset import HandsetConfig, HandsetProvider
from handlers.errors import Refused
from handlers.events import DeliveryState, DeliveryStatus, Event, InboundText, Media, Unrecognised
from tests.captured.loading import captured

CONFIG = HandsetConfig(login="izwi", password="password", signing_key="captured-key", line="+263770000099")
PROVIDER = HandsetProvider(CONFIG)
ID = "Ey6ECgOkVVFjz3CL48B8C"


def read(name: str) -> tuple[Event, ...]:
    return PROVIDER.parse(captured("handset", name))


def text_in(name: str) -> InboundText:
    event = read(name)[0]
    assert isinstance(event, InboundText)
    return event


def test_a_changed_body_is_refused() -> None:
    request = captured("handset", "sms_received")

    with pytest.raises(Refused, match="bad_signature"):
        PROVIDER.verify(replace(request, body=request.body + b" "))


def test_the_signature_is_over_body_and_timestamp_in_this_order() -> None:
    request = captured("handset", "sms_received")
    signature = hmac.new(b"captured-key", request.body + b"1771322401", hashlib.sha256).hexdigest()
    headers = {**request.headers, "x-timestamp": "1771322401", "x-signature": signature.upper()}

    PROVIDER.verify(replace(request, headers=headers))


@pytest.mark.parametrize(
    ("minutes", "is_taken"), [(0, True), (4, True), (-4, True), (6, False), (-6, False), (60 * 24 * 365, False)]
)
def test_an_old_signature_is_refused_where_the_clock_is_trusted(minutes: int, is_taken: bool) -> None:
    request = captured("handset", "sms_received")
    later = replace(request, received_at=request.received_at + timedelta(minutes=minutes))

    if is_taken:
        PROVIDER.verify(later)
    else:
        with pytest.raises(Refused, match="stale_signature"):
            PROVIDER.verify(later)


def test_an_old_signature_is_taken_where_the_clock_is_not_trusted() -> None:
    lenient = HandsetProvider(replace(CONFIG, strict_clock=False))
    request = captured("handset", "sms_received")

    lenient.verify(replace(request, received_at=request.received_at + timedelta(days=400)))


def test_without_a_signing_key_nothing_is_taken() -> None:
    request = captured("handset", "sms_received")
    signature = hmac.new(b"", request.body + b"1771322400", hashlib.sha256).hexdigest()

    with pytest.raises(Refused, match="no_signature"):
        HandsetProvider(replace(CONFIG, signing_key="")).verify(
            replace(request, headers={**request.headers, "x-signature": signature})
        )


def test_a_text_is_read_under_the_id_of_its_envelope() -> None:
    assert read("sms_received") == (
        InboundText(
            provider="handset",
            provider_id=ID,
            line="+263770000099",
            sender="+263770000011",
            text="Masoja arova vanhu",
            sent_at=datetime(2026, 2, 17, 10, tzinfo=UTC),
        ),
    )


def test_an_older_app_and_an_unknown_sim_say_less_and_are_read_all_the_same() -> None:
    older, unknown = text_in("sms_received_by_older_app"), text_in("sms_received_on_unknown_sim")

    assert (older.sender, older.line) == ("+263770000011", "+263770000099")
    assert (unknown.text, unknown.line, unknown.sent_at) == ("Batsirai 🆘", "+263770000099", None)


def test_a_data_message_is_decoded_and_kept_as_it_came() -> None:
    event = text_in("sms_data_received")

    assert (event.text, event.original) == ("Mvura yasviba", "TXZ1cmEgeWFzdmliYQ==")


def test_the_notice_of_an_mms_is_a_text_with_something_attached() -> None:
    event = text_in("mms_received")

    assert (event.text, event.media) == ("Pikicha", (Media(content_type="image-basic", reference="T1a2b3"),))


def test_bytes_that_came_with_an_mms_are_kept_beside_its_text() -> None:
    text, whole = read("mms_downloaded")

    assert isinstance(text, InboundText) and isinstance(whole, Unrecognised)
    assert (text.text, text.media) == ("Tarisai", (Media(content_type="image/jpeg", reference="abc123/7"),))
    assert "/9j/4AAQ" in whole.fields["payload"]
    assert whole.provider_id != text.provider_id


@pytest.mark.parametrize(
    ("name", "state", "reason"),
    [
        ("sms_sent", DeliveryState.SENT, None),
        ("sms_delivered", DeliveryState.DELIVERED, None),
        ("sms_failed", DeliveryState.FAILED, "unreachable"),
    ],
)
def test_a_status_is_told_under_our_own_id(name: str, state: DeliveryState, reason: str | None) -> None:
    assert read(name) == (DeliveryStatus(provider="handset", provider_id="our-id-1", state=state, reason=reason),)


def test_a_sign_of_life_is_no_event() -> None:
    assert read("system_ping") == ()


@pytest.mark.parametrize("name", ["event_unheard_of", "payload_is_a_list", "broken_json"])
def test_what_is_not_understood_is_kept_whole(name: str) -> None:
    (event,) = read(name)

    assert isinstance(event, Unrecognised)
    assert "sms:" in "".join(event.fields.values())


def test_half_a_character_does_not_travel_further() -> None:
    assert text_in("lone_surrogate").text == "a\ufffdb"


def test_any_answer_of_ours_stops_the_repeats() -> None:
    answer = PROVIDER.answer(captured("handset", "sms_received"))

    assert (answer.status, answer.body, answer.content_type) == (200, "{}", "application/json")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_NAMES = ["sms:received", "sms:data-received", "mms:received", "mms:downloaded", "sms:sent", "sms:failed", "x", None, 3]
_PAYLOAD = st.dictionaries(
    st.sampled_from(["messageId", "message", "sender", "phoneNumber", "data", "attachments", "receivedAt", "reason", "body"]),
    _JSON,
)


@settings(deadline=None)
@given(event=st.sampled_from(_NAMES), payload=_PAYLOAD | _JSON, provider_id=_JSON)
def test_any_json_gives_an_event(event: object, payload: object, provider_id: object) -> None:
    body = json.dumps({"event": event, "payload": payload, "id": provider_id}).encode()
    request: WebhookRequest = replace(captured("handset", "sms_received"), body=body)

    assert PROVIDER.parse(request)


def test_a_very_deep_body_gives_an_event() -> None:
    request = replace(captured("handset", "sms_received"), body=b"[" * 200_000)

    assert isinstance(PROVIDER.parse(request)[0], Unrecognised)
