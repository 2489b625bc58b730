"""Wordings: of thousands of texts, which few can be nearly the same as another. None that is alike is left out; most others are.

Comparing two texts letter by letter takes a sixth of a microsecond, so that two thousand would take half of the time that a text
has. Two texts of which 82 of 100 letters stand in the same order share at least as many letters in any order, and those are
counted for all texts at once: a number holds one bit of each text, and one operation on it does the work for all of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

from rapidfuzz import fuzz, process

K = TypeVar("K", bound=Hashable)

ALIKE = 82.0  # of 100: nearly the same words
PASSED_ON = 95.0
CONTAINED = 40  # letters: a text this long found whole within another is the same words
LONGEST = 1000  # letters compared; a text longer than that is recognised by its beginning

_HALF = ALIKE / 200  # letters that must be shared, for each letter of both texts together
_ENOUGH = 11  # this bit of the sum is set when a text shares enough: 2048 is more than two texts can share
_MOST = 127  # of one letter: a text with more is always compared in full, so that nobody can make the columns grow
_BEGINNING = 16  # letters by which a text is looked for within another
_ALPHABET = b"abcdefghijklmnopqrstuvwxyz0123456789 "
_FOLD = bytes(_ALPHABET.find(byte) + 1 for byte in range(256))  # all else counts as one letter: shared all the more


class Wordings:
    """The wordings of texts, each under a slot: a small number that is free again when the text is let go."""

    def __init__(self) -> None:
        self._words: dict[int, str] = {}
        self._having: list[list[int]] = [[] for _ in range(len(_ALPHABET) + 1)]  # of each letter one, two, three ...
        self._asked: list[int] = [0] * (_ENOUGH + 1)  # bit by bit: 2048 less what each text's own length asks for
        self._counted = 0
        self._apart: set[int] = set()
        self._by_word: dict[str, set[int]] = defaultdict(set)
        self._by_beginning: dict[str, set[int]] = defaultdict(set)

    def add(self, slot: int, words: str) -> None:
        """Keep a wording under a free slot."""
        self._words[slot] = words
        self._count(slot, words)
        for word, slots in self._places_of(words):
            slots[word].add(slot)

    def remove(self, slot: int) -> None:
        """Forget the wording under a slot, every word of it."""
        words = self._words.pop(slot)
        self._discount(slot)
        for word, slots in self._places_of(words):
            slots[word].discard(slot)
            if not slots[word]:
                del slots[word]

    def alike(self, words: str) -> list[tuple[float, int]]:
        """Give the slots of all wordings that are alike, each with how much of 100."""
        some = set(self._sharing(words)) | self._apart
        if len(words) >= CONTAINED:
            some |= self._holding(words) | self._held(words)
        return alike(words, {slot: self._words[slot] for slot in some})

    def _count(self, slot: int, words: str) -> None:
        """Set the bits of a text: which letters it has, how often, and how many must be shared with it."""
        counts, bit = _letters(words), 1 << slot
        if max(counts.values(), default=0) > _MOST:
            self._apart.add(slot)
            return
        self._counted |= bit
        for letter, count in counts.items():
            column = self._having[letter]
            column += [0] * (count - len(column))
            for at in range(count):
                column[at] |= bit
        asked = (1 << _ENOUGH) - int(_HALF * len(words))
        for at in range(_ENOUGH + 1):
            self._asked[at] |= bit if asked >> at & 1 else 0

    def _discount(self, slot: int) -> None:
        """Clear the bits of a text."""
        others = ~(1 << slot)
        self._apart.discard(slot)
        self._counted &= others
        for column in (*self._having, self._asked):
            column[:] = [bits & others for bits in column]

    def _sharing(self, words: str) -> Iterator[int]:
        """Give the slots of the texts that share letters enough."""
        mine = (1 << _ENOUGH + 1) - int(_HALF * len(words))  # to be added, so that what these words ask for is taken away
        sums = [[bits, self._counted if mine >> at & 1 else 0] for at, bits in enumerate(self._asked)]
        for letter, count in _letters(words).items():
            sums[0] += self._having[letter][:count]
        enough = _added(sums) & self._counted
        while enough:
            lowest = enough & -enough
            yield lowest.bit_length() - 1
            enough ^= lowest

    def _holding(self, words: str) -> set[int]:
        """Give the slots of texts that may hold these words: all but the first and the last stand whole in such a text."""
        inner = sorted((self._by_word.get(word, set()) for word in set(words.split()[1:-1])), key=len)
        return set.intersection(*inner[:3]) if inner else set(self._words)

    def _held(self, words: str) -> set[int]:
        """Give the slots of texts that begin somewhere in these words."""
        found: set[int] = set()
        for at in range(len(words) - CONTAINED + 1):
            if slots := self._by_beginning.get(words[at : at + _BEGINNING]):
                found |= slots
        return found

    def _places_of(self, words: str) -> Iterator[tuple[str, dict[str, set[int]]]]:
        if len(words) >= CONTAINED:
            yield words[:_BEGINNING], self._by_beginning
            for word in set(words.split()):
                yield word, self._by_word


def alike(words: str, others: Mapping[K, str]) -> list[tuple[float, K]]:
    """Compare words letter by letter with others; what stands whole within the other is alike too."""
    found = {name: score for _, score, name in process.extract(words, others, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)}
    if len(words) >= CONTAINED:
        for name, other in others.items():
            if len(other) >= CONTAINED and (words in other or other in words):
                found[name] = max(found.get(name, 0.0), PASSED_ON)
    return [(score, name) for name, score in found.items()]


def core(text: str) -> str:
    """Give the words of a text as they are compared with others."""
    return text[:LONGEST].lower().strip(" \t\n\r.:;,!-*\"'")


def _added(sums: list[list[int]]) -> int:
    """Add up columns of bits for all texts at once, as on paper: of three in a column one stays and one is carried. Give the last
    column's sum; what it would carry is left off."""
    for at, column in enumerate(sums):
        carried = sums[at + 1] if at + 1 < len(sums) else []
        while len(column) > 1:
            one, other = column.pop(), column.pop()
            third = column.pop() if column else 0
            odd = one ^ other
            column.append(odd ^ third)
            carried.append(one & other | odd & third)
    return sums[-1][0]


def _letters(words: str) -> Counter[int]:
    return Counter(words.encode("utf-8", "surrogatepass").translate(_FOLD))
