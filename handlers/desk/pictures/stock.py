"""What pictures ask of the memory: the reports of a period, what was found in them, and when somebody first worked on them.

`storage.picture_queries` fulfils it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from handlers.desk.search.stock import Key, SealedText
from handlers.ports import UnitOfWork
from handlers.records import Standing
from handlers.reports import ReportState


class Arrived(NamedTuple):
    """What a report says of itself in the clear."""

    id: str
    opened_hour: int
    state: ReportState


class Opened(NamedTuple):
    """What an incident says of itself in the clear."""

    opened_hour: int
    standing: Standing


class Telling(NamedTuple):
    """One report of an incident: which incident, how far that is verified now, and when the report came."""

    incident_id: str
    standing: Standing
    hour: int


class PictureStock(Protocol):
    """Gives reports, those that their source had deleted left out."""

    def count(self, unit: UnitOfWork, *, since: int, until: int) -> int:
        """Count the reports that came from one hour up to another, that one not included."""
        ...

    def arrived(self, unit: UnitOfWork, *, since: int, until: int, below: Key | None, limit: int) -> list[Arrived]:
        """Give reports that came in that time, the newest first, from below a key on."""
        ...

    def found(self, unit: UnitOfWork, ids: Sequence[str]) -> list[SealedText]:
        """Give what was found in these reports, sealed."""
        ...

    def first_deeds(self, unit: UnitOfWork, ids: Sequence[str]) -> Mapping[str, int]:
        """Give the hour in which a person first did something with each of these reports, where somebody did."""
        ...

    def incidents(self, unit: UnitOfWork, *, since: int, until: int) -> list[Opened]:
        """Give the incidents that were begun in that time."""
        ...

    def tellings(self, unit: UnitOfWork, *, since: int, until: int) -> list[Telling]:
        """Give the reports of incidents that came in that time, the newest first."""
        ...
