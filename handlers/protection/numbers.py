"""Telephone numbers as senders: E.164 where they parse, and an honest name for what they are where they do not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

import phonenumbers

HOME_REGION = "ZW"

# Keypad spellings that networks put in place of a withheld number, as Twilio documents them; the library would file them
# under Lesotho, Russia, China and Uganda: they are looked up before anything is parsed.
_WITHHELD_DIGITS = frozenset({"266696687", "7378742833", "86282452253", "2562533", "8656696"})
_WITHHELD_WORDS = frozenset(
    {"", "anonymous", "unknown", "restricted", "unavailable", "private", "withheld", "blocked", "none", "null", "nonumber"}
)
_SEPARATORS = re.compile(r"[\s().\-/\u00a0]+")
_SHORT_CODE = re.compile(r"\d{3,6}\Z")
_E164 = re.compile(r"\+[1-9]\d{6,14}\Z")
_DIGITS = re.compile(r"\+?\d+\Z")  # the library reads letters as keypad digits: an id of a business would become a number


class SenderKind(Enum):
    """What a sender is to us."""

    NUMBER = "number"  # can be answered
    WITHHELD = "withheld"  # never answered, never taken for another withheld one
    NAME = "name"  # letters, a short code or an id of a business: cannot be answered


@dataclass(frozen=True, slots=True)
class Sender:
    """A sender as read. `value` is E.164 for a number, the folded raw text for a name, and empty for a withheld one."""

    kind: SenderKind
    value: str = field(repr=False)


def read_sender(raw: str) -> Sender:
    """Read what a provider gave as the sender. Never raises: whatever does not parse is a name."""
    folded = raw.strip().casefold()
    digits = _SEPARATORS.sub("", folded).lstrip("+")
    if digits in _WITHHELD_WORDS or digits in _WITHHELD_DIGITS:
        return Sender(SenderKind.WITHHELD, "")
    number = None if _SHORT_CODE.match(digits) else _e164(_SEPARATORS.sub("", folded))
    return Sender(SenderKind.NUMBER, number) if number else Sender(SenderKind.NAME, folded)


def _e164(text: str) -> str | None:
    """Give the number in E.164, or None. A shape that could be a number is enough: the library calls real ones invalid."""
    if not _DIGITS.match(text):
        return None
    if text.startswith("00"):
        text = "+" + text[2:]
    if text.isascii() and text.isdigit() and text.startswith("263") and len(text) >= 11:
        text = "+" + text
    try:
        parsed = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return text if _E164.match(text) else None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
