"""Every provider's client, through its real SDK over real HTTP, against the simulator."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from gateway.providers.contract import OutgoingText, Provider, Repeat
from gateway.providers.registry import build
from gateway.providers.simulator.side import Side, TypedText
from handlers.errors import ProviderError
from handlers.events import DeliveryState, DeliveryStatus, InboundText
from handlers.protection.pseudonyms import DeliveryTags, delivery_tags
from tests.gateway.providers.standing_in import Line

NAMES = ("africastalking", "handset", "twilio")
NUMBER = "+263770000011"


def hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


def outgoing(**changed: Any) -> OutgoingText:
    return replace(OutgoingText(id="our-id-1", sender="", recipient=NUMBER, text="Tatambira."), **changed)


def plan(line: Line, **failure: Any) -> None:
    answer = requests.post(f"{line.simulator.url}/simulator/fail", json=failure, timeout=5)
    assert answer.status_code == 204


def reconfigured(line: Line, name: str, **changed: Any) -> Provider:
    """Give a provider with something of its configuration changed."""
    provider: Any = line.providers[name]
    return build([replace(provider.config, **changed)])[name]


def texts_on(line: Line, number: str = NUMBER) -> list[tuple[str, str]]:
    """Give the replies on a phone's screen, each with the name of its line."""
    for phone, bubbles in line.simulator.network.phones.seen()[1]:
        if phone.number == number:
            return [(bubble.line, bubble.text) for bubble in bubbles if bubble.is_reply]
    return []


def typed(line: Line, on: str, text: str, **more: Any) -> Any:
    asked = {"phone": NUMBER, "line": on, "text": text, **more}
    return requests.post(f"{line.simulator.url}/simulator/text", json=asked, timeout=5).json()


def tags(event: InboundText) -> DeliveryTags:
    return delivery_tags(event, tag_key=b"k" * 32, pseudonym_key=b"p" * 32)


@pytest.mark.parametrize("name", NAMES)
def test_a_text_arrives_and_its_delivery_is_told(line: Line, name: str) -> None:
    provider = line.providers[name]

    sent = provider.client().send(outgoing())

    assert texts_on(line) == [(name, "Tatambira.")]
    told = line.product.wait_for(2)
    for request in told:
        provider.verify(request)
    statuses = [event for request in told for event in provider.parse(request)]
    assert statuses == [
        DeliveryStatus(provider=name, provider_id=sent.provider_id, state=state)
        for state in (DeliveryState.SENT, DeliveryState.DELIVERED)
    ]


def test_the_handset_knows_a_text_by_our_own_id_and_takes_it_once(line: Line) -> None:
    client = line.providers["handset"].client()

    first, again = client.send(outgoing()), client.send(outgoing())

    assert first == again
    assert first.provider_id == "our-id-1"
    assert texts_on(line) == [("handset", "Tatambira.")]


def test_whatsapp_is_answered_on_whatsapp(line: Line) -> None:
    line.providers["twilio"].client().send(outgoing(channel="whatsapp"))

    assert texts_on(line) == [("whatsapp", "Tatambira.")]


def test_a_reply_to_an_on_demand_text_is_sent(line: Line) -> None:
    line.providers["africastalking"].client().send(outgoing(reply_token="0309", sender="33000"))

    assert texts_on(line) == [("africastalking", "Tatambira.")]


@pytest.mark.parametrize(
    ("name", "failure", "reason", "permanent", "unknown"),
    [
        ("twilio", {"kind": "code", "code": 21610}, "opted_out", True, False),
        ("twilio", {"kind": "code", "code": 21614}, "bad_number", True, False),
        ("twilio", {"kind": "code", "code": 21408}, "config", True, False),
        ("twilio", {"kind": "code", "code": 20429}, "throttled", False, False),
        ("twilio", {"kind": "code", "code": 99999}, "rejected", True, False),
        ("twilio", {"kind": "status", "code": 500}, "provider_down", False, True),
        ("twilio", {"kind": "status", "code": 503}, "provider_down", False, False),
        ("twilio", {"kind": "status", "code": 429}, "throttled", False, False),
        ("twilio", {"kind": "status", "code": 200}, "provider_down", False, True),
        ("twilio", {"kind": "timeout", "seconds": 2}, "timeout", False, True),
        ("twilio", {"kind": "drop"}, "provider_down", False, True),
        ("africastalking", {"kind": "empty"}, "config", True, False),
        ("africastalking", {"kind": "code", "code": 403}, "bad_number", True, False),
        ("africastalking", {"kind": "code", "code": 405}, "balance", False, False),
        ("africastalking", {"kind": "code", "code": 406}, "opted_out", True, False),
        ("africastalking", {"kind": "code", "code": 500}, "provider_down", False, False),
        ("africastalking", {"kind": "status", "code": 502}, "provider_down", False, True),
        ("africastalking", {"kind": "status", "code": 201}, "rejected", False, True),
        ("africastalking", {"kind": "timeout", "seconds": 2}, "timeout", False, True),
        ("africastalking", {"kind": "drop"}, "provider_down", False, True),
        ("handset", {"kind": "status", "code": 400}, "rejected", True, False),
        ("handset", {"kind": "status", "code": 500}, "provider_down", False, True),
        ("handset", {"kind": "status", "code": 202}, "provider_down", False, True),
        ("handset", {"kind": "timeout", "seconds": 2}, "timeout", False, True),
        ("handset", {"kind": "drop"}, "provider_down", False, True),
    ],
)
def test_a_text_that_was_not_sent_says_what_to_do(
    line: Line, name: str, failure: dict[str, Any], reason: str, permanent: bool, unknown: bool
) -> None:
    plan(line, provider=name, **failure)

    with pytest.raises(ProviderError) as raised:
        line.providers[name].client().send(outgoing())

    error = raised.value
    assert (error.reason, error.permanent, error.unknown_outcome) == (reason, permanent, unknown)
    assert NUMBER not in str(error) and error.__context__ is None
    assert texts_on(line) == []


