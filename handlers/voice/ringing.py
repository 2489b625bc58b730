"""When the line may ring somebody, from which of its numbers, and how often: rules alone, over a clock that is told."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.records import Call, CallState

ZONE = ZoneInfo("Africa/Harare")  # where those are whom we ring
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
class Rules:
    """What the operator allows. `delay_minutes` are from how many to how many, `quiet` a part of the day in minutes after
    midnight (none where both are one). `below` draws a number below another, by chance."""

    lines: tuple[VoiceLine, ...]
    delay_minutes: tuple[int, int] = (3, 20)
    quiet: tuple[int, int] = (20 * 60, 7 * 60)
    longest_minutes: int = 15
    per_hour: Cap = Cap(20, 90)
    per_day: Cap = Cap(100, 400)
    join_hours: int = 24
    below: Callable[[int], int] = field(default=secrets.randbelow, repr=False)

    def line(self, provider: str, number: str) -> VoiceLine | None:
        """Give the line that was rung if it can ring back, else the first that can; None where none can."""
        rung = VoiceLine(provider, number)
        return rung if rung in self.lines else next(iter(self.lines), None)

    def soon(self, now: float) -> int:
        """Draw a moment to ring: after the delay, and not in the quiet hours."""
        return self._waking(now + self._delay())

    def again(self, now: float) -> int:
        """Draw a moment to ring once more who did not answer."""
        return self._waking(now + 60 * _AGAIN_MINUTES + self._delay())

    def next_hour(self, now: float) -> int:
        """Draw a moment after this hour, for what the caps did not let be."""
        return self._waking((int(now // _HOUR_SECONDS) + 1) * _HOUR_SECONDS + self._delay())

    def is_quiet(self, moment: float) -> bool:
        """Say whether nobody is rung at that moment."""
        local = datetime.fromtimestamp(moment, ZONE)
        minute, (begins, ends) = local.hour * 60 + local.minute, self.quiet
        return begins <= minute < ends if begins <= ends else minute >= begins or minute < ends

    def spares(self, calls: Iterable[Call], hour: int) -> bool:
        """Say whether the caps leave room for one more call in this hour, as long as a call may be. A call that goes on counts
        for as long as it may last."""
        counted = [call for call in calls if call.state in COSTING]
        windows = ((self.per_hour, 1), (self.per_day, 24))
        return all(self._fits([call for call in counted if hour - hours < call.hour], cap, hour) for cap, hours in windows)

    def _fits(self, calls: list[Call], cap: Cap, hour: int) -> bool:
        spent = sum(self.longest_minutes if is_running(call, hour) else call.minutes for call in calls)
        return len(calls) < cap.calls and spent + self.longest_minutes <= cap.minutes

    def _delay(self) -> int:
        least, most = (60 * minutes for minutes in self.delay_minutes)
        return least + self.below(most - least + 1)

    def _waking(self, moment: float) -> int:
        """Give the moment, or one in the morning after it where it is quiet then: drawn too, so that not all ring at once."""
        if not self.is_quiet(moment):
            return int(moment)
        local, ends = datetime.fromtimestamp(moment, ZONE), self.quiet[1]
        morning = local.replace(hour=ends // 60, minute=ends % 60, second=0, microsecond=0)
        if morning <= local:
            morning += timedelta(days=1)
        rung = morning.timestamp() + self._delay()
        return int(morning.timestamp() if self.is_quiet(rung) else rung)


def is_running(call: Call, hour: int) -> bool:
    """Say whether a call of ours may still be going on."""
    return call.state in RUNNING and hour - call.hour <= _STALE_HOURS


def minutes_of(seconds: int | None) -> int:
    """Give the minutes that are paid for: each that was begun, and one at least."""
    return max(1, -(-(seconds or 0) // 60))
