"""The boot secret: 32 bytes given to each process at start, and the keys that are derived from it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

BOOT_SECRET_BYTES = 32

BootPurpose = Literal[
    "period wrap",
    "delivery tag",
    "receipt tag",
    "spool",
    "cookie",
    "limits",
    "list versions",
    "call token",
    "monitors",
    "speech token",
    "second step",
]


@dataclass(frozen=True, slots=True)
class BootSecret:
    """Derives one independent key a purpose. Without it a server that was switched off opens nothing."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != BOOT_SECRET_BYTES:
            raise ValueError(f"the boot secret must be {BOOT_SECRET_BYTES} bytes, it is {len(self.secret)}")

    def derive(self, purpose: BootPurpose) -> bytes:
        """Give the 32-byte key of a purpose."""
        return blake2b(purpose.encode(), key=self.secret, digest_size=32, person=b"izwi boot v1").digest()


def tag(key: bytes, *parts: bytes) -> bytes:
    """Give a keyed tag over parts; the length of each is part of it, so that no two lists of parts share one."""
    body = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hmac.digest(key, body, "sha256")
