"""Call back who rang and was not heard, or asks for it: once, however often and by whatever way they ask.

A call back is a row in `calls` and one work, made while the source is locked. Where it goes to is in the work, sealed, and is
destroyed with it as soon as the call is over: answered, not answered twice, or impossible.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from handlers.errors import SealError
from handlers.ports import Clock, UnitOfWork
from handlers.protection.keyring import Keyring, OpenPeriod
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.records import Call, CallState, Direction, Message, MessageKind, MessageState, Source, Work, WorkKind
from handlers.voice.ringing import Rules, is_running, minutes_of

_MOST_TRIES = 2  # who did not answer is rung once more
_MOST_ASKED = 3  # in words, in a day
_DAY = 24
_WAITING_HOURS = 72  # a plan that is older was given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """What is sealed in the work of a call back. `line` is the number of ours that was rung, then the one that rings."""

    number: str = field(repr=False)
    provider: str
    line: str
    language: str | None = None
    planned_at: float
    tries: int = 1
    placed_at: float | None = None
    provider_id: str | None = field(default=None, repr=False)


class CallBacks:
    """Plans calls of ours, and hears of their end."""

    def __init__(self, *, keyring: Keyring, rules: Rules, clock: Clock) -> None:
        self._keyring = keyring
        self._rules = rules
        self._clock = clock

    def missed(self, unit: UnitOfWork, call: Call) -> None:
        """Plan to call back who rang and was not heard; not again where that was done in the last hours. No row but those of
        this source may be locked before."""
        source, hour = unit.sources.get(call.source_id, lock=True), self._hour()
        if all(hour - known.hour > self._rules.join_hours for known in _made(unit, source)):
            self._plan(unit, source, call.report_id)

    def asked(self, unit: UnitOfWork, source: Source, report_id: str) -> None:
        """Plan to call who asked for it in words, even if they were called today; a few times a day at most. The source is
        locked already."""
        hour = self._hour()
        if sum(hour - known.hour < _DAY for known in _made(unit, source)) < _MOST_ASKED:
            self._plan(unit, source, report_id)

    def over(self, unit: UnitOfWork, call: Call) -> None:
        """Destroy the number of a call of ours that is over, or plan the second try if nobody answered the first. The source is
        locked already. The same call again changes nothing."""
        work = unit.work.first(subject_id=call.id, kind=WorkKind.CALL_BACK, lock=True)
        ring = None if work is None else opened(unit, work, self._keyring)
        unit.work.remove(subject_id=call.id, kind=WorkKind.CALL_BACK)
        if unit.calls.get(call.id).state is not CallState.MISSED:
            unit.calls.change(call.id, minutes=minutes_of(self._seconds(unit, call)))
            return
        may_ring = not unit.sources.get(call.source_id).stopped
        if work is not None and ring is not None and ring.tries < _MOST_TRIES and may_ring:
            again = replace(ring, tries=ring.tries + 1, placed_at=None, provider_id=None)
            due_at = self._rules.again(self._clock())
            self._add(unit, call.source_id, call.report_id, again, period=work.payload_period or "", due_at=due_at)

    def _plan(self, unit: UnitOfWork, source: Source, report_id: str | None) -> None:
        """Add a call, unless one is under way, nobody is to be called, or there is no way to."""
        contact = self._contact(unit, source)
        is_under_way = any(self._is_under_way(known) for known in _made(unit, source))
        if is_under_way or source.stopped or contact is None or not self._rules.lines:
            return
        now = self._clock()
        ring = Ring(
            number=contact["number"],
            provider=contact.get("provider") or "",
            line=contact.get("line") or "",
            language=contact.get("language"),
            planned_at=now,
        )
        self._add(unit, source.id, report_id, ring, period=source.contact_period or "", due_at=self._rules.soon(now))

    def _is_under_way(self, call: Call) -> bool:
        waits = call.state is CallState.PLANNED and self._hour() - call.hour <= _WAITING_HOURS
        return waits or is_running(call, self._hour())

    def _add(self, unit: UnitOfWork, source_id: str, report_id: str | None, ring: Ring, *, period: str, due_at: int) -> None:
        call_id, work_id = secrets.token_hex(12), secrets.token_hex(12)
        unit.calls.add(
            Call(
                id=call_id,
                source_id=source_id,
                report_id=report_id,
                message_id=None,
                direction=Direction.OUT,
                state=CallState.PLANNED,
                hour=self._hour(),
            )
        )
        unit.work.add(
            Work(
                id=work_id,
                kind=WorkKind.CALL_BACK,
                subject_id=call_id,
                due_at=due_at,
                payload=sealed(ring, self._keyring.key_in(unit, period), work_id, period),
                payload_period=period,
            )
        )

    def _contact(self, unit: UnitOfWork, source: Source) -> dict[str, Any] | None:
        """Open the way back; None for a withheld number, and once its key is gone."""
        if source.contact is None or source.contact_period is None:
            return None
        place = Place("sources", "contact", source.id, source.contact_period)
        try:
            contact: dict[str, Any] = open_json(self._keyring.key_in(unit, source.contact_period), source.contact, place)
        except SealError:
            return None
        return contact if contact.get("number") else None

    def _seconds(self, unit: UnitOfWork, call: Call) -> int | None:
        """Give how long a call was, as its message knows it."""
        message = unit.messages.first(id=call.message_id) if call.message_id else None
        if message is None:
            return None
        place = Place("messages", "content", message.id, message.period)
        try:
            content: dict[str, Any] = open_json(self._keyring.key_in(unit, message.period), message.content, place)
        except SealError:
            return None
        seconds = content.get("seconds")
        return seconds if isinstance(seconds, int) else None

    def _hour(self) -> int:
        return int(self._clock() // 3600)


def sealed(ring: Ring, key: bytes, work_id: str, period: str) -> bytes:
    """Seal what a call back needs into its work."""
    plain = {name: getattr(ring, name) for name in Ring.__slots__}
    return seal_json(key, plain, Place("work", "payload", work_id, period))


def opened(unit: UnitOfWork, work: Work, keyring: Keyring) -> Ring | None:
    """Open what a call back needs; None once its key is gone."""
    if work.payload is None or work.payload_period is None:
        return None
    try:
        key = keyring.key_in(unit, work.payload_period)
        return Ring(**open_json(key, work.payload, Place("work", "payload", work.id, work.payload_period)))
    except SealError:
        return None


def message_of(call: Call, ring: Ring, period: OpenPeriod, *, now: float) -> Message:
    """Give the message that will hold what is learnt in a call of ours."""
    message_id = secrets.token_hex(12)
    content = {
        "text": "",
        "at": now,
        "provider": ring.provider,
        "provider_id": None,
        "line": ring.line,
        "channel": "voice",
        "sender_kind": "number",
        "sender_name": "",
        "language": ring.language,
        "is_ours": True,
    }
    return Message(
        id=message_id,
        report_id=call.report_id or "",
        source_id=call.source_id,
        direction=Direction.IN,
        kind=MessageKind.CALL,
        state=MessageState.RECEIVED,
        hour=int(now // 3600),
        period=period.id,
        content=seal_json(period.key, content, Place("messages", "content", message_id, period.id)),
    )


def _made(unit: UnitOfWork, source: Source) -> list[Call]:
    """Give the calls to a source that were planned or made; those that could not be placed do not count."""
    known = unit.calls.all(source_id=source.id, direction=Direction.OUT)
    return [call for call in known if call.state not in (CallState.WITHHELD, CallState.FAILED)]
