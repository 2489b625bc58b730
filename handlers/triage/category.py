"""Category: what kind of incident a text tells of, by the operator's lists and examples; several may hold at once."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.reports import Finding
from handlers.triage.balance import SPOKEN_FOR, weighed
from handlers.triage.cues import Hit
from handlers.triage.lookups import Category, Lookups
from handlers.triage.reading import Reading, show
from handlers.triage.telling import Telling

_ONE, _MORE, _TOGETHER, _HINTS, _DENIED = 0.8, 0.95, 0.7, 0.55, 0.2
_PAST = 0.9  # years ago is no less true, only less sure to be what the report is about
_TOGETHER_ALONE = 0.8  # what an advertisement may hold by chance
_SURE_SPAM = 0.6
_HARM = 20  # of a category of this severity, a form of what is to come is a threat and no event
_MOST_SHOWN = 6


def find_categories(
    reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]
) -> tuple[Finding, ...]:
    """Name every category that the text speaks of, the surest first; one that is only denied stays, with little weight."""
    by_code: dict[str, list[Hit]] = {}
    for hit in (*_outermost(tuple(reading.of_kind("category"))), *reading.together):
        if hit.cue.value in lookups.categories:
            by_code.setdefault(hit.cue.value, []).append(hit)
    listen = not _is_spam(so_far)
    findings = []
    for code, category in lookups.categories.items():
        hits = by_code.get(code, [])
        if not hits and not (listen and reading.heard and reading.heard.of(code) >= SPOKEN_FOR):
            continue
        ruled = _finding(reading, category, hits, so_far) if hits else None
        is_sure = any(hit.cue.is_new and not reading.is_denied(hit) for hit in hits)
        if finding := weighed(reading, category, ruled, is_sure=is_sure) if listen else ruled:
            findings.append(finding)
    return tuple(sorted(findings, key=lambda finding: (-finding.weight, finding.evidence[0].start, finding.value)))


def _outermost(hits: tuple[Hit, ...]) -> list[Hit]:
    """Drop a cue that is only part of a longer one: `chibharo` within `kubatwa chibharo`."""
    covered: dict[int, int] = {}
    for hit in hits:
        for index in range(hit.first, hit.last):
            covered[index] = max(covered.get(index, 0), hit.last - hit.first)
    return [hit for hit in hits if any(covered[index] == hit.last - hit.first for index in range(hit.first, hit.last))]


def _is_spam(so_far: Sequence[Finding]) -> bool:
    return any(finding.stage == "spam" and finding.weight >= _SURE_SPAM for finding in so_far)


def _finding(reading: Reading, category: Category, hits: list[Hit], so_far: Sequence[Finding]) -> Finding | None:
    happened = [hit for hit in hits if not reading.is_denied(hit) and not (hit.to_come and category.severity >= _HARM)]
    told = _sure(happened, reading)
    if not told and not _sure(hits, reading):
        return None
    shown = _distinct(reading, told or hits)
    weight = _weight(told)
    reasons = [_reason(reading, hit, category) for hit in shown]
    if not told:
        to_come = any(hit.to_come for hit in shown)
        reasons.append("It is said of what may come, not of what happened." if to_come else "The text denies it.")
    if weight <= _TOGETHER_ALONE and category.severity < _HARM and _is_spam(so_far):
        weight = _DENIED
        reasons.append("But the text looks like no report.")
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


def _sure(hits: list[Hit], reading: Reading) -> list[Hit]:
    """Leave out hints that stand alone: one word said twice is one hint."""
    enough = any(not hit.cue.is_hint for hit in hits) or len({reading.words[hit.first] for hit in hits}) > 1
    return hits if enough else []


def _weight(told: list[Hit]) -> float:
    if not told:
        return _DENIED
    proofs = {hit.first for hit in told if not hit.cue.is_hint and not hit.anchors}
    if proofs:
        return _MORE if len(proofs) > 1 else _ONE
    return _TOGETHER if any(hit.anchors for hit in told) else _HINTS


def _distinct(reading: Reading, hits: list[Hit]) -> list[Hit]:
    """Show each spot of the text once, proofs before hints, at most a handful."""
    by_spot: dict[tuple[int, int], Hit] = {}
    for hit in sorted(hits, key=lambda hit: hit.cue.is_hint):
        by_spot.setdefault((hit.first, hit.last), hit)
    return sorted(list(by_spot.values())[:_MOST_SHOWN], key=lambda hit: hit.first)


def _reason(reading: Reading, hit: Hit, category: Category) -> str:
    words = reading.evidence(hit).words
    verb = "may speak" if hit.cue.is_hint or hit.anchors else "speaks"
    return f"{show(hit.cue, words)} {verb} of: {category.label.lower()}."
