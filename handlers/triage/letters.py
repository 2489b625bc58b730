"""Letters: which language an unlisted word looks like, by the groups of three letters in the lists of each language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import exp, log

from handlers.triage.words import Met

_SMOOTHED = 0.3
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Letters:
    """How likely each group of three letters is in each language."""

    languages: tuple[str, ...]
    groups: Mapping[str, tuple[float, ...]] = field(repr=False)
    unseen: tuple[float, ...] = field(repr=False)
    guessed: Met[tuple[str, float]] = field(default_factory=Met, repr=False)

    def guess(self, word: str) -> tuple[str, float]:
        """Give the likeliest language and how likely it is against the others, from 0 to 1; a short word says nothing."""
        if len(word) < _SHORTEST or not self.languages:
            return "", 0.0
        return self.guessed.get(word) or self.guessed.keep(word, self._guess(word))

    def _guess(self, word: str) -> tuple[str, float]:
        groups, unseen = self.groups, self.unseen
        sums = [sum(worths) for worths in zip(*[groups.get(group, unseen) for group in _threes(word)], strict=True)]
        best = max(range(len(sums)), key=sums.__getitem__)
        return self.languages[best], 1 / sum(exp(max(-50.0, each - sums[best])) for each in sums)


def _threes(word: str) -> list[str]:
    padded = f"^{word}$"
    return [padded[at : at + 3] for at in range(len(padded) - 2)]


def build_letters(words: Mapping[str, Iterable[str]]) -> Letters:
    """Count the groups of three letters in the words of each language."""
    languages = tuple(sorted(language for language in words if language))
    counts = {language: Counter(group for word in words[language] for group in _threes(word)) for language in languages}
    totals = {language: sum(counts[language].values()) for language in languages}
    kinds = len({group for counted in counts.values() for group in counted}) or 1

    def worth(language: str, count: int) -> float:
        return log((count + _SMOOTHED) / (totals[language] + _SMOOTHED * kinds))

    return Letters(
        languages=languages,
        groups={
            group: tuple(worth(language, counts[language][group]) for language in languages)
            for group in {group for counted in counts.values() for group in counted}
        },
        unseen=tuple(worth(language, 0) for language in languages),
    )
