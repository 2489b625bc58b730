"""One event on its way in, and the rows that it becomes: what was said is sealed here."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from handlers.commands import CallMe, Command, CommandWords, Continue, Delete, Start, Stop, read_command, read_receipt
from handlers.events import InboundCall, InboundText, Told, Unrecognised
from handlers.protection.keyring import OpenPeriod
from handlers.protection.numbers import Sender, SenderKind
from handlers.protection.sealing import Place, seal_json
from handlers.receipts import NO_SUCH_RECEIPT
from handlers.records import Direction, Message, MessageKind, MessageState, Report, Source, Work, WorkKind

TIED = "tied"  # it began with a field monitor's one-time word


@dataclass(frozen=True, slots=True)
class OpenNow:
    """The periods that are open now, and the moment."""

    report: OpenPeriod
    contact: OpenPeriod
    pseudonym: OpenPeriod
    now: float

    @property
    def hour(self) -> int:
        return int(self.now // 3600)


@dataclass(slots=True)
class Arrival:
    """One event on its way in."""

    event: Told = field(repr=False)
    sender: Sender
    command: Command | None = field(repr=False)
    open: OpenNow = field(repr=False)
    flags: str = ""
    is_first: bool = False  # nothing was heard of this source before

    def take_word_off(self, rest: str) -> None:
        """Leave of what was said what stands behind a field monitor's one-time word, and flag it."""
        if isinstance(self.event, InboundText):
            self.event, self.flags = replace(self.event, text=rest), joined_flags(self.flags, TIED)


def contact_of(arrival: Arrival, language: str | None) -> dict[str, Any]:
    event = arrival.event
    text = event if isinstance(event, InboundText) else None
    is_ussd = text is not None and text.channel == "ussd"  # a session is over when we answer: the way back is another
    return {
        "number": arrival.sender.value,
        "provider": event.provider,
        "line": "" if isinstance(event, Unrecognised) or is_ussd else event.line,
        "channel": text.channel if text and not is_ussd else "sms",
        "reply_token": text.reply_token if text else None,
        "language": language,
    }


def message_of(arrival: Arrival, report: Report, source: Source) -> Message:
    event, message_id = arrival.event, new_id()
    place = Place("messages", "content", message_id, arrival.open.report.id)
    return Message(
        id=message_id,
        report_id=report.id,
        source_id=source.id,
        direction=Direction.IN,
        kind=_kind(arrival),
        state=MessageState.RECEIVED,
        hour=arrival.open.hour,
        period=arrival.open.report.id,
        content=seal_json(arrival.open.report.key, {**_said(event), **_told(arrival)}, place),
        reason=NO_SUCH_RECEIPT if NO_SUCH_RECEIPT in arrival.flags else None,
    )


def _kind(arrival: Arrival) -> MessageKind:
    if isinstance(arrival.event, InboundCall):
        return MessageKind.CALL
    if isinstance(arrival.event, Unrecognised):
        return MessageKind.UNRECOGNISED
    return MessageKind.TEXT if arrival.command is None or isinstance(arrival.command, Continue) else MessageKind.COMMAND


def _told(arrival: Arrival) -> dict[str, Any]:
    return {
        "at": arrival.open.now,
        "provider": arrival.event.provider,
        "provider_id": arrival.event.provider_id,
        "sender_kind": arrival.sender.kind.value,
        "sender_name": arrival.sender.value if arrival.sender.kind is SenderKind.NAME else "",
        "command": type(arrival.command).__name__.casefold() if arrival.command else None,
        "flags": arrival.flags,
        **(
            {"text": arrival.command.rest}
            if isinstance(arrival.command, Continue) and NO_SUCH_RECEIPT not in arrival.flags
            else {}
        ),
        **({"text": "", "original": None} if isinstance(arrival.command, Delete) else {}),
    }


def _said(event: Told) -> dict[str, Any]:
    if isinstance(event, InboundText):
        return {
            "text": event.text,
            "line": event.line,
            "channel": event.channel,
            "media": [{"content_type": media.content_type, "reference": media.reference} for media in event.media],
            "original": event.original,
            "sent_at": event.sent_at.timestamp() if event.sent_at else None,
            "forwarded": event.forwarded,
        }
    if isinstance(event, InboundCall):
        return {"text": "", "line": event.line, "channel": "voice"}
    return {"text": "", "line": "", "channel": "", "door": event.door, "why": event.why, "fields": dict(event.fields)}


def work_of(arrival: Arrival, message: Message) -> Work:
    """Give the work that a message makes. A command is answered to whoever sent it, even if their contact was just deleted."""
    if message.kind is not MessageKind.COMMAND:
        return Work(id=new_id(), kind=WorkKind.TRIAGE, subject_id=message.id)
    work_id, period = new_id(), arrival.open.contact
    payload = None
    if arrival.sender.kind is SenderKind.NUMBER:
        contact = contact_of(arrival, None)
        if isinstance(arrival.command, Delete):
            contact["receipt"] = arrival.command.receipt
        payload = seal_json(period.key, contact, Place("work", "payload", work_id, period.id))
    return Work(
        id=work_id,
        kind=WorkKind.ANSWER,
        subject_id=message.id,
        payload=payload,
        payload_period=period.id if payload else None,
    )


def new_id() -> str:
    return secrets.token_hex(12)


def command_of(event: InboundText, words: CommandWords) -> Command | None:
    """Give what the source asks of the line. What the provider itself made of the text counts: it has acted already. A text of a
    USSD session was asked for, so no word in it is a command; a receipt before it says where it belongs."""
    if event.keyword == "stop":
        return Stop()
    if event.keyword == "start":
        return Start()
    if event.keyword == "call":
        return CallMe()
    if event.channel == "ussd":
        named = read_receipt(event.text)
        return Continue(*named) if named else None
    return read_command(event.text, words)


def is_recognisable(arrival: Arrival) -> bool:
    """Say whether the sender means one person. A name of letters on SMS may be anybody's; a withheld number is everybody's."""
    if arrival.sender.kind is SenderKind.NUMBER:
        return True
    is_whatsapp = isinstance(arrival.event, InboundText) and arrival.event.channel == "whatsapp"
    return arrival.sender.kind is SenderKind.NAME and is_whatsapp


def joined_flags(*flags: str) -> str:
    """Give each flag once, in one order."""
    return " ".join(sorted({flag for text in flags for flag in text.split()}))
