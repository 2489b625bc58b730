"""Twilio's words to ours. https://www.twilio.com/docs/messaging/guides/webhook-request, seen 2026-11.

`received_text` reads both a webhook and an entry of the list of messages, so that the one is recognised as the other.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from gateway.providers.contract import WebhookRequest
from gateway.providers.reading import fields_of, kept_whole
from gateway.providers.twilio import calls
from gateway.providers.twilio.codes import STATES, reason_of
from handlers.events import (
    Channel,
    DeliveryState,
    DeliveryStatus,
    Event,
    InboundText,
    Media,
    Unrecognised,
)

NAME = "twilio"

_WHATSAPP = "whatsapp:"
_MEDIA_FIELD = re.compile(r"MediaUrl([0-9]{1,3})\Z")
_MEDIA_ID = re.compile(r"/Media/(ME[0-9a-fA-F]{32})")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}\Z")
_OPT_OUT_TYPES: Mapping[str, Literal["stop", "start", "help"]] = {"STOP": "stop", "START": "start", "HELP": "help"}
_KEYWORDS: Mapping[str, Literal["stop", "start", "help"]] = {
    **dict.fromkeys(("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"), "stop"),
    # `yes` lifts a block too, but it is first of all an answer to a question: it must not be taken for a mere command.
    **dict.fromkeys(("start", "unstop"), "start"),
    **dict.fromkeys(("help", "info"), "help"),
}


def parse(request: WebhookRequest) -> tuple[Event, ...]:
    """Translate a verified request; what is not understood yet is kept whole."""
    fields = fields_of(request)
    if request.door == "message":
        return (_message(fields),)
    if request.door == "status":
        return (_status(fields),)
    spoken = calls.read(request.door, fields)
    return (_unrecognised(request, fields),) if spoken is None else spoken


def received_text(
    *, provider_id: str | None, sender: str, line: str, body: str, media: Iterable[Media], sent_at: datetime | None = None
) -> InboundText:
    """Give the text that these parts make, the same from the list as from the webhook."""
    text, original = _decoded(body)
    channel: Channel = "whatsapp" if _WHATSAPP in (sender[:9].lower(), line[:9].lower()) else "sms"
    return InboundText(
        provider=NAME,
        provider_id=provider_id,
        line=_bare(line),
        sender=_bare(sender),
        text=text,
        original=original,
        channel=channel,
        # The list names them in another order than the webhook.
        media=tuple(sorted(media, key=lambda one: one.reference)),
        sent_at=sent_at,
        keyword=_KEYWORDS.get(text.strip().casefold()),
    )


def _message(fields: Mapping[str, str]) -> InboundText:
    plain = received_text(
        provider_id=fields.get("MessageSid") or None,
        sender=fields.get("From") or fields.get("ExternalUserId", ""),
        line=fields.get("To", ""),
        body=fields.get("Body", ""),
        media=_media(fields),
    )
    place = _place(fields)
    return InboundText(
        provider=NAME,
        provider_id=plain.provider_id,
        line=plain.line,
        sender=plain.sender,
        text="\n".join(part for part in (plain.text, place) if part),
        # With words beside it, the words alone are what the list will say again.
        original=plain.original or (plain.text if place and plain.text else None),
        channel=plain.channel,
        media=plain.media,
        keyword=_OPT_OUT_TYPES.get(fields.get("OptOutType", "").upper(), plain.keyword),
        forwarded="true" in (fields.get("Forwarded", "").lower(), fields.get("FrequentlyForwarded", "").lower()),
    )


def _media(fields: Mapping[str, str]) -> Iterable[Media]:
    for name, url in fields.items():
        numbered = _MEDIA_FIELD.match(name)
        if numbered and url:
            found = _MEDIA_ID.search(url)
            content_type = fields.get(f"MediaContentType{numbered[1]}", "")
            yield Media(content_type=content_type, reference=found[1] if found else url)


def _place(fields: Mapping[str, str]) -> str:
    """Give what a WhatsApp location says, in one line: it comes with an empty text and would be lost."""
    if not fields.get("Latitude") or not fields.get("Longitude"):
        return ""
    names = [fields[name] for name in ("Label", "Address") if fields.get(name)]
    return ", ".join([f"{fields['Latitude']} {fields['Longitude']}", *names])


def _status(fields: Mapping[str, str]) -> DeliveryStatus:
    state = STATES.get((fields.get("MessageStatus") or fields.get("SmsStatus", "")).lower(), DeliveryState.UNKNOWN)
    reason = reason_of(fields.get("ErrorCode", "")) if state is DeliveryState.FAILED else None
    return DeliveryStatus(provider=NAME, provider_id=fields.get("MessageSid", ""), state=state, reason=reason)


def _unrecognised(request: WebhookRequest, fields: Mapping[str, str]) -> Unrecognised:
    whole = kept_whole(request)
    if "ErrorUrl" in whole:  # The fallback says the same again, plus what it says of us.
        whole = {name: value for name, value in whole.items() if name not in ("ErrorUrl", "ErrorCode")}
    return Unrecognised(
        provider=NAME,
        provider_id=fields.get("CallSid") or fields.get("MessageSid") or None,
        door=request.door,
        why="call_step" if request.door.startswith("voice/") else "not_understood",
        fields=whole,
    )


def _bare(address: str) -> str:
    return address[len(_WHATSAPP) :] if address.lower().startswith(_WHATSAPP) else address


def _decoded(body: str) -> tuple[str, str | None]:
    """Give the text, and what came where the text had to be decoded.

    Some concatenated messages have been seen to arrive in base64. The rule is careful, since nobody writes sixty such characters.
    """
    packed = body.replace("\r", "").replace("\n", "")
    if len(packed) < 60 or len(packed) % 4 or not _BASE64.match(packed):
        return body, None
    try:
        text = base64.b64decode(packed, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return body, None
    readable = sum(character.isascii() and (character.isprintable() or character.isspace()) for character in text)
    return (text, body) if readable * 2 >= len(text) else (body, None)
