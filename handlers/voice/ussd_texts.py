"""What USSD screens say, checked where it is read: a screen that is too long is cut by the network, or ends the session."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from handlers.commands import LANGUAGES, format_receipt
from handlers.errors import ListError
from handlers.listed import ListLine
from handlers.replies import septets

LONGEST = 182  # septets
ENGLISH = "en"
KEYS = (
    *("name", "menu", "menu_call", "report", "receipt", "receipt_wrong", "not_found"),
    *("reply_more", "reply_last", "no_reply", "spoken", "add", "added", "kept", "kept_known"),
    *("safety_1", "safety_2", "safety_3", "call", "called", "bye"),
)
SAFETY = ("safety_1", "safety_2", "safety_3")
_NEW_LINE = "|"
_WIDEST_RECEIPT = "482 155 3907"
_PLAIN = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u2026": "..."}
)
_SHORTEST_PAGE = 60  # septets that must be left for a reply beside its keys


@dataclass(frozen=True, slots=True)
class UssdTexts:
    """Every text by key and language. Made by `build_ussd_texts`."""

    texts: Mapping[tuple[str, str], str] = field(repr=False)

    def text(self, key: str, language: str, *, receipt: str | None = None) -> str:
        """Give a text; in English where that language has none."""
        text = self.texts.get((key, language)) or self.texts[key, ENGLISH]
        return text.replace("{receipt}", format_receipt(receipt) if receipt else "").replace(_NEW_LINE, "\n")

    def languages(self) -> str:
        """Give the first screen: each language by its own name, under its key."""
        return "\n".join(f"{key} {self.text('name', language)}" for key, language in enumerate(LANGUAGES, 1))

    def pages(self, reply: str, language: str) -> tuple[str, ...]:
        """Cut a reply into the parts that fit on a screen, each with its keys below."""
        more, last = self.text("reply_more", language), self.text("reply_last", language)
        room = LONGEST - 1 - max(septets(more) or 0, septets(last) or 0)
        parts = list(_parts(gsm(reply), room))
        return tuple(f"{part}\n{last if part is parts[-1] else more}" for part in parts)


def build_ussd_texts(lines: Iterable[ListLine]) -> UssdTexts:
    """Check and keep the texts; raises `ListError` that names each line unfit for a screen and each text that is missing."""
    problems: list[str] = []
    texts: dict[tuple[str, str], str] = {}
    for line in lines:
        problems += [f"{line.list_name}:{line.line}: {wrong}" for wrong in _wrongs(line)]
        texts[line.key, line.language] = line.entry
    problems += [f"prompts/ussd.en.txt:0: expected a text for {key}, came none" for key in KEYS if (key, ENGLISH) not in texts]
    found = UssdTexts(texts)
    if not problems and (septets(found.languages()) or LONGEST + 1) > LONGEST:
        problems.append(f"prompts/ussd.en.txt:0: expected at most {LONGEST} letters for the names of all languages, came more")
    if problems:
        raise ListError("\n".join(problems))
    return found


def gsm(text: str) -> str:
    """Give a text in the GSM alphabet: accents that it has not are dropped, other letters become question marks."""
    return "".join(letter if septets(letter) is not None else _without_accent(letter) for letter in text.translate(_PLAIN))


def _without_accent(letter: str) -> str:
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return plain if plain and septets(plain) is not None else " " if letter.isspace() else "?"


def _parts(text: str, room: int) -> Iterator[str]:
    """Cut at spaces where there are any."""
    rest = " ".join(text.split(" "))
    while (septets(rest) or 0) > room:
        end, used = 0, 0
        while used + (septets(rest[end]) or 1) <= room:
            used += septets(rest[end]) or 1
            end += 1
        space = rest.rfind(" ", 0, end + 1)
        at = space if space > 0 else end
        yield rest[:at]
        rest = rest[at:].lstrip(" ")
    yield rest


def _wrongs(line: ListLine) -> Iterator[str]:
    length = septets(line.entry.replace("{receipt}", _WIDEST_RECEIPT).replace(_NEW_LINE, "\n"))
    most = LONGEST - _SHORTEST_PAGE if line.key in ("reply_more", "reply_last") else LONGEST
    if length is None:
        yield "expected letters of the GSM alphabet, came one that is not in it"
    elif length > most:
        yield f"expected at most {most} letters, came {length}"
    if ("{receipt}" in line.entry) != (line.key == "kept"):
        yield "expected {receipt} in kept, and in no other text"
