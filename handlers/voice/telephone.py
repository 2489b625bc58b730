"""The telephone: brings the events of calls to the switchboard, each in one transaction, whatever came before it or did not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from handlers.errors import Unavailable
from handlers.events import CallEnded, CallStep, InboundCall, InboundText, RecordingMade, Spoken, Taken
from handlers.ports import Transact, UnitOfWork
from handlers.records import Call, Message, Report
from handlers.voice.speech import Dialog, HangUp, Reject
from handlers.voice.switchboard import Switchboard

_TRIAGED_AT_LAST_SECONDS = 45 * 60  # if nobody tells us that a call is over
_NOT_DIGITS = str.maketrans("", "", "+ -().")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How things are kept: `transact` runs an act in a transaction, `keep` takes in a call or a text within it and gives its
    report (None where it was kept before), and `names` is the key of pseudonyms."""

    transact: Transact
    keep: Callable[[UnitOfWork, InboundCall | InboundText], Report | None]
    names: bytes = field(repr=False)


class NoTelephone:
    """No line of ours carries voice: a call is kept as one that was missed, and not answered."""

    def begun(self, unit: UnitOfWork, event: InboundCall, message: Message, *, now: float) -> int:
        """Say that its triage is due at once."""
        return 0

    def first(self, event: InboundCall) -> Dialog:
        """Reject it."""
        return (Reject(),)

    def converse(self, step: CallStep, by: Keeping) -> Dialog:
        """End it."""
        return (HangUp(),)

    def take_in(self, event: Spoken, by: Keeping) -> Taken:
        """Refuse it: the caller spools it."""
        raise Unavailable("no line of ours carries voice")


class Telephone:
    """Answers the lines that carry voice."""

    def __init__(self, switchboard: Switchboard, lines: Mapping[str, frozenset[str]]) -> None:
        """`lines` are the numbers that carry voice, by provider."""
        self._switchboard = switchboard
        self._lines = {name: {number.translate(_NOT_DIGITS) for number in numbers} for name, numbers in lines.items()}

    def begun(self, unit: UnitOfWork, event: InboundCall, message: Message, *, now: float) -> int:
        """Add the row of a call that was just kept; give when it is triaged if nobody tells us of its end."""
        is_answered = self._carries_voice(event)
        self._switchboard.begun(unit, event, message, is_answered=is_answered)
        return int(now) + _TRIAGED_AT_LAST_SECONDS if is_answered else 0

    def first(self, event: InboundCall) -> Dialog:
        """Give what a caller hears first."""
        return self._switchboard.first(event) if self._carries_voice(event) else (Reject(),)

    def converse(self, step: CallStep, by: Keeping) -> Dialog:
        """Take a step of a call, and give what the caller hears next."""
        board, at = self._switchboard, self._switchboard.now()
        prepared = board.prepare(step)

        def act(unit: UnitOfWork) -> Dialog:
            call = self._call(unit, step, by)
            return board.take(unit, call, step, prepared, at) if call else (HangUp(),)

        return by.transact(act)

    def take_in(self, event: Spoken, by: Keeping) -> Taken:
        """Take an event of a call; nobody listens."""
        if isinstance(event, CallStep):
            self.converse(event, by)
            return Taken.STATUS
        board, at = self._switchboard, self._switchboard.now()
        if not isinstance(event, RecordingMade | CallEnded):
            raise Unavailable("USSD is not spoken")

        def act(unit: UnitOfWork) -> Taken:
            call = self._call(unit, event, by)
            if isinstance(event, RecordingMade):
                return Taken.NEW if call and board.record(unit, call, event, at) else Taken.AGAIN
            if call is not None:
                board.end(unit, call, event, at)
            return Taken.STATUS

        return by.transact(act)

    def _call(self, unit: UnitOfWork, event: CallStep | RecordingMade | CallEnded, by: Keeping) -> Call | None:
        """Give the call of an event; one that we were never told of is kept now, for what was said in it."""
        call = self._switchboard.find(unit, event, names=by.names)
        if call is not None:
            return call
        if isinstance(event, RecordingMade):
            came = InboundCall(provider=event.provider, provider_id=event.call_id, line="", sender="")
        elif event.is_ours:
            return None
        else:
            came = InboundCall(provider=event.provider, provider_id=event.provider_id, line=event.line, sender=event.sender)
        by.keep(unit, came)
        return self._switchboard.find(unit, event, names=by.names)

    def _carries_voice(self, event: InboundCall) -> bool:
        return not event.line or event.line.translate(_NOT_DIGITS) in self._lines.get(event.provider, ())
