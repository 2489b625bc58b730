"""The places we know, found under the spellings and the prefixes that people write them with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rapidfuzz import fuzz, process

from handlers.triage.spelling import bare, is_bare
from handlers.triage.words import Met, fold, fold_phrase

Spelling = Literal["exact", "folded", "near"]
_DOUBLED = re.compile(r"([^\W\d_])\1+")
_FOLDS_WITH_H = (
    ("tsh", "c"), ("ch", "c"), ("sh", "s"), ("hw", "w"), ("nh", "n"), ("dh", "d"), ("bh", "b"), ("ph", "p"),
)  # fmt: skip
_FOLDS = (("w", "v"), ("l", "r"), ("iy", "i"), ("yi", "i"), ("dz", "z"))
_FIRST_M = re.compile(r"^m+[uv]?(?=[^aeiou])")
_LONGEST_NAME = 3
_SHORTEST_NEAR = 5
_LONGEST_PREFIX = 7
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
    if "h" in word:  # many words have none: not looked for one by one
        for written, plain in _FOLDS_WITH_H:
            word = word.replace(written, plain)
    for written, plain in _FOLDS:
        word = word.replace(written, plain)
    single = _DOUBLED.sub(r"\1", word) if _DOUBLED.search(word) else word
    return _FIRST_M.sub("m", single) if single.startswith("m") else single


@dataclass(slots=True)
class Gazetteer:
    """Every place, by folded name. Built once by `build_gazetteer`, then only read."""

    by_id: dict[str, KnownPlace] = field(default_factory=dict)
    by_key: dict[str, list[KnownPlace]] = field(default_factory=lambda: defaultdict(list))
    first_words: set[str] = field(default_factory=set)
    spelled: frozenset[str] = frozenset()
    near_keys: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    bare_keys: dict[str, str] = field(default_factory=dict)
    near: dict[str, frozenset[str]] = field(default_factory=dict)
    around: dict[str, frozenset[str]] = field(default_factory=dict)
    prefixes: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()
    before: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    met: Met[tuple[tuple[str, str], ...]] = field(default_factory=Met, repr=False)
    begun: Met[tuple[tuple[str, str], ...]] = field(default_factory=Met, repr=False)

    def find(self, words: Sequence[str], at: int = 0) -> tuple[Match, int] | None:
        """Find the longest name that begins at this one of the words, give or take a prefix, a suffix and the spelling.

        Gives the match and how many words it took.
        """
        for prefix, rest in self._beginnings(words[at]):
            for count in range(min(_LONGEST_NAME, len(words) - at) if rest in self.first_words else 1, 0, -1):
                tail = "".join([fold_place(word) for word in words[at + 1 : at + count]]) if count > 1 else ""
                if places := self.by_key.get(rest + tail):
                    written = "".join(words[at : at + count])[len(prefix) :]
                    return Match(tuple(places), "exact" if written in self.spelled else "folded", 1.0, prefix), count
        return None

    def _beginnings(self, word: str) -> tuple[tuple[str, str], ...]:
        """Give the readings of a word with which a name begins; most words have none."""
        known = self.begun.get(word)
        if known is None:
            ways = [way for way in self._ways(word) if way[1] in self.by_key or way[1] in self.first_words]
            known = self.begun.keep(word, tuple(ways))
        return known

    def find_near(self, word: str, *, cutoff: float = NEAR) -> Match | None:
        """Find the place whose name is nearest to this word, if it is near enough and begins with the same letter."""
        best: Match | None = None
        for prefix, rest in self._readings(word):
            if is_bare(rest) and (key := self.bare_keys.get(bare(rest))):
                return Match(tuple(self.by_key[key]), "near", NEAR / 100, prefix)
            if len(rest) < _SHORTEST_NEAR:
                continue
            found = process.extractOne(rest, self.near_keys.get(rest[0], ()), scorer=fuzz.ratio, score_cutoff=cutoff)
            if found and (best is None or found[1] / 100 > best.score):
                best = Match(tuple(self.by_key[found[0]]), "near", found[1] / 100, prefix)
        return best

    def lies_within(self, place: KnownPlace, name: str) -> bool:
        """Say whether a place lies in that of this name, or in one that lies in it."""
        return name in self.around.get(place.id, ())

    def _readings(self, word: str) -> tuple[tuple[str, str], ...]:
        """Read a word whole, then without each locative prefix, then the same without a locative ending."""
        known = self.met.get(word)
        return self.met.keep(word, tuple(self._ways(word))) if known is None else known

    def _ways(self, word: str) -> Iterator[tuple[str, str]]:
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
    places: Iterable[KnownPlace],
    *,
    prefixes: Iterable[str],
    suffixes: Iterable[str],
    before: Iterable[str],
    origins: Iterable[str] = (),
) -> Gazetteer:
    """Compile the gazetteer. `prefixes` and `suffixes` are locative (ku-, e-, -ni), `before` words that come before a place,
    `origins` prefixes and words that say where somebody comes from."""
    gazetteer = Gazetteer(
        prefixes=_chained([fold(prefix) for prefix in prefixes]),
        suffixes=tuple(fold(suffix) for suffix in suffixes),
        before=frozenset(fold(word) for word in before),
        origins=frozenset(fold(word) for word in origins),
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
    for key in gazetteer.by_key:
        if len(key) >= _SHORTEST_NEAR:
            gazetteer.near_keys[key[0]].append(key)
            if len(bare(key)) >= _SHORTEST_NEAR - 1:
                gazetteer.bare_keys.setdefault(bare(key), key)
    _relate(gazetteer)
    return gazetteer


def _chained(prefixes: Sequence[str]) -> frozenset[str]:
    """Give every prefix, and every two in a row: we-kwa-, re-pa-, ye-mu-."""
    pairs = {f"{one}{other}" for one in prefixes for other in prefixes if one != other}
    return frozenset({*prefixes, *(pair for pair in pairs if len(pair) <= _LONGEST_PREFIX)})


def _relate(gazetteer: Gazetteer) -> None:
    """Say of each place all that it lies in, and what is next to it: that, what lies in it, its namesakes."""
    by_name = {place.name: place for place in gazetteer.by_id.values()}
    for place in gazetteer.by_id.values():
        names: list[str] = []
        above = place.within
        while above and above not in names:
            names.append(above)
            above = by_name[above].within if above in by_name else ""
        gazetteer.around[place.id] = frozenset(names)
    near: dict[str, set[str]] = defaultdict(set)
    for key_places in gazetteer.by_key.values():
        for place in key_places:
            near[place.id] |= {other.id for other in key_places if other is not place}
    for place in gazetteer.by_id.values():
        if place.within in by_name and by_name[place.within].level not in ("district", "province", "country"):
            near[place.id].add(by_name[place.within].id)
            near[by_name[place.within].id].add(place.id)
    gazetteer.near = {name: frozenset(found) for name, found in near.items()}
