"""A text for the page: cut where findings stand, with what could point to a person taken out unless it is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handlers.desk.findings import Correction
from handlers.desk.private import spots
from handlers.reports import Finding

EXAMPLES = "the example reports"  # the rule of what was learned, as `triage.balance` names it
_NOT_MARKED = ("language", "variety", "segment", "priority", "redaction")  # nearly every word; private words are marked apart
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_LONG_NUMBER = re.compile(r"\+?\d(?:[\s().\-/]{0,3}\d){5,}")
_STRONGEST = {"redaction": 0, "category": 1, "urgency": 2, "place": 3}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text. `why` says what was found in it; `is_hidden` that the words themselves were taken out."""

    text: str = field(repr=False)
    why: str = ""
    stage: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    stage: str
    label: str
    is_learned: bool = False  # a word by the example reports: it gives way to what a list says


def printable(text: str) -> str:
    """Give a text that any page can hold: what has no glyph, and what turns the direction of writing, becomes one mark each."""
    return _UNPRINTABLE.sub("\ufffd", text)


def without_numbers(text: str) -> str:
    """Give a text with every long number taken out, whatever it may be."""
    return _LONG_NUMBER.sub("[number]", printable(text))


def pieces(
    text: str, findings: Sequence[Finding], corrections: Mapping[str, Correction], *, as_written: bool
) -> tuple[Piece, ...]:
    """Cut a text at its findings. Unless `as_written`, private words are taken out: those triage marked, and those a person
    named."""
    private = [_Span(spot.start, spot.end, "redaction", spot.kind) for spot in spots(text, findings, corrections)]
    parts: list[Piece] = []
    at = 0
    for span in _apart([*_evidence(text, findings), *private]):
        if span.start > at:
            parts.append(Piece(printable(text[at : span.start])))
        is_hidden = span.stage == "redaction" and not as_written
        words = f"[{span.label}]" if is_hidden else printable(text[span.start : span.end])
        parts.append(Piece(words, f"{span.stage}: {span.label}", span.stage, is_hidden))
        at = span.end
    if at < len(text):
        parts.append(Piece(printable(text[at:])))
    return tuple(parts)


def _evidence(text: str, findings: Sequence[Finding]) -> list[_Span]:
    return [
        _Span(item.start, item.end, finding.stage, finding.label or finding.value, item.rule == EXAMPLES)
        for finding in findings
        if finding.stage not in _NOT_MARKED
        for item in finding.evidence
        if 0 <= item.start < item.end <= len(text)
    ]


def _apart(spans: Sequence[_Span]) -> list[_Span]:
    """Give spans that do not overlap. Private words come first: no other finding may show a part of them. A stretch of words
    that holds the words of another finding is left unmarked: those say more."""
    kept: list[_Span] = []
    narrow = [
        span
        for span in spans
        if span.stage == "redaction" or not any(_holds(span, other) for other in spans if not other.is_learned)
    ]
    for span in sorted(narrow, key=lambda item: (item.is_learned, _STRONGEST.get(item.stage, 9), item.start, -item.end)):
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
        elif span.stage == "redaction":
            kept = _widened(kept, span)
    return sorted(kept, key=lambda item: item.start)


def _holds(span: _Span, other: _Span) -> bool:
    return span.start <= other.start and other.end <= span.end and span.end - span.start > other.end - other.start


def _widened(kept: list[_Span], span: _Span) -> list[_Span]:
    """Join a private span with the private ones it overlaps."""
    touching = [other for other in kept if span.start < other.end and other.start < span.end]
    start = min(span.start, *(other.start for other in touching))
    end = max(span.end, *(other.end for other in touching))
    return [*(other for other in kept if other not in touching), _Span(start, end, "redaction", touching[0].label)]
