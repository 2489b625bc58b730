"""Pacing: when a telephone of somebody may ring or light up. A moment drawn by chance tells nobody who wrote or rang before."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Africa/Harare")  # where those are whom we ring and write to


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What the operator allows. `delay_minutes` are from how many to how many, `quiet` a part of the day in minutes after
    midnight (none where both are one). `below` draws a number below another, by chance."""

    delay_minutes: tuple[int, int] = (3, 20)
    quiet: tuple[int, int] = (20 * 60, 7 * 60)
    below: Callable[[int], int] = field(default=secrets.randbelow, repr=False)

    def soon(self, now: float) -> int:
        """Draw a moment: after the delay, and not in the quiet hours."""
        return self.waking(now + self.delay())

    def is_quiet(self, moment: float) -> bool:
        """Say whether everybody is left in peace at that moment."""
        local = datetime.fromtimestamp(moment, ZONE)
        minute, (begins, ends) = local.hour * 60 + local.minute, self.quiet
        return begins <= minute < ends if begins <= ends else minute >= begins or minute < ends

    def delay(self) -> int:
        """Draw so many seconds to wait."""
        least, most = (60 * minutes for minutes in self.delay_minutes)
        return least + self.below(most - least + 1)

    def waking(self, moment: float) -> int:
        """Give the moment, or one in the morning after it where it is quiet then: drawn too, so that not all come at once."""
        if not self.is_quiet(moment):
            return int(moment)
        local, ends = datetime.fromtimestamp(moment, ZONE), self.quiet[1]
        morning = local.replace(hour=ends // 60, minute=ends % 60, second=0, microsecond=0)
        if morning <= local:
            morning += timedelta(days=1)
        drawn = morning.timestamp() + self.delay()
        return int(morning.timestamp() if self.is_quiet(drawn) else drawn)
