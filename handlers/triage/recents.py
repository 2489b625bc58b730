"""Recents: the tellings of the last days that a new one is compared with, found by what they say and by what they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from handlers.reports import Finding
from handlers.triage.reading import Reading
from handlers.triage.telling import Gist, Telling
from handlers.triage.wordings import Wordings, core

_SHORTEST = 20  # letters: two people may both say "help"
_SHORTEST_PLEA = 40
_BELIEVED = 0.4


class Recents(Sequence[Telling]):
    """Recent tellings, in the order in which they came in here. Kept by a worker from one text to the next."""

    def __init__(self, tellings: Iterable[Telling] = ()) -> None:
        self._slots: dict[str, int] = {}
        self._tellings: dict[int, Telling] = {}
        self._free: list[int] = []
        self._wordings = Wordings()
        self._by_place: dict[str, set[int]] = defaultdict(set)
        self._by_category: dict[str, set[int]] = defaultdict(set)
        for telling in tellings:
            self.add(telling)

    def __len__(self) -> int:
        """Count them."""
        return len(self._tellings)

    def __iter__(self) -> Iterator[Telling]:
        """Give one after the other."""
        return iter(list(self._tellings.values()))

    @overload
    def __getitem__(self, at: int) -> Telling: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Telling]: ...
    def __getitem__(self, at: int | slice) -> Telling | Sequence[Telling]:
        """Give one by its place, or some; the stages do not ask for it."""
        return list(self._tellings.values())[at]

    def add(self, telling: Telling) -> None:
        """Take one up; one of the same id gives way."""
        self.remove(telling.id)
        slot = self._free.pop() if self._free else len(self._tellings)
        self._slots[telling.id] = slot
        self._tellings[slot] = telling
        self._wordings.add(slot, words_of(telling))
        for subject, index in self._subjects(telling.gist):
            index[subject].add(slot)

    def remove(self, name: str) -> None:
        """Let one go, with every word of it; nothing happens if it is not here."""
        slot = self._slots.pop(name, None)
        if slot is None:
            return
        telling = self._tellings.pop(slot)
        self._free.append(slot)
        self._wordings.remove(slot)
        for subject, index in self._subjects(telling.gist):
            index[subject].discard(slot)
            if not index[subject]:
                del index[subject]

    def alike(self, words: str) -> list[tuple[float, Telling]]:
        """Give those that say nearly the same words, each with how nearly, of 100."""
        return [(score, self._tellings[slot]) for score, slot in self._wordings.alike(words)]

    def about(self, places: Iterable[str], categories: Iterable[str]) -> list[Telling]:
        """Give those that speak of one of these places and of one of these categories."""
        none: set[int] = set()
        there = none.union(*(self._by_place.get(place, none) for place in places))
        alike = none.union(*(self._by_category.get(code, none) for code in categories))
        return [self._tellings[slot] for slot in there & alike]

    def _subjects(self, gist: Gist | None) -> list[tuple[str, dict[str, set[int]]]]:
        if gist is None:
            return []
        places = [(place, self._by_place) for place in gist.places]
        return [*places, *((code, self._by_category) for code in gist.categories)]


def own_words(reading: Reading, findings: Sequence[Finding]) -> str:
    """Give the words by which a telling is known again, without those that pass it on. Nothing where two people may well choose
    the same: in a few words, or in a plea that names no place, no kind of incident and no number."""
    words = core(reading.telling.text[reading.passage() :])
    if len(words) >= _SHORTEST_PLEA or len(words) < _SHORTEST:
        return words if len(words) >= _SHORTEST_PLEA else ""
    names_something = any(letter.isdecimal() for letter in words) or any(
        finding.stage == "place" or (finding.stage == "category" and finding.weight >= _BELIEVED) for finding in findings
    )
    return words if names_something else ""


def words_of(telling: Telling) -> str:
    """Give the words by which a telling is compared."""
    return core(telling.text) if telling.gist is None else telling.gist.words
