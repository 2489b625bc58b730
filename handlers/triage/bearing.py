"""Bearing: what a text denies, and which of its sentences speak of years ago."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from handlers.triage.cues import Hit
from handlers.triage.words import Token

_NOS = ("NOT", "NOT_NEXT", "FALSE")
_REACH, _NEXT = 5, 1  # words after a "no" that it still denies
_OLDEST_YEAR = 1950
_GLUED_YEAR = re.compile(r"[^\W\d]{1,7}((?:19|20)\d\d)")  # ngo2008, muna2008
_BEFORE_NO_YEAR = frozenset({"stand", "stendi", "house", "imba", "no", "number", "nhamba", "ward", "box", "route"})


@dataclass(frozen=True, slots=True)
class Past:
    """Words that speak of years ago: from one token to before another, with the cue that shows it, if a list has one."""

    first: int
    last: int
    hit: Hit | None


@dataclass(frozen=True, slots=True)
class Bearing:
    """Which words deny, which are denied, and what is past."""

    denials: tuple[Hit, ...] = field(repr=False)
    denied: frozenset[int] = field(repr=False)
    past: tuple[Past, ...] = field(repr=False)
    past_sentences: frozenset[int] = field(repr=False)


def take_bearing(found: Sequence[Token], hits: Sequence[Hit], year: int) -> Bearing:
    """Say what is denied and what is past; `year` is the year in which the text came."""
    denials = tuple(_denials(hits))
    past = tuple(_past(found, hits, year))
    return Bearing(
        denials=denials,
        denied=frozenset(_denied(found, hits, denials)),
        past=past,
        past_sentences=frozenset(_past_sentences(found, hits, past)),
    )


def _denials(hits: Sequence[Hit]) -> Iterator[Hit]:
    """Give each "no" that denies: not one within longer words that say something by themselves (do not know where)."""
    within = {
        index
        for hit in hits
        if hit.last - hit.first > 1 and hit.cue.value not in _NOS and hit.cue.kind in ("category", "sign", "group")
        for index in range(hit.first, hit.last)
    }
    seen: set[tuple[int, int]] = set()
    for hit in hits:
        spot = hit.first, hit.last
        if hit.cue.kind != "sign" or hit.cue.value not in _NOS or spot in seen:
            continue
        if hit.cue.value == "FALSE" or not within.issuperset(range(hit.first, hit.last)):
            seen.add(spot)
            yield hit


def _denied(found: Sequence[Token], hits: Sequence[Hit], denials: Sequence[Hit]) -> Iterator[int]:
    """A "no" denies what follows it in its clause, "it is not true" the sentence and the one before, haarohwi itself."""
    parting = {hit.first for hit in hits if hit.cue.kind == "sign" and hit.cue.value == "PARTING"}
    for hit in denials:
        if hit.cue.value == "FALSE":
            sentence = found[hit.first].sentence
            yield from (index for index, token in enumerate(found) if sentence - 1 <= token.sentence <= sentence)
            continue
        clause = found[hit.first].clause
        reach = _NEXT if hit.cue.value == "NOT_NEXT" else _REACH
        for index in range(hit.first, min(hit.last + reach, len(found))):
            if found[index].clause != clause or (index >= hit.last and index in parting):
                break
            yield index
    yield from (hit.first for hit in hits if hit.says_no)


def _past(found: Sequence[Token], hits: Sequence[Hit], year: int) -> Iterator[Past]:
    spoken = {hit.first: hit for hit in hits if hit.cue.kind == "sign" and hit.cue.value == "BEFORE_YEAR"}
    for hit in hits:
        if hit.cue.kind == "sign" and hit.cue.value == "LONG_AGO":
            yield Past(hit.first, hit.last, hit)
    for index, token in enumerate(found):
        if token.folded.isalpha():
            continue
        if _is_past_year(found, index, year):
            before = spoken.get(index - 1) if index else None
            yield Past(before.first if before else index, index + 1, before)
        elif token.digits is None and (glued := _GLUED_YEAR.fullmatch(token.folded)) and _OLDEST_YEAR <= int(glued[1]) < year:
            yield Past(index, index + 1, None)


def _is_past_year(found: Sequence[Token], index: int, year: int) -> bool:
    token = found[index]
    if not _OLDEST_YEAR <= (token.digits or 0) < year or token.end - token.start != 4 or token.is_money:
        return False
    return not index or found[index - 1].folded not in _BEFORE_NO_YEAR


def _past_sentences(found: Sequence[Token], hits: Sequence[Hit], past: Sequence[Past]) -> set[int]:
    """Find the sentences of years ago: those that say so, and what is told after them, until one speaks of now."""
    said = {found[item.first].sentence for item in past}
    now = {found[hit.first].sentence for hit in hits if hit.cue.kind == "sign" and hit.cue.value in ("NOW", "SOON")}
    present = now | {found[hit.first].sentence for hit in hits if hit.cue.kind == "sign" and hit.cue.value in _OF_THESE_DAYS}
    sentences: set[int] = set()
    is_past = False
    for sentence in range((found[-1].sentence if found else -1) + 1):
        is_past = sentence not in now if sentence in said else is_past and sentence not in present
        if is_past:
            sentences.add(sentence)
    return sentences


_OF_THESE_DAYS = ("RECENT", "HELP", "DANGER", "TRAPPED", "PRESENT")


def index_at(found: Sequence[Token], start: int) -> int:
    """Give the word that stands at this place of the text, or -1."""
    return bisect_right(found, start, key=lambda token: token.start) - 1
