"""Words looked for: how a word of a text is known for one of them, as written, in another form, or one letter off.

A form is known by the operator's lists of affixes: *kurohwa* is `ku-` and *rohwa*, and so finds *akarohwa*, `a-ka-` and *rohwa*.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from rapidfuzz.distance import OSA

from handlers.triage.lookups import Lookups
from handlers.triage.words import WORD, fold, fold_phrase

MOST_WORDS = 8
_SHORTEST_STEM, _SHORTEST_SURE_STEM = 3, 4
_LONGEST_WITH_SHORT_STEM = 6  # of a longer word three letters say too little
_SHORTEST_NEAR = 5
_LONGEST_WORD = 40
_MOST_KNOWN = 50_000
_VOWELS = "aeiou"
# English takes nothing before a stem, and its list of affixes has no endings, since triage reads it by whole words.
_ENGLISH, _ENGLISH_ENDINGS = "en", re.compile(r"(?:s|es|ed|d|en|n|ing|er|ers|ly|'s)?")


class Band(IntEnum):
    """How a word was found: the lower, the surer."""

    SAME = 0
    FORM = 1
    NEAR = 2


@dataclass(frozen=True, slots=True)
class Forms:
    """What each language puts before and behind a stem."""

    before: Mapping[str, re.Pattern[str]] = field(repr=False)
    nouns: Mapping[str, Sequence[str]] = field(repr=False)  # what is written onto a noun, and in which languages
    behind: Mapping[str, re.Pattern[str]] = field(repr=False)
    everyday: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def stems(self, word: str) -> tuple[tuple[str, str], ...]:
        """Give (language, stem) for each way in which a word may be a form of a stem, the longest first."""
        found = {
            (language, word[start:end])
            for language in self._languages(word)
            for start in range(len(word) - _SHORTEST_STEM + 1)
            if self._may_begin(language, word, start)
            for end in range(start + _SHORTEST_STEM, len(word) + 1)
            if self.behind[language].fullmatch(word, end) and _is_stem(word[start:end], len(word))
        }
        return tuple(sorted(found, key=lambda pair: (-len(pair[1]), pair)))

    def holds(self, word: str, language: str, stem: str) -> bool:
        """Say whether a word is a form of a stem of that language."""
        at = word.find(stem)
        while at >= 0:
            if self._may_begin(language, word, at) and self.behind[language].fullmatch(word, at + len(stem)):
                return True
            at = word.find(stem, at + 1)
        return False

    def _languages(self, word: str) -> Iterable[str]:
        """An everyday word of English is not taken apart as if it were Shona: *beating* is no *meeting*."""
        return (_ENGLISH,) if self.everyday.get(word) == (_ENGLISH,) else self.behind

    def _may_begin(self, language: str, word: str, start: int) -> bool:
        if not start:
            return True
        chain = self.before.get(language)
        if chain is not None and chain.fullmatch(word, 0, start):
            return True
        return language in self.nouns.get(word[:start], ())


def forms_of(lookups: Lookups) -> Forms:
    """Give the affixes of the operator's lists."""
    stems = lookups.table.stems
    return Forms(
        stems.prefixes, lookups.spellings.before_nouns, {**stems.endings, _ENGLISH: _ENGLISH_ENDINGS}, lookups.language_words
    )


class Wanted:
    """One word that is looked for."""

    def __init__(self, word: str, forms: Forms) -> None:
        self._word = word
        self._forms = forms
        self._stems = forms.stems(word) if not word.isdecimal() and len(word) <= _LONGEST_WORD else ()
        self._may_be_near = _SHORTEST_NEAR <= len(word) <= _LONGEST_WORD and not word.isdecimal()
        self._known: dict[str, Band | None] = {}
        self.pieces = self._rare_pieces()

    def band(self, word: str) -> Band | None:
        """Say how a folded word of a text was found; None if it is another word."""
        try:
            return self._known[word]
        except KeyError:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            found = self._known[word] = self._judge(word)
            return found

    def _judge(self, word: str) -> Band | None:
        if word == self._word:
            return Band.SAME
        if len(word) > _LONGEST_WORD:
            return None
        if any(self._forms.holds(word, language, stem) for language, stem in self._stems):
            return Band.FORM
        is_near = self._may_be_near and OSA.distance(self._word, word, score_cutoff=1) <= 1
        return Band.NEAR if is_near else None

    def _rare_pieces(self) -> tuple[str, ...]:
        """Give letters of which every word that counts as found holds some: looked for first, for it costs next to nothing."""
        word, half = self._word, len(self._word) // 2
        pieces = {word, *(stem for _, stem in self._stems)}
        if self._may_be_near:  # one slip leaves one half whole, unless two letters changed about where they meet
            turned = word[: half - 1] + word[half] + word[half - 1] + word[half + 1 :]
            pieces |= {word[:half], word[half:], turned}
        return tuple(sorted(piece for piece in pieces if not any(other in piece for other in pieces if other != piece)))


def wanted_words(text: str, forms: Forms) -> tuple[Wanted, ...]:
    """Read what somebody typed into the words that are looked for; what is more than `MOST_WORDS` is left out."""
    words = dict.fromkeys(fold_phrase(text))
    return tuple(Wanted(word, forms) for word in list(words)[:MOST_WORDS])


def folded(text: str) -> str:
    """Fold a whole text onto one line, so that its words are found by their letters."""
    return " ".join(fold(text).split())


def band_in(text: str, wanted: Sequence[Wanted]) -> Band | None:
    """Say how surely a folded text holds every word that is looked for, by the least sure of them; None if one is missing."""
    bands: list[Band | None] = [None] * len(wanted)
    for word in WORD.findall(text):
        for index, each in enumerate(wanted):
            band, known = each.band(word), bands[index]
            if band is not None and (known is None or band < known):
                bands[index] = band
    if any(band is None for band in bands):
        return None
    return max((band for band in bands if band is not None), default=Band.SAME)


def lines_with(text: str, starts: Sequence[int], wanted: Sequence[Wanted]) -> list[int]:
    """Give the numbers of the lines that may hold every word that is looked for. `starts` says where each line begins."""
    left: set[int] | None = None
    for each in wanted:
        found = {line for piece in each.pieces for line in _lines_with(text, starts, piece)}
        left = found if left is None else left & found
    return sorted(left) if left is not None else list(range(len(starts)))


def _lines_with(text: str, starts: Sequence[int], piece: str) -> list[int]:
    lines = []
    at = text.find(piece)
    while at >= 0:
        line = bisect_right(starts, at) - 1
        lines.append(line)
        if line + 1 == len(starts):
            break
        at = text.find(piece, starts[line + 1])
    return lines


def _is_stem(stem: str, word_length: int) -> bool:
    """Tell a stem from letters that happen to be left: it sounds by itself, without the vowel that it ends on."""
    if len(stem) < _SHORTEST_SURE_STEM and (word_length > _LONGEST_WITH_SHORT_STEM or stem[0] in _VOWELS):
        return False
    return any(letter in _VOWELS for letter in stem.rstrip(_VOWELS))
