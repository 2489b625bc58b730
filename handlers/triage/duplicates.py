"""Duplicates: which other reports say nearly the same words, and whether a text was passed on; marked, never dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from handlers.reports import Finding
from handlers.triage.lookups import Lookups
from handlers.triage.reading import HEAD, Reading, show
from handlers.triage.recents import Recents, own_words, words_of
from handlers.triage.telling import Telling
from handlers.triage.wordings import LONGEST, PASSED_ON, alike

_MOST = 5
_DIGITS = re.compile(r"\d+")


def find_duplicates(
    reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]
) -> tuple[Finding, ...]:
    """Name the reports that say nearly the same, the nearest first; `value` is the other report's id."""
    telling = reading.telling
    mine = own_words(reading, so_far) if recent else ""
    forwarded = _forwarded(reading)
    if not mine:
        return forwarded
    best: dict[str, tuple[float, Telling]] = {}
    for score, other in sorted(_alike(mine, recent), key=_nearest_first):
        if other.report_id != telling.report_id and other.id != telling.id:
            best.setdefault(other.report_id, (score, other))
    found = sorted(best.values(), key=lambda item: (-item[0], item[1].report_id))[:_MOST]
    numbers = _numbers(telling) if found else frozenset()
    return (*(_finding(telling, other, score, numbers, is_forwarded=bool(forwarded)) for score, other in found), *forwarded)


def _alike(mine: str, recent: Sequence[Telling]) -> list[tuple[float, Telling]]:
    if isinstance(recent, Recents):
        return recent.alike(mine)
    return [(score, recent[at]) for score, at in alike(mine, {at: words_of(other) for at, other in enumerate(recent)})]


def _nearest_first(found: tuple[float, Telling]) -> tuple[float, float, str]:
    score, other = found
    return -score, -other.received_at.timestamp(), other.id


def _forwarded(reading: Reading) -> tuple[Finding, ...]:
    """Recognise a text that says of itself that it was passed on, at its beginning."""
    for hit in reading.of_kind("sign", "FORWARDED"):
        if hit.first > HEAD:
            break
        evidence = reading.evidence(hit)
        reason = f"It begins as a text passed on: {show(hit.cue, evidence.words)}."
        return (
            Finding(stage="forwarded", value="forwarded", label="Passed on", weight=0.9, evidence=(evidence,), reasons=(reason,)),
        )
    return ()


def _numbers(telling: Telling) -> frozenset[str]:
    return frozenset(_DIGITS.findall(telling.text[:LONGEST]))


def _finding(telling: Telling, other: Telling, score: float, numbers: frozenset[str], *, is_forwarded: bool) -> Finding:
    same_source = telling.source_id is not None and telling.source_id == other.source_id
    who = "from the same source" if same_source else "from another source, as far as is known"
    reasons = [f"{round(score)} of 100 alike with a report {_apart(telling, other)}, {who}."]
    weight = score / 100
    if numbers != _numbers(other):
        weight *= 0.85
        reasons.append("But its numbers differ: it may be another incident told in the same words.")
    elif not same_source and (score >= PASSED_ON or is_forwarded):
        reasons.append("Two people seldom choose the same words: it may be one telling passed on, and then counts once.")
    return Finding(
        stage="duplicates", value=other.report_id, label="Nearly the same words", weight=round(weight, 2), reasons=tuple(reasons)
    )


def _apart(telling: Telling, other: Telling) -> str:
    apart = telling.received_at - other.received_at
    when, apart = ("earlier", apart) if apart >= timedelta() else ("later", -apart)
    minutes = int(apart.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min {when}"
    return f"{minutes // 60} h {when}" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days {when}"
