"""The keys of originals: the voices as they came. Who may import this is listed in the import rules.

While a recording is worked on, its key is sealed to an original period, which the gateway opens. Once it is done, the key is
sealed to the desk within that: the gateway opens it no more, and it dies with its period all the same.
"""

from __future__ import annotations

from handlers.errors import NotFound, SealError
from handlers.ports import UnitOfWork
from handlers.protection.keyring import DeskKeyring, Keyring
from handlers.protection.people import DESK, open_with, seal_to
from handlers.protection.sealing import KEY_BYTES, Place, open_sealed, seal
from handlers.records import Recording


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
    """Give the key of an original sealed to the desk as well. None where there is no original."""
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


def open_at_desk(keys: DeskKeyring, desk_private: bytes, recording: Recording) -> bytes:
    """Open the key of an original with the desk's keys; raise `SealError`, or `KeyDestroyed` once its time is over."""
    key = open_original_key(keys.key(recording.original_period or ""), recording)
    return open_with(desk_private, key) if is_for_the_desk(key) else key


def _original_key(recording_id: str, period_id: str) -> Place:
    return Place("recordings", "original_key", recording_id, period_id)
