"""What is kept of a recording besides its row: what is known of it, sealed, and the two blobs, each under a key of its own.

A blob's key is in the row before the blob is written. So it does not matter how often a step is done again, nor whether two
workers do it at once: each writes the same blob anew, and the row's key opens whichever was last.
"""

from __future__ import annotations

from typing import Any

from handlers.errors import NotFound, SealError
from handlers.ports import UnitOfWork
from handlers.protection.keyring import Keyring
from handlers.protection.people import DESK, seal_to
from handlers.protection.sealing import KEY_BYTES, Place, open_json, open_sealed, seal, seal_json
from handlers.records import Recording

MOST_BYTES = 40_000_000  # of a file: an hour of telephone as MP3, forty minutes as WAV


def open_known(key: bytes, recording: Recording) -> dict[str, Any]:
    """Open what is known of a recording, with the key of its period."""
    known: dict[str, Any] = open_json(key, recording.content, _content(recording.id, recording.period))
    return known


def seal_known(key: bytes, recording_id: str, period_id: str, known: dict[str, Any]) -> bytes:
    """Seal what is known of a recording to a report period."""
    return seal_json(key, known, _content(recording_id, period_id))


def seal_original_key(key: bytes, recording_id: str, period_id: str, period_key: bytes) -> bytes:
    """Seal the key of an original to an original period."""
    return seal(period_key, key, _original_key(recording_id, period_id))


def open_original_key(period_key: bytes, recording: Recording) -> bytes:
    """Open the key of an original. What comes is longer than a key once it was closed to the gateway: then it is sealed to the
    desk as well."""
    if recording.original_key is None or recording.original_period is None:
        raise SealError("the key of this original is destroyed")
    return open_sealed(period_key, recording.original_key, _original_key(recording.id, recording.original_period))


def is_for_the_desk(opened: bytes) -> bool:
    """Say whether an opened key is sealed to the desk as well."""
    return len(opened) != KEY_BYTES


def close_to_gateway(unit: UnitOfWork, keyring: Keyring, recording: Recording) -> bytes | None:
    """Give the key of an original sealed to the desk, within its period: from then on the gateway itself cannot open it, though
    the period be open; and it dies with its period all the same. None where there is no original."""
    if recording.original_key is None or recording.original_period is None:
        return None
    period_key = keyring.key_in(unit, recording.original_period)
    key = open_original_key(period_key, recording)
    if is_for_the_desk(key):
        return recording.original_key
    desk = unit.compartments.first(name=DESK)
    if desk is None:
        raise NotFound("the desk's key")
    return seal_original_key(seal_to(desk.public_key, key), recording.id, recording.original_period, period_key)


def _content(recording_id: str, period_id: str) -> Place:
    return Place("recordings", "content", recording_id, period_id)


def _original_key(recording_id: str, period_id: str) -> Place:
    return Place("recordings", "original_key", recording_id, period_id)
