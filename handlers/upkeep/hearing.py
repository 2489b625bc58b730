"""Replies that were heard, or that nobody called for: what was needed to hear them is destroyed, and the thread says what became
of them."""

from __future__ import annotations

from handlers.ports import Clock, OpenUnit
from handlers.records import MessageState, Waiting

_HEARD_HOURS = 3  # a call may hear it again; its steps end after two


class Hearing:
    """Clears away replies whose time is over."""

    def __init__(self, *, writing: OpenUnit, reading: OpenUnit, clock: Clock, days: int) -> None:
        self._writing = writing
        self._reading = reading
        self._clock = clock
        self._hours = days * 24

    def clear(self) -> int:
        """Clear away what was heard some hours ago, and what waited for too many days; say how many."""
        hour = int(self._clock() // 3600)
        with self._reading() as unit:
            due = [row.id for row in unit.waiting.all() if row.content and self._is_over(row, hour)]
        return sum(self._clear(waiting_id, hour) for waiting_id in due)

    def _is_over(self, row: Waiting, hour: int) -> bool:
        if row.heard_hour is not None:
            return row.heard_hour + _HEARD_HOURS <= hour
        return row.hour + self._hours <= hour

    def _clear(self, waiting_id: str, hour: int) -> bool:
        """The row of one that was heard stays, empty, for as long as contacts do: it says in which hour that was."""
        with self._writing() as unit:
            row = unit.waiting.first(id=waiting_id, lock=True)
            if row is None or not self._is_over(row, hour):
                return False
            if row.heard_hour is not None:
                unit.waiting.change(row.id, content=b"")
                unit.messages.change(row.message_id, state=MessageState.DELIVERED)
            else:
                unit.waiting.remove(id=row.id)
                unit.messages.change(row.message_id, state=MessageState.FAILED, reason="not_heard")
            unit.commit()
        return True
