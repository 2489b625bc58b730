"""Post webhooks to the product, at once or later, in threads that end with the simulator."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests

from gateway.providers.simulator.config import SimulatorConfig

_THREADS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One webhook as it goes over the wire. `path` is the product's door, with the query if there is one."""

    path: str = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the product said: the status (0 where no connection was made, -1 where no answer came in time) and the body."""

    status: int
    body: bytes = field(default=b"", repr=False)
    content_type: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the product has it."""
        return 200 <= self.status < 300


class Postman:
    """Carries webhooks to the product."""

    def __init__(self, config: SimulatorConfig, stopped: threading.Event) -> None:
        self._config = config
        self._stopped = stopped
        self._own = threading.local()
        self._threads = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="simulator")

    def post(self, parcel: Parcel) -> Outcome:
        """Post a webhook once."""
        try:
            answer = self._session().request(
                parcel.method,
                self._config.product.rstrip("/") + parcel.path,
                data=parcel.body or None,
                headers=parcel.headers,
                timeout=(5, self._config.patience),
                allow_redirects=False,
            )
        except requests.Timeout:
            return Outcome(-1)
        except requests.RequestException:
            return Outcome(0)
        return Outcome(answer.status_code, answer.content, answer.headers.get("Content-Type", ""))

    def post_all(self, parcels: Iterable[Parcel]) -> list[Outcome]:
        """Post several webhooks at the same time."""
        return list(self._threads.map(self.post, parcels))

    def later(self, errand: Callable[[], None]) -> None:
        """Do something in the background, unless the simulator is being stopped."""
        if not self._stopped.is_set():
            self._threads.submit(errand)

    def pause(self, seconds: float) -> bool:
        """Wait; give False if the simulator was stopped meanwhile."""
        return not self._stopped.wait(seconds)

    def repeat(self, make: Callable[[], Parcel], *, pauses: Iterable[float]) -> None:
        """Post a webhook again after each pause, made anew, until the product takes it."""

        def errand() -> None:
            for seconds in pauses:
                if not self.pause(seconds) or self.post(make()).is_taken:
                    return

        self.later(errand)

    def stop(self) -> None:
        """Let go of what waits."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = requests.Session()
            session.trust_env = False  # a proxy of the environment is not for the loopback
        return session
