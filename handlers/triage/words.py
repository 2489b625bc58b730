"""Words of a text, folded so that spelling habits do not hide them, each with its true place in the text."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple, TypeVar

T = TypeVar("T")

# Apostrophes stay inside a word (n'anga, don't); a hyphen parts words (pa-Chirasika, Arda-Transau).
WORD = re.compile(r"[^\W_]+(?:['\u2019\u02bc`][^\W_]+)*")
_APOSTROPHES = re.compile(r"['\u2019\u02bc`]")
_STRETCHED = re.compile(r"(.)\1{2,}")
_CLAUSE_END = re.compile(r"[.!?;,\n\r\u3002:]")
_SENTENCE_END = re.compile(r"[.!?;\n\r\u3002]")
_MOST_KEPT = 50_000  # words of which is kept in memory what was found out
_MONEY_BEFORE = re.compile(r"(?:[$\u20ac\u00a3]|usd|zig|rtgs)\s?$", re.IGNORECASE)
_MONEY_WORDS = frozenset(
    {"dollar", "dollars", "usd", "us", "madhora", "dhora", "amadola", "idola", "rand", "bond", "zig", "bucks"}
)


class Token(NamedTuple):
    """One word: `text[start:end]`, its folded form, its number if it is written in digits, and where it stands."""

    start: int
    end: int
    folded: str
    capital: bool
    sentence: int
    clause: int
    digits: int | None = None
    is_money: bool = False

    def __repr__(self) -> str:
        """Show where it stands, never what it is: it may come to stand in a traceback."""
        return f"Token({self.start}:{self.end})"


def fold(word: str) -> str:
    """Give the form of a word that lists are matched on: no case, no accents, no apostrophes, no stretched letters."""
    folded = word.casefold()
    if not folded.isascii():
        folded = _APOSTROPHES.sub("", folded)
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
    else:
        folded = folded.replace("'", "").replace("`", "")
    return _STRETCHED.sub(r"\1", folded) if _STRETCHED.search(folded) and not folded.isdigit() else folded


class Met(dict[str, T]):
    """What was found out of words that were met, so that it is found out once. Kept in memory, of so many words and no more, and
    of none but letters: what holds a digit may be somebody's number."""

    def __repr__(self) -> str:
        """Show how many there are, and none of them: they are words of reports."""
        return f"Met({len(self)} words)"

    def keep(self, word: str, found: T) -> T:
        """Keep what was found out of a word, and give it."""
        if len(self) < _MOST_KEPT and word.isalpha():
            self[word] = found
        return found


_folded: Met[str] = Met()


def fold_phrase(phrase: str) -> tuple[str, ...]:
    """Give the folded words of a phrase."""
    return tuple(fold(found.group()) for found in WORD.finditer(phrase))


def tokens(text: str) -> tuple[Token, ...]:
    """Part a text into its words; the spans are true: `text[token.start:token.end]` is the word as written."""
    found: list[Token] = []
    sentence = clause = end = 0
    for match in WORD.finditer(text):
        start = match.start()
        if end and (gap := text[end:start]) != " ":
            sentence += bool(_SENTENCE_END.search(gap))
            clause += bool(_CLAUSE_END.search(gap))
        end = match.end()
        word = match.group()
        folded = _folded.get(word) or _folded.keep(word, fold(word))
        number = _number(word)
        before = text[max(0, start - 5) : start] if number is not None else ""
        is_money = bool(before and _MONEY_BEFORE.search(before))
        found.append(Token(start, end, folded, word[0].isupper(), sentence, clause, number, is_money))
    return tuple(found)


def follows_as_money(token: Token) -> bool:
    """Say whether this word after a number makes it a sum of money."""
    return token.folded in _MONEY_WORDS


def _number(word: str) -> int | None:
    """Read a short number in any decimal script; long ones are codes or telephone numbers, not counts."""
    return int(word) if len(word) <= 6 and word.isdecimal() else None
