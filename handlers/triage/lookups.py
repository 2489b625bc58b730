"""Lookups: the operator's lists, compiled once into what the stages look things up in.

The lists come as plain data (`TriageLists`), whoever read them; nothing here reads a file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from handlers.listed import ListLine, NamedKind
from handlers.triage.combining import Together
from handlers.triage.cues import Cue, NumberWord
from handlers.triage.gazetteer import Gazetteer, KnownPlace, build_gazetteer
from handlers.triage.letters import Letters, build_letters
from handlers.triage.matching import Affixes, CueTable, build_table
from handlers.triage.spelling import Spellings, build_spellings
from handlers.triage.voices import LearnedWeights, Voices, build_voices, cue_mark
from handlers.triage.words import Met, fold, fold_phrase

VARIETIES = {"manyika": "sn", "ndau": "sn"}  # a variety, and the language that it is shown under


class CategoryLine(NamedKind, Protocol):
    """One kind of incident."""

    @property
    def huridocs(self) -> tuple[str, ...]: ...
    @property
    def severity(self) -> int: ...
    @property
    def is_urgent(self) -> bool: ...


class PlaceLine(Protocol):
    """One place."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def within(self) -> str: ...
    @property
    def variants(self) -> tuple[str, ...]: ...
    @property
    def as_of(self) -> str: ...
    @property
    def list_name(self) -> str: ...
    @property
    def line(self) -> int: ...


class TriageLists(Protocol):
    """The lists that triage needs."""

    @property
    def categories(self) -> Sequence[CategoryLine]: ...
    @property
    def category_words(self) -> Sequence[ListLine]: ...
    @property
    def signs(self) -> Sequence[ListLine]: ...
    @property
    def numbers(self) -> Sequence[ListLine]: ...
    @property
    def language_words(self) -> Sequence[ListLine]: ...
    @property
    def names(self) -> Sequence[ListLine]: ...
    @property
    def affixes(self) -> Sequence[ListLine]: ...
    @property
    def groups(self) -> Sequence[ListLine]: ...
    @property
    def together(self) -> Sequence[ListLine]: ...
    @property
    def short(self) -> Sequence[ListLine]: ...
    @property
    def places(self) -> Sequence[PlaceLine]: ...
    @property
    def place_kinds(self) -> Sequence[ListLine]: ...
    @property
    def learned(self) -> LearnedWeights: ...


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of incident: `severity` from 0 to 40 goes into the priority; an urgent kind is urgent by itself."""

    code: str
    label: str
    huridocs: tuple[str, ...]
    severity: int
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class Lookups:
    """All that the stages look things up in. Built by `build_lookups`; only what is kept of words that were met grows."""

    categories: Mapping[str, Category]
    table: CueTable = field(repr=False)
    numbers: Mapping[str, NumberWord] = field(repr=False)
    gazetteer: Gazetteer = field(repr=False)
    language_words: Mapping[str, tuple[str, ...]] = field(repr=False)
    language_parts: Mapping[str, re.Pattern[str]] = field(repr=False)
    place_kinds: Mapping[str, str] = field(repr=False)
    letters: Letters = field(repr=False)
    spellings: Spellings = field(repr=False)
    together: Sequence[Together] = field(repr=False)
    familiar_names: frozenset[str] = field(repr=False)  # names that people commonly bear, folded
    digit_words: frozenset[str] = field(repr=False)  # words for a digit in a telephone number that is read out
    voices: Voices | None = field(default=None, repr=False)
    read_before: Met[str] = field(default_factory=Met, repr=False)  # what words were read as

    def is_common(self, word: str) -> bool:
        """Say whether a folded word is an everyday word of some language, and so no name by itself."""
        return word in self.language_words or word in self.spellings.known


def build_lookups(lists: TriageLists) -> Lookups:
    """Compile the lists; takes well under a second and has no effect but its result."""
    cues = list(_cues(lists))
    gazetteer = build_gazetteer(
        [_known(line) for line in lists.places],
        prefixes=[line.entry.strip("-") for line in lists.affixes if line.key == "PLACE_PREFIX"],
        suffixes=[line.entry.strip("-") for line in lists.affixes if line.key == "PLACE_ENDING"],
        before=[line.entry for line in lists.affixes if line.key == "BEFORE_PLACE"],
        origins=[line.entry.strip("-") for line in lists.affixes if line.key == "ORIGIN"],
    )
    numbers = {_one(line.entry): _number_word(line.key) for line in lists.numbers}
    language_words = _language_words(lists.language_words)
    table = build_table(cues, _affixes(lists))
    vocabulary = _vocabulary(cues, lists, language_words)
    return Lookups(
        categories={
            line.code: Category(line.code, line.label, line.huridocs, line.severity, line.is_urgent) for line in lists.categories
        },
        table=table,
        numbers=numbers,
        gazetteer=gazetteer,
        language_words=language_words,
        language_parts={language: _part_pattern(parts) for language, parts in _by_language(lists.language_words, "PART").items()},
        place_kinds={_one(line.entry): line.key.lower() for line in lists.place_kinds},
        letters=build_letters(_by_letters(vocabulary)),
        spellings=build_spellings(
            {word: found[0] for word, found in vocabulary.items()},
            {_one(line.entry): _one(line.key) for line in lists.short},
            _by_language(lists.affixes, "NOUN"),
        ),
        together=tuple(_together(line, _is_new(line, lists.learned)) for line in lists.together),
        familiar_names=_named(table, "FAMILIAR"),
        digit_words=_named(table, "DIGITS"),
        voices=build_voices(lists.learned),
    )


def _named(table: CueTable, value: str) -> frozenset[str]:
    """Give the single words of a key of the lists of names."""
    return frozenset(word for word, cues in table.words.items() if any(cue.kind == "name" and cue.value == value for cue in cues))


def _is_new(line: ListLine, learned: LearnedWeights) -> bool:
    """Say whether a line was added after the weights were learned; where nothing was learned, none was."""
    return bool(learned.inputs) and cue_mark(line.key, line.entry) not in learned.cues


def _affixes(lists: TriageLists) -> Affixes:
    return Affixes(
        prefixes=_by_language(lists.affixes, "VERB"),
        endings=_by_language(lists.affixes, "VERB_ENDING"),
        negative=_by_language(lists.affixes, "NEGATIVE"),
        to_come=_by_language(lists.affixes, "TO_COME"),
        passive=_by_language(lists.affixes, "PASSIVE"),
        never=frozenset(_one(line.entry) for line in lists.affixes if line.key == "EXCEPT"),
    )


def _vocabulary(cues: Iterable[Cue], lists: TriageLists, words: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Gather every whole word of the lists with its languages, those of everyday first: a slip is read as one of them."""
    found = dict(words)
    for cue in cues:
        if cue.kind != "name" and not cue.entry.startswith("-"):
            for part in cue.entry.split():
                if not part.endswith("-") and not part.startswith("<"):
                    for word in fold_phrase(part):
                        found.setdefault(word, (cue.language,))
    for line in lists.numbers:
        found.setdefault(_one(line.entry), (line.language,))
    return found


