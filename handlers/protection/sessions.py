"""A session's key in two halves: one in the browser's cookie, one on the server, in memory only.

Neither half opens the compartment keys of the session; a thief needs both.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from nacl.utils import random as random_bytes

from handlers.protection.sealing import KEY_BYTES, Place, open_json, seal_json


@dataclass(frozen=True, slots=True)
class SessionHalves:
    """`cookie` goes to the browser and is not kept; `server` and `sealed` stay here."""

    cookie: bytes = field(repr=False)
    server: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


def split_session(session_id: str, keys: Mapping[str, bytes]) -> SessionHalves:
    """Seal the compartment keys of a session under a key that is split in two halves."""
    cookie, server = random_bytes(KEY_BYTES), random_bytes(KEY_BYTES)
    plain = {name: b64encode(key).decode() for name, key in keys.items()}
    return SessionHalves(cookie, server, seal_json(_joined(cookie, server), plain, _place(session_id)))


def join_session(session_id: str, halves: SessionHalves) -> dict[str, bytes]:
    """Give the compartment keys of a session; raise `SealError` if the halves do not belong together."""
    plain = open_json(_joined(halves.cookie, halves.server), halves.sealed, _place(session_id))
    return {name: b64decode(key) for name, key in plain.items()}


def _joined(cookie: bytes, server: bytes) -> bytes:
    return blake2b(server, key=cookie[:64], digest_size=KEY_BYTES, person=b"izwi session").digest()


def _place(session_id: str) -> Place:
    return Place("sessions", "keys", session_id)
