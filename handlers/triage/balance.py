"""Balance: the lists and the example reports together, as one chance for each kind of incident, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import prod

from handlers.reports import Evidence, Finding
from handlers.triage.lookups import Category
from handlers.triage.reading import Reading, shorten
from handlers.triage.voices import DENIED, OVER, PAST, URGENT, Heard, likely, logit

BELIEVED = 0.4  # a category of less weight is denied or a guess
SPOKEN_FOR = logit(BELIEVED)
JUST_NOT = 0.39
# How far a finding of the lists moves the balance, by its weight: two words that are sure, one, words together, hints, denied.
# Measured once on reports by authors whom the lists had never seen; not learned anew, since lists are written while reading
# examples and would then be trusted too much.
_RULES = ((0.9, 4.6), (0.75, 2.6), (0.6, 2.0), (0.5, 1.0), (0.0, -0.8))
_URGENT_RULES = 2.2
_ENOUGH_WORDS, _FEW_WORDS = 8, 0.35
_MOST_NAMED = 3
DOUBTED = 0.3  # that something is of years ago, denied or over: what is less likely is no finding
USED = {PAST: "of years ago", DENIED: "where it is denied", OVER: "where it is over"}  # how the examples use words
_FINDINGS = {PAST: ("past", "past", "Years ago"), DENIED: ("negation", "denied", "Denies something")}
OUTVOTED, IN_DOUBT = "But in the example reports ", "But the example reports "  # how a reason begins that a kind counts for less


def rule_worth(weight: float, words: int) -> float:
    """Say how far a finding of the lists moves the balance; in a text of few words the examples have little to go by."""
    worth = next(worth for least, worth in _RULES if weight >= least)
    return worth + (_FEW_WORDS * max(0, _ENOUGH_WORDS - words) if weight >= BELIEVED else 0.0)


def urgent_worth(weight: float) -> float:
    """Say how far the points of the lists move the balance of urgency."""
    return _URGENT_RULES * weight


def weighed(reading: Reading, category: Category, ruled: Finding | None, *, is_sure: bool) -> Finding | None:
    """Give the finding that lists and examples make together; None where too little speaks for it.

    `is_sure`: a line that was added after the weights were learned says so, and is not outvoted.
    """
    heard = reading.heard
    if heard is None:
        return ruled
    spoken_of = likely(heard.of(category.code) + (rule_worth(ruled.weight, len(reading.words)) if ruled else 0.0))
    doubt = chance_of(reading, DENIED)
    chance = spoken_of * (1 - doubt)
    weight = round(chance, 2) if chance >= BELIEVED else min(JUST_NOT, round(chance, 2))
    if ruled and is_sure and weight < ruled.weight:
        return ruled
    if ruled and ruled.weight < BELIEVED and weight < BELIEVED:
        return replace(ruled, weight=weight)  # it says itself that it is denied
    if spoken_of < BELIEVED:
        return _outvoted(reading, heard, ruled, weight) if ruled else None
    finding = _with_examples(reading, heard, ruled, weight) if ruled else _by_examples(reading, heard, category, weight)
    if finding is None or (doubt < DOUBTED and weight >= BELIEVED):
        return finding
    words = mark_words(reading, DENIED) or "such words"
    return replace(finding, reasons=(*finding.reasons, f"{IN_DOUBT}use {words} {USED[DENIED]}."))


def _outvoted(reading: Reading, heard: Heard, ruled: Finding, weight: float) -> Finding:
    words = _words(reading, heard.speakers(ruled.value, _MOST_NAMED, against=True))
    reason = f"{OUTVOTED}{words or 'the other words'} rather speak against it."
    return replace(ruled, weight=weight, reasons=(*ruled.reasons, reason))


def _with_examples(reading: Reading, heard: Heard, ruled: Finding, weight: float) -> Finding:
    words, marks = _speakers(reading, heard, ruled.value)
    reasons = (f"The example reports use {words} of it.",) if words else ()
    apart = [mark for mark in marks if all(mark.end <= item.start or mark.start >= item.end for item in ruled.evidence)]
    return replace(ruled, weight=weight, reasons=(*ruled.reasons, *reasons), evidence=(*ruled.evidence, *apart))


def _by_examples(reading: Reading, heard: Heard, category: Category, weight: float) -> Finding | None:
    words, marks = _speakers(reading, heard, category.code)
    if not marks:
        return None
    return Finding(
        stage="category",
        value=category.code,
        label=category.label,
        weight=weight,
        evidence=marks,
        reasons=(f"The example reports use {words} of: {category.label.lower()}.",),
    )


def marked(reading: Reading, mark: str) -> tuple[Finding, ...]:
    """Find that a text is of years ago or denied by what the examples say; nothing where that is unlikely, no word says so or a
    person rules it out."""
    chance = chance_of(reading, mark)
    if reading.heard is None or chance < DOUBTED:
        return ()
    words, marks = _speakers(reading, reading.heard, mark)
    stage, value, label = _FINDINGS[mark]
    reasons = (f"The example reports use {words} {USED[mark]}.",)
    found = Finding(stage=stage, value=value, label=label, weight=round(chance, 2), evidence=marks, reasons=reasons)
    return (found,) if marks else ()


def lasting(chances: Iterable[float]) -> float:
    """Give the chance that what is told holds now, by the chances that it is of years ago, denied, over."""
    return prod(1 - chance for chance in chances)


def chance_of(reading: Reading, mark: str) -> float:
    """Give the chance by what the examples say that a text is of years ago, denied or over; none where a person rules it out."""
    is_ruled_out = (mark == PAST and reading.is_of_now) or (mark == DENIED and reading.denies is False)
    return 0.0 if reading.heard is None or is_ruled_out else likely(reading.heard.of(mark))


def mark_words(reading: Reading, mark: str, *, against: bool = False) -> str:
    """Name the words that the example reports use where a mark stands, or where it does not."""
    return _words(reading, reading.heard.speakers(mark, _MOST_NAMED, against=against)) if reading.heard else ""


def urgent_words(reading: Reading) -> tuple[str, tuple[Evidence, ...]]:
    """Name the words that the example reports use where something is urgent, and show them."""
    return _speakers(reading, reading.heard, URGENT) if reading.heard else ("", ())


def _speakers(reading: Reading, heard: Heard, code: str) -> tuple[str, tuple[Evidence, ...]]:
    spots = heard.speakers(code, _MOST_NAMED)
    return _words(reading, spots), tuple([reading.span(at, at + 1, rule="the example reports") for at in spots])


def _words(reading: Reading, spots: Sequence[int]) -> str:
    """Quote the words that stand there: 'x', 'y' and 'z'."""
    written = [reading.telling.text[reading.tokens[at].start : reading.tokens[at].end] for at in spots]
    quoted = list(dict.fromkeys(f"'{shorten(word)}'" for word in written))
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}" if len(quoted) > 1 else "".join(quoted)
