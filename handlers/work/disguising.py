"""Disguise a recording: open the original, have it said again in the voice of nobody, seal that, and close the original.

From then on the gateway cannot open the original any more, though its period be open still: its key is sealed to the desk.
"""

from __future__ import annotations

from typing import Any

from handlers.errors import NotFound, ProviderError, SealError, SoundError, Unavailable
from handlers.ports import Blobs, OpenUnit
from handlers.protection.blob_sealing import SealedBlob, seal_blob
from handlers.protection.keyring import Keyring
from handlers.records import Purpose, Recording, RecordingKind, RecordingState, Work
from handlers.voice.kept import open_known, seal_known
from handlers.voice.manners import MANNERS, USUAL
from handlers.voice.original_keys import close_to_gateway, is_for_the_desk, open_original_key
from handlers.voice.outcomes import Found, found_in, told_of
from handlers.voice.terms import Renders
from handlers.work.erasing import ErasingFiles

_MOST_TRIES = 7


class Disguising:
    """Does the work of kind DISGUISE."""

    def __init__(self, *, writing: OpenUnit, keyring: Keyring, blobs: Blobs, renders: Renders, erasing: ErasingFiles) -> None:
        self._writing = writing
        self._keyring = keyring
        self._blobs = blobs
        self._renders = renders
        self._erasing = erasing

    def __call__(self, work: Work) -> None:
        """Disguise the recording of this work, or settle why it cannot be. Raises `SoundError` or `ProviderError` where it is
        worth trying again."""
        begun = self._begin(work)
        if begun is None:
            return
        recording, known, key = begun
        found = self._rendered(work, recording, key)
        if found.rendered is not None and found.state is RecordingState.DISGUISED:
            name = recording.disguised_blob
            try:
                self._blobs.put(name, seal_blob(bytes.fromhex(known["key"]), name, found.rendered.mp3))
            except Unavailable:
                raise ProviderError("no_room", permanent=False) from None
        self._settle(work, recording, found)

    def _begin(self, work: Work) -> tuple[Recording, dict[str, Any], bytes] | None:
        with self._writing() as unit:
            recording = unit.recordings.first(id=work.subject_id)
            if recording is None or recording.state is not RecordingState.FETCHED:
                unit.work.remove(id=work.id)
                unit.commit()
                return None
            known = open_known(self._keyring.key_in(unit, recording.period), recording)
            key = open_original_key(self._keyring.key_in(unit, recording.original_period or ""), recording)
            if is_for_the_desk(key):
                unit.work.remove(id=work.id)
                unit.commit()
                return None
        return recording, known, key

    def _rendered(self, work: Work, recording: Recording, key: bytes) -> Found:
        try:
            data = SealedBlob(self._blobs, recording.original_blob, key).whole()
        except NotFound:
            return Found(RecordingState.ABSENT, "lost")
        except SealError:
            return Found(RecordingState.UNREADABLE, "altered")
        strength, tone = MANNERS[USUAL]
        try:
            return found_in(self._renders(data, strength=strength, tone=tone))
        except SoundError as error:
            if error.reason == "empty":
                return Found(RecordingState.SILENT, "empty")
            if error.permanent or work.attempts >= _MOST_TRIES:
                return Found(RecordingState.UNREADABLE, error.reason)
            raise

    def _settle(self, work: Work, recording: Recording, found: Found) -> None:
        """Move the state on, close the original to the gateway, and have the file erased at its provider."""
        contacts = self._keyring.current(Purpose.CONTACT)
        with self._writing() as unit:
            report = unit.reports.first(id=recording.report_id, lock=True)
            held = unit.recordings.first(id=recording.id, lock=True)
            if unit.work.remove(id=work.id) == 0 or report is None or held is None or held.state is not RecordingState.FETCHED:
                unit.commit()
                return
            key = self._keyring.key_in(unit, held.period)
            known = open_known(key, held)
            changes: dict[str, Any] = {"state": found.state, "reason": found.reason}
            changes["original_key"] = close_to_gateway(unit, self._keyring, held)
            if found.rendered is not None:
                known |= told_of(found.rendered, USUAL)
                changes["content"] = seal_known(key, held.id, held.period, known)
                if held.kind in (RecordingKind.OTHER, RecordingKind.PICTURE):
                    changes["kind"] = RecordingKind.VOICE_NOTE  # whatever its sender claimed: somebody can be heard in it
            unit.recordings.change(held.id, version=held.version, **changes)
            unit.reports.change(report.id, news=True)
            self._erasing.order(unit, held, known, contacts)
            unit.commit()
