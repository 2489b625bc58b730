"""A reading: one telling with its words and cues found once, and what each of its sentences says of time and denial."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from handlers.reports import Evidence
from handlers.triage.bearing import Bearing, index_at, take_bearing
from handlers.triage.combining import find_together
from handlers.triage.cues import Cue, Hit
from handlers.triage.gazetteer import Match
from handlers.triage.lookups import VARIETIES, Lookups
from handlers.triage.matching import find_cues
from handlers.triage.spelling import is_bare
from handlers.triage.telling import Telling
from handlers.triage.voices import Heard, hear
from handlers.triage.words import Token, tokens

HEAD = 3  # words at the beginning, where a text says that it was passed on
_SHORTEST_ODD = 4
_SURELY_ENGLISH = 0.8
_PLAINLY = 0.97
LANGUAGES = {"sn": "Shona", "nd": "Ndebele", "en": "English", "manyika": "Manyika", "ndau": "Ndau"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A telling as the stages see it: `words` as they are read, `hits` all cues found in order of place (`by_kind`:
    the same, by the kind of their list).

    `named` gives for each word the place whose name begins there, if one does, and how many words it takes; `placed` are the
    words of such names. `heard` is what the example reports say of it, if anything was learned from them. `is_of_now`,
    `is_of_then`: a person says so. `denies`: what a person says of that, if one does.
    """

    telling: Telling = field(repr=False)
    tokens: tuple[Token, ...] = field(repr=False)
    words: tuple[str, ...] = field(repr=False)
    hits: tuple[Hit, ...] = field(repr=False)
    by_kind: Mapping[str, Sequence[Hit]] = field(repr=False)
    together: tuple[Hit, ...] = field(repr=False)
    named: tuple[tuple[Match, int] | None, ...] = field(repr=False)
    placed: frozenset[int] = field(repr=False)
    bearing: Bearing = field(repr=False)
    heard: Heard | None = field(default=None, repr=False)
    is_of_now: bool = False
    is_of_then: bool = False
    denies: bool | None = None

    def of_kind(self, kind: str, *values: str) -> Iterator[Hit]:
        """Give the hits of a kind of list, of these values if any are named."""
        return (hit for hit in self.by_kind.get(kind, ()) if not values or hit.cue.value in values)

    def evidence(self, hit: Hit) -> Evidence:
        """Show a hit: its words, its list, its line, and how they were read where they are written otherwise."""
        read = [
            word for index, word in enumerate(self.words[hit.first : hit.last], hit.first) if word != self.tokens[index].folded
        ]
        rule = f"read as {', '.join(read)}" if read else ""
        entry = f"line {hit.cue.line}: {hit.cue.entry}"
        return self.span(hit.first, hit.last, list_name=hit.cue.list_name, entry=entry, rule=rule)

    def span(self, first: int, last: int, *, list_name: str = "", entry: str = "", rule: str = "") -> Evidence:
        """Show the words from one token to before another."""
        start, end = self.tokens[first].start, self.tokens[last - 1].end
        return Evidence(start=start, end=end, words=self.telling.text[start:end], list_name=list_name, entry=entry, rule=rule)

    def is_denied(self, hit: Hit) -> bool:
        """Say whether what these words say is denied (nobody was shot); a cue that holds its own "no" is not."""
        if hit.cue.stands_fast:
            return False
        if hit.says_no:
            return True
        if hit.anchors:
            return not self.bearing.denied.isdisjoint(hit.anchors) and self._allows_denial(hit)
        return hit.first in self.bearing.denied and self._allows_denial(hit)

    def _allows_denial(self, hit: Hit) -> bool:
        spots = hit.anchors or range(hit.first, hit.last)
        return all(no.cue.value == "FALSE" or no.first not in spots for no in self.bearing.denials)

    def is_past(self, start: int) -> bool:
        """Say whether the sentence at this place of the text speaks of years ago."""
        index = index_at(self.tokens, start)
        return index >= 0 and self.tokens[index].sentence in self.bearing.past_sentences

    def passage(self) -> int:
        """Say where the words begin that were passed on: behind "Fwd:" or "forwarded as received"."""
        ends = [self.tokens[hit.last - 1].end for hit in self.of_kind("sign", "FORWARDED") if hit.first <= HEAD]
        return max(ends, default=0)

    def undenied(self) -> Reading:
        """Read it as if it denied nothing: a person says that its "no" denies something else."""
        hits = tuple(hit._replace(says_no=False) for hit in self.hits)
        return replace(
            self,
            hits=hits,
            by_kind=_by_kind(hits),
            together=tuple(hit._replace(says_no=False) for hit in self.together),
            bearing=replace(self.bearing, denials=(), denied=frozenset()),
            denies=False,
        )

    def denying(self) -> Reading:
        """Read it as denying something, since a person says so."""
        return replace(self, denies=True)

    def of_now(self) -> Reading:
        """Read it as of these days: a person says that nothing in it is of years ago."""
        return replace(self, bearing=replace(self.bearing, past=(), past_sentences=frozenset()), is_of_now=True)

    def of_years_ago(self) -> Reading:
        """Read all of it as of years ago, since a person says so."""
        sentences = frozenset(token.sentence for token in self.tokens)
        return replace(self, bearing=replace(self.bearing, past_sentences=sentences), is_of_then=True)