def _by_letters(vocabulary: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Part the vocabulary by language, the varieties with theirs; a word of two languages tells nothing."""
    found: dict[str, list[str]] = defaultdict(list)
    for word, languages in vocabulary.items():
        wide = {VARIETIES.get(language, language) for language in languages}
        if len(wide) == 1:
            found[wide.pop()].append(word)
    return dict(found)


def _together(line: ListLine, is_new: bool) -> Together:
    wanted, *unwanted = line.entry.rstrip("! ").split(" - ")
    groups = tuple(part.strip() for part in wanted.split("+"))
    cue = Cue(
        kind="category",
        value=line.key,
        language="",
        entry=line.entry,
        list_name=line.list_name,
        line=line.line,
        stands_fast="!" in line.entry or "_DENIED" in line.entry,
        is_new=is_new,
    )
    return Together(groups, frozenset(groups), frozenset(part.strip() for part in unwanted), cue)


def _cues(lists: TriageLists) -> Iterable[Cue]:
    sources = (("category", lists.category_words), ("sign", lists.signs), ("group", lists.groups), ("name", lists.names))
    for kind, lines in sources:
        for line in lines:
            marks = line.entry[len(line.entry.rstrip("?! ")) :]
            yield Cue(
                kind=kind,
                value=line.key,
                language=line.language,
                entry=line.entry.rstrip("?! "),
                list_name=line.list_name,
                line=line.line,
                is_hint="?" in marks,
                stands_fast="!" in marks,
                is_new=kind != "name" and _is_new(line, lists.learned),
            )


def _one(entry: str) -> str:
    return "".join(fold_phrase(entry))


def _number_word(key: str) -> NumberWord:
    number, _, people = key.partition(" ")
    return NumberWord(int(number), bool(people))


def _known(line: PlaceLine) -> KnownPlace:
    return KnownPlace(
        id=line.id,
        name=line.name,
        level=line.level,
        within=line.within,
        variants=line.variants,
        as_of=line.as_of,
        list_name=line.list_name,
        line=line.line,
    )


def _by_language(lines: Iterable[ListLine], key: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        if line.key == key:
            found[line.language].append(line.entry.strip("-") if key in ("VERB", "VERB_ENDING", "NOUN") else line.entry)
    return dict(found)


def _language_words(lines: Iterable[ListLine]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if line.key == "WORD":
            word = _one(line.entry)
            found[word] = tuple(sorted({*found.get(word, ()), line.language}))
    return found


def _part_pattern(parts: Iterable[str]) -> re.Pattern[str]:
    """Match any of these letter groups: `uku-` at the beginning of a word, `-ing` at its end, `tsh` anywhere."""
    options = []
    for part in parts:
        letters = re.escape(fold(part.strip("-")))
        options.append(f"^{letters}" if part.endswith("-") else f"{letters}$" if part.startswith("-") else letters)
    return re.compile("|".join(options))
