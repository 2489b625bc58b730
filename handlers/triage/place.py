"""Place: which places of the gazetteer a text names; a suggestion, which below ward level a person confirms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.reports import Evidence, Finding
from handlers.triage.gazetteer import LONGEST_NAME, NEAR, KnownPlace, Match
from handlers.triage.lookups import Lookups
from handlers.triage.reading import Reading, shorten
from handlers.triage.telling import Telling

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
    """Name each place that the text names, the surest first; one finding a place, with every spot that names it."""
    spots: dict[str, list[_Named]] = {}
    for named in _spots(reading, lookups):
        spots.setdefault(named.place.id, []).append(named)
    findings = [_finding(group) for group in spots.values()]
    return tuple(sorted(findings, key=lambda finding: (-finding.weight, finding.evidence[0].start)))


def _spots(reading: Reading, lookups: Lookups) -> Iterator[_Named]:
    """Walk through the words: first a name of the gazetteer, else a word near to one."""
    tried: dict[str, Match | None] = {}
    cue_words = {hit.first for hit in reading.hits}
    words = [token.folded for token in reading.tokens]
    index = 0
    while index < len(words):
        found = lookups.gazetteer.find(words[index : index + LONGEST_NAME])
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


_NOTHING = Match((), "near", 0.0, "")


def _is_meant(reading: Reading, lookups: Lookups, index: int, match: Match, count: int) -> bool:
    """Refuse a name that is also an everyday word (save) unless something says that a place is meant."""
    if count > 1 or not lookups.is_common(reading.tokens[index].folded):
        return True
    return bool(match.prefix or _kind_beside(reading, lookups, index, index + 1) or _after_at(reading, lookups, index))


def _near(reading: Reading, lookups: Lookups, index: int, tried: dict[str, Match | None]) -> Match | None:
    token = reading.tokens[index]
    word = token.folded
    if not 5 <= len(word) <= 30 or token.digits is not None or lookups.is_common(word):
        return None
    has_sign = (token.capital and not _opens_sentence(reading, index)) or _after_at(reading, lookups, index)
    key = f"{word}{has_sign}"
    if key not in tried:
        if len(tried) >= _MOST_NEAR_TRIES:
            return None
        tried[key] = lookups.gazetteer.find_near(word, cutoff=NEAR if has_sign else _NEAR_WITHOUT_SIGN)
    return tried[key]


def _opens_sentence(reading: Reading, index: int) -> bool:
    return index == 0 or reading.tokens[index - 1].sentence != reading.tokens[index].sentence


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
