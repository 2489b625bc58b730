"""Delivery statuses and opt-outs: they come early, late, twice and in any order; the furthest state counts."""

from __future__ import annotations

import secrets

from handlers.events import DeliveryState, DeliveryStatus, OptOut
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.keyring import Keyring
from handlers.protection.numbers import SenderKind, read_sender
from handlers.protection.pseudonyms import provider_tag, pseudonym
from handlers.records import Message, MessageState, Purpose, Status, Work, WorkKind

_ERASE_AFTER_SECONDS = 300
_STATES = {
    DeliveryState.QUEUED: MessageState.SENT,
    DeliveryState.SENT: MessageState.SENT,
    DeliveryState.DELIVERED: MessageState.DELIVERED,
    DeliveryState.READ: MessageState.DELIVERED,
    DeliveryState.FAILED: MessageState.FAILED,
}
_FINAL = (MessageState.DELIVERED, MessageState.FAILED)


class StatusNotes:
    """Notes what became of our texts."""

    def __init__(self, *, writing: OpenUnit, keyring: Keyring, tag_key: bytes, clock: Clock) -> None:
        self._writing = writing
        self._keyring = keyring
        self._tag_key = tag_key
        self._clock = clock

    def note_status(self, event: DeliveryStatus) -> None:
        """Keep a status, and apply it if the text it speaks of is known already."""
        tag = provider_tag(self._tag_key, event.provider, event.provider_id)
        status = Status(
            id=secrets.token_hex(12),
            provider_tag=tag,
            state=event.state.value,
            reason=event.reason,
            hour=int(self._clock() // 3600),
        )
        with self._writing() as unit:
            if unit.statuses.add_new(status):
                message = unit.messages.first(provider_tag=tag, lock=True)
                if message is not None:
                    apply_statuses(unit, message, now=int(self._clock()))
            unit.commit()

    def note_opt_out(self, event: OptOut) -> None:
        """Mark a source as wanting no texts, or wanting them again."""
        sender = read_sender(event.sender)
        if sender.kind is not SenderKind.NUMBER:
            return
        period = self._keyring.current(Purpose.PSEUDONYM)
        with self._writing() as unit:
            source = unit.sources.first(pseudonym=pseudonym(period.key, sender.value), lock=True)
            if source is not None:
                unit.sources.change(source.id, stopped=not event.lifted)
            unit.commit()


def apply_statuses(unit: UnitOfWork, message: Message, *, now: int) -> None:
    """Set a text's state to the furthest that its statuses tell; when it is final, have it erased at the provider."""
    statuses = unit.statuses.all(provider_tag=message.provider_tag)
    known = [status for status in statuses if DeliveryState(status.state) in _STATES]
    if not known:
        return
    furthest = max(known, key=_rank)
    state = _STATES[DeliveryState(furthest.state)]
    if state is message.state:
        return
    unit.messages.change(message.id, state=state, reason=furthest.reason)
    if furthest.reason == "opted_out":
        unit.sources.change(message.source_id, stopped=True)
    if state in _FINAL and message.state not in _FINAL:
        work = Work(id=secrets.token_hex(12), kind=WorkKind.ERASE, subject_id=message.id, due_at=now + _ERASE_AFTER_SECONDS)
        unit.work.add(work)


def _rank(status: Status) -> tuple[int, bool]:
    """Rank a status; where a text is told to have both arrived and failed, it arrived."""
    state = DeliveryState(status.state)
    return state.rank, state is DeliveryState.DELIVERED
