"""Cues: the words, phrases and stems of the operator's lists, compiled once and found in a text in one pass."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.triage.words import Token, fold, fold_phrase, follows_as_money

NUMBER, MONEY = "<number>", "<money>"
_STEM_KEY = 3  # stems are looked up by their first three letters
_LONGEST_ENDING = 7
_VIRTUAL = re.compile(r"<(number|money)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One entry of a list: what it stands for (`kind`, `value`), its language, and where it is written.

    A hint (`?` behind the entry) proves nothing alone: two different ones of a category are needed.
    """

    kind: str
    value: str
    language: str
    entry: str
    list_name: str
    line: int
    is_hint: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found in a text: the words from token `first` to before token `last`."""

    cue: Cue
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class NumberWord:
    """What a number word says, and whether its form counts people (vatatu, abathathu)."""

    value: int
    counts_people: bool


@dataclass(slots=True)
class CueTable:
    """Every cue, by the way it is found. Filled by `build_table`, then only read."""

    words: dict[str, list[Cue]] = field(default_factory=lambda: defaultdict(list))
    phrases: dict[str, list[tuple[tuple[str, ...], Cue]]] = field(default_factory=lambda: defaultdict(list))
    starts: dict[str, list[Cue]] = field(default_factory=lambda: defaultdict(list))
    start_lengths: tuple[int, ...] = ()
    stems: dict[str, list[tuple[str, bool, Cue]]] = field(default_factory=lambda: defaultdict(list))
    prefixes: Mapping[str, re.Pattern[str]] = field(default_factory=dict)


def build_table(cues: Iterable[Cue], prefixes: Mapping[str, Sequence[str]]) -> CueTable:
    """Compile cues: `kuro` is a word, `kuro mvura` a phrase, `kuro-` a beginning, `-rohw-` a stem, `-rohwa` one so ending."""
    table = CueTable()
    for cue in cues:
        _put(table, cue)
    table.start_lengths = tuple(sorted({len(start) for start in table.starts}))
    for options in table.phrases.values():
        options.sort(key=lambda option: -len(option[0]))
    table.prefixes = {language: _chain(parts) for language, parts in prefixes.items()}
    return table


def _chain(parts: Sequence[str]) -> re.Pattern[str]:
    """Match up to five prefixes in a row: who, when, whom (va-ka-mu-)."""
    options = "|".join(re.escape(fold(part)) for part in sorted(set(parts), key=lambda part: (-len(part), part)))
    return re.compile(f"(?:{options}){{0,5}}") if options else re.compile("")


def _put(table: CueTable, cue: Cue) -> None:
    entry = cue.entry.strip()
    words = _phrase(entry)
    if not all(words) or not words:
        return
    if len(words) > 1 or words[0] in (NUMBER, MONEY):
        table.phrases[words[0]].append((words, cue))
    elif entry.startswith("-"):
        stem = words[0]
        table.stems[stem[:_STEM_KEY]].append((stem, entry.endswith("-"), cue))
    elif entry.endswith("-"):
        table.starts[words[0]].append(cue)
    else:
        table.words[words[0]].append(cue)


def _phrase(entry: str) -> tuple[str, ...]:
    """Fold the words of an entry; a later word of a phrase may end in `-` (any ending), `<number>` and `<money>` stay."""
    words: list[str] = []
    for part in entry.split():
        if _VIRTUAL.fullmatch(part):
            words.append(part)
        elif words and part.endswith("-"):
            words.append("".join(fold_phrase(part)) + "-")
        else:
            words.extend(fold_phrase(part))
    return tuple(words)


def find_cues(found: Sequence[Token], table: CueTable, numbers: Mapping[str, NumberWord]) -> tuple[Hit, ...]:
    """Find every cue, in order of place."""
    hits: list[Hit] = []
    for index, token in enumerate(found):
        word = token.folded
        hits.extend(Hit(cue, index, index + 1) for cue in table.words.get(word, ()))
        for first in (word, *_virtuals(found, index, numbers)):
            for words, cue in table.phrases.get(first, ()):
                if _phrase_stands(found, index, words, numbers):
                    hits.append(Hit(cue, index, index + len(words)))
        for length in table.start_lengths:
            hits.extend(Hit(cue, index, index + 1) for cue in table.starts.get(word[:length], ()) if len(word) >= length)
        if 3 <= len(word) <= 40:
            hits.extend(Hit(cue, index, index + 1) for cue in _stems_in(word, table))
    return tuple(hits)


def _virtuals(found: Sequence[Token], index: int, numbers: Mapping[str, NumberWord]) -> tuple[str, ...]:
    token = found[index]
    if token.digits is None:
        return (NUMBER,) if token.folded in numbers else ()
    is_money = token.is_money or (index + 1 < len(found) and follows_as_money(found[index + 1]))
    return (NUMBER, MONEY) if is_money else (NUMBER,)


def _phrase_stands(found: Sequence[Token], index: int, words: tuple[str, ...], numbers: Mapping[str, NumberWord]) -> bool:
    if index + len(words) > len(found) or found[index].sentence != found[index + len(words) - 1].sentence:
        return False
    for offset in range(1, len(words)):
        wanted, word = words[offset], found[index + offset].folded
        if wanted == word or (wanted.endswith("-") and word.startswith(wanted[:-1])):
            continue
        if wanted.startswith("<") and wanted in _virtuals(found, index + offset, numbers):
            continue
        return False
    return True


def _stems_in(word: str, table: CueTable) -> list[Cue]:
    """Find stems inside a word: before one only prefixes of its language, behind it an ending with a vowel."""
    cues: list[Cue] = []
    for at in range(len(word) - _STEM_KEY + 1):
        for stem, any_ending, cue in table.stems.get(word[at : at + _STEM_KEY], ()):
            if not word.startswith(stem, at):
                continue
            rest = word[at + len(stem) :]
            if rest and not (any_ending and len(rest) <= _LONGEST_ENDING and rest[-1] in "aeiou"):
                continue
            prefix = table.prefixes.get(cue.language)
            if not at or (prefix is not None and prefix.fullmatch(word, 0, at)):
                cues.append(cue)
    return cues