@pytest.mark.parametrize("name", NAMES)
def test_wrong_credentials_are_told_and_may_come_right(line: Line, name: str) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "twilio": {"auth_tokens": ("x",)},
        "africastalking": {"api_key": "x"},
        "handset": {"password": "x"},
    }
    provider = reconfigured(line, name, **wrong[name])

    with pytest.raises(ProviderError) as raised:
        provider.client().send(outgoing())

    assert (raised.value.reason, raised.value.permanent) == ("credentials", False)


@pytest.mark.parametrize("name", NAMES)
def test_a_provider_that_is_not_there_has_surely_sent_nothing(line: Line, name: str) -> None:
    provider = reconfigured(line, name, api_base="http://127.0.0.1:1")

    with pytest.raises(ProviderError) as raised:
        provider.client().send(outgoing())

    assert (raised.value.reason, raised.value.permanent, raised.value.unknown_outcome) == ("provider_down", False, False)


@pytest.mark.parametrize("name", ["africastalking", "twilio"])
def test_a_number_that_is_none_is_refused_for_good(line: Line, name: str) -> None:
    with pytest.raises(ProviderError) as raised:
        line.providers[name].client().send(outgoing(recipient="CC.aBc123"))

    assert (raised.value.reason, raised.value.permanent) == ("bad_number", True)


def test_who_texted_stop_to_twilio_cannot_be_answered_until_they_start_again(line: Line) -> None:
    client = line.providers["twilio"].client()
    typed(line, "twilio", "STOP")

    with pytest.raises(ProviderError, match="opted_out"):
        client.send(outgoing())

    typed(line, "twilio", "START")
    assert client.send(outgoing()).provider_id


@pytest.mark.parametrize("was_sent", [True, False])
def test_after_a_broken_call_twilio_is_asked_whether_the_text_went_out(line: Line, was_sent: bool) -> None:
    client = line.providers["twilio"].client()
    client.send(outgoing(text="Another text."))
    client.send(outgoing(recipient="+263770000012"))
    plan(line, provider="twilio", kind="drop", sent=was_sent)
    with pytest.raises(ProviderError):
        client.send(outgoing())

    found = client.find_sent(outgoing(), hour_ago())

    assert (found is not None) == was_sent
    assert client.repeat is Repeat.LOOK_FIRST


def test_a_text_of_yesterday_is_not_taken_for_the_one_of_today(line: Line) -> None:
    client = line.providers["twilio"].client()
    client.send(outgoing())

    assert client.find_sent(outgoing(), datetime.now(UTC) + timedelta(hours=1)) is None


def test_what_may_be_repeated_is_said(line: Line) -> None:
    repeats = {name: line.providers[name].client().repeat for name in NAMES}

    assert repeats == {"twilio": Repeat.LOOK_FIRST, "africastalking": Repeat.NEVER, "handset": Repeat.SAFE}
    assert line.providers["africastalking"].client().find_sent(outgoing(), hour_ago()) is None
    assert list(line.providers["handset"].client().received_since(hour_ago())) == []


@pytest.mark.parametrize(
    ("on", "text", "media"),
    [
        ("twilio", "Masoja arova vanhu 🆘", []),
        ("twilio", "STOP", []),
        ("whatsapp", "", ["audio/ogg"]),
        ("whatsapp", "Tarisai", ["image/jpeg", "video/mp4", "image/png"]),
    ],
)
def test_the_list_of_twilio_is_recognised_as_what_the_webhook_brought(line: Line, on: str, text: str, media: list[str]) -> None:
    provider = line.providers["twilio"]
    typed(line, on, text, media=media)
    request = line.product.wait_for(1)[0]
    provider.verify(request)
    (by_webhook,) = provider.parse(request)

    (by_list,) = provider.client().received_since(hour_ago())

    assert isinstance(by_webhook, InboundText) and isinstance(by_list, InboundText)
    assert tags(by_list).whole == tags(by_webhook).whole
    assert replace(by_list, sent_at=None) == by_webhook
    assert len(by_list.media) == len(media)


