"""What the pages of the desk show: plain values, opened for one person and one page."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.desk.findings import Correction, Found
from handlers.desk.showing import Piece
from handlers.records import Direction, Incident, MessageKind, MessageState, Proposal, RecordingKind, RecordingState, Report
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


@dataclass(frozen=True, slots=True)
class Writing:
    """What a person wrote down of a recording: as the page shows it, and for mending it (empty while private words are
    hidden)."""

    pieces: tuple[Piece, ...] = field(default=(), repr=False)
    text: str = field(default="", repr=False)
    is_there: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRecording:
    """One recording on a page. `points` and `silences` are drawn in a box of `listening.WIDTH` by `HEIGHT`. `is_given_up`:
    nothing more is tried by itself."""

    id: str
    message_id: str
    at: float
    kind: RecordingKind
    state: RecordingState
    reason: str | None
    is_given_up: bool
    seconds: float | None
    manner: str
    points: str = field(repr=False)
    silences: tuple[tuple[float, float], ...] = field(repr=False)
    has_original: bool
    can_disguise_again: bool
    transcript: Writing
    translation: Writing

    @property
    def can_play(self) -> bool:
        """Whether a disguised voice is there."""
        return self.state is RecordingState.DISGUISED


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A report as one page shows it. `heard` are the replies that wait for a call: the hour in which each was heard, or None."""

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
    heard: dict[str, int | None] = field(default_factory=dict)
    recordings: tuple[ShownRecording, ...] = field(default=(), repr=False)

    @property
    def is_duress(self) -> bool:
        """Say whether whoever told it was made to."""
        return DURESS in self.report.flags.split()

    @property
    def grade(self) -> ShownNote | None:
        """Give the newest grade."""
        return next((note for note in reversed(self.notes) if note.kind == "grade"), None)

    def spoken_in(self, message_id: str) -> tuple[ShownRecording, ...]:
        """Give the recordings that came with a message."""
        return tuple(each for each in self.recordings if each.message_id == message_id)

    def of(self, stage: str) -> tuple[Found, ...]:
        """Give the findings of a stage."""
        return tuple(item for item in self.found if item.finding.stage == stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What one line of the inbox says of a report."""

    languages: tuple[str, ...] = field(default=(), repr=False)
    places: tuple[str, ...] = field(default=(), repr=False)
    categories: tuple[str, ...] = field(default=(), repr=False)
    calls: tuple[str, ...] = ()
    why: str = field(default="", repr=False)
    spoken: str = field(default="", repr=False)
    is_urgent: bool = False
    is_readable: bool = True
