"""Erase a message or a recording at the provider, once it is safe here: what lies with a provider can be ordered from it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from handlers.errors import KeyDestroyed, NotFound
from handlers.outgoing import Telephony
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.keyring import Keyring, OpenPeriod
from handlers.protection.sealing import Place, open_json
from handlers.records import Recording, RecordingKind, RecordingState, Work, WorkKind
from handlers.voice.announcing import Announcement, order_file_erasing
from handlers.work.contents import open_content
from handlers.work.sending import Clients

Telephonies = Mapping[str, Callable[[], Telephony | None]]

_ERASE_AFTER_SECONDS = 600
# A text is not erased at its provider while what is attached to it is not safe here: the attachments would go with it. One that
# was refused stays there for good, since there is no other.
_NOT_SAFE = (RecordingState.ANNOUNCED.value, RecordingState.FETCHED.value, RecordingState.REFUSED.value)


class Erasing:
    """Does the work of kind ERASE."""

    def __init__(
        self, *, writing: OpenUnit, reading: OpenUnit, keyring: Keyring, clients: Clients, telephonies: Telephonies | None = None
    ) -> None:
        self._writing = writing
        self._reading = reading
        self._keyring = keyring
        self._clients = clients
        self._telephonies = telephonies or {}

    def __call__(self, work: Work) -> None:
        """Erase what this work names; what can no longer be named is left. Raises `ProviderError`."""
        named = self._named(work)
        provider = str(named.get("provider"))
        if named.get("reference"):
            telephony = self._telephonies[provider]() if provider in self._telephonies else None
            if telephony is not None:
                telephony.erase_file(str(named["reference"]), parent=str(named.get("parent")))
        elif named.get("provider_id") and provider in self._clients:
            self._clients[provider]().erase(str(named["provider_id"]))
        with self._writing() as unit:
            unit.work.remove(id=work.id)
            unit.commit()

    def _named(self, work: Work) -> dict[str, Any]:
        """Give the name at the provider, from the work itself where it holds one; empty if lost, or not to be erased yet."""
        try:
            with self._reading() as unit:
                held = unit.work.first(id=work.id)  # as it is now: it may have been carried to another period
                if held is None:
                    return {}
                if held.payload is None or held.payload_period is None:
                    if unit.recordings.count(message_id=work.subject_id, state=_NOT_SAFE):
                        return {}  # it is ordered again with the last of them
                    return open_content(self._keyring, unit, unit.messages.get(work.subject_id))
                place = Place("work", "payload", held.id, held.payload_period)
                named: dict[str, Any] = open_json(self._keyring.key_in(unit, held.payload_period), held.payload, place)
                return named
        except (NotFound, KeyDestroyed):
            return {}


class ErasingFiles:
    """Orders that files be erased at their provider, if that is wanted at all."""

    def __init__(self, *, clock: Clock, is_wanted: bool) -> None:
        self._clock = clock
        self._is_wanted = is_wanted

    def order(self, unit: UnitOfWork, recording: Recording, known: Mapping[str, Any], contacts: OpenPeriod) -> None:
        """Add the work of erasing a recording that is safe here. What is attached to a text goes with the text, once all of it is
        safe."""
        if not self._is_wanted:
            return
        if recording.kind is RecordingKind.CALL:
            found = Announcement(
                provider=str(known.get("provider")),
                reference=str(known.get("reference")),
                parent=str(known.get("parent")),
                kind=recording.kind,
            )
            order_file_erasing(unit, found, recording.id, contacts)
            return
        others = unit.recordings.all(message_id=recording.message_id, state=_NOT_SAFE)
        is_ordered = unit.work.count(subject_id=recording.message_id, kind=WorkKind.ERASE)
        if not is_ordered and all(other.id == recording.id for other in others):
            order_erasing(unit, recording.message_id, now=self._clock())


def order_erasing(unit: UnitOfWork, message_id: str, *, now: float) -> None:
    """Add the work of erasing a message at its provider, a little later: a provider may still be busy with it."""
    due_at = int(now) + _ERASE_AFTER_SECONDS
    unit.work.add(Work(id=secrets.token_hex(12), kind=WorkKind.ERASE, subject_id=message_id, due_at=due_at))
