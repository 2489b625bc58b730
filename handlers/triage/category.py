"""Category: what kind of incident a text tells of, by the operator's words and stems; several may hold at once."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.reports import Finding
from handlers.triage.lookups import Category, Lookups
from handlers.triage.matching import Hit
from handlers.triage.reading import Reading, show
from handlers.triage.telling import Telling

_ONE, _MORE, _HINTS, _DENIED = 0.8, 0.95, 0.55, 0.2
_PAST = 0.9  # years ago is no less true, only less sure to be what the report is about
_MOST_SHOWN = 8


def find_categories(
    reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]
) -> tuple[Finding, ...]:
    """Name every category that the text speaks of, the surest first; one that is only denied stays, with little weight."""
    by_code: dict[str, list[Hit]] = {}
    for hit in _outermost(tuple(reading.of_kind("category"))):
        if hit.cue.value in lookups.categories:
            by_code.setdefault(hit.cue.value, []).append(hit)
    findings = [
        finding for code, hits in by_code.items() if (finding := _finding(reading, lookups.categories[code], hits)) is not None
    ]
    return tuple(sorted(findings, key=lambda finding: (-finding.weight, finding.evidence[0].start, finding.value)))


def _outermost(hits: tuple[Hit, ...]) -> list[Hit]:
    """Drop a cue that is only part of a longer one: `chibharo` within `kubatwa chibharo`."""
    covered: dict[int, int] = {}
    for hit in hits:
        for index in range(hit.first, hit.last):
            covered[index] = max(covered.get(index, 0), hit.last - hit.first)
    return [hit for hit in hits if any(covered[index] == hit.last - hit.first for index in range(hit.first, hit.last))]


def _finding(reading: Reading, category: Category, hits: list[Hit]) -> Finding | None:
    if all(hit.cue.is_hint for hit in hits) and len({reading.tokens[hit.first].folded for hit in hits}) < 2:
        return None
    told = [hit for hit in hits if not reading.is_denied(hit)]
    shown = _distinct(reading, told or hits)
    weight = _weight(told)
    reasons = [_reason(reading, hit, category) for hit in shown]
    if not told:
        reasons.append("The text denies it.")
    if told and all(reading.is_past(reading.tokens[hit.first].start) for hit in told):
        weight *= _PAST
        reasons.append("It speaks of years ago.")
    return Finding(
        stage="category",
        value=category.code,
        label=category.label,
        weight=round(weight, 2),
        evidence=tuple(reading.evidence(hit) for hit in shown),
        reasons=tuple(reasons),
    )


def _weight(told: list[Hit]) -> float:
    if not told:
        return _DENIED
    proofs = {hit.first for hit in told if not hit.cue.is_hint}
    if not proofs:
        return _HINTS
    return _MORE if len(proofs) > 1 else _ONE


def _distinct(reading: Reading, hits: list[Hit]) -> list[Hit]:
    """Show each spot of the text once, proofs before hints, at most a handful."""
    by_spot: dict[tuple[int, int], Hit] = {}
    for hit in sorted(hits, key=lambda hit: hit.cue.is_hint):
        by_spot.setdefault((hit.first, hit.last), hit)
    return sorted(list(by_spot.values())[:_MOST_SHOWN], key=lambda hit: hit.first)


def _reason(reading: Reading, hit: Hit, category: Category) -> str:
    words = reading.evidence(hit).words
    verb = "may speak" if hit.cue.is_hint else "speaks"
    return f"{show(hit.cue, words)} {verb} of: {category.label.lower()}."
