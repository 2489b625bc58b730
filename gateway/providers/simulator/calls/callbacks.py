"""What the product is told of one call beside the call: in order, unless it is planned that one is lost, doubled, late or swapped
with the next."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from functools import partial

from gateway.providers.simulator.failures import Failure
from gateway.providers.simulator.posting import Outcome, Parcel
from gateway.providers.simulator.side import Network

MakeParcel = Callable[[], Parcel]


class Callbacks:
    """The callbacks of one call."""

    def __init__(self, network: Network, provider: str) -> None:
        self._network, self._provider = network, provider
        self._lock = threading.Lock()
        self._waiting: deque[Callable[[], None]] = deque()
        self._held: list[Callable[[], None]] = []
        self._is_draining = False

    def ask(self, make: MakeParcel, *, on: str = "step") -> Outcome:
        """Ask the product how the call goes on, and give its answer, or that there was none."""
        failure = self._network.failures.take(self._provider, on)
        kind, post = failure.kind if failure else "", self._network.postman.post
        if kind == "lost":
            return Outcome(-1)
        if kind == "unanswered":
            post(make())
            return Outcome(-1)
        if kind == "doubled":
            post(make())
        if kind == "at_once":
            return self._network.postman.post_all([make(), make()])[-1]
        if kind == "late" and failure is not None and not self._network.postman.pause(failure.seconds):
            return Outcome(0)
        return post(make())

    def tell(self, make: MakeParcel, *, on: str, after: float = 0.0) -> None:
        """Tell the product something, after what it was told before and a moment."""
        failure = self._network.failures.take(self._provider, on)
        if failure is not None and failure.kind == "lost":
            return
        errand = partial(self._posted, make, failure, after)
        if failure is not None and failure.kind == "late":
            self._network.postman.later(errand)
            return
        with self._lock:
            if failure is not None and failure.kind == "swapped":
                self._held.append(errand)
                return
            self._waiting += [errand, *self._held]
            self._held = []
        self._start()

    def flush(self) -> None:
        """Tell what was held back for a next one that never came."""
        with self._lock:
            self._waiting += self._held
            self._held = []
        self._start()

    def _posted(self, make: MakeParcel, failure: Failure | None, after: float) -> None:
        kind = failure.kind if failure else ""
        if self._network.postman.pause(failure.seconds if failure and kind == "late" else after):
            for _ in range(2 if kind in ("doubled", "at_once") else 1):
                self._network.postman.post(make())

    def _start(self) -> None:
        with self._lock:
            if self._is_draining or not self._waiting:
                return
            self._is_draining = True
        self._network.postman.later(self._drain)

    def _drain(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._is_draining = False
                    return
                errand = self._waiting.popleft()
            errand()
