"""What search asks of the memory: reports in the order that they are looked through in, and their sealed rows, many at once.

`storage.search_queries` fulfils it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from handlers.ports import UnitOfWork
from handlers.reports import ReportState


class Stub(NamedTuple):
    """What a report says of itself in the clear."""

    id: str
    source_id: str
    state: ReportState
    priority: int
    opened_hour: int


class SealedText(NamedTuple):
    """A sealed row of a report. `kind` is a message's direction, a note's kind, or empty."""

    id: str
    report_id: str
    period: str
    content: bytes
    kind: str = ""
    message_id: str | None = None
    author_id: str | None = None


class SealedRows(NamedTuple):
    """All that is sealed of some reports."""

    messages: Sequence[SealedText]
    findings: Sequence[SealedText]
    notes: Sequence[SealedText]


Key = tuple[int, str]  # (hour of arrival, id): reports are looked through from the highest to the lowest


class Stock(Protocol):
    """Gives reports, those that their source had deleted left out."""

    def most_pressing(self, unit: UnitOfWork, *, limit: int) -> list[Stub]:
        """Give open reports, those of the highest priority first."""
        ...

    def newest(self, unit: UnitOfWork, *, below: Key | None, states: Sequence[ReportState], limit: int) -> list[Stub]:
        """Give reports, the newest first, from below a key on; in these states only, if any are named."""
        ...

    def of_sources(self, unit: UnitOfWork, *, beginning: str, limit: int) -> list[Stub]:
        """Give the reports of sources whose id begins so, the newest first."""
        ...

    def by_ids(self, unit: UnitOfWork, ids: Sequence[str]) -> list[Stub]:
        """Give these reports."""
        ...

    def touched_since(self, unit: UnitOfWork, hour: int, *, limit: int) -> list[str]:
        """Give the ids of reports that something was sealed for in this hour or later."""
        ...

    def row_ids(self, unit: UnitOfWork, ids: Sequence[str]) -> list[tuple[str, str]]:
        """Give (report id, row id) of every message and every finding of these reports."""
        ...

    def sealed(self, unit: UnitOfWork, ids: Sequence[str]) -> SealedRows:
        """Give what is sealed of these reports."""
        ...

    def oldest_hour(self, unit: UnitOfWork) -> int | None:
        """Give the hour of the oldest report."""
        ...
