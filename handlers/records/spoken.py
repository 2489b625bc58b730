"""The rows of what is spoken: calls, recordings, field monitors, prompts, and replies that wait to be heard."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.records.states import CallState, Direction, MonitorState, RecordingKind, RecordingState

ORIGINAL, DISGUISED = ".original", ".disguised"  # what the names of blobs end in, after the id of their row


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, of ours or to us. `tag` is what it is found by when the provider speaks of it (`pseudonyms.call_tag`); None
    until a call of ours is placed. `message_id` is the message that holds what is known of it, sealed. `minutes` are those of a
    call of ours that are paid for, `reason` says in a fixed word why one was not placed or not answered."""

    id: str
    source_id: str
    report_id: str | None
    message_id: str | None
    direction: Direction
    state: CallState
    hour: int
    tag: bytes | None = field(default=None, repr=False)
    monitor_id: str | None = None
    minutes: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording or a picture. `content`, what is known of it (provider, reference, type, seconds, waveform, silences, the
    key of the disguised blob), is sealed to `period`, a report period; `original_key`, the key of the original's blob, to
    `original_period`. The blobs are named by the id: `<id>.original`, `<id>.disguised`. `tag` makes each recording of a provider
    one row. `reason` is a fixed word."""

    id: str
    message_id: str
    report_id: str
    kind: RecordingKind
    state: RecordingState
    hour: int
    tag: bytes = field(repr=False)
    period: str
    content: bytes = field(repr=False)
    original_period: str | None = None
    original_key: bytes | None = field(default=None, repr=False)
    reason: str | None = None
    version: int = 0

    @property
    def original_blob(self) -> str:
        """The name of the blob with what was said as it came."""
        return f"{self.id}{ORIGINAL}"

    @property
    def disguised_blob(self) -> str:
        """The name of the blob with the voice of nobody."""
        return f"{self.id}{DISGUISED}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """A field monitor. `code_tag` is a keyed hash of the code; `pin` and `duress_pin` are Argon2id hashes; `word_tag` is that of
    the one-time word that ties a telephone to them. `content`, name, code, language and note, is sealed to the desk."""

    id: str
    code_tag: bytes = field(repr=False)
    pin: str = field(repr=False)
    duress_pin: str | None = field(repr=False)
    state: MonitorState
    content: bytes = field(repr=False)
    created_hour: int
    failures: int = 0
    locked_until: int = 0
    word_tag: bytes | None = field(default=None, repr=False)
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A prompt as a speaker recorded it for one language: what every caller hears, so it is kept in the clear."""

    id: str
    key: str
    language: str
    hour: int
    author_id: str | None
    seconds: int
    audio: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A reply that waits for its source to call and give the receipt. `content` (text, language, or the key of a recording) is
    sealed to `period`, a contact period, and carried to the next one while it waits; empty once it was heard. `served_at` is when
    a provider last fetched its recording, in seconds since 1970."""

    id: str
    report_id: str
    message_id: str
    hour: int
    period: str
    content: bytes = field(repr=False)
    heard_hour: int | None = None
    served_at: int = 0
