"""The room of originals: the one module in which a voice as it came is opened at the desk.

Each time for a reason that is typed in and kept, noted in the report's history, and only while the key lives. Also what can only
be made from an original: another disguise of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.desk.office import Office, Unfinished, required
from handlers.desk.people import SignedIn
from handlers.desk.voices import recording_of
from handlers.errors import Conflict, NotAllowed, NotFound, SealError, SoundError, Unavailable
from handlers.ports import Blobs
from handlers.protection.blob_sealing import SealedBlob, seal_blob
from handlers.protection.keyring import DeskKeyring
from handlers.protection.people import DESK
from handlers.records import Recording, RecordingKind, RecordingState, WorkKind
from handlers.voice.kept import open_known, seal_known
from handlers.voice.manners import MANNERS, MOST_RENDERINGS
from handlers.voice.original_keys import open_at_desk
from handlers.voice.outcomes import found_in, told_of
from handlers.voice.terms import Renders

_GONE = "The original is no longer there: it was destroyed after its time, or the source had it deleted."
_HARMED = "The original does not open with its key: the file was altered or is incomplete."
_CANNOT = "It could not be disguised again. What can be played now is as it was."
_WITH_SOUND = (RecordingState.FETCHED, RecordingState.DISGUISED, RecordingState.SILENT, RecordingState.UNREADABLE)


@dataclass(frozen=True, slots=True)
class OpenedOriginal:
    """An original as opened for one person: its first bytes, for telling what it is, and all of it."""

    kind: RecordingKind
    ending: str
    size: int
    first: bytes = field(repr=False)
    pieces: Iterator[bytes] = field(repr=False)


class Originals:
    """Opens originals for people."""

    def __init__(self, office: Office, blobs: Blobs, renders: Renders) -> None:
        self._office = office
        self._blobs = blobs
        self._renders = renders

    def open(self, who: SignedIn, report_id: str, version: int, *, recording_id: str, reason: str) -> OpenedOriginal:
        """Open an original, once; who did it and why is committed before anything is given."""
        why = required(reason, "Say why the original is opened: the reason is kept.")
        keys = self._office.keys(who)
        sealer = self._office.sealer()
        with self._office.writing() as unit:
            self._office.report_for_change(unit, report_id, version)
            recording = recording_of(unit, report_id, recording_id)
            blob = self._blob(who, keys, recording)
            size, known = _size(blob), open_known(keys.key(recording.period), recording)
            content = {"text": why, "recording": recording.id}
            self._office.note(unit, who, sealer, "original", content, report_id=report_id)
            unit.reports.change(report_id, version=version)
            self._office.audit(unit, who, "opened an original", report_id)
            unit.commit()
        return OpenedOriginal(
            kind=recording.kind,
            ending=str(known.get("type") or ""),
            size=size,
            first=b"".join(blob.read(0, 64)),
            pieces=blob.read(0, size),
        )

    def disguise_again(self, who: SignedIn, report_id: str, version: int, *, recording_id: str, manner: str) -> None:
        """Disguise a recording anew, in another manner, in place of what can be played now."""
        if manner not in MANNERS:
            raise Unfinished("Choose how it is to be disguised.")
        keys = self._office.keys(who)
        with self._office.reading() as unit:
            recording = recording_of(unit, report_id, recording_id)
        known = self._renderable(keys, recording)
        strength, tone = MANNERS[manner]
        try:
            data = self._blob(who, keys, recording).whole()
            found = found_in(self._renders(data, strength=strength, tone=tone))
        except SoundError:
            raise NotAllowed(_CANNOT) from None
        except SealError:
            raise NotAllowed(_HARMED) from None
        if found.rendered is None or found.state is not RecordingState.DISGUISED:
            raise NotAllowed("Nothing is said in it.")
        renderings = int(known.get("renderings", 1)) + 1
        changed = {**known, **told_of(found.rendered, manner), "renderings": renderings}
        self._replace(who, report_id, version, recording, changed, found.rendered.mp3, keys)

    def _replace(
        self,
        who: SignedIn,
        report_id: str,
        version: int,
        recording: Recording,
        known: Mapping[str, Any],
        mp3: bytes,
        keys: DeskKeyring,
    ) -> None:
        """Put another disguised voice in the place of the one that is there. The file is replaced while the report is held, so
        that two who do this at once do not mix."""
        name, key = recording.disguised_blob, keys.key(recording.period)
        with self._office.writing() as unit:
            self._office.report_for_change(unit, report_id, version)
            held = unit.recordings.get(recording.id, lock=True)
            if held.version != recording.version:
                raise Conflict("Somebody worked on this recording meanwhile. Look at it again.")
            try:
                self._blobs.put(name, seal_blob(bytes.fromhex(known["key"]), name, mp3))
            except Unavailable:
                raise NotAllowed("There is no room to keep it. Nothing was changed.") from None
            unit.work.remove(subject_id=held.id, kind=WorkKind.DISGUISE)
            content = seal_known(key, held.id, held.period, dict(known))
            unit.recordings.change(held.id, version=held.version, state=RecordingState.DISGUISED, reason=None, content=content)
            unit.reports.change(report_id, version=version)
            self._office.audit(unit, who, f"disguised a recording again: {known['manner']}", report_id)
            unit.commit()

    def _renderable(self, keys: DeskKeyring, recording: Recording) -> dict[str, Any]:
        if recording.state not in _WITH_SOUND:
            raise NotAllowed("There is no sound to be disguised.")
        known = open_known(keys.key(recording.period), recording)
        if int(known.get("renderings", 1)) >= MOST_RENDERINGS:
            raise NotAllowed(
                f"It was disguised {MOST_RENDERINGS} times. Many disguises of one recording, put together, come nearer to the "
                "voice: open the original for a reason instead."
            )
        return known

    def _blob(self, who: SignedIn, keys: DeskKeyring, recording: Recording) -> SealedBlob:
        try:
            key = open_at_desk(keys, who.keys[DESK], recording)
        except SealError:
            raise NotAllowed(_GONE) from None
        return SealedBlob(self._blobs, recording.original_blob, key)


def _size(blob: SealedBlob) -> int:
    try:
        return blob.size()
    except NotFound:
        raise NotAllowed(_GONE) from None
    except SealError:
        raise NotAllowed(_HARMED) from None
