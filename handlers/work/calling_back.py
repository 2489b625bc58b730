"""Ring somebody: mark the call as placed, hand it to the provider, note what the provider calls it.

A worker may be killed at any point, and nobody may be rung twice for it. A call found marked may be ringing: it is looked up
where the provider can be asked, and left as it is where it cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from handlers.errors import ProviderError
from handlers.events import CallEnded
from handlers.outgoing import OutgoingCall, Repeat, Sent, Telephony
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.keyring import Keyring, OpenPeriod
from handlers.protection.people import DESK
from handlers.protection.pseudonyms import call_tag
from handlers.records import Call, CallState, Direction, Purpose, Work, WorkState
from handlers.voice.calling import Ring, message_of, opened, sealed
from handlers.voice.ringing import COSTING, Rules

Telephonies = Mapping[str, Callable[[], Telephony | None]]
# Gives a provider's addresses of ours: the one to ask when somebody answers, and the one to tell in the end. They name nobody and
# no call: a call is known by what the provider calls it, or by whom it rings.
Addresses = Callable[[str], tuple[str, str]]

_RING_SECONDS = 30
_LOOK_AFTER_SECONDS = 3600  # when nobody told the end of a call, the provider is asked for it
_MOST_WAIT_SECONDS = 48 * 3600  # after that, a call would only surprise
_MOST_ATTEMPTS = 7
_SLACK_SECONDS = 60  # by which the provider's clock may be behind ours


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A call that is to be placed, or may have been."""

    call: Call
    ring: Ring = field(repr=False)
    was_placed: bool


