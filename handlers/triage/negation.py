"""Negation: what a text says did not happen; a finding of its own, so that a person sees why something counts for less."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.reports import Finding
from handlers.triage.balance import marked
from handlers.triage.lookups import Lookups
from handlers.triage.reading import Reading, show
from handlers.triage.telling import Telling
from handlers.triage.voices import DENIED

_MOST = 6


def find_negation(
    reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]
) -> tuple[Finding, ...]:
    """Give one finding for all the words that deny a kind of incident; words that deny nothing of the kind are left out. Where
    no list has such words, the examples may."""
    cues = [hit for hit in (*reading.of_kind("category"), *reading.together) if reading.is_denied(hit)]
    if not cues:
        is_told = any(finding.stage == "category" for finding in so_far)
        return marked(reading, DENIED) if is_told else ()  # without a "no": his shop is open, he sold me bread
    nos = [hit for hit in reading.bearing.denials if any(_bears_on(reading, hit.first, cue.first) for cue in cues)]
    shown = [*nos, *(hit for hit in cues if hit.says_no)][:_MOST] or cues[:_MOST]
    evidence = tuple(dict.fromkeys(reading.evidence(hit) for hit in shown))
    denied = ", ".join(dict.fromkeys(f"'{reading.evidence(hit).words}'" for hit in cues[:_MOST]))
    reasons = tuple(f"{show(hit.cue, reading.evidence(hit).words)} denies something." for hit in shown)
    return (
        Finding(
            stage="negation",
            value="denied",
            label="Denies something",
            weight=0.9,
            evidence=evidence,
            reasons=(f"What it denies: {denied}.", *dict.fromkeys(reasons)),
        ),
    )


def _bears_on(reading: Reading, no: int, cue: int) -> bool:
    return (
        0 <= reading.tokens[no].sentence - reading.tokens[cue].sentence <= 1
        or reading.tokens[no].clause == reading.tokens[cue].clause
    )
