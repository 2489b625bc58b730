"""Take in what a provider tells us: seal it, keep it, add the work to be done, in one transaction.

When `take_in` returns, what was said is on disk, once. When it raises, nothing is.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from handlers.commands import ChooseLanguage, Command, CommandWords, Continue, Delete, Help, Start, Stop, read_command
from handlers.deletion import forget
from handlers.errors import SealError
from handlers.events import DeliveryStatus, Event, InboundCall, InboundText, OptOut, Told, Unrecognised
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.boot import BootSecret
from handlers.protection.keyring import Keyring, OpenPeriod
from handlers.protection.numbers import Sender, SenderKind, read_sender
from handlers.protection.pseudonyms import DeliveryTags, delivery_tags, pseudonym, receipt_tag
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.records import (
    Delivery,
    Direction,
    Message,
    MessageKind,
    MessageState,
    Purpose,
    Report,
    Source,
    Work,
    WorkKind,
)
from handlers.reports import ReportState
from handlers.statuses import StatusNotes


class Taken(StrEnum):
    """What became of an event."""

    NEW = "new"
    AGAIN = "again"  # the same delivery as before: nothing was added
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class _Open:
    """The periods that are open now, and the moment."""

    report: OpenPeriod
    contact: OpenPeriod
    pseudonym: OpenPeriod
    now: float

    @property
    def hour(self) -> int:
        return int(self.now // 3600)


@dataclass(slots=True)
class _Case:
    """One event on its way in."""

    event: Told = field(repr=False)
    sender: Sender
    command: Command | None = field(repr=False)
    open: _Open = field(repr=False)
    flags: str = ""


class Intake:
    """Takes in events. One object serves all threads of a process."""

    def __init__(
        self,
        *,
        writing: OpenUnit,
        keyring: Keyring,
        boot: BootSecret,
        words: CommandWords,
        clock: Clock,
        join_hours: int,
        ids_differ_on_list: frozenset[str] = frozenset(),
    ) -> None:
        self._writing = writing
        self._keyring = keyring
        self._tag_key = boot.derive("delivery tag")
        self._receipt_key = boot.derive("receipt tag")
        self._words = words
        self._clock = clock
        self._join_hours = join_hours
        self._ids_differ_on_list = ids_differ_on_list
        self._statuses = StatusNotes(writing=writing, keyring=keyring, tag_key=self._tag_key, clock=clock)

    def take_in(self, event: Event, *, from_list: bool = False) -> Taken:
        """Keep an event, once. `from_list` says that it came from the provider's list and not by a webhook."""
        if isinstance(event, DeliveryStatus):
            self._statuses.note_status(event)
            return Taken.STATUS
        if isinstance(event, OptOut):
            self._statuses.note_opt_out(event)
            return Taken.STATUS
        now = self._clock()
        case = _Case(
            event=event,
            sender=read_sender("" if isinstance(event, Unrecognised) else event.sender),
            command=_command_of(event, self._words) if isinstance(event, InboundText) else None,
            open=_Open(
                report=self._keyring.current(Purpose.REPORT),
                contact=self._keyring.current(Purpose.CONTACT),
                pseudonym=self._keyring.current(Purpose.PSEUDONYM),
                now=now,
            ),
        )
        with self._writing() as unit:
            taken = self._keep(unit, case, from_list=from_list)
            unit.commit()
        return taken

    def _keep(self, unit: UnitOfWork, case: _Case, *, from_list: bool) -> Taken:
        tags = delivery_tags(case.event, tag_key=self._tag_key, pseudonym_key=case.open.pseudonym.key)
        if not self._is_new(unit, case, tags, from_list=from_list):
            return Taken.AGAIN
        source = self._source(unit, case)
        report = self._report(unit, case, source)
        message = _message(case, report, source)
        unit.messages.add(message)
        unit.work.add(_work(case, message))
        return Taken.NEW

    def _is_new(self, unit: UnitOfWork, case: _Case, tags: DeliveryTags, *, from_list: bool) -> bool:
        """Note the delivery; say whether what was said is new. Same id and other words is new, and flagged."""
        twin = None
        if tags.content is not None and case.event.provider in self._ids_differ_on_list:
            twin = unit.deliveries.first(content=tags.content, from_list=not from_list, matched=False)
        delivery = Delivery(
            tag=tags.whole,
            same_id=tags.same_id,
            content=tags.content,
            from_list=from_list,
            matched=twin is not None,
            hour=case.open.hour,
            period=case.open.pseudonym.id if tags.of_period else None,
        )
        if tags.same_id is not None and unit.deliveries.first(same_id=tags.same_id) is not None:
            case.flags = "same_id"
        if not unit.deliveries.add_new(delivery):
            return False
        if twin is not None:
            unit.deliveries.change(twin.tag, matched=True)
            return False
        return True

    def _source(self, unit: UnitOfWork, case: _Case) -> Source:
        """Give the source, locked until the end of the transaction: two texts of one person must not open two reports."""
        known = None
        name = None
        if _is_recognisable(case):
            name = pseudonym(case.open.pseudonym.key, case.sender.value)
            known = unit.sources.first(pseudonym=name, lock=True)
        if known is None:
            known = Source(
                id=_new_id(),
                period=case.open.pseudonym.id if name else None,
                pseudonym=name,
                contact=None,
                contact_period=None,
            )
            if not unit.sources.add_new(known):
                known = unit.sources.first(pseudonym=name, lock=True) or known
        self._renew_contact(unit, case, known)
        return known

    def _renew_contact(self, unit: UnitOfWork, case: _Case, source: Source) -> None:
        """Seal the way back anew, to the period that is open now, and note what the source wants of us."""
        changes: dict[str, Any] = {}
        if isinstance(case.command, Stop | Start):
            changes["stopped"] = isinstance(case.command, Stop)
        if case.sender.kind is SenderKind.NUMBER:
            language = self._language(unit, case, source)
            place = Place("sources", "contact", source.id, case.open.contact.id)
            changes["contact"] = seal_json(case.open.contact.key, _contact(case, language), place)
            changes["contact_period"] = case.open.contact.id
        if changes:
            unit.sources.change(source.id, **changes)

    def _language(self, unit: UnitOfWork, case: _Case, source: Source) -> str | None:
        """Give the language that the source chose, as long as the key of that choice lives."""
        if isinstance(case.command, ChooseLanguage):
            return case.command.language
        if source.contact is None or source.contact_period is None:
            return None
        try:
            key = case.open.contact.key
            if source.contact_period != case.open.contact.id:
                key = self._keyring.key_in(unit, source.contact_period)
            contact = open_json(key, source.contact, Place("sources", "contact", source.id, source.contact_period))
        except SealError:
            return None
        language = contact.get("language")
        return language if isinstance(language, str) else None

    def _report(self, unit: UnitOfWork, case: _Case, source: Source) -> Report:
        """Give the report that this belongs to: by its receipt, else the source's open one, else a new one."""
        hour = case.open.hour
        if isinstance(case.command, Continue | Delete):
            named = unit.reports.first(receipt_tag=receipt_tag(self._receipt_key, case.command.receipt), lock=True)
            if named is not None and isinstance(case.command, Delete):
                forget(unit, named)
                return named
            if named is not None:
                return self._continued(unit, case, named)
            case.flags = _joined_flags(case.flags, "no_such_receipt")
        if isinstance(case.event, InboundText | InboundCall):
            followed = unit.open_report_of(source.id, since_hour=hour - self._join_hours)
            if followed is not None:
                return self._continued(unit, case, followed)
        is_mere_command = case.command is not None and not isinstance(case.command, Continue | Help)
        report = Report(
            id=_new_id(),
            source_id=source.id,
            state=ReportState.REJECTED if is_mere_command else ReportState.RECEIVED,
            priority=0,
            opened_hour=hour,
            updated_hour=hour,
            receipt_tag=None,
            flags=_joined_flags(case.flags, "command" if is_mere_command else ""),
            news=not is_mere_command,
        )
        unit.reports.add(report)
        return report

    def _continued(self, unit: UnitOfWork, case: _Case, report: Report) -> Report:
        changes: dict[str, Any] = {"updated_hour": case.open.hour}
        if not isinstance(case.command, Stop | Start | ChooseLanguage | Delete):
            changes["news"] = True
        if report.state is ReportState.REJECTED:
            changes["state"] = ReportState.OPEN
        if case.flags:
            changes["flags"] = _joined_flags(report.flags, case.flags)
        unit.reports.change(report.id, **changes)
        return report