def read(telling: Telling, lookups: Lookups) -> Reading:
    """Find the words and cues of a telling, once for all stages."""
    found = tokens(telling.text)
    folded = [token.folded for token in found]
    named = tuple([_place_at(folded, at, lookups) for at in range(len(folded))])
    words = tuple([word if named[at] else _word(found[at], lookups) for at, word in enumerate(folded)])
    names = {at for at, place in enumerate(named) if place and words[at] not in lookups.spellings.known}
    placed = frozenset([at + step for at in names for step in range((named[at] or (None, 0))[1])])
    odd = {at for at, word in enumerate(words) if at not in names and _is_odd(word, lookups)}
    found_cues = find_cues(found, words, lookups.table, lookups.numbers, odd=odd, names=names)
    hits = tuple([hit for hit in found_cues if not hit.cue.entry.startswith("-") or _fits(hit, words[hit.first], lookups)])
    bearing = take_bearing(found, hits, telling.received_at.year)
    return Reading(
        telling=telling,
        tokens=found,
        words=words,
        hits=hits,
        by_kind=_by_kind(hits),
        named=named,
        placed=placed,
        together=tuple(find_together(found, hits, lookups.together)),
        bearing=bearing,
        heard=hear(found, hits, bearing, lookups.voices, placed=placed) if lookups.voices else None,
    )


def _by_kind(hits: Iterable[Hit]) -> dict[str, list[Hit]]:
    found: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        found[hit.cue.kind].append(hit)
    return found


def _place_at(folded: list[str], at: int, lookups: Lookups) -> tuple[Match, int] | None:
    """Find the place whose name begins at this word; a form of a listed stem (murohwa) is no odd spelling of one (Murowa)."""
    found = lookups.gazetteer.find(folded, at)
    if found and found[1] == 1 and found[0].spelling != "exact" and lookups.table.stems.find(folded[at]):
        return None
    return found


def _fits(hit: Hit, word: str, lookups: Lookups) -> bool:
    """Say whether a stem may stand in this word: not one of Ndebele in a word whose letters are plainly Shona's."""
    language, chance = lookups.letters.guess(word)
    return chance < _PLAINLY or language == VARIETIES.get(hit.cue.language, hit.cue.language)


def _is_odd(word: str, lookups: Lookups) -> bool:
    """Say whether a word may be a listed stem in an odd spelling: no list has it, and its letters are not English."""
    if word in lookups.spellings.known or len(word) < _SHORTEST_ODD or not word.isalpha():
        return False
    if is_bare(word):
        return True
    language, chance = lookups.letters.guess(word)
    return language != "en" or chance < _SURELY_ENGLISH


def _word(token: Token, lookups: Lookups) -> str:
    """Read a word as one of the lists, unless it is one already, or a stem of theirs stands in it."""
    word = token.folded
    if token.digits is not None:
        return word
    return lookups.read_before.get(word) or lookups.read_before.keep(word, _as_listed(word, lookups))


def _as_listed(word: str, lookups: Lookups) -> str:
    if word in lookups.spellings.known and word not in lookups.spellings.short:
        return word
    if lookups.table.stems.find(word) and word not in lookups.spellings.short:
        return word
    return lookups.spellings.read(word) or word


def show(cue: Cue, words: str) -> str:
    """Say where words were found: 'izvozvi' (signs.sn.txt line 4, Shona)."""
    language = LANGUAGES.get(cue.language)
    return f"'{shorten(words)}' ({cue.list_name} line {cue.line}{', ' + language if language else ''})"


def shorten(words: str) -> str:
    """Keep a quotation short enough for a sentence."""
    return words if len(words) <= 60 else words[:57] + "..."
