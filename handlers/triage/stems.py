"""Stems: parts of words that speak, under whatever a language puts before and behind them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.triage.cues import Cue
from handlers.triage.words import Met

STEM_KEY = 3  # stems are looked up by their first three letters
_LONGEST_ENDING = 7


@dataclass(slots=True)
class StemTable:
    """Stems by their first letters, with what may stand before and behind one in each language."""

    stems: dict[str, list[tuple[str, bool, Cue]]] = field(default_factory=lambda: defaultdict(list))
    prefixes: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    endings: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    met: Met[list[Cue]] = field(default_factory=Met, repr=False)

    def find(self, word: str) -> list[Cue]:
        """Find stems inside a word: before one only prefixes of its language, behind it only endings."""
        known = self.met.get(word)
        return self.met.keep(word, self._find(word)) if known is None else known

    def _find(self, word: str) -> list[Cue]:
        cues: list[Cue] = []
        for at in range(len(word) - STEM_KEY + 1):
            for stem, any_ending, cue in self.stems.get(word[at : at + STEM_KEY], ()):
                if word.startswith(stem, at) and self._is_whole(word, at, at + len(stem), any_ending, cue.language):
                    cues.append(cue)
        return cues

    def _is_whole(self, word: str, start: int, end: int, any_ending: bool, language: str) -> bool:
        if end < len(word):
            ending = self.endings.get(language)
            if not any_ending or (ending is not None and not ending.fullmatch(word, end)):
                return False
            if ending is None and (len(word) - end > _LONGEST_ENDING or word[-1] not in "aeiou"):
                return False
        prefix = self.prefixes.get(language)
        return not start or (prefix is not None and prefix.fullmatch(word, 0, start) is not None)