class CallingBack:
    """Does the work of kind CALL_BACK."""

    def __init__(
        self,
        *,
        writing: OpenUnit,
        keyring: Keyring,
        tag_key: bytes,
        rules: Rules,
        telephonies: Telephonies,
        take_in: Callable[[CallEnded], object],
        addresses: Addresses,
        clock: Clock,
    ) -> None:
        self._writing = writing
        self._keyring = keyring
        self._tag_key = tag_key
        self._rules = rules
        self._telephonies = telephonies
        self._take_in = take_in
        self._addresses = addresses
        self._clock = clock

    def __call__(self, work: Work) -> None:
        """Place the call of this work, put it off, or settle why not. Raises `ProviderError` where it is worth trying again."""
        begun = self._begin(work)
        if begun is None:
            return
        try:
            telephony = self._telephony(begun.ring.provider)
            if begun.was_placed and (begun.ring.provider_id or telephony.repeat is not Repeat.LOOK_FIRST):
                self._close(work, begun, telephony)
                return
            sent = self._placed_before(telephony, begun) if begun.was_placed else telephony.call(self._outgoing(begun))
        except ProviderError as error:
            settle = self._settle_doubt if begun.was_placed or error.unknown_outcome else self._settle_failure
            settle(work, begun, error)
            return
        if sent is None:
            self._plan_anew(work)
        else:
            self._note(work, begun, sent)

    def _begin(self, work: Work) -> _Begun | None:
        """Mark the call as placed, if it may be placed now; None where nothing is to be done now."""
        report_period = self._keyring.current(Purpose.REPORT)
        with self._writing() as unit:
            # Only so many calls may be made, so they are counted by one worker at a time. Nobody else holds this row.
            unit.compartments.get(DESK, lock=True)
            held, call = self._held(unit, work)
            if held is None:
                return None
            begun = self._verdict(unit, held, call, report_period)
            unit.commit()
        return begun

    def _held(self, unit: UnitOfWork, work: Work) -> tuple[Work | None, Call | None]:
        """Lock the source, the call and the work, in the order in which everybody does."""
        known = unit.calls.first(id=work.subject_id)
        call = None
        if known is not None:
            unit.sources.get(known.source_id, lock=True)
            call = unit.calls.first(id=known.id, lock=True)
        return unit.work.first(id=work.id, lock=True), call

    def _verdict(self, unit: UnitOfWork, work: Work, call: Call | None, period: OpenPeriod) -> _Begun | None:
        ring = opened(unit, work, self._keyring)
        if call is None or ring is None or call.state not in (CallState.PLANNED, CallState.PLACED):
            unit.work.remove(id=work.id)
            if call is not None and call.state is CallState.PLANNED:
                unit.calls.change(call.id, state=CallState.FAILED, reason="key_destroyed")
            return None
        if call.state is CallState.PLACED:
            return _Begun(call=call, ring=ring, was_placed=True)
        line, now = self._rules.line(ring.provider, ring.line), self._clock()
        why = self._why_not(unit, call, ring, has_line=line is not None)
        if why is not None or line is None:
            unit.work.remove(id=work.id)
            unit.calls.change(call.id, state=CallState.WITHHELD, reason=why)
            return None
        later = self._later(unit)
        if later is not None:
            unit.work.change(work.id, state=WorkState.DUE, due_at=later, enqueued_at=0, lease_until=0, attempts=0, reason=None)
            return None
        return self._marked(unit, work, call, replace(ring, provider=line.provider, line=line.number, placed_at=now), period)

    def _marked(self, unit: UnitOfWork, work: Work, call: Call, ring: Ring, period: OpenPeriod) -> _Begun:
        """Mark a call as placed, and add the message that will hold what is learnt in it."""
        message_id = call.message_id
        if message_id is None:
            message = message_of(call, ring, period, now=self._clock())
            unit.messages.add(message)
            message_id = message.id
        self._reseal(unit, work, ring)
        unit.calls.change(call.id, state=CallState.PLACED, hour=self._hour(), message_id=message_id, reason=None)
        return _Begun(call=call, ring=ring, was_placed=False)

    def _why_not(self, unit: UnitOfWork, call: Call, ring: Ring, *, has_line: bool) -> str | None:
        """Say in a word why a call is not to be placed at all."""
        if unit.sources.get(call.source_id).stopped:
            return "stopped"
        if call.report_id is None:
            return "deleted"
        if not has_line:
            return "not_configured"
        return "capped" if self._clock() - ring.planned_at > _MOST_WAIT_SECONDS else None

    def _later(self, unit: UnitOfWork) -> int | None:
        """Give when to try again, where nobody is called now."""
        now = self._clock()
        if self._rules.is_quiet(now):
            return self._rules.soon(now)
        hour = self._hour()
        states = tuple(state.value for state in COSTING)
        recent = unit.calls.all(direction=Direction.OUT, hour=tuple(range(hour - 23, hour + 1)), state=states)
        return None if self._rules.spares(recent, hour) else self._rules.next_hour(now)

    def _close(self, work: Work, begun: _Begun, telephony: Telephony) -> None:
        """Settle a call whose end nobody told, and destroy the number; what the provider cannot tell is left as placed."""
        end = telephony.end_of(begun.ring.provider_id) if begun.ring.provider_id else None
        if end is not None:
            self._take_in(end)
        self._let_be(work)

    def _placed_before(self, telephony: Telephony, begun: _Begun) -> Sent | None:
        """Give what the provider says of an earlier try of this call, if it knows of one."""
        since = datetime.fromtimestamp((begun.ring.placed_at or self._clock()) - _SLACK_SECONDS, UTC)
        found = telephony.find_call(self._outgoing(begun), since)
        if found is None:
            return None
        with self._writing() as unit:
            holder = unit.calls.first(tag=call_tag(self._tag_key, begun.ring.provider, found.provider_id))
        return found if holder is None or holder.id == begun.call.id else None

    def _note(self, work: Work, begun: _Begun, sent: Sent) -> None:
        """Note what the provider calls the call. The number stays, sealed, until its end is told, or until it is asked for."""
        with self._writing() as unit:
            held, call = self._held(unit, work)
            if call is not None and call.tag is None:
                unit.calls.change(call.id, tag=call_tag(self._tag_key, begun.ring.provider, sent.provider_id))
            if held is not None:
                self._reseal(unit, held, replace(begun.ring, provider_id=sent.provider_id))
                due_at = int(self._clock()) + _LOOK_AFTER_SECONDS
                unit.work.change(held.id, state=WorkState.DUE, due_at=due_at, enqueued_at=0, lease_until=0, attempts=0)
            unit.commit()

    def _plan_anew(self, work: Work) -> None:
        """Have a call that was surely not placed placed by the next try, if it may be then."""
        with self._writing() as unit:
            held, call = self._held(unit, work)
            if call is not None and call.state is CallState.PLACED and call.tag is None:
                unit.calls.change(call.id, state=CallState.PLANNED)
            if held is not None:
                unit.work.change(held.id, state=WorkState.DUE, due_at=int(self._clock()), enqueued_at=0, lease_until=0)
            unit.commit()

    def _settle_doubt(self, work: Work, begun: _Begun, error: ProviderError) -> None:
        """Leave a call that may have been placed marked as placed: the next try looks first, or lets it be where the provider
        cannot be asked. After the last one it is let be."""
        if error.permanent or work.attempts >= _MOST_ATTEMPTS:
            self._let_be(work)
            return
        raise error

    def _settle_failure(self, work: Work, begun: _Begun, error: ProviderError) -> None:
        is_over = error.permanent or work.attempts >= _MOST_ATTEMPTS
        with self._writing() as unit:
            held, call = self._held(unit, work)
            if call is not None and call.state is CallState.PLACED:
                unit.calls.change(call.id, state=CallState.FAILED if is_over else CallState.PLANNED, reason=error.reason)
            if held is not None and is_over:
                unit.work.remove(id=held.id)
            unit.commit()
        if not is_over:
            raise error

    def _let_be(self, work: Work) -> None:
        """Leave a call as placed, and destroy the number: nothing more can be learnt by asking."""
        with self._writing() as unit:
            unit.work.remove(id=work.id)
            unit.commit()

    def _reseal(self, unit: UnitOfWork, work: Work, ring: Ring) -> None:
        period = work.payload_period or ""
        unit.work.change(work.id, payload=sealed(ring, self._keyring.key_in(unit, period), work.id, period))

    def _outgoing(self, begun: _Begun) -> OutgoingCall:
        ring = begun.ring
        answer, status = self._addresses(ring.provider)
        return OutgoingCall(
            id=begun.call.id,
            sender=ring.line,
            recipient=ring.number,
            answer_address=answer,
            status_address=status,
            ring_seconds=_RING_SECONDS,
            most_seconds=60 * self._rules.longest_minutes,
        )

    def _hour(self) -> int:
        return int(self._clock() // 3600)

    def _telephony(self, provider: str) -> Telephony:
        telephony = self._telephonies[provider]() if provider in self._telephonies else None
        if telephony is None:
            raise ProviderError("not_configured", permanent=True)
        return telephony
