"""Commands: the few words a source can send to the line, and the receipt that brings them back to their report."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from handlers.listed import Keyed

Language = Literal["sn", "ndau", "nd", "en"]
LANGUAGES: tuple[Language, ...] = ("sn", "ndau", "en", "nd")  # in the order of the menu
_LONGEST_COMMAND = 80  # letters: nothing longer is read as a command
_DIGITS = 10
_SEPARATORS = " \t-\u00a0\u2009\u2010\u2011\u2012\u2013\u2014."
_AUTOMATIC_WITHIN = 30  # words from the beginning in which an automatic answer gives itself away
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
# The quasigroup of order ten by which Damm's check digit finds every wrong digit and every pair swapped
# (H. M. Damm, Total anti-symmetrische Quasigruppen, 2004).
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


@dataclass(frozen=True, slots=True)
class Help:
    """The source asks how the line works."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The source wants no replies."""


@dataclass(frozen=True, slots=True)
class Start:
    """The source wants replies again."""


@dataclass(frozen=True, slots=True)
class Delete:
    """The source wants the report of this receipt erased. Its check digit may be wrong: then it is simply not found."""

    receipt: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """The source chooses the language of our replies."""

    language: Language


@dataclass(frozen=True, slots=True)
class CallMe:
    """The source asks to be called. No text answers it: the call does."""


@dataclass(frozen=True, slots=True)
class Continue:
    """The source adds to the report of this receipt; `rest` is what they add, as written, and may be empty."""

    receipt: str = field(repr=False)
    rest: str = field(repr=False)


Command = Help | Stop | Start | Delete | ChooseLanguage | CallMe | Continue


@dataclass(frozen=True, slots=True)
class CommandWords:
    """The words of every command and the phrases of automatic answers, folded."""

    commands: Mapping[str, str] = field(repr=False)
    automatic: tuple[str, ...] = field(repr=False)


def build_command_words(commands: Iterable[Keyed], automatic: Iterable[Keyed]) -> CommandWords:
    """Compile the lists of words. Where two commands share a word, the first on the lists has it."""
    words: dict[str, str] = {}
    for line in commands:
        words.setdefault(_fold(line.entry), line.key)
    return CommandWords(words, tuple(f" {_fold(line.entry)} " for line in automatic))


def read_command(text: str, words: CommandWords) -> Command | None:
    """Read a command, which must be the whole message; None for all else, which is a report.

    DELETE needs its receipt; without one it is answered as HELP, which says how.
    """
    if found := read_receipt(text):
        receipt, rest = found
        return Delete(receipt) if _key(rest, words) == "DELETE" else Continue(receipt, rest)
    if len(text) > _LONGEST_COMMAND:
        return None
    key = _key(text, words)
    if key is None:
        return _delete_with_receipt(text, words)
    if key.startswith("LANGUAGE_"):
        return next((ChooseLanguage(language) for language in LANGUAGES if key == f"LANGUAGE_{language.upper()}"), None)
    plain: Mapping[str, Command] = {"STOP": Stop(), "START": Start(), "CALL": CallMe()}
    return plain.get(key, Help())


def _delete_with_receipt(text: str, words: CommandWords) -> Delete | None:
    """Read `DELETE 482 155 3907`, and `482 155 3907 DELETE` whose check digit is wrong."""
    first = next((at for at, letter in enumerate(text) if letter.isdecimal()), None)
    if first is None:
        return None
    found = _ten_digits(text[first:])
    if found is None or not _may_be_receipt(found[0]):
        return None
    return Delete(found[0]) if _key(text[:first] + " " + found[1], words) == "DELETE" and "+" not in text[:first] else None


def is_automatic(text: str, words: CommandWords) -> bool:
    """Say whether a text is a machine's answer (I am driving, not in service): kept, but never answered."""
    beginning = f" {_fold(text[:2000], limit=_AUTOMATIC_WITHIN)} "
    return any(phrase in beginning for phrase in words.automatic)


def new_receipt(random_bytes: Callable[[int], bytes]) -> str:
    """Make a receipt: nine digits by chance and a check digit, never like a telephone number of Zimbabwe."""
    while True:
        number = int.from_bytes(random_bytes(4), "big")
        if 100_000_000 <= number < 1_000_000_000:
            receipt = f"{number}{_damm(str(number))}"
            if _may_be_receipt(receipt):
                return receipt


def format_receipt(receipt: str) -> str:
    """Write a receipt in groups that can be copied by hand: 482 155 3907."""
    return f"{receipt[:3]} {receipt[3:6]} {receipt[6:]}"


def read_receipt(text: str) -> tuple[str, str] | None:
    """Read the receipt that a text begins with, and the rest; spaces, hyphens and any script's digits are understood."""
    found = _ten_digits(text)
    if found is None or not _may_be_receipt(found[0]) or _damm(found[0]) != 0:
        return None
    return found


def _ten_digits(text: str) -> tuple[str, str] | None:
    """Take ten digits from the beginning; they must end where a group ends, so that no longer number is cut."""
    text = text.lstrip("#([\"' \t\r\n:*")
    digits: list[str] = []
    for at, letter in enumerate(text):
        if letter.isdecimal():
            if len(digits) == _DIGITS:
                return None
            digits.append(str(unicodedata.decimal(letter)))
        elif len(digits) == _DIGITS:
            return "".join(digits), text[at:].lstrip(_SEPARATORS + ":,;)]*\"'\r\n").rstrip()
        elif not digits or letter not in _SEPARATORS:
            return None
    return ("".join(digits), "") if len(digits) == _DIGITS else None


def _may_be_receipt(receipt: str) -> bool:
    """Refuse what a telephone number of Zimbabwe may look like: 0771234567, 771234567 and a digit more, 263 77 ..."""
    return receipt[0] not in "07" and not receipt.startswith("263")


def _damm(digits: str) -> int:
    """Give the check digit of these digits; 0 where the last one already is."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim


def _key(text: str, words: CommandWords) -> str | None:
    return words.commands.get(_fold(text)) if len(text) <= _LONGEST_COMMAND else None


def _fold(text: str, *, limit: int | None = None) -> str:
    """Give the words alone: no case, no punctuation, no accents, single spaces."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = [re.sub("['\u2019]", "", word) for word in _WORD.findall(plain)]
    return " ".join(words[:limit])
