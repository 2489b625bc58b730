"""Past: what a text tells of years ago; a finding of its own."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.reports import Finding
from handlers.triage.balance import marked
from handlers.triage.lookups import Lookups
from handlers.triage.reading import Reading, shorten, show
from handlers.triage.telling import Telling
from handlers.triage.voices import PAST

_MOST = 6


def find_past(reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]) -> tuple[Finding, ...]:
    """Say `past` where all sentences are of years ago, or the examples say so, `partly past` where some are."""
    past = [item for item in reading.bearing.past if reading.tokens[item.first].sentence in reading.bearing.past_sentences]
    if not past:
        return () if reading.bearing.past else marked(reading, PAST)  # a year beside what happens now is no doubt about it
    sentences = {token.sentence for token in reading.tokens}
    value = "past" if reading.bearing.past_sentences >= sentences else "partly past"
    reasons = []
    for item in past[:_MOST]:
        words = reading.span(item.first, item.last).words
        why = show(item.hit.cue, words) if item.hit else f"the year in '{shorten(words)}'"
        reasons.append(f"Speaks of years ago: {why}.")
    return (
        Finding(
            stage="past",
            value=value,
            label="Years ago" if value == "past" else "Partly years ago",
            weight=0.9 if value == "past" else 0.6,
            evidence=tuple(reading.span(item.first, item.last) for item in past[:_MOST]),
            reasons=tuple(dict.fromkeys(reasons)),
        ),
    )
