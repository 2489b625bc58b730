"""When the line may ring somebody, from which of its numbers, and how often: rules alone, over a clock that is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.pacing import Pace
from handlers.records import Call, CallState

RUNNING = (CallState.PLACED, CallState.GOING_ON)
COSTING = (*RUNNING, CallState.ENDED, CallState.MISSED)
_STALE_HOURS = 3  # a call that nobody told the end of is over by then
_AGAIN_MINUTES = 30  # who did not answer is left in peace at least so long
_HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class VoiceLine:
    """A number of ours that can ring somebody."""

    provider: str
    number: str


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many calls, and so many minutes of them."""

    calls: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules(Pace):
    """What the operator allows of calls."""

    lines: tuple[VoiceLine, ...]
    longest_minutes: int = 15
    per_hour: Cap = Cap(20, 90)
    per_day: Cap = Cap(100, 400)
    join_hours: int = 24

    def line(self, provider: str, number: str) -> VoiceLine | None:
        """Give the line that was rung if it can ring back, else the first that can; None where none can."""
        rung = VoiceLine(provider, number)
        return rung if rung in self.lines else next(iter(self.lines), None)

    def again(self, now: float) -> int:
        """Draw a moment to ring once more who did not answer."""
        return self.waking(now + 60 * _AGAIN_MINUTES + self.delay())

    def next_hour(self, now: float) -> int:
        """Draw a moment after this hour, for what the caps did not let be."""
        return self.waking((int(now // _HOUR_SECONDS) + 1) * _HOUR_SECONDS + self.delay())

    def spares(self, calls: Iterable[Call], hour: int) -> bool:
        """Say whether the caps leave room for one more call in this hour, as long as a call may be. A call that goes on counts
        for as long as it may last."""
        counted = [call for call in calls if call.state in COSTING]
        windows = ((self.per_hour, 1), (self.per_day, 24))
        return all(self._fits([call for call in counted if hour - hours < call.hour], cap, hour) for cap, hours in windows)

    def _fits(self, calls: list[Call], cap: Cap, hour: int) -> bool:
        spent = sum(self.longest_minutes if is_running(call, hour) else call.minutes for call in calls)
        return len(calls) < cap.calls and spent + self.longest_minutes <= cap.minutes


def is_running(call: Call, hour: int) -> bool:
    """Say whether a call of ours may still be going on."""
    return call.state in RUNNING and hour - call.hour <= _STALE_HOURS


def minutes_of(seconds: int | None) -> int:
    """Give the minutes that are paid for: each that was begun, and one at least."""
    return max(1, -(-(seconds or 0) // 60))
