"""Signs in a text that may point to one person: numbers, identities, exact times and counts, listed names, copied words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from handlers.caselog.precision import TimeStep

_GAP = r"[\s().\-/\u2010-\u2015_*\u00a0\u200b]"
_LEAST_DIGITS = 7
_DIGITS = re.compile(rf"\+?\(?\d(?:{_GAP}{{0,3}}\d){{{_LEAST_DIGITS - 1},}}")
_LOOK_ALIKE = re.compile(r"\b(?=\w*\d\w*\d\w*\d)[oOlI\d]{9,13}\b")  # o771234567: letters that look like digits
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = re.compile(
    r"\b(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?)\b",
    re.I,
)
_YEARS = re.compile(r"(?:19|20)\d{2}\W{1,3}(?:19|20)\d{2}")
_CLOCK = re.compile(
    r"\b(?:[01]?\d|2[0-3])(?::[0-5]\d|h[0-5]\d|\s?(?:am|pm|a\.m\.|p\.m\.|hrs|hours)\b)|\b\d{1,2}\s?o['\u2019]?\s?clock\b", re.I
)
_WEEKDAY = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\b(?:today|yesterday|tonight|last night|this morning|nhasi|nezuro|izolo|lamuhla)\b",
    re.I,
)
_PEOPLE = (
    r"(?:men|man|women|woman|boys?|girls?|child|children|people|persons?|villagers?|miners?|panners?|youths?|brothers?|sisters?|families|"
    r"family|victims?|diggers?|detainees?|witness(?:es)?|vanhu|munhu|vakomana|vasikana|vana|varume|vakadzi|abantu|amadoda|abantwana)"
)
_NUMBER = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|twenty)"
_COUNT = re.compile(
    rf"\b{_NUMBER}\s+(?:\w+\s+)?{_PEOPLE}\b"
    r"|\bva(?:viri|tatu|na|shanu|tanhatu|nomwe|sere|pfumbamwe)\b|\baba(?:bili|thathu|ne|hlanu|yisithupha|yisikhombisa|litshumi)\b",
    re.I,
)
_AGE = re.compile(rf"\b{_NUMBER}[\s-]?years?[\s-]?old\b|\baged?\s+{_NUMBER}\b|\bmakore\s+{_NUMBER}\b", re.I)
_FIRST_PERSON = re.compile(r"\b(?:I|my|we|our)\b(?!\.)")
_KIN = re.compile(
    r"\b(?:wife|husband|widow|mother|father|daughter|son|brother|sister|uncle|aunt|nephew|niece|cousin|grandmother|grandfather)s?\s+of\b",
    re.I,
)
_IDENTITY = re.compile(r"(?<!\d)\d{2}[\s\-/.]{0,2}\d{6,7}[\s\-/.]{0,2}[A-Za-z][\s\-/.]{0,2}\d{2}(?!\d)")
_PASSPORT = re.compile(r"\b[A-Za-z]{2}\s?\d{6,7}\b")
_MAIL = re.compile(r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_WEB = re.compile(r"\bhttps?://\S+|\bwww\.\S+|(?<!\w)@\w{3,}")
_PLATE = re.compile(r"\b(?!(?:[A-Z]{3}) (?:19|20)\d{2}\b)(?:[A-Z]{3}[\s-]?\d{4}|[a-z]{3}-?\d{4}|\d{3}-\d{3}\s?[A-Za-z])\b")
_MAYBE_PLATE = re.compile(r"\b[A-Z]{3} (?:19|20)\d{2}\b")
_SPELLED = {
    word: str(digit)
    for digit, words in enumerate(
        ("zero oh nil ziro", "one poshi motsi", "two piri", "three tatu", "four ina", "five shanu", "six tanhatu", "seven nomwe",
         "eight sere", "nine pfumbamwe")
    )
    for word in words.split()
}  # fmt: skip
_WORD = re.compile(r"\w+")
_BEFORE = r"(?:pa|ku|mu|kwa|ka|ko|na|ne|wa|we|e|o)?"  # what Shona, Ndau and Ndebele write in one word with a place or a name
_LEAST_COPIED = 3


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign in a text."""

    kind: str
    is_blocking: bool
    sentence: str
    words: str = field(repr=False)


