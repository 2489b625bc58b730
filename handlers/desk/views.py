"""What the pages of the desk show: plain values, opened for one person and one page."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.desk.explaining import Standing, counts
from handlers.desk.findings import Correction, Found, about_pair, is_set_aside
from handlers.desk.private import Private
from handlers.desk.showing import Piece
from handlers.records import Call, Direction, Incident, MessageKind, MessageState, Proposal, RecordingKind, RecordingState, Report
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


@dataclass(frozen=True, slots=True)
class Draft:
    """What the person who looks was writing down, and when it was saved."""

    transcript: str = field(repr=False)
    translation: str = field(repr=False)
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A second of a recording, and what somebody said of it."""

    id: str
    seconds: int
    text: str = field(repr=False)
    author: str
    at: float


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
    draft: Draft | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def can_play(self) -> bool:
        """Whether a disguised voice is there."""
        return self.state is RecordingState.DISGUISED

    @property
    def is_unheard(self) -> bool:
        """Whether a voice can be played that nobody has written down."""
        return self.can_play and not (self.transcript.is_there or self.translation.is_there)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A report as one page shows it. `heard` are the replies that wait for a call: the hour in which each was heard, or None.
    `due` are the texts that wait to be sent: the moment at which each goes out. `calls` are those that were made for it."""

    report: Report
    source: str
    other_reports: int
    thread: tuple[ThreadMessage, ...] = field(repr=False)
    found: tuple[Found, ...] = field(repr=False)
    first: tuple[Found, ...] = field(repr=False)
    standing: Standing = field(repr=False)
    corrections: dict[str, Correction] = field(repr=False)
    private: tuple[Private, ...] = field(repr=False)
    others: dict[str, Report]
    notes: tuple[ShownNote, ...] = field(repr=False)
    history: tuple[Deed, ...]
    proposals: tuple[Proposal, ...]
    incident: Incident | None
    claimed_by: str | None
    cannot_reply: str | None
    authors: dict[str, str]
    monitor: Teller | None = None
    heard: dict[str, int | None] = field(default_factory=dict)
    due: dict[str, int] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
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

    def first_of(self, stage: str) -> tuple[Found, ...]:
        """Give what the program found in a stage by itself, where a person put something else in its place."""
        return tuple(item for item in self.first if item.finding.stage == stage) if stage in self.corrections else ()

    def told_of(self) -> tuple[Found, ...]:
        """Give the kinds of incident that count: one that is denied or a mere guess stands in no heading."""
        return tuple(item for item in self.of("category") if counts(item))

    def set_aside(self, stage: str) -> tuple[tuple[Found, Correction], ...]:
        """Give the suggestions of a stage that a person set aside, with what was said of them."""
        named = [(item, self.corrections.get(about_pair(stage, item.finding.value))) for item in self.first]
        return tuple(
            (item, word)
            for item, word in named
            if item.finding.stage == stage and word and is_set_aside(item.finding, self.corrections)
        )

    def is_joined(self, other_id: str) -> bool:
        """Say whether another report stands in the same incident."""
        other = self.others.get(other_id)
        return other is not None and other.incident_id is not None and other.incident_id == self.report.incident_id


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
