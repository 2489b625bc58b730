"""The end of a call: what it was, and who must hear of it."""

from __future__ import annotations

from handlers.ports import UnitOfWork
from handlers.records import CallState, Direction
from handlers.voice.announcing import OpenNow
from handlers.voice.calls import Calls, Held, have_triaged
from handlers.voice.needs import CallsBack

FLASH_SECONDS = 15  # nobody can have heard the languages to their end: they rang to be called
_OVER = (CallState.ENDED, CallState.MISSED, CallState.FAILED, CallState.WITHHELD)


class Ending:
    """Ends calls, each once."""

    def __init__(self, calls: Calls, call_backs: CallsBack) -> None:
        self._calls = calls
        self._call_backs = call_backs

    def end(self, unit: UnitOfWork, held: Held, at: OpenNow, *, seconds: int | None, is_answered: bool = True) -> None:
        """End a call. Told again, only how long it was is learnt."""
        before = held.content
        if seconds is not None:
            self._calls.learn(unit, held, seconds=seconds)
        if held.call.state in _OVER:
            if held.content != before:
                have_triaged(unit, held.message)
            return
        has_spoken = unit.recordings.count(message_id=held.message.id) > 0
        self._calls.learn(unit, held, memory=None, outcome=held.known("outcome") or _outcome(held, has_spoken=has_spoken))
        state = self._state(held, at, has_spoken=has_spoken, seconds=seconds, is_answered=is_answered)
        unit.calls.change(held.call.id, state=state)
        have_triaged(unit, held.message)
        if held.call.direction is Direction.OUT:
            self._call_backs.over(unit, held.call)
        elif state is CallState.MISSED:
            self._call_backs.missed(unit, held.call)

    def _state(self, held: Held, at: OpenNow, *, has_spoken: bool, seconds: int | None, is_answered: bool) -> CallState:
        if held.call.direction is Direction.OUT:
            return CallState.ENDED if is_answered else CallState.MISSED
        if has_spoken or held.known("pressed") or held.content is None:
            return CallState.ENDED
        length = at.now - float(held.known("at") or at.now) if seconds is None else seconds
        return CallState.MISSED if not is_answered or length <= FLASH_SECONDS else CallState.ENDED


def _outcome(held: Held, *, has_spoken: bool) -> str:
    """Say in a fixed word how far a call came that broke off."""
    if has_spoken:
        return "recorded"
    return "answered" if held.known("answers") else "nothing"
