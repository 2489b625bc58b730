"""One telling: the words of a report as triage reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Gist:
    """What a telling is about, as far as another can be about the same: place ids, codes of categories, people, its words."""

    places: frozenset[str] = field(repr=False)
    categories: frozenset[str] = field(repr=False)
    people: int | None = field(repr=False)
    is_past: bool
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One text of a report: `id` is the message's, `received_at` aware UTC, `source_id` the pseudonym of who told it.

    A telling that others are compared with carries its `gist`; without one it is compared by its wording only.
    """

    id: str
    report_id: str
    source_id: str | None
    text: str = field(repr=False)
    channel: str
    received_at: datetime
    gist: Gist | None = field(default=None, repr=False, compare=False)
