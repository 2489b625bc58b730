"""The app's words to ours. https://docs.sms-gate.app/features/webhooks, seen 2026-11.

A delivery's key is the `id` of the envelope; `messageId` of a text that came in is made from its content and is not unique.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from gateway.providers.contract import WebhookRequest
from gateway.providers.reading import json_object, kept_whole, moment, text_of, well_formed
from handlers.events import DeliveryState, DeliveryStatus, Event, InboundText, Media, Unrecognised

NAME = "handset"

_STATES: Mapping[str, DeliveryState] = MappingProxyType(
    {
        "sms:sent": DeliveryState.SENT,
        "sms:delivered": DeliveryState.DELIVERED,
        "sms:failed": DeliveryState.FAILED,
        "sms:cancelled": DeliveryState.FAILED,
    }
)


def parse(request: WebhookRequest, *, line: str) -> tuple[Event, ...]:
    """Translate a verified request, whichever of our doors it came to; what is not understood is kept whole."""
    envelope = json_object(request.body) or {}
    name = text_of(envelope, "event")
    payload = envelope.get("payload")
    if name == "system:ping":
        return ()
    if isinstance(payload, dict) and text_of(payload, "messageId") and name in _STATES:
        reason = _reason(name, payload)
        provider_id = text_of(payload, "messageId")
        return (DeliveryStatus(provider=NAME, provider_id=provider_id, state=_STATES[name], reason=reason),)
    if isinstance(payload, dict) and name in _TEXTS:
        return _TEXTS[name](request, envelope, payload, line)
    return (_unrecognised(request, envelope, "not_understood"),)


def _received(request: WebhookRequest, envelope: Mapping[str, Any], payload: Mapping[str, Any], line: str) -> tuple[Event, ...]:
    if "message" not in payload:
        return (_unrecognised(request, envelope, "missing_fields"),)
    return (_text(envelope, payload, line, text=text_of(payload, "message")),)


def _data_received(
    request: WebhookRequest, envelope: Mapping[str, Any], payload: Mapping[str, Any], line: str
) -> tuple[Event, ...]:
    """Read a data message: base64, of what is mostly text."""
    packed = text_of(payload, "data")
    try:
        text = base64.b64decode(packed, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return (_text(envelope, payload, line, text=packed),)
    return (_text(envelope, payload, line, text=text, original=packed),)


def _mms_received(
    request: WebhookRequest, envelope: Mapping[str, Any], payload: Mapping[str, Any], line: str
) -> tuple[Event, ...]:
    """Read the notice of an MMS, which lies with the network and is not on the phone yet."""
    reference = text_of(payload, "transactionId", "messageId")
    media = (Media(content_type=text_of(payload, "contentClass"), reference=reference),)
    return (_text(envelope, payload, line, text=text_of(payload, "subject"), media=media),)


def _mms_downloaded(
    request: WebhookRequest, envelope: Mapping[str, Any], payload: Mapping[str, Any], line: str
) -> tuple[Event, ...]:
    """Read an MMS. Attachments whose bytes came with it are kept whole beside the text, since nobody can fetch them later."""
    listed = payload.get("attachments")
    attachments = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    message_id = text_of(payload, "messageId")
    media = tuple(
        Media(content_type=text_of(one, "contentType"), reference=f"{message_id}/{text_of(one, 'partId')}") for one in attachments
    )
    parts = [text_of(payload, "subject"), text_of(payload, "body")]
    text = _text(envelope, payload, line, text="\n".join(part for part in parts if part), media=media)
    if not any(one.get("data") for one in attachments):
        return (text,)
    return text, _unrecognised(request, envelope, "attachments", part="/attachments")


_Reader = Callable[[WebhookRequest, Mapping[str, Any], Mapping[str, Any], str], tuple[Event, ...]]
_TEXTS: Mapping[str, _Reader] = MappingProxyType(
    {
        "sms:received": _received,
        "sms:data-received": _data_received,
        "mms:received": _mms_received,
        "mms:downloaded": _mms_downloaded,
    }
)


def _text(
    envelope: Mapping[str, Any],
    payload: Mapping[str, Any],
    line: str,
    *,
    text: str,
    media: tuple[Media, ...] = (),
    original: str | None = None,
) -> InboundText:
    return InboundText(
        provider=NAME,
        provider_id=text_of(envelope, "id") or None,
        line=text_of(payload, "recipient") or line,
        sender=text_of(payload, "sender", "phoneNumber"),  # older apps know `phoneNumber` alone
        text=text,
        media=media,
        sent_at=moment(text_of(payload, "receivedAt")),
        original=original,
    )


def _unrecognised(request: WebhookRequest, envelope: Mapping[str, Any], why: str, *, part: str = "") -> Unrecognised:
    provider_id = text_of(envelope, "id")
    fields = {well_formed(name): value for name, value in kept_whole(request).items()}
    return Unrecognised(
        provider=NAME, provider_id=provider_id + part if provider_id else None, door=request.door, why=why, fields=fields
    )


def _reason(name: str, payload: Mapping[str, Any]) -> str | None:
    """Give our word for why a text failed; the app gives Android's own names or a sentence."""
    if _STATES[name] is not DeliveryState.FAILED:
        return None
    given = text_of(payload, "reason").upper()
    has_no_network = any(word in given for word in ("NO_SERVICE", "RADIO_OFF", "TIMEOUT", "TTL"))
    return "unreachable" if has_no_network else "rejected"
