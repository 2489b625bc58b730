"""The recordings of a report as its page shows them: how far each has come, its picture, what was written down of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.desk.drafting import DRAFT
from handlers.desk.findings import Correction
from handlers.desk.marking import MARK
from handlers.desk.office import open_value
from handlers.desk.showing import pieces, printable
from handlers.desk.views import Draft, Mark, ShownRecording, Writing
from handlers.desk.voices import TRANSCRIPT, TRANSLATION
from handlers.ports import UnitOfWork
from handlers.protection.keyring import DeskKeyring
from handlers.protection.sealing import Place
from handlers.records import Note, Recording, RecordingKind, RecordingState, WorkKind, WorkState
from handlers.reports import Finding
from handlers.voice.manners import MOST_RENDERINGS
from handlers.voice.waveform import polygon

WIDTH, HEIGHT = 600, 60
_FINISHED = (RecordingState.DISGUISED, RecordingState.SILENT, RecordingState.UNREADABLE, RecordingState.KEPT)


class SpokenRows:
    """The rows that tell of a report's recordings, read in one transaction."""

    def __init__(self, unit: UnitOfWork, report_id: str) -> None:
        self.recordings = unit.recordings.all(report_id=report_id)
        ids = tuple(recording.id for recording in self.recordings)
        kinds = (WorkKind.FETCH.value, WorkKind.DISGUISE.value)
        work = unit.work.all(subject_id=ids, kind=kinds) if ids else []
        self.alive = {each.subject_id for each in work if each.state is not WorkState.FAILED}
        periods = tuple({recording.original_period for recording in self.recordings if recording.original_period})
        self.openable = {period.id for period in unit.periods.all(id=periods) if period.desk_seal} if periods else set()


