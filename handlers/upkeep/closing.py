"""Close periods: destroy the gateway's copy of a key once its time is over and its work is done.

What is still on its way (a text to be sent again, an entry to be forwarded, a recording to be fetched or disguised) is sealed
anew to the period that is open, so that one recipient, or provider, that is down does not keep a whole day readable.
"""

from __future__ import annotations

from typing import Any

from handlers.errors import SealError
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.keyring import Keyring, OpenPeriod
from handlers.protection.sealing import Place, open_sealed, seal
from handlers.records import Message, MessageState, Period, Purpose, RecordingState, WorkKind, WorkState

_LIVE = (WorkState.DUE.value, WorkState.RUNNING.value)  # what failed for good is not carried: it dies with its period
_NOT_DISGUISED = (RecordingState.ANNOUNCED.value, RecordingState.FETCHED.value)
_OF_RECORDINGS = (WorkKind.FETCH.value, WorkKind.DISGUISE.value)
_LONGEST_GRACE = 4  # times the usual one: work that hangs longer is failed, not waited for


class Closing:
    """Closes the periods whose time has come."""

    def __init__(self, *, writing: OpenUnit, reading: OpenUnit, keyring: Keyring, clock: Clock, grace_hours: int) -> None:
        self._writing = writing
        self._reading = reading
        self._keyring = keyring
        self._clock = clock
        self._grace_hours = grace_hours

    def close_due(self) -> int:
        """Close every period that is due; say how many. The caller scrubs the database afterwards."""
        hour = int(self._clock() // 3600)
        with self._reading() as unit:
            due = [
                period
                for period in unit.periods.all()
                if period.intake_wrap is not None and period.closes_hour + self._grace_hours <= hour
            ]
        return sum(self._close(period, hour) for period in due)

    def _close(self, period: Period, hour: int) -> bool:
        report, contact = self._keyring.current(Purpose.REPORT), self._keyring.current(Purpose.CONTACT)
        original = self._keyring.current(Purpose.ORIGINAL)
        is_late = period.closes_hour + _LONGEST_GRACE * self._grace_hours <= hour
        with self._writing() as unit:
            if unit.unfinished_in(period.id) and not is_late:
                return False
            self._carry_envelopes(unit, period, contact)
            self._carry_payloads(unit, period, report, contact)
            self._carry_recordings(unit, period, report if period.purpose is Purpose.REPORT else original)
            self._carry_replies(unit, period, contact)
            if period.purpose is Purpose.PSEUDONYM:
                unit.forget_pseudonyms(period.id)
            unit.periods.change(period.id, intake_wrap=None)
            unit.commit()
        return True

    def _carry_envelopes(self, unit: UnitOfWork, period: Period, into: OpenPeriod) -> None:
        for found in unit.messages.all(envelope_period=period.id):
            # Held, and read again: a worker may have sent it meanwhile, and its envelope must stay destroyed.
            message = unit.messages.first(id=found.id, envelope_period=period.id, lock=True)
            if message is None:
                continue
            if not unit.work.count(subject_id=message.id, kind=WorkKind.SEND, state=_LIVE):
                self._give_up(unit, message)
                continue
            sealed = self._resealed(unit, period.id, into, "messages", "envelope", message.id, message.envelope or b"")
            if sealed is None:
                self._give_up(unit, message)
            else:
                unit.messages.change(message.id, envelope=sealed, envelope_period=into.id)

    def _give_up(self, unit: UnitOfWork, message: Message) -> None:
        """Destroy the envelope of a text that nobody will send any more, and say so with the text."""
        state = MessageState.UNCERTAIN if message.state is MessageState.SENDING else MessageState.FAILED
        unit.messages.change(message.id, envelope=None, envelope_period=None, state=state, reason="given_up")

    def _carry_payloads(self, unit: UnitOfWork, period: Period, report: OpenPeriod, contact: OpenPeriod) -> None:
        into = contact if period.purpose is Purpose.CONTACT else report
        for found in unit.work.all(payload_period=period.id, state=_LIVE):
            work = unit.work.first(id=found.id, payload_period=period.id, lock=True)
            if work is None:
                continue
            sealed = self._resealed(unit, period.id, into, "work", "payload", work.id, work.payload or b"")
            if sealed is None:
                unit.work.change(work.id, payload=None, payload_period=None, state=WorkState.FAILED, reason="key_destroyed")
            else:
                unit.work.change(work.id, payload=sealed, payload_period=into.id)

    def _carry_replies(self, unit: UnitOfWork, period: Period, into: OpenPeriod) -> None:
        """Seal anew what is needed to hear replies that nobody has called for yet."""
        for found in unit.waiting.all(period=period.id):
            waiting = unit.waiting.first(id=found.id, period=period.id, lock=True)
            if waiting is None or not waiting.content:
                continue
            sealed = self._resealed(unit, period.id, into, "waiting", "content", waiting.id, waiting.content)
            if sealed is not None:
                unit.waiting.change(waiting.id, content=sealed, period=into.id)

    def _carry_recordings(self, unit: UnitOfWork, period: Period, into: OpenPeriod) -> None:
        """Seal anew what the gateway still needs of recordings that are not disguised yet."""
        columns = {Purpose.REPORT: ("period", "content"), Purpose.ORIGINAL: ("original_period", "original_key")}
        if period.purpose not in columns:
            return
        named, column = columns[period.purpose]
        for found in unit.recordings.all(**{named: period.id}, state=_NOT_DISGUISED):
            recording = unit.recordings.first(id=found.id, lock=True, **{named: period.id})
            if recording is None or not unit.work.count(subject_id=found.id, kind=_OF_RECORDINGS, state=_LIVE):
                continue
            value = getattr(recording, column) or b""
            sealed = self._resealed(unit, period.id, into, "recordings", column, recording.id, value)
            if sealed is not None:
                changes: dict[str, Any] = {named: into.id, column: sealed}
                unit.recordings.change(recording.id, **changes)

    def _resealed(
        self, unit: UnitOfWork, period_id: str, into: OpenPeriod, table: str, column: str, row: str, value: bytes
    ) -> bytes | None:
        try:
            plain = open_sealed(self._keyring.key_in(unit, period_id), value, Place(table, column, row, period_id))
        except SealError:
            return None
        return seal(into.key, plain, Place(table, column, row, into.id))
