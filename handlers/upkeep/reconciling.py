"""Ask each provider for the texts it received and the recordings it made, and take in, once, what no webhook brought."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from handlers.errors import ProviderError
from handlers.events import Event
from handlers.intake import Taken
from handlers.ports import Clock
from handlers.work.erasing import Telephonies
from handlers.work.sending import Clients

TakeInFromList = Callable[[Event], Taken | None]

_LOOK_BACK = timedelta(days=2)


class Reconciling:
    """Brings in what was missed."""

    def __init__(
        self, *, clients: Clients, telephonies: Telephonies | None = None, take_in: TakeInFromList, clock: Clock
    ) -> None:
        self._clients = clients
        self._telephonies = telephonies or {}
        self._take_in = take_in
        self._clock = clock

    def reconcile(self) -> dict[str, str]:
        """Ask every provider; give for each the count of what was new, or the reason why it could not be asked."""
        since = datetime.fromtimestamp(self._clock(), UTC) - _LOOK_BACK
        results = {}
        for name, client in self._clients.items():
            try:
                results[name] = str(self._brought_by(client().received_since(since)))
            except ProviderError as error:
                results[name] = error.reason
        for name, make in self._telephonies.items():
            try:
                telephony = make()
                if telephony is not None:
                    results[f"{name}_voice"] = str(self._brought_by(telephony.recordings_since(since)))
            except ProviderError as error:
                results[f"{name}_voice"] = error.reason
        return results

    def _brought_by(self, events: Iterable[Event]) -> int:
        return sum(self._take_in(event) is Taken.NEW for event in events)
