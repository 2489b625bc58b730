"""Keyed tags: how a number, a delivery and a receipt are recognised again without being kept.

A plain hash of a number is no protection: all numbers of a country are tried in a minute. These tags are keyed, and the key
of a pseudonym is destroyed for everybody at the end of its period.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from handlers.events import InboundCall, InboundText, Told
from handlers.protection.boot import tag


@dataclass(frozen=True, slots=True)
class DeliveryTags:
    """What a delivery is recognised by: `whole` (id and words), `same_id` (id alone; None without an id), `content` (sender,
    line, words and the provider's second; None without a time). `of_period` says that the tags die with the pseudonym
    period."""

    whole: bytes = field(repr=False)
    same_id: bytes | None = field(repr=False)
    content: bytes | None = field(repr=False)
    of_period: bool


def pseudonym(key: bytes, sender: str) -> bytes:
    """Give a sender's pseudonym within one period."""
    return tag(key, b"pseudonym", sender.encode("utf-8", "surrogatepass"))


def receipt_tag(key: bytes, receipt: str) -> bytes:
    """Give what a receipt is found by."""
    return tag(key, b"receipt", receipt.encode())


def provider_tag(key: bytes, provider: str, provider_id: str) -> bytes:
    """Give what a text of ours is found by when the provider speaks of it."""
    return tag(key, b"sent", provider.encode(), _bytes(provider_id))


def call_tag(key: bytes, provider: str, provider_id: str) -> bytes:
    """Give what a call is found by when the provider speaks of it."""
    return tag(key, b"call", provider.encode(), _bytes(provider_id))


def recording_tag(key: bytes, provider: str, reference: str) -> bytes:
    """Give what makes each recording, and each medium, of a provider one row."""
    return tag(key, b"recording", provider.encode(), _bytes(reference))


def delivery_tags(event: Told, *, tag_key: bytes, pseudonym_key: bytes) -> DeliveryTags:
    """Give the tags of a delivery. Only what was said counts, not the envelope: dates and field order change on a re-delivery.

    With a provider's id, which nobody can guess, the tag is keyed with the boot secret and outlives periods. Without one it
    would let a holder of the boot secret confirm a guessed number, so it is keyed with the pseudonym key and dies with it.
    """
    provider, said = event.provider.encode(), _said(event)
    provider_id = event.provider_id
    content = None
    if isinstance(event, InboundText) and event.sent_at is not None:
        content = tag(pseudonym_key, b"content", provider, *said, event.line.encode(), _second(event.sent_at))
    if provider_id:
        same_id = tag(tag_key, b"id", provider, _bytes(provider_id))
        return DeliveryTags(tag(tag_key, b"delivery", provider, _bytes(provider_id), *said), same_id, content, of_period=False)
    moment = _second(event.sent_at) if isinstance(event, InboundText) and event.sent_at else b""
    return DeliveryTags(tag(pseudonym_key, b"delivery", provider, moment, *said), None, content, of_period=True)


def _said(event: Told) -> list[bytes]:
    if isinstance(event, InboundText):
        return [b"text", _bytes(event.sender), _bytes(event.original or event.text), *(_bytes(m.reference) for m in event.media)]
    if isinstance(event, InboundCall):
        return [b"call", _bytes(event.sender)]
    fields = [_bytes(part) for pair in sorted(event.fields.items()) for part in pair]
    return [b"unrecognised", event.door.encode(), *fields]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _second(moment: datetime) -> bytes:
    return str(int(moment.timestamp())).encode()
