"""Fetch a recording or a picture from its provider, seal it, and have it disguised.

The key of the original is chosen and committed first; then the file is fetched and sealed under it, as often as it takes; then
the state moves on, together with the work of disguising. A worker may be killed between any two of these.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from handlers.errors import ProviderError, SealError, Unavailable
from handlers.ports import Blobs, OpenUnit, UnitOfWork
from handlers.protection.blob_sealing import seal_blob
from handlers.protection.keyring import Keyring, OpenPeriod
from handlers.protection.sealing import new_key
from handlers.records import Purpose, Recording, RecordingKind, RecordingState, Work, WorkKind
from handlers.voice.kept import MOST_BYTES, open_known, seal_known
from handlers.voice.looks import paper_kind, picture_kind
from handlers.voice.original_keys import close_to_gateway, open_original_key, seal_original_key
from handlers.work.erasing import ErasingFiles, Telephonies

_REFUSED = ("too_large", "not_theirs")
_TRIES: Mapping[str, int] = {"not_yet": 8, "timeout": 8}  # some ten hours; for anything else, as long as the workbench tries
_MOST_TRIES = 23


class Fetching:
    """Does the work of kind FETCH."""

    def __init__(
        self,
        *,
        writing: OpenUnit,
        keyring: Keyring,
        telephonies: Telephonies,
        blobs: Blobs,
        erasing: ErasingFiles,
    ) -> None:
        self._writing = writing
        self._keyring = keyring
        self._telephonies = telephonies
        self._blobs = blobs
        self._erasing = erasing

    def __call__(self, work: Work) -> None:
        """Fetch the file of this work, or settle why not. Raises `ProviderError` where it is worth trying again."""
        begun = self._begin(work)
        if begun is None:
            return
        recording, known, key = begun
        try:
            data = self._fetched(known)
        except ProviderError as error:
            self._settle_failure(work, recording, error)
            return
        try:
            self._blobs.put(recording.original_blob, seal_blob(key, recording.original_blob, data))
        except Unavailable:
            raise ProviderError("no_room", permanent=False) from None
        self._settle(work, recording, data)

    def _begin(self, work: Work) -> tuple[Recording, dict[str, Any], bytes] | None:
        """Give the recording, what is known of it, and the key of its original, which is in the row from now on; None if there is
        nothing to fetch any more."""
        originals = self._keyring.current(Purpose.ORIGINAL)
        with self._writing() as unit:
            recording = unit.recordings.first(id=work.subject_id, lock=True)
            if recording is None or recording.state is not RecordingState.ANNOUNCED:
                unit.work.remove(id=work.id)
                unit.commit()
                return None
            known = open_known(self._keyring.key_in(unit, recording.period), recording)
            chosen = self._chosen_key(unit, recording)
            if chosen is not None:
                return recording, known, chosen
            key = new_key()
            sealed = seal_original_key(key, recording.id, originals.id, originals.key)
            unit.recordings.change(recording.id, original_key=sealed, original_period=originals.id)
            unit.commit()
        return recording, known, key

    def _chosen_key(self, unit: UnitOfWork, recording: Recording) -> bytes | None:
        """Give the key that an earlier try chose; None if none did, or it can no longer be opened: nothing was sealed under it
        that could not be fetched again."""
        if recording.original_period is None:
            return None
        try:
            return open_original_key(self._keyring.key_in(unit, recording.original_period), recording)
        except SealError:
            return None

    def _fetched(self, known: Mapping[str, Any]) -> bytes:
        make = self._telephonies.get(str(known.get("provider")))
        if make is None:
            raise ProviderError("not_configured", permanent=False)
        telephony = make()
        if telephony is None:
            raise ProviderError("not_offered", permanent=True)
        fetched = telephony.fetch(str(known.get("reference")), parent=str(known.get("parent")), most_bytes=MOST_BYTES)
        return fetched.data

    def _settle(self, work: Work, recording: Recording, data: bytes) -> None:
        """Move the state on. A picture or a paper is kept as it came; anything else is to be disguised."""
        contacts = self._keyring.current(Purpose.CONTACT)
        picture, paper = picture_kind(data), paper_kind(data)
        with self._writing() as unit:
            unit.reports.first(id=recording.report_id, lock=True)  # report, then recording, as everybody takes them
            held = unit.recordings.first(id=recording.id, lock=True)
            if unit.work.remove(id=work.id) == 0 or held is None or held.state is not RecordingState.ANNOUNCED:
                unit.commit()
                return
            key = self._keyring.key_in(unit, held.period)
            known = open_known(key, held)
            known |= {
                "size": len(data),
                "sha256": sha256(data).hexdigest(),
                "type": picture or paper or "",
                "key": new_key().hex(),
            }
            changes: dict[str, Any] = {"content": seal_known(key, held.id, held.period, known), "reason": None}
            if picture or paper:
                changes["kind"] = RecordingKind.PICTURE if picture else RecordingKind.OTHER
                self._keep(unit, held, known, contacts, changes)
            else:
                changes["state"] = RecordingState.FETCHED
                unit.work.add(Work(id=secrets.token_hex(12), kind=WorkKind.DISGUISE, subject_id=held.id))
            unit.recordings.change(held.id, version=held.version, **changes)
            unit.commit()

    def _keep(
        self, unit: UnitOfWork, held: Recording, known: Mapping[str, Any], contacts: OpenPeriod, changes: dict[str, Any]
    ) -> None:
        changes |= {"state": RecordingState.KEPT, "original_key": close_to_gateway(unit, self._keyring, held)}
        unit.reports.change(held.report_id, news=True)
        self._erasing.order(unit, held, known, contacts)

    def _settle_failure(self, work: Work, recording: Recording, error: ProviderError) -> None:
        """Note why it was not fetched; end it where trying on is useless."""
        is_over = error.permanent or work.attempts >= _TRIES.get(error.reason, _MOST_TRIES)
        with self._writing() as unit:
            unit.reports.first(id=recording.report_id, lock=True)
            held = unit.recordings.first(id=recording.id, lock=True)
            if held is None or held.state is not RecordingState.ANNOUNCED:
                unit.work.remove(id=work.id)
                unit.commit()
                return
            changes: dict[str, Any] = {"reason": error.reason}
            if is_over:
                is_refused = error.reason in (*_REFUSED, "timeout")
                state = RecordingState.REFUSED if is_refused else RecordingState.ABSENT
                changes |= {"state": state, "original_key": None, "original_period": None}
                unit.reports.change(held.report_id, news=True)
                unit.work.remove(id=work.id)
            unit.recordings.change(held.id, version=held.version, **changes)
            unit.commit()
        if not is_over:
            raise error
