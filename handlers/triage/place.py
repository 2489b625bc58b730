"""Place: which places of the gazetteer a text names; a suggestion, which below ward level a person confirms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.reports import Evidence, Finding
from handlers.triage.bearing import index_at
from handlers.triage.gazetteer import NEAR, KnownPlace, Match
from handlers.triage.lookups import Lookups
from handlers.triage.reading import Reading, shorten
from handlers.triage.telling import Telling

_BREADTH = {"ward": 1, "town": 1, "district": 2, "province": 3, "country": 4}  # a more exact place comes first
_WIDE = frozenset({"ward", "district", "province", "country", "town"})
_NEAR_WITHOUT_SIGN = 88.0  # a word with neither capital, prefix nor "at" before it must come closer
_MOST_NEAR_TRIES = 300  # distinct unknown words that are compared letter by letter
_MOST_EVIDENCE = 20


@dataclass(frozen=True, slots=True)
class _Named:
    """A place as one spot of the text names it."""

    place: KnownPlace
    match: Match
    evidence: Evidence


def find_places(
    reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]
) -> tuple[Finding, ...]:
    """Name each place that the text names, the surest and most exact first; one finding a place, with every spot."""
    spots: dict[str, list[_Named]] = {}
    for named in _spots(reading, lookups):
        spots.setdefault(named.place.id, []).append(named)
    named_ids = [lookups.gazetteer.by_id[name] for name in spots]

    def order(group: list[_Named]) -> tuple[bool, bool, bool, int, int]:
        place = group[0].place
        holds_another = any(lookups.gazetteer.lies_within(other, place.name) for other in named_ids if other is not place)
        is_near = all(named.match.spelling == "near" for named in group)
        is_origin = all(_is_origin(reading, lookups, named) for named in group)
        return is_near, is_origin, holds_another, _BREADTH.get(place.level, 0), group[0].evidence.start

    return tuple(_finding(group) for group in sorted(spots.values(), key=order))


def _spots(reading: Reading, lookups: Lookups) -> Iterator[_Named]:
    """Walk through the words: first a name of the gazetteer, else a word near to one."""
    tried: dict[str, Match | None] = {}
    cue_words = {hit.first for hit in reading.hits}
    index = 0
    while index < len(reading.tokens):
        found = reading.named[index]
        if found and _is_meant(reading, lookups, index, found[0], found[1]):
            match, count = found
        else:
            near = None if index in cue_words else _near(reading, lookups, index, tried)
            match, count = near or _NOTHING, 1
        if match.places:
            place = _choose(match.places, _kind_beside(reading, lookups, index, index + count))
            rule = "" if match.spelling == "exact" else f"{match.spelling} spelling"
            yield _Named(
                place,
                match,
                reading.span(
                    index, index + count, list_name=place.list_name, entry=f"line {place.line}: {place.name}", rule=rule
                ),
            )
        index += count


def _is_origin(reading: Reading, lookups: Lookups, named: _Named) -> bool:
    """Say whether people come from there (we from, vekwaX, wekuX), so that it happened elsewhere if a place is named besides."""
    if named.match.prefix in lookups.gazetteer.origins:
        return True
    index = index_at(reading.tokens, named.evidence.start)
    return index > 0 and reading.tokens[index - 1].folded in lookups.gazetteer.origins


_NOTHING = Match((), "near", 0.0, "")


def _is_meant(reading: Reading, lookups: Lookups, index: int, match: Match, count: int) -> bool:
    """Refuse a name that is also an everyday word (save) unless something says that a place is meant."""
    if _is_company(reading, lookups, index, count, match):
        return False
    if count > 1 or reading.tokens[index].folded not in lookups.language_words:
        return True
    return bool(match.prefix or _kind_beside(reading, lookups, index, index + 1) or _after_at(reading, lookups, index))


def _is_company(reading: Reading, lookups: Lookups, index: int, count: int, match: Match) -> bool:
    """Say whether the name is part of a company's (Mbada Diamonds): that is an actor, not where it happened."""
    after = index + count
    if match.prefix or after >= len(reading.tokens) or _after_at(reading, lookups, index):
        return False
    return lookups.place_kinds.get(reading.tokens[after].folded) == "company" and reading.tokens[after].capital


def _near(reading: Reading, lookups: Lookups, index: int, tried: dict[str, Match | None]) -> Match | None:
    token = reading.tokens[index]
    word = token.folded
    if not 4 <= len(word) <= 30 or token.digits is not None or word != reading.words[index] or lookups.is_common(word):
        return None
    has_sign = _is_name(reading, index) or _after_at(reading, lookups, index)
    key = f"{word}{has_sign}"
    if key not in tried:
        if len(tried) >= _MOST_NEAR_TRIES:
            return None
        tried[key] = lookups.gazetteer.find_near(word, cutoff=NEAR if has_sign else _NEAR_WITHOUT_SIGN)
    return tried[key]


def _is_name(reading: Reading, index: int) -> bool:
    """Say whether a word is written as a name: a capital that opens no sentence, or one behind a prefix (kuChirasika)."""
    token = reading.tokens[index]
    opens = index == 0 or reading.tokens[index - 1].sentence != token.sentence
    inside = reading.telling.text[token.start + 1 : token.start + 6]
    return (token.capital and not opens) or (not token.capital and inside != inside.lower())


def _after_at(reading: Reading, lookups: Lookups, index: int) -> bool:
    return index > 0 and reading.tokens[index - 1].folded in lookups.gazetteer.before


def _kind_beside(reading: Reading, lookups: Lookups, first: int, last: int) -> str:
    """Read the word just before or behind a name that says what it is: rwizi Odzi, Mukwada kirinika."""
    for index in (last, first - 1):
        if 0 <= index < len(reading.tokens) and reading.tokens[index].clause == reading.tokens[first].clause:
            word = reading.tokens[index].folded
            for length in range(min(4, len(word) - 3) + 1):
                if word[length:] in lookups.place_kinds and (not length or word[:length] in lookups.gazetteer.prefixes):
                    return lookups.place_kinds[word[length:]]
    return ""


def _choose(places: tuple[KnownPlace, ...], kind: str) -> KnownPlace:
    return next((place for place in places if place.level == kind), places[0])


def _finding(group: list[_Named]) -> Finding:
    best = max(group, key=lambda named: named.match.score - (named.match.spelling != "exact") * 0.1)
    place, match = best.place, best.match
    weight = {"exact": 1.0, "folded": 0.9, "near": 0.8 * match.score}[match.spelling]
    how = {"exact": "written as on the list", "folded": "in another spelling", "near": "nearly as on the list"}[match.spelling]
    reasons = [f"'{shorten(best.evidence.words)}' names {place.label}, {how} ({place.list_name} line {place.line})."]
    others = [other.label for other in match.places if other is not place]
    if others:
        reasons.append(f"There is also: {'; '.join(others)}.")
    if place.level not in _WIDE:
        reasons.append("More exact than a ward: a person confirms it.")
    evidence = tuple(named.evidence for named in group[:_MOST_EVIDENCE])
    return Finding(
        stage="place", value=place.id, label=place.label, weight=round(weight, 2), evidence=evidence, reasons=tuple(reasons)
    )
