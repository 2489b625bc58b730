"""What a field monitor is known by: a code, two PINs and a word. None of them is kept; only keyed tags and slow hashes are.

All of it is keyed with the boot secret too. A PIN has few digits: whoever had the database alone, and a fast computer, would try
them all in a day, however slow the hash.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass, field

from nacl import pwhash
from nacl.exceptions import CryptoError

from handlers.protection.boot import tag
from handlers.protection.people import USUAL_COST, Cost

CODE_DIGITS = (4, 6)  # at least, at most
PIN_DIGITS = (6, 8)
_CONSONANTS, _VOWELS = "bdghjkmnprstvz", "aeiou"
_SYLLABLES = 5  # 31 bits, and each guess is a text that must be paid for
_LONGEST_WORD = 24
_COUNTING = "01234567890123456789 98765432109876543210"


@dataclass(frozen=True, slots=True)
class MonitorKeys:
    """Makes and checks what a monitor is known by. `cost` is that of one guess of a PIN."""

    key: bytes = field(repr=False)
    cost: Cost = USUAL_COST

    def code_tag(self, code: str) -> bytes:
        """Give what a monitor is found by."""
        return tag(self.key, b"code", code.encode())

    def word_tag(self, word: str) -> bytes:
        """Give what a one-time word is found by; case and accents do not count."""
        return tag(self.key, b"word", folded(word).encode())

    def hash_pin(self, monitor_id: str, pin: str) -> str:
        """Give what a PIN is checked against (Argon2id)."""
        hashed = pwhash.argon2id.str(self._peppered(monitor_id, pin), opslimit=self.cost.passes, memlimit=self.cost.memory)
        return str(hashed, "ascii")

    def fits(self, hashed: str | None, monitor_id: str, pin: str) -> bool:
        """Say whether a PIN is the one that was hashed. Without one it costs the same time and is never right."""
        if hashed is None:
            self.hash_pin(monitor_id, pin)
            return False
        try:
            return bool(pwhash.verify(hashed.encode("ascii"), self._peppered(monitor_id, pin)))
        except (CryptoError, ValueError):
            return False

    def _peppered(self, monitor_id: str, pin: str) -> bytes:
        return tag(self.key, b"pin", monitor_id.encode(), pin.encode())


def folded(word: str) -> str:
    """Give a word as it counts: the letters alone."""
    plain = unicodedata.normalize("NFKD", word).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def first_word(text: str) -> tuple[str, str] | None:
    """Cut a text behind its first word, if that may be a one-time word; give the word and the rest."""
    bare = text.lstrip()
    word = next(iter(bare.split(maxsplit=1)), "")
    if len(word) > _LONGEST_WORD or len(folded(word)) != 2 * _SYLLABLES:
        return None
    return word, bare[len(word) :].lstrip(" \t\r\n.,:;-")


def new_word() -> str:
    """Make a word that can be said, heard and typed, and means nothing: it looks like any name."""
    return "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(_SYLLABLES))


def new_code() -> str:
    """Make a code; whoever adds the monitor sees to it that no other has it."""
    return _digits(CODE_DIGITS[0])


def new_pin(*, unlike: str = "") -> str:
    """Make a PIN, by chance and not one that a guesser begins with; two of one person differ in more than one digit, so that no
    slip of the finger is a cry for help."""
    while True:
        pin = _digits(PIN_DIGITS[0])
        is_varied = len(set(pin)) > 2 and pin not in _COUNTING
        if is_varied and (not unlike or sum(mine != other for mine, other in zip(pin, unlike, strict=False)) > 1):
            return pin


def is_code(text: str) -> bool:
    """Say whether it may be a code."""
    return _is_number(text, CODE_DIGITS)


def is_pin(text: str) -> bool:
    """Say whether it may be a PIN."""
    return _is_number(text, PIN_DIGITS)


def _is_number(text: str, length: tuple[int, int]) -> bool:
    return text.isascii() and text.isdecimal() and length[0] <= len(text) <= length[1]


def _digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))
