"""One telling: the words of a report as triage reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One text of a report: `id` is the message's, `received_at` aware UTC, `source_id` the pseudonym of who told it."""

    id: str
    report_id: str
    source_id: str | None
    text: str = field(repr=False)
    channel: str
    received_at: datetime
