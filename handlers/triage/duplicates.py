"""Duplicates: which other reports say nearly the same words, and whether a text was passed on; marked, never dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from rapidfuzz import fuzz, process

from handlers.reports import Finding
from handlers.triage.lookups import Lookups
from handlers.triage.reading import Reading, show
from handlers.triage.telling import Telling

_SHORTEST = 20  # letters: two people may both say "help"
_CONTAINED = 40  # letters: a text this long found whole within another is the same words
_LONGEST = 1000  # letters compared; a text longer than that is recognised by its beginning
_ALIKE = 82.0
_PASSED_ON = 95.0
_MOST = 5
_HEAD = 3  # words at the beginning, where a text says that it was passed on
_DIGITS = re.compile(r"\d+")


def find_duplicates(
    reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]
) -> tuple[Finding, ...]:
    """Name the reports that say nearly the same, the nearest first; `value` is the other report's id."""
    telling = reading.telling
    mine = _core(telling.text[_passage(reading) :])
    forwarded = _forwarded(reading)
    if len(mine) < _SHORTEST:
        return forwarded
    others = [other for other in recent if other.report_id != telling.report_id and other.id != telling.id]
    texts = [other.gist.words if other.gist else _core(other.text) for other in others]
    scores: dict[int, float] = {}
    is_long = len(mine) >= _CONTAINED
    for _, score, index in process.extract(mine, texts, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_MOST * 4):
        scores[index] = score
    for index, text in enumerate(texts):
        if is_long and len(text) >= _CONTAINED and (mine in text or text in mine):
            scores[index] = max(scores.get(index, 0.0), _PASSED_ON)
    best: dict[str, tuple[float, Telling]] = {}
    for index, score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        best.setdefault(others[index].report_id, (score, others[index]))
    found = sorted(best.values(), key=lambda item: (-item[0], item[1].report_id))[:_MOST]
    return (*(_finding(telling, other, score, is_forwarded=bool(forwarded)) for score, other in found), *forwarded)


def _core(text: str) -> str:
    return text[:_LONGEST].lower().strip(" \t\n\r.:;,!-*\"'")


def _passage(reading: Reading) -> int:
    """Say where the words begin that were passed on: behind "Fwd:" or "forwarded as received"."""
    ends = [reading.tokens[hit.last - 1].end for hit in reading.of_kind("sign", "FORWARDED") if hit.first <= _HEAD]
    return max(ends, default=0)


def _forwarded(reading: Reading) -> tuple[Finding, ...]:
    """Recognise a text that says of itself that it was passed on, at its beginning."""
    for hit in reading.of_kind("sign", "FORWARDED"):
        if hit.first > _HEAD:
            break
        evidence = reading.evidence(hit)
        reason = f"It begins as a text passed on: {show(hit.cue, evidence.words)}."
        return (
            Finding(stage="forwarded", value="forwarded", label="Passed on", weight=0.9, evidence=(evidence,), reasons=(reason,)),
        )
    return ()


def _finding(telling: Telling, other: Telling, score: float, *, is_forwarded: bool) -> Finding:
    same_source = telling.source_id is not None and telling.source_id == other.source_id
    who = "from the same source" if same_source else "from another source, as far as is known"
    reasons = [f"{round(score)} of 100 alike with a report {_apart(telling, other)}, {who}."]
    weight = score / 100
    if set(_DIGITS.findall(telling.text[:_LONGEST])) != set(_DIGITS.findall(other.text[:_LONGEST])):
        weight *= 0.85
        reasons.append("But its numbers differ: it may be another incident told in the same words.")
    elif not same_source and (score >= _PASSED_ON or is_forwarded):
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
