"""The places we know, found under the spellings and the prefixes that people write them with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rapidfuzz import fuzz, process

from handlers.triage.words import fold, fold_phrase

Spelling = Literal["exact", "folded", "near"]
_DOUBLED = re.compile(r"(.)\1+")
_FIRST_M = re.compile(r"^m+[uv]?(?=[^aeiou])")
LONGEST_NAME = 3
_SHORTEST_NEAR = 5
_LONGEST_PREFIX = 5
NEAR = 82.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPlace:
    """One place of the gazetteer. `within` names what it lies in; `as_of` is the year that a ward's borders are of, if noted."""

    id: str
    name: str
    level: str
    within: str
    variants: tuple[str, ...] = ()
    as_of: str = ""
    list_name: str = ""
    line: int = 0

    @property
    def label(self) -> str:
        """Name the place for a person."""
        borders = f", borders of {self.as_of}" if self.as_of else ""
        return f"{self.name} ({self.level}{', ' + self.within if self.within else ''}{borders})"


@dataclass(frozen=True, slots=True)
class Match:
    """What a written name may mean: the places of that name, how close it is, how much of the word was a prefix."""

    places: tuple[KnownPlace, ...]
    spelling: Spelling
    score: float
    prefix: str


def fold_place(word: str) -> str:
    """Fold the spellings of a word of a name together: w/v, sh/s, l/r, tsh/ch, m/mu/mw at the beginning, doubled letters."""
    folded = word.replace("tsh", "ch").replace("sh", "s").replace("w", "v").replace("l", "r").replace("iy", "i")
    return _FIRST_M.sub("m", _DOUBLED.sub(r"\1", folded))


@dataclass(slots=True)
class Gazetteer:
    """Every place, by folded name. Built once by `build_gazetteer`, then only read."""

    by_id: dict[str, KnownPlace] = field(default_factory=dict)
    by_key: dict[str, list[KnownPlace]] = field(default_factory=lambda: defaultdict(list))
    first_words: set[str] = field(default_factory=set)
    spelled: frozenset[str] = frozenset()
    near_keys: tuple[str, ...] = ()
    prefixes: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()
    before: frozenset[str] = frozenset()

    def find(self, words: Sequence[str]) -> tuple[Match, int] | None:
        """Find the longest name that begins at the first of these words, give or take a prefix, a suffix and the spelling.

        Gives the match and how many words it took.
        """
        for prefix, rest in self._readings(words[0]):
            for count in range(min(LONGEST_NAME, len(words)) if rest in self.first_words else 1, 0, -1):
                tail = "".join(fold_place(word) for word in words[1:count])
                if places := self.by_key.get(rest + tail):
                    written = "".join(words[:count])[len(prefix) :]
                    return Match(tuple(places), "exact" if written in self.spelled else "folded", 1.0, prefix), count
        return None

    def find_near(self, word: str, *, cutoff: float = NEAR) -> Match | None:
        """Find the place whose name is nearest to this word, if it is near enough and begins with the same letter."""
        best: Match | None = None
        for prefix, rest in self._readings(word):
            if len(rest) < _SHORTEST_NEAR:
                continue
            found = process.extractOne(rest, self.near_keys, scorer=fuzz.ratio, score_cutoff=cutoff)
            if found and found[0][0] == rest[0] and (best is None or found[1] / 100 > best.score):
                best = Match(tuple(self.by_key[found[0]]), "near", found[1] / 100, prefix)
        return best

    def _readings(self, word: str) -> Iterator[tuple[str, str]]:
        """Read a word whole, then without each locative prefix, then the same without a locative ending."""
        for ending in ("", *self.suffixes):
            if ending and not (word.endswith(ending) and len(word) > len(ending) + 3):
                continue
            whole = word[: len(word) - len(ending)]
            yield "", fold_place(whole)
            for length in range(1, min(_LONGEST_PREFIX, len(whole) - 3) + 1):
                if whole[:length] in self.prefixes:
                    yield whole[:length], fold_place(whole[length:])


def _key(words: Sequence[str]) -> str:
    return "".join(fold_place(word) for word in words)


def build_gazetteer(
    places: Iterable[KnownPlace], *, prefixes: Iterable[str], suffixes: Iterable[str], before: Iterable[str]
) -> Gazetteer:
    """Compile the gazetteer. `prefixes` and `suffixes` are locative (ku-, e-, -ni), `before` words that come before a place."""
    gazetteer = Gazetteer(
        prefixes=frozenset(fold(prefix) for prefix in prefixes),
        suffixes=tuple(fold(suffix) for suffix in suffixes),
        before=frozenset(fold(word) for word in before),
    )
    spelled: set[str] = set()
    for place in places:
        gazetteer.by_id[place.id] = place
        for name in (place.name, *place.variants):
            words = fold_phrase(name)
            spelled.add("".join(words))
            known = gazetteer.by_key[_key(words)]
            if len(words) > 1:
                gazetteer.first_words.add(fold_place(words[0]))
            if place not in known:
                known.append(place)
    gazetteer.spelled = frozenset(spelled)
    gazetteer.near_keys = tuple(key for key in gazetteer.by_key if len(key) >= _SHORTEST_NEAR)
    return gazetteer
