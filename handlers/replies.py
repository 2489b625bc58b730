"""Replies: the short neutral texts that we send, one SMS each, in the languages of the line.

A handset may be looked at by anyone: no text names us or its subject, and each says that it should be deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from handlers.commands import format_receipt
from handlers.errors import ListError
from handlers.listed import ListLine

KEYS = ("acknowledgement", "help", "stopped", "deleted", "not_found", "language_set")
LONGEST = 160  # septets of one SMS in the GSM 7-bit alphabet
_WIDEST_RECEIPT = "482 155 3907"
# 3GPP TS 23.038, section 6.2.1: the default alphabet, and its extension whose letters take two septets.
_GSM = frozenset(
    "@\u00a3$\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\n\u00d8\u00f8\r\u00c5\u00e5\u0394_\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039e"
    "\u00c6\u00e6\u00df\u00c9 !\"#\u00a4%&'()*+,-./0123456789:;<=>?\u00a1ABCDEFGHIJKLMNOPQRSTUVWXYZ\u00c4\u00d6\u00d1\u00dc\u00a7"
    "\u00bfabcdefghijklmnopqrstuvwxyz\u00e4\u00f6\u00f1\u00fc\u00e0"
)
_GSM_EXTENSION = frozenset("\f^{}\\[~]|\u20ac")


@dataclass(frozen=True, slots=True)
class Replies:
    """Every reply by key and language. Made by `build_replies`."""

    texts: dict[tuple[str, str], str] = field(repr=False)

    def text(self, key: str, language: str, *, receipt: str | None = None) -> str:
        """Give the text of a reply; in English where that language has none."""
        text = self.texts.get((key, language)) or self.texts[key, "en"]
        return text.replace("{receipt}", format_receipt(receipt) if receipt else "").replace("  ", " ")


def build_replies(lines: Iterable[ListLine]) -> Replies:
    """Check and keep the texts; raises `ListError` that names each line unfit for one SMS and each text that is missing."""
    problems: list[str] = []
    texts: dict[tuple[str, str], str] = {}
    for line in lines:
        where = f"{line.list_name}:{line.line}"
        length = septets(line.entry.replace("{receipt}", _WIDEST_RECEIPT))
        if length is None:
            problems.append(f"{where}: expected letters of the GSM alphabet, came one that is not in it")
        elif length > LONGEST:
            problems.append(f"{where}: expected at most {LONGEST} letters with the receipt, came {length}")
        elif ("{receipt}" in line.entry) != (line.key in ("acknowledgement", "deleted")):
            problems.append(f"{where}: expected {{receipt}} in acknowledgement and deleted, and in no other text")
        texts[line.key, line.language] = line.entry
    problems += [f"replies.en: expected a text for {key}, came none" for key in KEYS if (key, "en") not in texts]
    if problems:
        raise ListError("\n".join(problems))
    return Replies(texts)


def build_answers(lines: Iterable[ListLine]) -> Mapping[str, Mapping[str, str]]:
    """Check and keep the texts that a coordinator picks from: by language, then by key. Raise `ListError` as `build_replies`
    does."""
    problems: list[str] = []
    texts: dict[str, dict[str, str]] = {"en": {}}
    for line in lines:
        length = septets(line.entry)
        if length is None:
            problems.append(f"{line.list_name}:{line.line}: expected letters of the GSM alphabet, came one that is not in it")
        elif length > LONGEST:
            problems.append(f"{line.list_name}:{line.line}: expected at most {LONGEST} letters, came {length}")
        texts.setdefault(line.language, {})[line.key] = line.entry
    if problems:
        raise ListError("\n".join(problems))
    return texts


def septets(text: str) -> int | None:
    """Count the septets of a text in the GSM 7-bit alphabet; None where a letter is not in it."""
    if not all(letter in _GSM or letter in _GSM_EXTENSION for letter in text):
        return None
    return sum(2 if letter in _GSM_EXTENSION else 1 for letter in text)