def test_the_list_of_africas_talking_is_recognised_by_its_content(line: Line) -> None:
    provider = line.providers["africastalking"]
    typed(line, "africastalking", "Rwizi Odzi rwachinja ruvara")
    (by_webhook,) = provider.parse(line.product.wait_for(1)[0])

    (by_list,) = provider.client().received_since(hour_ago())

    assert isinstance(by_webhook, InboundText) and isinstance(by_list, InboundText)
    assert provider.ids_differ_on_list
    assert by_list.provider_id != by_webhook.provider_id
    assert tags(by_list).content is not None
    assert tags(by_list).content == tags(by_webhook).content


@pytest.mark.parametrize(("name", "count"), [("africastalking", 230), ("twilio", 1100)])
def test_a_list_of_several_pages_is_read_to_its_end_oldest_first(line: Line, name: str, count: int) -> None:
    side: Side = line.simulator.africastalking if name == "africastalking" else line.simulator.twilio
    phone = line.simulator.network.phones.find(NUMBER)
    for number in range(count):
        side.take_text(TypedText(phone=phone, line=name, text=f"text {number}", with_webhook=False))

    events = list(line.providers[name].client().received_since(hour_ago()))

    assert [event.text for event in events if isinstance(event, InboundText)] == [f"text {number}" for number in range(count)]


@pytest.mark.parametrize("name", ["africastalking", "twilio"])
def test_what_is_older_or_sent_by_us_is_not_on_the_list(line: Line, name: str) -> None:
    typed(line, name, "before")
    client = line.providers[name].client()
    client.send(outgoing())

    assert len(list(client.received_since(hour_ago()))) == 1
    assert list(client.received_since(datetime.now(UTC) + timedelta(hours=1))) == []


@pytest.mark.parametrize("name", ["africastalking", "twilio"])
def test_a_list_that_cannot_be_had_is_a_failure_of_ours_to_name(line: Line, name: str) -> None:
    plan(line, provider=name, on="list", kind="status", code=503)

    with pytest.raises(ProviderError) as raised:
        list(line.providers[name].client().received_since(hour_ago()))

    assert (raised.value.reason, raised.value.permanent) == ("provider_down", False)


def test_erasing_leaves_nothing_at_twilio_and_may_be_done_again(line: Line) -> None:
    client = line.providers["twilio"].client()
    sid = typed(line, "whatsapp", "Tarisai", media=["image/jpeg", "audio/ogg"])["provider_id"]
    message = line.simulator.twilio.messages[sid]

    client.erase(sid)
    client.erase(sid)

    assert message.media == {}
    assert sid not in line.simulator.twilio.messages


def test_the_record_of_a_call_that_is_gone_is_erased(line: Line) -> None:
    line.providers["twilio"].client().erase("CA" + "0" * 32)


def test_an_erasure_that_fails_is_told(line: Line) -> None:
    sid = typed(line, "twilio", "Tarisai")["provider_id"]
    plan(line, provider="twilio", on="erase", kind="status", code=500)

    with pytest.raises(ProviderError, match="provider_down"):
        line.providers["twilio"].client().erase(sid)

    assert sid in line.simulator.twilio.messages


@pytest.mark.parametrize("name", ["africastalking", "handset"])
def test_where_nothing_can_be_erased_nothing_happens(line: Line, name: str) -> None:
    line.providers[name].client().erase("any")


def test_without_a_sender_twilio_is_not_even_asked(line: Line) -> None:
    provider = reconfigured(line, "twilio", default_sender=None)

    with pytest.raises(ProviderError) as raised:
        provider.client().send(outgoing())

    assert (raised.value.reason, raised.value.permanent) == ("config", True)


def test_a_messaging_service_sends_for_us(line: Line) -> None:
    provider = reconfigured(line, "twilio", default_sender="MG" + "1" * 32)

    assert provider.client().send(outgoing()).provider_id
    assert texts_on(line) == [("twilio", "Tatambira.")]


def test_the_environment_of_the_process_does_not_move_our_calls(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")

    client: Any = line.providers["twilio"].client()

    assert client._sdk.region is None and client._sdk.edge is None
    assert client.send(outgoing()).provider_id


@pytest.mark.parametrize("name", NAMES)
def test_no_log_at_any_level_holds_a_number_or_a_word(line: Line, name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = line.providers[name].client()

    sent = client.send(outgoing())
    client.find_sent(outgoing(), hour_ago())
    list(client.received_since(hour_ago()))
    client.erase(sent.provider_id)

    for private in ("70000011", "Tatambira", "simulated-"):
        assert private not in caplog.text
