"""What was said in a call: announced as soon as it is told of, and deleted at the caller's wish alone."""

from __future__ import annotations

from typing import Any

from handlers.errors import SealError
from handlers.events import RecordingMade
from handlers.ports import UnitOfWork
from handlers.protection.keyring import Keyring
from handlers.protection.pseudonyms import recording_tag
from handlers.protection.sealing import Place, open_json
from handlers.records import Recording, RecordingKind, RecordingState
from handlers.voice.announcing import Announcement, OpenNow, announce, announce_deleted, order_file_erasing, withdraw
from handlers.voice.calls import Calls, Held, have_triaged

DELETED = "deleted"  # the outcome of a call whose caller deleted all that was said


class Recorded:
    """Keeps the recordings of calls."""

    def __init__(self, keyring: Keyring, calls: Calls) -> None:
        self._keyring = keyring
        self._calls = calls

    def keep(self, unit: UnitOfWork, held: Held, made: RecordingMade, at: OpenNow) -> bool:
        """Announce a recording of a call; say whether it is new. One that the provider does not have leaves no trace: nothing was
        said in it, or the work of fetching it finds out."""
        if made.state != "ready" or not made.reference:
            return False
        found = announcement(made)
        if unit.recordings.first(tag=recording_tag(at.tag_key, found.provider, found.reference)) is not None:
            return False
        if held.known("outcome") == DELETED:
            announce_deleted(unit, found, held.message, at)
            return False
        announce(unit, found, held.message, at)
        self._calls.learn(unit, held, recording=made.reference)
        have_triaged(unit, held.message)
        return True

    def refuse(self, unit: UnitOfWork, made: RecordingMade, at: OpenNow) -> None:
        """Have a recording erased at the provider that belongs to a call which its source had deleted."""
        if made.state == "ready" and made.reference:
            order_file_erasing(unit, announcement(made), "", at.contact)

    def delete(self, unit: UnitOfWork, held: Held, at: OpenNow) -> None:
        """Delete all that was said in a call."""
        for recording in unit.recordings.all(message_id=held.message.id):
            content = self._opened(unit, recording)
            found = Announcement(
                provider=str(content.get("provider", "")),
                reference=str(content.get("reference", "")),
                parent=str(content.get("parent", "")),
                kind=RecordingKind.CALL,
            )
            if recording.state is not RecordingState.ABSENT:
                withdraw(unit, recording, found, at)
        self._calls.learn(unit, held, outcome=DELETED, answers={}, recording=None)

    def _opened(self, unit: UnitOfWork, recording: Recording) -> dict[str, Any]:
        place = Place("recordings", "content", recording.id, recording.period)
        try:
            content: dict[str, Any] = open_json(self._keyring.key_in(unit, recording.period), recording.content, place)
        except SealError:
            return {}
        return content


def announcement(made: RecordingMade) -> Announcement:
    """Give what is announced of a recording."""
    return Announcement(
        provider=made.provider,
        reference=made.reference,
        parent=made.call_id,
        kind=RecordingKind.CALL,
        seconds=made.seconds,
    )
