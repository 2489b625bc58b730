"""The rows of a call: found by what the provider calls it, held while something is learnt, moved to the report it belongs to."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from handlers.errors import SealError
from handlers.events import InboundCall
from handlers.ports import UnitOfWork
from handlers.protection.keyring import Keyring
from handlers.protection.pseudonyms import call_tag
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.records import Call, CallState, Direction, Message, Report, Work, WorkKind, WorkState
from handlers.reports import DURESS, HIGHEST_PRIORITY, ReportState
from handlers.voice.announcing import OpenNow

_OF_THE_CALL = (
    *("at", "provider", "provider_id", "line", "channel", "sender_kind", "sender_name"),
    *("language", "pressed", "steps", "memory", "monitor"),
)


@dataclass(slots=True)
class Held:
    """A call with its message, locked. `content` is what is known of it; None where its key is gone."""

    call: Call
    message: Message
    content: dict[str, Any] | None = field(repr=False)

    def known(self, name: str) -> Any:
        """Give one thing that is known of the call."""
        return (self.content or {}).get(name)


class Calls:
    """Finds, holds, changes and moves calls, within a transaction of the caller's."""

    def __init__(self, keyring: Keyring, tag_key: bytes) -> None:
        self._keyring = keyring
        self._tag_key = tag_key

    def add(self, unit: UnitOfWork, event: InboundCall, message: Message, state: CallState) -> Call | None:
        """Add the row of a call that came in, unless it is there. Where the provider gave it no id it is never found again."""
        tag = call_tag(self._tag_key, event.provider, event.provider_id) if event.provider_id else None
        call = Call(
            id=secrets.token_hex(12),
            source_id=message.source_id,
            report_id=message.report_id,
            message_id=message.id,
            direction=Direction.IN,
            state=state,
            hour=message.hour,
            tag=tag,
        )
        return call if unit.calls.add_new(call) else None

    def find(self, unit: UnitOfWork, provider: str, provider_id: str) -> Call | None:
        """Give the call that a provider speaks of."""
        return unit.calls.first(tag=call_tag(self._tag_key, provider, provider_id))

    def name(self, unit: UnitOfWork, call: Call, provider: str, provider_id: str) -> Call:
        """Note by what name the provider speaks of a call of ours."""
        tag = call_tag(self._tag_key, provider, provider_id)
        unit.calls.change(call.id, tag=tag)
        return replace(call, tag=tag)

    def hold(self, unit: UnitOfWork, call: Call) -> Held | None:
        """Give a call with what is known of it, held off others; None where its source had it deleted. Source, then call, then
        report, then work are taken in this order wherever a call is concerned."""
        unit.sources.get(call.source_id, lock=True)
        call = unit.calls.get(call.id, lock=True)
        message = unit.messages.first(id=call.message_id) if call.message_id else None
        if message is None:
            return None
        return Held(call, message, self._opened(unit, message))

    def peek(self, unit: UnitOfWork, call: Call) -> Held | None:
        """Give a call with what is known of it, to look at only."""
        message = unit.messages.first(id=call.message_id) if call.message_id else None
        return Held(call, message, self._opened(unit, message)) if message else None

    def learn(self, unit: UnitOfWork, held: Held, **learnt: object) -> None:
        """Keep what was learnt of a call with its message; what is known already changes nothing."""
        if held.content is None:
            return
        content = {**held.content, **learnt}
        if content == held.content:
            return
        message = held.message
        place = Place("messages", "content", message.id, message.period)
        sealed = seal_json(self._keyring.key_in(unit, message.period), content, place)
        unit.messages.change(message.id, content=sealed)
        held.content = content

    def part(self, unit: UnitOfWork, held: Held, at: OpenNow) -> None:
        """Give a call a report of its own, if it was put to what somebody else may have told from the same phone."""
        report_id = held.message.report_id
        if unit.messages.count(report_id=report_id) <= 1:
            return
        report = Report(
            id=secrets.token_hex(12),
            source_id=held.call.source_id,
            state=ReportState.RECEIVED,
            priority=0,
            opened_hour=at.hour,
            updated_hour=at.hour,
            receipt_tag=None,
        )
        unit.reports.add(report)
        self._put(unit, held, report)

    def join(self, unit: UnitOfWork, held: Held, report_id: str, at: OpenNow) -> None:
        """Put a call to the report of the receipt that its caller gave. What was recorded before stays where it is."""
        if held.message.report_id == report_id:
            return
        report = unit.reports.first(id=report_id, lock=True)
        if report is None or report.state is ReportState.DELETED:
            return
        changes: dict[str, Any] = {"updated_hour": at.hour, "news": True}
        if DURESS in unit.reports.get(held.message.report_id).flags.split():
            changes |= {"flags": " ".join(sorted({*report.flags.split(), DURESS})), "priority": HIGHEST_PRIORITY}
        if report.state is ReportState.REJECTED:
            changes["state"] = ReportState.OPEN
        unit.reports.change(report.id, **changes)
        if unit.recordings.count(message_id=held.message.id):
            self._go_on_in(unit, held, report, at)
            return
        left = held.message.report_id
        self._put(unit, held, report)
        _remove_if_empty(unit, left)

    def _put(self, unit: UnitOfWork, held: Held, report: Report) -> None:
        unit.messages.change(held.message.id, report_id=report.id)
        for recording in unit.recordings.all(message_id=held.message.id):
            unit.recordings.change(recording.id, report_id=report.id)
        for row in unit.findings.all(message_id=held.message.id):
            unit.findings.change(row.id, report_id=report.id)
        unit.calls.change(held.call.id, report_id=report.id)
        held.message = replace(held.message, report_id=report.id)
        held.call = replace(held.call, report_id=report.id)

    def _go_on_in(self, unit: UnitOfWork, held: Held, report: Report, at: OpenNow) -> None:
        """Begin a second message of the same call, in another report."""
        message_id = secrets.token_hex(12)
        content = {name: value for name, value in (held.content or {}).items() if name in _OF_THE_CALL} | {"text": ""}
        place = Place("messages", "content", message_id, at.report.id)
        sealed = seal_json(at.report.key, content, place)
        message = replace(
            held.message, id=message_id, report_id=report.id, period=at.report.id, hour=at.hour, content=sealed, reason=None
        )
        unit.messages.add(message)
        unit.calls.change(held.call.id, report_id=report.id, message_id=message_id)
        held.call = replace(held.call, report_id=report.id, message_id=message_id)
        held.message, held.content = message, content

    def _opened(self, unit: UnitOfWork, message: Message) -> dict[str, Any] | None:
        place = Place("messages", "content", message.id, message.period)
        try:
            content: dict[str, Any] = open_json(self._keyring.key_in(unit, message.period), message.content, place)
        except SealError:
            return None
        return content


def have_triaged(unit: UnitOfWork, message: Message) -> None:
    """Have a call triaged now: something was learnt of it."""
    unit.work.remove(subject_id=message.id, kind=WorkKind.TRIAGE.value, state=WorkState.DUE.value)
    unit.work.add(Work(id=secrets.token_hex(12), kind=WorkKind.TRIAGE, subject_id=message.id))


def _remove_if_empty(unit: UnitOfWork, report_id: str) -> None:
    """Remove a report that only ever held a call which belongs to another one."""
    left = (
        unit.messages.count(report_id=report_id),
        unit.calls.count(report_id=report_id),
        unit.recordings.count(report_id=report_id),
        unit.notes.count(report_id=report_id),
        unit.proposals.count(report_id=report_id),
        unit.waiting.count(report_id=report_id),
    )
    if any(left):
        return
    unit.findings.remove(report_id=report_id)
    unit.reports.remove(id=report_id)
