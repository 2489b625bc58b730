"""What goes over the wire between the providers and the line: overheard, for the sweep to search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.providers.simulator.posting import Outcome, Parcel
from tests.canary import hits


class Overheard:
    """Every address that the simulated providers ask of a line, with the token in it, and every answer of the line's."""

    def __init__(self, simulator: Any) -> None:
        self.addresses: list[bytes] = []
        self.answers: list[bytes] = []
        self._postman = simulator.network.postman
        self._post = self._postman.post
        self._postman.post = self._posted

    def hits(self, wanted: Sequence[str], *, in_answers: Sequence[str]) -> list[str]:
        """Name each hit in the addresses, and in the answers, which hold what callers are to hear."""
        found = [hit for address in self.addresses for hit in hits(address, wanted)]
        return found + [hit for answer in self.answers for hit in hits(answer, in_answers)]

    def _posted(self, parcel: Parcel) -> Outcome:
        outcome: Outcome = self._post(parcel)
        self.addresses.append(parcel.path.encode())
        self.answers.append(outcome.body)
        return outcome
