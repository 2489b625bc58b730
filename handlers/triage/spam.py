"""Spam: what looks like no report (a test, an advertisement, a greeting); it sinks, is kept, and a person can raise it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.reports import Evidence, Finding
from handlers.triage.lookups import Lookups
from handlers.triage.reading import Reading, show
from handlers.triage.telling import Telling

_HARM = 20  # a category of this severity is never sunk by the look of its words
_SHORT = 6  # words of a text that may be nothing but a test
_SURE, _LIKELY, _DOUBTFUL = 0.9, 0.7, 0.4
_SIGNS_OF_SPAM = 2


def find_spam(reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]) -> tuple[Finding, ...]:
    """Say `test` or `spam`, with little weight where the text tells of an incident all the same."""
    proofs = [hit.cue.value for hit in reading.of_kind("category") if not hit.cue.is_hint]
    told = [lookups.categories[code] for code in proofs if code in lookups.categories]
    harm = any(kind.severity >= _HARM for kind in told)
    for sign, label in (("TEST", "A test"), ("SPAM", "An advertisement or a trick")):
        hits = list(reading.of_kind("sign", sign))
        if not hits:
            continue
        weight = _weight(reading, sign, [(hit.first, hit.last) for hit in hits], is_told=bool(told), is_harm=harm)
        if weight:
            evidence = tuple(dict.fromkeys(reading.evidence(hit) for hit in hits))[:5]
            reasons = tuple(dict.fromkeys(f"{show(hit.cue, reading.evidence(hit).words)}." for hit in hits[:5]))
            return (_finding(sign.lower(), label, weight, evidence, reasons),)
    if not reading.telling.text.strip():
        return (_finding("test", "Empty", _LIKELY, (), ("It holds no words.",)),)
    return ()


def _weight(reading: Reading, sign: str, spots: list[tuple[int, int]], *, is_told: bool, is_harm: bool) -> float:
    """Weigh the signs: a text that says plainly that it is a test is one, a lone "test" before a report is not."""
    says_plainly = any(last - first > 1 for first, last in spots)
    if sign == "TEST":
        if says_plainly:
            return _LIKELY
        return _SURE if len(reading.tokens) <= _SHORT and not is_told else 0.0
    if is_harm:
        return _DOUBTFUL
    if says_plainly or len({first for first, _ in spots}) >= _SIGNS_OF_SPAM:
        return _LIKELY if is_told else _SURE
    return 0.0


def _finding(value: str, label: str, weight: float, evidence: tuple[Evidence, ...], reasons: tuple[str, ...]) -> Finding:
    return Finding(stage="spam", value=value, label=label, weight=weight, evidence=evidence, reasons=reasons)
