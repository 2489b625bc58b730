"""Spellings: which word of the lists a word of a text stands for when it is not written as there: keypads, slips, no vowels."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

_DOUBLED = re.compile(r"(.)\1+")
_LOOSE = (
    ("tsh", "c"), ("sch", "c"), ("ch", "c"), ("sh", "s"), ("bh", "b"), ("dh", "d"), ("vh", "v"), ("gh", "g"), ("zw", "zv"),
    ("sw", "sv"), ("hw", "w"), ("hl", "l"), ("nh", "n"), ("mh", "m"), ("l", "r"), ("ph", "f"), ("iy", "i"), ("uw", "u"),
    ("ck", "k"), ("q", "k"), ("x", "ks"), ("dz", "j"),
)  # fmt: skip
_VOWELS = frozenset("aeiou")
_NO_VOWELS = str.maketrans("", "", "".join(_VOWELS))
_AS_LETTERS = ({"2": "to", "4": "for", "8": "ate"}, {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s"}, {"2": "tu", "4": "fo"})
_SHORTEST, _SHORTEST_SLIP, _SHORTEST_BANTU_SLIP = 4, 5, 8
_LONGEST = 30
_LONGEST_BEFORE_NOUN = 5
_BORROWED_FROM = "en"  # pagate, kuborder, ma-phone


def loose(word: str) -> str:
    """Give a word without what people write one way and the other: sh and s, bh and b, l and r, zv and zw, doubled letters."""
    for written, plain in _LOOSE:
        if written in word:
            word = word.replace(written, plain)
    return _DOUBLED.sub(r"\1", word) if _DOUBLED.search(word) else word


def bare(word: str) -> str:
    """Give the letters of a word that are left when a keypad saves the vowels; the first letter stays."""
    return word[:1] + word[1:].translate(_NO_VOWELS)


def is_bare(word: str) -> bool:
    """Say whether a word is written (nearly) without vowels."""
    size = len(word)
    return size >= _SHORTEST and word.isalpha() and (size - 1 - len(word[1:].translate(_NO_VOWELS))) * 6 <= size


@dataclass(frozen=True, slots=True)
class Spellings:
    """Every word of the lists, by the ways that people write it. Built by `build_spellings`; never changed after that."""

    known: frozenset[str] = field(repr=False)
    short: Mapping[str, str] = field(repr=False)
    by_loose: Mapping[str, str] = field(repr=False)
    by_bare: Mapping[str, str] = field(repr=False)
    by_deletion: Mapping[str, tuple[str, ...]] = field(repr=False)
    nouns: Mapping[str, Mapping[str, str]] = field(repr=False)
    before_nouns: Mapping[str, Sequence[str]] = field(repr=False)  # what is written onto a noun, and in which languages

    def read(self, word: str) -> str | None:
        """Give the listed word that this one stands for; nothing where none is near enough."""
        if word in self.short:
            return self.short[word]
        if word in self.known or not 2 < len(word) <= _LONGEST or word.isdecimal():
            return None
        if not word.isalpha():
            return self._with_digits(word)
        if found := self._noun(word):
            return found
        if len(word) >= _SHORTEST and (found := self.by_loose.get(loose(word))):
            return found
        if is_bare(word) and (found := self.by_bare.get(bare(word))):
            return found
        return self._slipped(word) if len(word) >= _SHORTEST_SLIP else None

    def _noun(self, word: str) -> str | None:
        """Find the listed word behind what joins it to another: nemasoja, wegirazi, ngamasotsha."""
        for length in range(1, min(_LONGEST_BEFORE_NOUN, len(word) - _SHORTEST) + 1):
            for language in self.before_nouns.get(word[:length], ()):
                if found := self.nouns[language].get(word[length:]):
                    return found
        return None

    def _with_digits(self, word: str) -> str | None:
        for table in _AS_LETTERS:
            read = "".join(table.get(letter, letter) for letter in word)
            if read in self.known:
                return read
        return None

    def _slipped(self, word: str) -> str | None:
        """Find a word that is one slip away: a letter missing, too many, wrong, or two changed about."""
        for key in (word, *_deletions(word)):
            for known in self.by_deletion.get(key, ()):
                if known[0] == word[0] and OSA.distance(word, known, score_cutoff=1) <= 1 and _is_slip(word, known):
                    return known
        return None


def _is_slip(word: str, known: str) -> bool:
    """Tell a slip from another word: one consonant in place of another makes one (fined, fired), a vowel seldom does."""
    if len(word) != len(known):
        return True
    differing = [(one, other) for one, other in zip(word, known, strict=True) if one != other]
    return len(differing) != 1 or (differing[0][0] in _VOWELS and differing[0][1] in _VOWELS)


def _deletions(word: str) -> Iterable[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _nouns(words: Mapping[str, str], language: str) -> dict[str, str]:
    """Give the words that may follow what joins them; of imbwa the i is lost in nembwa, of incephezelo in ngencephezelo."""
    own = {word: word for word, of in words.items() if of in (language, _BORROWED_FROM)}
    cut = {word[1:]: word for word, of in words.items() if of == language and word[0] in _VOWELS and len(word) > _SHORTEST}
    return {**cut, **own}


def build_spellings(words: Mapping[str, str], short: Mapping[str, str], before_nouns: Mapping[str, Iterable[str]]) -> Spellings:
    """Compile spellings. `words` gives each listed word its language, `before_nouns` what a language writes onto a noun."""
    nouns = {language: _nouns(words, language) for language in before_nouns}
    by_loose: dict[str, str] = {}
    by_bare: dict[str, str] = {}
    by_deletion: dict[str, list[str]] = defaultdict(list)
    joined: dict[str, list[str]] = defaultdict(list)
    for language, parts in before_nouns.items():
        for part in dict.fromkeys(parts):
            joined[part].append(language)
    for word, language in words.items():
        if len(word) >= _SHORTEST:
            by_loose.setdefault(loose(word), word)
            if len(bare(word)) >= _SHORTEST - 1:
                by_bare.setdefault(bare(word), word)
        if len(word) >= (_SHORTEST_SLIP if language == "en" else _SHORTEST_BANTU_SLIP):
            for key in {word, *_deletions(word)}:
                by_deletion[key].append(word)
    return Spellings(
        known=frozenset(words),
        short=dict(short),
        by_loose=by_loose,
        by_bare=by_bare,
        by_deletion={key: tuple(found) for key, found in by_deletion.items()},
        nouns=nouns,
        before_nouns=dict(joined),
    )