class Listening:
    """Opens recordings for one person and one page. `texts` are afterwards what was written down, by the ids of the notes."""

    def __init__(
        self,
        keys: DeskKeyring,
        *,
        notes: Sequence[Note],
        findings: Mapping[str, Sequence[Finding]],
        corrections: Mapping[str, Correction],
        as_written: bool,
        authors: Mapping[str, str],
        reader_id: str,
    ) -> None:
        self._authors = authors
        self._reader_id = reader_id
        self._drafts: dict[str, Draft] = {}
        self._marks: dict[str, list[Mark]] = defaultdict(list)
        self._keys = keys
        self._findings = findings
        self._corrections = corrections
        self._as_written = as_written
        self.texts: dict[str, str] = {}
        self._written: dict[tuple[str, str], tuple[str, str]] = {}
        self._read(notes)
        self._read_beside(notes)

    def _read(self, notes: Sequence[Note]) -> None:
        """Take the newest of each kind for each recording: the one that something was found in, for that is removed with the
        old."""
        found = []
        for note in notes:
            if note.kind in (TRANSCRIPT, TRANSLATION):
                plain = open_value(self._keys, note.content, Place("notes", "content", note.id, note.period)).value
                if plain is not None:
                    found.append(((note.id in self._findings, float(plain.get("at", 0))), note, plain))
        for _, note, plain in sorted(found, key=lambda item: item[0]):
            self._written[str(plain.get("recording")), note.kind] = note.id, str(plain.get("text", ""))
        self.texts = dict(self._written.values())

    def _read_beside(self, notes: Sequence[Note]) -> None:
        """Open the marks, and the drafts of the person who looks."""
        for note in notes:
            is_theirs = note.kind == DRAFT and note.author_id == self._reader_id
            if note.kind != MARK and not is_theirs:
                continue
            plain = open_value(self._keys, note.content, Place("notes", "content", note.id, note.period)).value
            if plain is None:
                continue
            name, at = str(plain.get("recording")), float(plain.get("at", 0))
            if is_theirs:
                written = plain.get("written", {})
                self._drafts[name] = Draft(printable(written.get(TRANSCRIPT, "")), printable(written.get(TRANSLATION, "")), at)
                continue
            author = self._authors.get(note.author_id, "somebody")
            mark = Mark(id=note.id, seconds=int(plain["seconds"]), text=printable(plain["text"]), author=author, at=at)
            self._marks[name].append(mark)

    def all(self, rows: SpokenRows) -> tuple[ShownRecording, ...]:
        """Open every recording, in the order that they came in."""
        return tuple(sorted((self.open(rows, each) for each in rows.recordings), key=lambda shown: shown.at))

    def open(self, rows: SpokenRows, recording: Recording) -> ShownRecording:
        """Open one recording."""
        place = Place("recordings", "content", recording.id, recording.period)
        known: dict[str, Any] = open_value(self._keys, recording.content, place).value or {}
        seconds = known.get("seconds")
        has_original = recording.original_key is not None and recording.original_period in rows.openable
        may_again = has_original and recording.state in (*_FINISHED[:3], RecordingState.FETCHED)
        return ShownRecording(
            id=recording.id,
            message_id=recording.message_id,
            at=float(known.get("at", recording.hour * 3600)),
            kind=recording.kind,
            state=recording.state,
            reason=recording.reason,
            is_given_up=recording.state not in _FINISHED and recording.id not in rows.alive,
            seconds=float(seconds) if isinstance(seconds, int | float) else None,
            manner=str(known.get("manner", "")),
            points=polygon([(low, high) for low, high in known.get("waveform", ())], width=WIDTH, height=HEIGHT),
            silences=_drawn(known.get("silences", ()), seconds),
            has_original=has_original and recording.state in (*_FINISHED, RecordingState.FETCHED),
            can_disguise_again=may_again and int(known.get("renderings", 1)) < MOST_RENDERINGS,
            transcript=self._shown(recording.id, TRANSCRIPT),
            translation=self._shown(recording.id, TRANSLATION),
            draft=self._drafts.get(recording.id),
            marks=tuple(sorted(self._marks.get(recording.id, ()), key=lambda mark: (mark.seconds, mark.at))),
        )

    def _shown(self, recording_id: str, kind: str) -> Writing:
        note_id, text = self._written.get((recording_id, kind), ("", ""))
        if not note_id:
            return Writing()
        shown = pieces(text, self._findings.get(note_id, ()), self._corrections, as_written=self._as_written)
        is_open = self._as_written or not any(piece.is_hidden for piece in shown)
        return Writing(shown, printable(text) if is_open else "", is_there=True)


def spoken_of(recordings: Sequence[Recording], keys: DeskKeyring) -> str:
    """Say in a word or two what was spoken or sent along with a report; empty where nothing was."""
    voices = [each for each in recordings if each.kind in (RecordingKind.CALL, RecordingKind.VOICE_NOTE)]
    pictures = sum(each.kind is RecordingKind.PICTURE for each in recordings)
    words = []
    if voices:
        words.append(f"voice, {_length(voices, keys)}")
    if pictures:
        words.append("picture" if pictures == 1 else f"{pictures} pictures")
    return ", ".join(words)


def _length(voices: Sequence[Recording], keys: DeskKeyring) -> str:
    played = [each for each in voices if each.state is RecordingState.DISGUISED]
    total = 0.0
    for each in played:
        known = open_value(keys, each.content, Place("recordings", "content", each.id, each.period)).value or {}
        total += float(known.get("seconds") or 0)
    if played:
        return clock_time(total)
    waits = any(each.state in (RecordingState.ANNOUNCED, RecordingState.FETCHED) for each in voices)
    return "on its way" if waits else "nothing to play"


def clock_time(seconds: float) -> str:
    """Give a length as minutes and seconds, such as 0:42."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def _drawn(silences: Sequence[Sequence[float]], seconds: object) -> tuple[tuple[float, float], ...]:
    """Give where silences begin and how wide they are, in the box."""
    if not isinstance(seconds, int | float) or seconds <= 0:
        return ()
    scale = WIDTH / seconds
    return tuple((round(start * scale, 1), round((end - start) * scale, 1)) for start, end in silences)
