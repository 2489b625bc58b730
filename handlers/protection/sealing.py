"""Seal and open values: XChaCha20-Poly1305, bound to the place where they are kept, padded so that lengths do not tell.

A sealed value is `0x01 || nonce (24 bytes) || ciphertext and tag`. Its associated data are table, column, row id and period, so
that a value moved to another place does not open.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.utils import random as random_bytes

from handlers.errors import SealError

KEY_BYTES = bindings.crypto_aead_xchacha20poly1305_ietf_KEYBYTES
_NONCE_BYTES = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
_VERSION = b"\x01"
_SMALLEST_BUCKET = 256
_LARGEST_BUCKET = 65_536


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value is kept. Opening it names the same place."""

    table: str
    column: str
    row: str
    period: str = ""

    def as_bytes(self) -> bytes:
        """Give the associated data: the four names, each ended by a NUL (no name holds one)."""
        return "".join(f"{name}\0" for name in (self.table, self.column, self.row, self.period)).encode()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed value with the period whose key opens it."""

    period: str
    value: bytes = field(repr=False)


def new_key() -> bytes:
    """Make a random key of 32 bytes."""
    return random_bytes(KEY_BYTES)


def seal(key: bytes, plain: bytes, place: Place) -> bytes:
    """Seal a value for its place. Two values in one bucket of lengths give sealed values of one length."""
    nonce = random_bytes(_NONCE_BYTES)
    padded = bindings.sodium_pad(plain, _bucket(len(plain)))
    return _VERSION + nonce + bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(padded, place.as_bytes(), nonce, key)


def open_sealed(key: bytes, sealed: bytes, place: Place) -> bytes:
    """Open a value sealed for this place; raise `SealError` for another key or place, or altered bytes."""
    if sealed[:1] != _VERSION or len(sealed) < 1 + _NONCE_BYTES:
        raise SealError("not a sealed value")
    nonce, box = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        padded = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(box, place.as_bytes(), nonce, key)
        return bindings.sodium_unpad(padded, _bucket(len(padded) - 1))
    except (CryptoError, ValueError, TypeError):
        raise SealError("a sealed value does not open") from None


def seal_json(key: bytes, value: object, place: Place) -> bytes:
    """Seal a JSON value. ASCII on the inside, so that lone surrogates and NULs from a careless gateway survive."""
    return seal(key, json.dumps(value, separators=(",", ":")).encode("ascii"), place)


def open_json(key: bytes, sealed: bytes, place: Place) -> Any:
    """Open a JSON value sealed for this place; raise `SealError` as `open_sealed` does."""
    return json.loads(open_sealed(key, sealed, place))


def _bucket(length: int) -> int:
    """Give the padded length: doubling from 256 bytes to 64 kB, then whole multiples of 64 kB."""
    bucket = _SMALLEST_BUCKET
    while bucket <= length and bucket < _LARGEST_BUCKET:
        bucket *= 2
    return bucket
