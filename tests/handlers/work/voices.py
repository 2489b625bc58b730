"""A line that gets voices: a telephony that does as it is told, a folder of blobs, and a rendering without any sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from handlers.errors import ProviderError, SoundError
from handlers.events import CallEnded, Media, RecordingMade
from handlers.outgoing import Fetched, OutgoingCall, Repeat, Sent
from handlers.protection.blob_sealing import SealedBlob
from handlers.protection.keyring import DeskKeyring
from handlers.protection.people import open_with
from handlers.protection.sealing import Place, open_json, open_sealed
from handlers.records import Recording, RecordingKind, RecordingState, Work, WorkKind
from handlers.voice.announcing import Announcement, OpenNow, announce
from handlers.voice.terms import Rendered, Strength
from handlers.work.disguising import Disguising
from handlers.work.erasing import Erasing, ErasingFiles
from handlers.work.fetching import Fetching
from handlers.work.workbench import Outcome
from storage.blobs import FolderBlobs
from tests.handlers.work.line import Line

VOICE = b"RIFF....WAVE the voice of somebody " * 40
MP3 = b"\xff\xf3 the voice of nobody " * 4000
AWAY = ProviderError("provider_down", permanent=False)
NOT_YET = ProviderError("not_yet", permanent=False)
JPEG = b"\xff\xd8\xff\xe0 a picture"
SOUND = Rendered(mp3=MP3, seconds=42.4, waveform=((-10, 20), (-50, 60)), silences=((3.0, 4.5),))


@dataclass
class FakeTelephony:
    """Fulfils `handlers.outgoing.Telephony`. `fetches` are what the next ones do: an error to raise, or the bytes to give."""

    fetches: list[bytes | BaseException] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    erased: list[tuple[str, str]] = field(default_factory=list)
    listed: list[RecordingMade | ProviderError] = field(default_factory=list)

    repeat = Repeat.NEVER

    def call(self, call: OutgoingCall) -> Sent:
        raise ProviderError("not_configured", permanent=True)

    def find_call(self, call: OutgoingCall, since: datetime) -> Sent | None:
        return None

    def end_of(self, provider_id: str) -> CallEnded | None:
        return None

    def recordings_since(self, since: datetime) -> Iterator[RecordingMade]:
        for entry in self.listed:
            if isinstance(entry, ProviderError):
                raise entry
            yield entry

    def fetch(self, reference: str, *, parent: str, most_bytes: int) -> Fetched:
        self.asked.append((reference, parent))
        found = self.fetches.pop(0) if self.fetches else VOICE
        if isinstance(found, BaseException):
            raise found
        return Fetched(data=found, content_type="audio/whatever")

    def erase_file(self, reference: str, *, parent: str) -> None:
        self.erased.append((reference, parent))


@dataclass
class FakeRenders:
    """Stands in for the sandbox. `outcomes` are what the next renderings do."""

    outcomes: list[Rendered | BaseException] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list, repr=False)
    manners: list[tuple[str, float]] = field(default_factory=list)

    def __call__(self, data: bytes, *, strength: Strength, tone: float) -> Rendered:
        self.heard.append(data)
        self.manners.append((strength, tone))
        found = self.outcomes.pop(0) if self.outcomes else SOUND
        if isinstance(found, BaseException):
            raise found
        return found


class Voices:
    """What is spoken to a line, from its announcement to its disguise."""

    def __init__(self, line: Line, folder: Path, **parts: Any) -> None:
        self.line = line
        self.folder = folder
        self.blobs = FolderBlobs(folder)
        self.telephony: FakeTelephony = parts.get("telephony") or FakeTelephony()
        self.renders: FakeRenders = parts.get("renders") or FakeRenders()
        self.made = 0
        self.equip()

    def equip(self, *, writing: Any = None, blobs: Any = None) -> None:
        """Put the work of recordings on the line's bench; the parts that are given take the place of the usual ones."""
        rooms, telephonies = self.line.rooms, {"twilio": lambda: self.telephony}
        shared = {"writing": writing or rooms.writing, "keyring": rooms.keyring}
        erasing = ErasingFiles(clock=rooms.clock, is_wanted=self.line.erase_at_provider)
        blobs = blobs or self.blobs
        self.line.bench._doers = {
            **self.line.bench._doers,
            WorkKind.FETCH: Fetching(**shared, telephonies=telephonies, blobs=blobs, erasing=erasing),
            WorkKind.DISGUISE: Disguising(**shared, blobs=blobs, renders=self.renders, erasing=erasing),
            WorkKind.ERASE: Erasing(
                **shared, reading=rooms.reading, clients={"twilio": lambda: self.line.client}, telephonies=telephonies
            ),
        }

    def in_another_process(self) -> Voices:
        """Give the same line as another process has it, with nothing in its memory."""
        from dataclasses import replace

        line = Line(replace(self.line.rooms, keyring=self.line.rooms.new_keyring()), client=self.line.client)
        return Voices(line, self.folder, telephony=self.telephony, renders=self.renders)

    def say(self, reference: str | None = None) -> None:
        """Have something said in a call, and announced."""
        self.made += 1
        if not self.line.messages("in"):
            self.line.receive("a call", provider_id="CA1")
        (message, *_) = self.line.messages("in")
        rooms = self.line.rooms
        from handlers.records import Purpose

        at = OpenNow(
            report=rooms.keyring.current(Purpose.REPORT),
            contact=rooms.keyring.current(Purpose.CONTACT),
            now=rooms.clock(),
            tag_key=rooms.boot.derive("delivery tag"),
        )
        found = Announcement(
            provider="twilio", reference=reference or f"RE{self.made}", parent="CA1", kind=RecordingKind.CALL, seconds=42
        )
        with rooms.writing() as unit:
            announce(unit, found, message, at)
            unit.commit()

    def send(self, *content_types: str) -> None:
        """Have a text sent with something attached."""
        self.made += 1
        media = tuple(Media(content_type=kind, reference=f"ME{self.made}{place}") for place, kind in enumerate(content_types))
        self.line.receive("", provider_id=f"MM{self.made}", media=media)

    def do(self, *kinds: WorkKind) -> list[Outcome]:
        """Do the work of these kinds that is due, kind after kind."""
        return [outcome for kind in kinds for outcome in self.line.do(kind)]

    def finish(self) -> None:
        """Fetch and disguise all that is there."""
        self.do(WorkKind.FETCH, WorkKind.DISGUISE)

    def all(self) -> list[Recording]:
        with self.line.rooms.reading() as unit:
            return unit.recordings.all()

    def one(self) -> Recording:
        (recording,) = self.all()
        return recording

    def work(self, kind: WorkKind) -> list[Work]:
        return self.line.work(kind)

    def known(self) -> dict[str, Any]:
        """Open what is known of the one recording, with the desk's key."""
        recording = self.one()
        place = Place("recordings", "content", recording.id, recording.period)
        known: dict[str, Any] = open_json(self._desk().key(recording.period), recording.content, place)
        return known

    def original(self) -> bytes:
        """Open the one original, as the desk may."""
        recording, private = self.one(), self.line.rooms.private["desk"]
        place = Place("recordings", "original_key", recording.id, recording.original_period or "")
        key = open_sealed(self._desk().key(recording.original_period or ""), recording.original_key or b"", place)
        key = key if len(key) == 32 else open_with(private, key)
        return SealedBlob(self.blobs, recording.original_blob, key).whole()

    def disguised(self) -> bytes:
        return SealedBlob(self.blobs, self.one().disguised_blob, bytes.fromhex(self.known()["key"])).whole()

    def files(self) -> list[str]:
        """Name the endings of the blobs that are there."""
        return sorted(name.partition(".")[2] for name in self.blobs.names())

    def _desk(self) -> DeskKeyring:
        return DeskKeyring(self.line.rooms.private["desk"], self.line.rooms.reading)


def sound_error(reason: str, *, permanent: bool = True) -> SoundError:
    return SoundError(reason, permanent=permanent)


def whole(voices: Voices) -> None:
    """See that there is one of everything, and that it is all there."""
    recording = voices.one()
    assert recording.state is RecordingState.DISGUISED
    assert voices.files() == ["disguised", "original"]
    assert (voices.original(), voices.disguised()) == (VOICE, MP3)
    assert voices.work(WorkKind.FETCH) == voices.work(WorkKind.DISGUISE) == []
    erasing = [work for work in voices.work(WorkKind.ERASE) if work.subject_id == recording.id]
    assert len(erasing) == 1