def _command_of(event: InboundText, words: CommandWords) -> Command | None:
    """Give what the source asks of the line. What the provider itself made of the text counts: it has acted already."""
    if event.keyword == "stop":
        return Stop()
    if event.keyword == "start":
        return Start()
    return read_command(event.text, words)


def _is_recognisable(case: _Case) -> bool:
    """Say whether the sender means one person. A name of letters on SMS may be anybody's; a withheld number is everybody's."""
    if case.sender.kind is SenderKind.NUMBER:
        return True
    is_whatsapp = isinstance(case.event, InboundText) and case.event.channel == "whatsapp"
    return case.sender.kind is SenderKind.NAME and is_whatsapp


def _contact(case: _Case, language: str | None) -> dict[str, Any]:
    event = case.event
    text = event if isinstance(event, InboundText) else None
    return {
        "number": case.sender.value,
        "provider": event.provider,
        "line": "" if isinstance(event, Unrecognised) else event.line,
        "channel": text.channel if text else "sms",
        "reply_token": text.reply_token if text else None,
        "language": language,
    }


def _message(case: _Case, report: Report, source: Source) -> Message:
    event, message_id = case.event, _new_id()
    place = Place("messages", "content", message_id, case.open.report.id)
    return Message(
        id=message_id,
        report_id=report.id,
        source_id=source.id,
        direction=Direction.IN,
        kind=_kind(case),
        state=MessageState.RECEIVED,
        hour=case.open.hour,
        period=case.open.report.id,
        content=seal_json(case.open.report.key, {**_said(event), **_told(case)}, place),
    )


