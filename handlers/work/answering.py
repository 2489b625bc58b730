"""What the line answers by itself: one short neutral acknowledgement a report, and answers to the words a source can send.

Never to an auto-reply, never to who said stop, and capped per source and for the whole line: past the line's cap an
acknowledgement waits for a later hour; the report itself is kept and triaged all the same.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.commands import LANGUAGES, CommandWords, is_automatic, new_receipt
from handlers.errors import SealError
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.keyring import Keyring, OpenPeriod
from handlers.protection.pseudonyms import receipt_tag
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.records import Direction, Message, MessageKind, MessageState, Purpose, Report, Source, Work, WorkKind
from handlers.replies import Replies
from handlers.reports import ReportState
from handlers.voice.calling import CallBacks
from handlers.work.contents import open_content
from handlers.work.erasing import order_erasing

_HOUR_SECONDS = 3600
_HELP_PRIORITY = 30


@dataclass(frozen=True, slots=True)
class Caps:
    """How many automatic texts at most, whether reports are acknowledged at all, and the language while the source's is not
    known."""

    acknowledge: bool
    language: str
    per_source_per_day: int
    per_hour: int


class Answering:
    """Acknowledges reports, and does the work of kind ANSWER."""

    def __init__(
        self,
        *,
        writing: OpenUnit,
        reading: OpenUnit,
        keyring: Keyring,
        receipt_key: bytes,
        replies: Replies,
        words: CommandWords,
        caps: Caps,
        clock: Clock,
        erase_at_provider: bool,
        call_backs: CallBacks | None = None,
    ) -> None:
        self._call_backs = call_backs
        self._writing = writing
        self._reading = reading
        self._keyring = keyring
        self._receipt_key = receipt_key
        self._replies = replies
        self._words = words
        self._caps = caps
        self._clock = clock
        self._erase_at_provider = erase_at_provider

    def acknowledge(
        self,
        unit: UnitOfWork,
        report: Report,
        content: Mapping[str, Any],
        language: str | None,
        report_period: OpenPeriod,
        contact_period: OpenPeriod,
    ) -> None:
        """Add the acknowledgement of a report, with its receipt, unless it has one, may not have one, or nobody is to be
        answered."""
        if not self._caps.acknowledge or report.receipt_tag is not None or is_automatic(content.get("text", ""), self._words):
            return
        source = unit.sources.get(report.source_id, lock=True)
        contact = self._contact(unit, source)
        if source.stopped or contact is None:
            return
        receipt = new_receipt(secrets.token_bytes)
        text = self._replies.text("acknowledgement", self._spoken(contact.get("language"), language), receipt=receipt)
        outgoing = _Outgoing(report.id, source.id, contact, text, despite_stop=False)
        if self._add(unit, outgoing, report_period, contact_period):
            unit.reports.change(report.id, receipt_tag=receipt_tag(self._receipt_key, receipt))

    def __call__(self, work: Work) -> None:
        """Answer a command."""
        report_period, contact_period = self._keyring.current(Purpose.REPORT), self._keyring.current(Purpose.CONTACT)
        with self._writing() as unit:
            message = unit.messages.first(id=work.subject_id)
            if message is None:
                unit.work.remove(id=work.id)
                unit.commit()
                return
            # Source, then report, then work, as intake takes them: two that wait for each other would both be put off.
            source = unit.sources.get(message.source_id, lock=True)
            report = unit.reports.get(message.report_id, lock=True)
            held = unit.work.first(id=work.id, lock=True)
            if held is None:
                return
            unit.work.remove(id=work.id)
            content = open_content(self._keyring, unit, message)
            self._open_report(unit, report)
            if content.get("command") == "callme" and self._call_backs is not None:
                self._call_backs.asked(unit, source, report.id)
            if self._erase_at_provider and content.get("provider_id"):
                order_erasing(unit, message.id, now=self._clock())
            contact = self._payload(unit, held)
            key = _reply_to(content)
            if contact is not None and key is not None:
                known = self._contact(unit, source) or contact
                text = self._replies.text(key, self._spoken(known.get("language")), receipt=contact.get("receipt"))
                outgoing = _Outgoing(message.report_id, message.source_id, contact, text, despite_stop=key == "stopped")
                if not source.stopped or outgoing.despite_stop:
                    self._add(unit, outgoing, report_period, contact_period)
            unit.commit()

    def _spoken(self, *languages: object) -> str:
        """Give the first language that is one of ours, else the line's own."""
        return next((language for language in languages if language in LANGUAGES), self._caps.language)

    def _open_report(self, unit: UnitOfWork, report: Report) -> None:
        """Put a report that is but a call for help where a person sees it."""
        if report.state is ReportState.RECEIVED:
            unit.reports.change(report.id, state=ReportState.OPEN, priority=max(report.priority, _HELP_PRIORITY))

    def _payload(self, unit: UnitOfWork, work: Work) -> dict[str, Any] | None:
        if work.payload is None or work.payload_period is None:
            return None
        key = self._keyring.key_in(unit, work.payload_period)
        contact: dict[str, Any] = open_json(key, work.payload, Place("work", "payload", work.id, work.payload_period))
        return contact

    def _contact(self, unit: UnitOfWork, source: Source) -> dict[str, Any] | None:
        if source.contact is None or source.contact_period is None:
            return None
        place = Place("sources", "contact", source.id, source.contact_period)
        try:
            contact: dict[str, Any] = open_json(self._keyring.key_in(unit, source.contact_period), source.contact, place)
        except SealError:
            return None
        return contact

    def _add(self, unit: UnitOfWork, outgoing: _Outgoing, report_period: OpenPeriod, contact_period: OpenPeriod) -> bool:
        """Add a text to be sent; say whether the caps let it be."""
        now = int(self._clock())
        hour = now // _HOUR_SECONDS
        day = tuple(range(hour - 23, hour + 1))
        automatic = MessageKind.AUTOMATIC
        if unit.messages.count(source_id=outgoing.source_id, kind=automatic, hour=day) >= self._caps.per_source_per_day:
            return False
        this_hour = unit.messages.count(kind=automatic, hour=hour)
        due_at = 0 if this_hour < self._caps.per_hour else now + _HOUR_SECONDS * (this_hour // max(1, self._caps.per_hour))
        message = outgoing.sealed(report_period, contact_period, now=float(self._clock()))
        unit.messages.add(message)
        unit.work.add(Work(id=secrets.token_hex(12), kind=WorkKind.SEND, subject_id=message.id, due_at=due_at))
        return True


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """An automatic text before it is sealed."""

    report_id: str
    source_id: str
    contact: Mapping[str, Any]
    text: str
    despite_stop: bool

    def __repr__(self) -> str:
        return "<outgoing>"

    def sealed(self, report_period: OpenPeriod, contact_period: OpenPeriod, *, now: float) -> Message:
        """Give the row: the text for the desk to read, and the envelope for the worker to send."""
        message_id = secrets.token_hex(12)
        route = {name: self.contact.get(name) for name in ("provider", "line", "channel")}
        content = {"text": self.text, "at": now, "kind": "automatic", **route}
        envelope = {
            "number": self.contact["number"],
            "text": self.text,
            "reply_token": self.contact.get("reply_token"),
            "despite_stop": self.despite_stop,
            **route,
        }
        return Message(
            id=message_id,
            report_id=self.report_id,
            source_id=self.source_id,
            direction=Direction.OUT,
            kind=MessageKind.AUTOMATIC,
            state=MessageState.QUEUED,
            hour=int(now // _HOUR_SECONDS),
            period=report_period.id,
            content=seal_json(report_period.key, content, Place("messages", "content", message_id, report_period.id)),
            envelope=seal_json(contact_period.key, envelope, Place("messages", "envelope", message_id, contact_period.id)),
            envelope_period=contact_period.id,
        )


def _reply_to(content: Mapping[str, Any]) -> str | None:
    """Give which reply a command gets; none where it is a call that answers it."""
    if content.get("command") == "delete":
        return "not_found" if "no_such_receipt" in content.get("flags", "") else "deleted"
    return {"help": "help", "stop": "stopped", "chooselanguage": "language_set"}.get(str(content.get("command")))
