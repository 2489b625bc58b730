"""Prompts: what a caller hears, by key and language, as a speaker recorded it or as a text for the provider's voice.

A telephone may be listened to by anyone: no prompt names us.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from handlers.commands import LANGUAGES
from handlers.errors import ListError
from handlers.listed import ListLine, NamedKind
from handlers.voice.speech import Speak

DIGITS = tuple(f"digit_{digit}" for digit in range(10))
SLOTS: Mapping[str, str] = {"press": "key"}  # a text with a slot ends in it: so a recording of the words before it will do
FIXED = (
    *("choose", "honest", "main", "safety", "bye", "not_understood", "press"),
    *("record", "nothing_heard", "spoken", "listen", "sent", "sent_known", "again", "again_or_end", "deleted"),
    *("code", "pin", "pin_wrong", "monitor_refused", "what", "place", "place_unknown", "when", "how_many", "help"),
    *("receipt", "receipt_wrong", "reply", "heard", "no_reply", "answered", "safe_to_talk"),
    *DIGITS,
)
CATEGORY = "category_"
ENGLISH = "en"
LONGEST = 600  # letters: about forty seconds of speech
_UNNAMED = "Something else:"  # a group of kinds of incident that an operator made and nobody named
_SLOT = re.compile(r"\{(\w*)\}")

# Gives the address of a speaker's recording of a prompt in a language, or None. Whoever keeps uploads provides it.
Recorded = Callable[[str, str], str | None]


def _none_recorded(key: str, language: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Prompts:
    """Every prompt. Made by `build_prompts`."""

    texts: Mapping[tuple[str, str], str] = field(repr=False)
    recorded: Recorded = field(default=_none_recorded, repr=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that can be spoken, in the order in which they are listed."""
        return tuple(key for key, language in self.texts if language == ENGLISH)

    def text(self, key: str, language: str) -> str:
        """Give the text of a prompt; in English where that language has none."""
        return self.texts.get((key, language)) or self.texts.get((key, ENGLISH)) or _UNNAMED

    def speak(self, key: str, language: str, /, **slots: str) -> tuple[Speak, ...]:
        """Give a prompt, what fills its slot spoken digit by digit behind it."""
        words = _SLOT.sub("", self.text(key, language)).strip()
        said = Speak(text=words, language=language, address=self.recorded(key, language))
        parts = (said, *(digit for value in slots.values() for digit in self.digits(value, language)))
        if any(part.address for part in parts):
            return parts
        return (Speak(text=" ".join(part.text for part in parts), language=language),)  # one breath for one voice

    def digits(self, number: str, language: str) -> tuple[Speak, ...]:
        """Give a number, each of its digits a prompt of its own."""
        return tuple(said for digit in number if digit in "0123456789" for said in self.speak(f"digit_{digit}", language))

    def missing(self) -> dict[str, tuple[str, ...]]:
        """Name for each language the prompts that have no text of its own and are spoken in English."""
        return {
            language: tuple(key for key in self.keys if (key, language) not in self.texts)
            for language in LANGUAGES
            if language != ENGLISH
        }


def build_prompts(lines: Iterable[ListLine], categories: Iterable[NamedKind], *, recorded: Recorded = _none_recorded) -> Prompts:
    """Check and keep the texts; raises `ListError` that names each line unfit to be spoken and each text that is missing."""
    problems: list[str] = []
    texts: dict[tuple[str, str], str] = {}
    for line in lines:
        problems += [f"{line.list_name}:{line.line}: {wrong}" for wrong in _wrongs(line)]
        texts[line.key, line.language] = line.entry
    problems += [f"prompts/voice.en.txt:0: expected a text for {key}, came none" for key in FIXED if (key, ENGLISH) not in texts]
    for category in categories:
        texts.setdefault((f"{CATEGORY}{category.code}", ENGLISH), category.label)
    if problems:
        raise ListError("\n".join(problems))
    return Prompts(texts, recorded)


def _wrongs(line: ListLine) -> Iterator[str]:
    slot, found = SLOTS.get(line.key), _SLOT.findall(line.entry)
    if slot and (found != [slot] or not line.entry.endswith(f"{{{slot}}}")):
        yield f"expected {{{slot}}} once, at the end of {line.key}"
    elif not slot and ("{" in line.entry or "}" in line.entry):
        yield f"expected no slot in {line.key}, came one"
    if len(line.entry) > LONGEST:
        yield f"expected at most {LONGEST} letters, came {len(line.entry)}"