def _kind(case: _Case) -> MessageKind:
    if isinstance(case.event, InboundCall):
        return MessageKind.CALL
    if isinstance(case.event, Unrecognised):
        return MessageKind.UNRECOGNISED
    return MessageKind.TEXT if case.command is None or isinstance(case.command, Continue) else MessageKind.COMMAND


def _told(case: _Case) -> dict[str, Any]:
    return {
        "at": case.open.now,
        "provider": case.event.provider,
        "provider_id": case.event.provider_id,
        "sender_kind": case.sender.kind.value,
        "sender_name": case.sender.value if case.sender.kind is SenderKind.NAME else "",
        "command": type(case.command).__name__.casefold() if case.command else None,
        "flags": case.flags,
        **({"text": case.command.rest} if isinstance(case.command, Continue) and "no_such_receipt" not in case.flags else {}),
        **({"text": "", "original": None} if isinstance(case.command, Delete) else {}),
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


def _work(case: _Case, message: Message) -> Work:
    """Give the work that a message makes. A command is answered to whoever sent it, even if their contact was just deleted."""
    if message.kind is not MessageKind.COMMAND:
        return Work(id=_new_id(), kind=WorkKind.TRIAGE, subject_id=message.id)
    work_id, period = _new_id(), case.open.contact
    payload = None
    if case.sender.kind is SenderKind.NUMBER:
        contact = _contact(case, None)
        if isinstance(case.command, Delete):
            contact["receipt"] = case.command.receipt
        payload = seal_json(period.key, contact, Place("work", "payload", work_id, period.id))
    return Work(
        id=work_id,
        kind=WorkKind.ANSWER,
        subject_id=message.id,
        payload=payload,
        payload_period=period.id if payload else None,
    )


def _joined_flags(*flags: str) -> str:
    return " ".join(sorted({flag for text in flags for flag in text.split()}))


def _new_id() -> str:
    return secrets.token_hex(12)
