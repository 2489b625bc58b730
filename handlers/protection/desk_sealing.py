"""Seal for the desk what no period bounds: with its public key anybody here can close, and only a coordinator can open.

A sealed value is a key of its own, sealed to the desk, and behind it what that key seals: padded, and bound to its place.
"""

from __future__ import annotations

from typing import Any

from handlers.protection.people import open_with, seal_to
from handlers.protection.sealing import KEY_BYTES, Place, new_key, open_json, seal_json

_SEALED_KEY = KEY_BYTES + 48  # what libsodium's sealed box adds


def seal_for_desk(desk_public: bytes, value: object, place: Place) -> bytes:
    """Seal a JSON value that the desk alone opens."""
    key = new_key()
    return seal_to(desk_public, key) + seal_json(key, value, place)


def open_at_desk(desk_private: bytes, sealed: bytes, place: Place) -> Any:
    """Open it with the desk's private key; raise `SealError` if it was sealed to another, or for another place."""
    return open_json(open_with(desk_private, sealed[:_SEALED_KEY]), sealed[_SEALED_KEY:], place)
