"""What the pages of the desk show: plain values, opened for one person and one page."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.desk.findings import Correction, Found
from handlers.desk.showing import Piece
from handlers.records import Direction, Incident, MessageKind, MessageState, Proposal, Report
from handlers.reports import DURESS


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMessage:
    """One message of a report. `why_unreadable` stands in place of a text whose key is destroyed; `at` falls back to the hour."""

    id: str
    direction: Direction
    kind: MessageKind
    state: MessageState
    reason: str | None
    at: float
    is_exact: bool
    pieces: tuple[Piece, ...] = field(repr=False)
    why_unreadable: str = ""
    author: str | None = None
    about: tuple[str, ...] = field(default=(), repr=False)
    original: str | None = field(default=None, repr=False)
    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNote:
    """Something a person wrote down."""

    kind: str
    author: str
    at: float
    text: str = field(repr=False)
    source: str = ""
    information: str = ""
    first_hand: bool = False
    with_record: bool = False
    in_contact: bool = False
    incident_id: str | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the history."""

    hour: int
    author: str
    action: str


@dataclass(frozen=True, slots=True)
class Teller:
    """The field monitor who told a report: their code name, and the grade that the desk gave them."""

    id: str
    name: str = field(repr=False)
    grade: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A report as one page shows it."""

    report: Report
    source: str
    other_reports: int
    thread: tuple[ThreadMessage, ...] = field(repr=False)
    found: tuple[Found, ...] = field(repr=False)
    corrections: dict[str, Correction] = field(repr=False)
    private_words: tuple[str, ...] = field(repr=False)
    notes: tuple[ShownNote, ...] = field(repr=False)
    history: tuple[Deed, ...]
    proposals: tuple[Proposal, ...]
    incident: Incident | None
    claimed_by: str | None
    cannot_reply: str | None
    authors: dict[str, str]
    monitor: Teller | None = None

    @property
    def is_duress(self) -> bool:
        """Say whether whoever told it was made to."""
        return DURESS in self.report.flags.split()

    @property
    def grade(self) -> ShownNote | None:
        """Give the newest grade."""
        return next((note for note in reversed(self.notes) if note.kind == "grade"), None)

    def of(self, stage: str) -> tuple[Found, ...]:
        """Give the findings of a stage."""
        return tuple(item for item in self.found if item.finding.stage == stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What one line of the inbox says of a report."""

    languages: tuple[str, ...] = field(default=(), repr=False)
    places: tuple[str, ...] = field(default=(), repr=False)
    categories: tuple[str, ...] = field(default=(), repr=False)
    why: str = field(default="", repr=False)
    is_urgent: bool = False
    is_readable: bool = True
