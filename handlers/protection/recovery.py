"""The recovery key: printed once, as words and QR, on two sheets that two people keep apart.

The key is the exclusive-or of both sheets: one sheet alone says nothing about it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import segno
from mnemonic import Mnemonic
from nacl.public import PrivateKey
from nacl.utils import random as random_bytes

from handlers.errors import WrongPassword

_WORDS = Mnemonic("english")
SHEET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of paper: 24 words of the BIP 39 list, checked by the last of them."""

    words: str = field(repr=False)

    def qr_for_terminal(self) -> str:
        """Draw the words as a QR code with block characters."""
        out = io.StringIO()
        segno.make(self.words, error="m").terminal(out=out, compact=True)
        return out.getvalue()

    def qr_svg(self) -> str:
        """Draw the words as a QR code in SVG."""
        return segno.make(self.words, error="m").svg_inline(scale=4)


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """What opens every compartment when all passwords are forgotten. Only its public half is kept."""

    private: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """The half that compartments are sealed to."""
        return bytes(PrivateKey(self.private).public_key)


def new_recovery_key() -> tuple[RecoveryKey, tuple[Sheet, Sheet]]:
    """Make a recovery key and its two sheets."""
    halves = random_bytes(SHEET_BYTES), random_bytes(SHEET_BYTES)
    return _joined(*halves), (Sheet(_WORDS.to_mnemonic(halves[0])), Sheet(_WORDS.to_mnemonic(halves[1])))


def read_sheets(first: str, second: str) -> RecoveryKey:
    """Put the key together from the words of both sheets, in either order; raise `WrongPassword` naming the sheet that is
    misread."""
    halves = []
    for name, words in (("first", first), ("second", second)):
        text = " ".join(words.split()).casefold()
        try:
            halves.append(bytes(_WORDS.to_entropy(text)))
        except (ValueError, LookupError):
            raise WrongPassword(f"the {name} sheet is not 24 words of the list, or a word is misread") from None
    if any(len(half) != SHEET_BYTES for half in halves):
        raise WrongPassword("each sheet has 24 words")
    return _joined(*halves)


def _joined(first: bytes, second: bytes) -> RecoveryKey:
    return RecoveryKey(bytes(a ^ b for a, b in zip(first, second, strict=True)))
