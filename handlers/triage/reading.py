"""A reading: one telling with its words and cues found once, and what each of its sentences says of time and denial."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from handlers.reports import Evidence
from handlers.triage.lookups import Lookups
from handlers.triage.matching import Cue, Hit, find_cues
from handlers.triage.telling import Telling
from handlers.triage.words import Token, tokens

_DENIAL_REACH = 4  # words after a "no" that it still denies
_OLDEST_YEAR = 1950
LANGUAGES = {"sn": "Shona", "nd": "Ndebele", "en": "English", "manyika": "Manyika", "ndau": "Ndau"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A telling as the stages see it: `hits` are all cues found, in order of place."""

    telling: Telling = field(repr=False)
    tokens: tuple[Token, ...] = field(repr=False)
    hits: tuple[Hit, ...] = field(repr=False)
    denials: frozenset[int] = field(repr=False)
    denied: frozenset[int] = field(repr=False)
    past_sentences: frozenset[int] = field(repr=False)

    def of_kind(self, kind: str, *values: str) -> Iterator[Hit]:
        """Give the hits of a kind of list, of these values if any are named."""
        return (hit for hit in self.hits if hit.cue.kind == kind and (not values or hit.cue.value in values))

    def evidence(self, hit: Hit) -> Evidence:
        """Show a hit: its words, its list, its line."""
        return self.span(hit.first, hit.last, list_name=hit.cue.list_name, entry=f"line {hit.cue.line}: {hit.cue.entry}")

    def span(self, first: int, last: int, *, list_name: str = "", entry: str = "", rule: str = "") -> Evidence:
        """Show the words from one token to before another."""
        start, end = self.tokens[first].start, self.tokens[last - 1].end
        return Evidence(start=start, end=end, words=self.telling.text[start:end], list_name=list_name, entry=entry, rule=rule)

    def is_denied(self, hit: Hit) -> bool:
        """Say whether what these words say is denied (nobody was shot); a cue that holds its own "no" is not."""
        return hit.first in self.denied and self.denials.isdisjoint(range(hit.first, hit.last))

    def is_past(self, start: int) -> bool:
        """Say whether the sentence at this place of the text speaks of years ago."""
        index = bisect_right(self.tokens, start, key=lambda token: token.start) - 1
        return index >= 0 and self.tokens[index].sentence in self.past_sentences


def read(telling: Telling, lookups: Lookups) -> Reading:
    """Find the words and cues of a telling, once for all stages."""
    found = tokens(telling.text)
    hits = find_cues(found, lookups.table, lookups.numbers)
    return Reading(
        telling=telling,
        tokens=found,
        hits=hits,
        denials=frozenset(hit.first for hit in hits if hit.cue.kind == "sign" and hit.cue.value == "NOT"),
        denied=frozenset(_denied(found, hits)),
        past_sentences=frozenset(_past_sentences(found, hits, telling.received_at.year)),
    )


def show(cue: Cue, words: str) -> str:
    """Say where words were found: 'izvozvi' (signs.sn.txt line 4, Shona)."""
    language = LANGUAGES.get(cue.language)
    return f"'{shorten(words)}' ({cue.list_name} line {cue.line}{', ' + language if language else ''})"


def shorten(words: str) -> str:
    """Keep a quotation short enough for a sentence."""
    return words if len(words) <= 60 else words[:57] + "..."


def _denied(found: tuple[Token, ...], hits: tuple[Hit, ...]) -> Iterator[int]:
    for hit in hits:
        if hit.cue.kind == "sign" and hit.cue.value == "NOT":
            clause = found[hit.first].clause
            for index in range(hit.first, min(hit.last + _DENIAL_REACH, len(found))):
                if found[index].clause != clause:
                    break
                yield index


def _past_sentences(found: tuple[Token, ...], hits: tuple[Hit, ...], year: int) -> set[int]:
    """Find the sentences of years ago; one that also speaks of now is not."""
    signs = [hit for hit in hits if hit.cue.kind == "sign"]
    past = {found[hit.first].sentence for hit in signs if hit.cue.value == "LONG_AGO"}
    before_year = (hit.last for hit in signs if hit.cue.value == "BEFORE_YEAR" and hit.last < len(found))
    past |= {found[index].sentence for index in before_year if _OLDEST_YEAR <= (found[index].digits or 0) < year}
    return past - {found[hit.first].sentence for hit in signs if hit.cue.value == "NOW"}
