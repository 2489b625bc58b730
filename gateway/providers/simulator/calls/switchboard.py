"""Every call that goes on, by the phone that is in it; and the threads in which the line's end of each is played."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from gateway.providers.simulator.calls.leg import Leg
from gateway.providers.simulator.phones import Phone, Phones


class Engaged(Exception):
    """The phone is in a call already."""


class Switchboard:
    """The calls of all phones: one at a time each, the last one kept for its page."""

    def __init__(self, phones: Phones) -> None:
        self._phones = phones
        self._lock = threading.RLock()
        self._legs: dict[str, Leg] = {}
        self._threads: list[threading.Thread] = []
        self._is_stopped = False

    def connect(self, phone: Phone, line: str, *, is_placed: bool, hears_itself: bool = False) -> Leg:
        """Begin a call between a phone and a line; raise `Engaged` if the phone is in one."""
        with self._lock:
            last = self._legs.get(phone.number)
            if self._is_stopped or (last is not None and not last.is_over):
                raise Engaged
            leg = Leg(phone, line, is_placed=is_placed, hears_itself=hears_itself, changed=self._phones.touch)
            self._legs[phone.number] = leg
        self._phones.touch()
        return leg

    def perform(self, leg: Leg | None, performance: Callable[[], None]) -> None:
        """Play the line's end of a call in a thread of its own; whatever happens there, the call is over afterwards."""

        def play() -> None:
            try:
                performance()
            finally:
                if leg is not None:
                    leg.end("over")

        thread = threading.Thread(target=play, name="call", daemon=True)
        with self._lock:
            self._threads = [one for one in self._threads if one.is_alive()]
            self._threads.append(thread)
            thread.start()

    def of(self, phone: Phone) -> Leg | None:
        """Give the call that a phone is in, or was in last."""
        with self._lock:
            return self._legs.get(phone.number)

    def forget(self, phone: Phone) -> None:
        """Forget the last call of a phone."""
        with self._lock:
            leg = self._legs.get(phone.number)
            if leg is not None and leg.is_over:
                del self._legs[phone.number]
        self._phones.touch()

    def settle(self, seconds: float = 10.0) -> bool:
        """Wait until no call goes on; say whether it came to be."""
        deadline = time.monotonic() + seconds
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def stop(self) -> None:
        """End every call."""
        with self._lock:
            self._is_stopped = True
            legs = list(self._legs.values())
        for leg in legs:
            leg.hang_up()
        self.settle(5.0)