_ALWAYS = (
    (_IDENTITY, "identity", True, "This looks like a national identity number."),
    (_PASSPORT, "identity", True, "This looks like a passport number."),
    (_LOOK_ALIKE, "number", True, "This looks like a telephone number written with letters."),
    (_MAIL, "address", True, "This looks like an e-mail address."),
    (_WEB, "address", True, "This looks like a web address or an account's name."),
    (_PLATE, "plate", True, "This looks like a vehicle's plate."),
    (_MAYBE_PLATE, "plate", False, "This may be a vehicle's plate."),
    (_COUNT, "count", False, "A small exact number tells who was there; a band is safer."),
    (_AGE, "age", False, "An exact age helps to find a person; say child, youth or adult."),
    (_FIRST_PERSON, "voice", False, "This speaks as the source; tell it from outside."),
    (_KIN, "kin", False, "A relation between people helps to find them."),
)


def find_signs(text: str, *, step: TimeStep | None) -> Iterator[Sign]:
    """Find what may point to a person in a text whose time is told at this step (None: not known, so every time is too fine)."""
    text = unicodedata.normalize("NFKC", text)
    days = [match.span() for match in _DAY.finditer(text)]
    yield from _numbers(text, days)
    yield from _spelled_numbers(text)
    for pattern, kind, is_blocking, sentence in _ALWAYS:
        for match in pattern.finditer(text):
            yield Sign(kind, is_blocking, sentence, match.group())
    if step is not TimeStep.HOUR:
        for match in _CLOCK.finditer(text):
            yield Sign("time", True, "The hour is finer than the time that was chosen.", match.group())
    if step not in (TimeStep.HOUR, TimeStep.DAY):
        for start, end in days:
            yield Sign("time", True, "This day is finer than the time that was chosen.", text[start:end])
        for match in _WEEKDAY.finditer(text):
            yield Sign("time", False, "This tells the day, which is finer than the time that was chosen.", match.group())


def find_listed(text: str, listed: Sequence[str]) -> tuple[str, ...]:
    """Find listed names in a text, whatever their case and accents, also with a prefix or an ending grown onto them."""
    folded = fold(text)
    parts = {" ".join(_WORD.findall(fold(name))) for name in listed}
    found = []
    for part in sorted(part for part in parts if len(part) > 1):
        pattern = r"[\W_]+".join(re.escape(word) for word in part.split())
        if match := re.search(rf"(?<!\w){_BEFORE}{pattern}(?:ni|s|['\u2019]s)?(?!\w)", folded):
            found.append(match.group())
    return tuple(found)


def find_copied(text: str, tellings: Sequence[str], *, longest: int) -> tuple[str, ...]:
    """Find runs of more than `longest` words that stand in a telling too, and short tellings that stand in the text whole."""
    words = _WORD.findall(fold(text))
    found = []
    for telling in tellings:
        told = _WORD.findall(fold(telling))
        length = min(longest + 1, len(told))
        if length < _LEAST_COPIED:
            continue
        runs = {tuple(told[at : at + length]) for at in range(len(told) - length + 1)}
        at = 0
        while at + length <= len(words):
            end = at
            while tuple(words[end : end + length]) in runs and end + length <= len(words):
                end += 1
            if end > at:
                found.append(" ".join(words[at : end + length - 1]))
            at = max(at + 1, end)
    return tuple(dict.fromkeys(found))


def _numbers(text: str, days: Sequence[tuple[int, int]]) -> Iterator[Sign]:
    for match in _DIGITS.finditer(text):
        if not _YEARS.fullmatch(match.group()) and not any(start <= match.start() and match.end() <= end for start, end in days):
            yield Sign("number", True, "This looks like a telephone or other long number.", match.group())


def _spelled_numbers(text: str) -> Iterator[Sign]:
    """Find a number told digit by digit: zero seven seven one, or with figures among the words."""
    run: list[str] = []
    for word in [*_WORD.findall(fold(text)), ""]:
        if word in _SPELLED or (word.isdecimal() and len(word) <= 3):
            run.append(word)
            continue
        digits = sum(len(part) if part.isdecimal() else 1 for part in run)
        if digits >= _LEAST_DIGITS and any(part in _SPELLED for part in run):
            yield Sign("number", True, "This looks like a number told digit by digit.", " ".join(run))
        run = []


def fold(text: str) -> str:
    """Take case and accents off a text."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))
