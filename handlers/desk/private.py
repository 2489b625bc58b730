"""Private words: what of a report's texts could point to a person, as triage marked it and as people corrected that."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handlers.desk.findings import HIDDEN, SHOWN, Correction
from handlers.reports import Finding
from handlers.triage.redaction import LABELS

_SHORT = 4  # letters: shorter words are hidden only where they stand alone, longer ones within others too (vaMoyo)


@dataclass(frozen=True, slots=True)
class Private:
    """Words that are hidden: `kind` says in a word what stands in their place, `label` what they are."""

    words: str = field(repr=False)
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where private words stand in a text."""

    start: int
    end: int
    kind: str


def spots(text: str, findings: Sequence[Finding], corrections: Mapping[str, Correction]) -> list[Spot]:
    """Give where the private words of a text stand, those that triage marked and those that a person named."""
    shown = {_folded(words) for words in _values(corrections, SHOWN)}
    marked = [
        Spot(item.start, item.end, finding.value)
        for finding in findings
        if finding.stage == "redaction"
        for item in finding.evidence
        if 0 <= item.start < item.end <= len(text) and _folded(text[item.start : item.end]) not in shown
    ]
    return [*marked, *_named(text, _values(corrections, HIDDEN))]


def private_words(
    texts: Mapping[str, str], by_message: Sequence[tuple[str, Sequence[Finding]]], corrections: Mapping[str, Correction]
) -> tuple[Private, ...]:
    """Give the words that are hidden in a report, each once."""
    found: dict[str, Private] = {}
    findings = dict(by_message)
    for name, text in texts.items():
        for spot in spots(text, findings.get(name, ()), corrections):
            words = text[spot.start : spot.end]
            found.setdefault(_folded(words), Private(words, spot.kind, LABELS.get(spot.kind, "hidden by a person")))
    return tuple(found.values())


def _values(corrections: Mapping[str, Correction], stage: str) -> tuple[str, ...]:
    return corrections[stage].values if stage in corrections else ()


def _named(text: str, words: Sequence[str]) -> list[Spot]:
    patterns = [_pattern(each) for each in sorted(words, key=len, reverse=True) if each]
    if not patterns:
        return []
    return [Spot(match.start(), match.end(), "hidden") for match in re.finditer("|".join(patterns), text, re.IGNORECASE)]


def _pattern(words: str) -> str:
    """Match words however far apart they stand, and short ones only alone."""
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    return pattern if len(words) >= _SHORT else rf"(?<!\w){pattern}(?!\w)"


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()
