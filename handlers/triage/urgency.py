"""Urgency: what speaks of now, of danger, of a child, of many people; never who reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.reports import Evidence, Finding
from handlers.triage.lookups import Lookups
from handlers.triage.reading import Reading, show
from handlers.triage.telling import Telling

URGENT = 0.45  # from here on a report is urgent
_HARM = 20  # a category of this severity is harm to a person
_BELIEVED = 0.4  # a category of less weight is denied or a guess
_NOW, _SOON, _RECENT, _TRAPPED, _DANGER, _HARMED = 0.35, 0.25, 0.1, 0.5, 0.5, 0.15
_HELP, _HELP_WITH_SOMETHING, _CHILD, _CHILD_ABOUT = 0.45, 0.15, 0.35, 0.05
_CROWDS = ((50, 0.2), (10, 0.15), (5, 0.1), (2, 0.05))
_YEARS_AGO = 0.25
_REACH = 2  # words between a number and the people that it counts
_GROWN = 18


@dataclass(frozen=True, slots=True)
class _Point:
    """One thing that makes a report more or less urgent."""

    worth: float
    reason: str
    evidence: tuple[Evidence, ...] = ()


def find_urgency(
    reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]
) -> tuple[Finding, ...]:
    """Say `urgent` or `not urgent`, with a weight from 0 to 1 and every reason as a sentence."""
    told = [finding for finding in so_far if finding.stage == "category" and finding.weight >= _BELIEVED]
    is_past = bool(reading.past_sentences) and _all_past(reading, told)
    points = [*_of_time(reading), *_of_danger(lookups, told), *_of_people(reading, lookups, told)]
    weight = min(1.0, sum(point.worth for point in points))
    reasons = [point.reason for point in points]
    if is_past:
        weight *= _YEARS_AGO
        reasons.append("Less urgent: it speaks of years ago.")
    denied = [finding for finding in so_far if finding.stage == "category" and finding.weight < _BELIEVED]
    reasons += [f"Not counted, since the text denies it: {finding.label.lower()}." for finding in denied]
    weight = round(weight, 2)  # before it is compared: 0.35 and 0.1 are a hair less than 0.45
    value = "urgent" if weight >= URGENT else "not urgent"
    evidence = tuple(item for point in points for item in point.evidence)
    return (
        Finding(
            stage="urgency",
            value=value,
            label=value.capitalize(),
            weight=weight,
            evidence=evidence,
            reasons=tuple(reasons) or ("Nothing in it speaks of now, of danger or of help.",),
        ),
    )


def _all_past(reading: Reading, told: Sequence[Finding]) -> bool:
    """Say whether all that was found happened years ago; without any category, whether every sentence is of then."""
    spans = [item for finding in told for item in finding.evidence]
    if spans:
        return all(reading.is_past(item.start) for item in spans)
    return reading.past_sentences.issuperset(token.sentence for token in reading.tokens)


def _first(reading: Reading, sign: str) -> tuple[str, tuple[Evidence, ...]] | None:
    """Find the first undenied hit of a sign."""
    for hit in reading.of_kind("sign", sign):
        if not reading.is_denied(hit):
            evidence = reading.evidence(hit)
            return show(hit.cue, evidence.words), (evidence,)
    return None


def _of_time(reading: Reading) -> Iterator[_Point]:
    for sign, worth, sentence in (
        ("NOW", _NOW, "Speaks of now: {}."),
        ("SOON", _SOON, "Speaks of what is about to happen: {}."),
        ("RECENT", _RECENT, "Speaks of the last hours or days: {}."),
        ("TRAPPED", _TRAPPED, "People may be shut in or under the ground: {}."),
    ):
        if found := _first(reading, sign):
            yield _Point(worth, sentence.format(found[0]), found[1])


def _of_danger(lookups: Lookups, told: Sequence[Finding]) -> Iterator[_Point]:
    """Count the gravest category once: a danger to life or freedom, or else a harm to a person."""
    urgent = [finding for finding in told if (kind := lookups.categories.get(finding.value)) and kind.is_urgent]
    if urgent:
        yield _Point(_DANGER, f"Danger to life or freedom: {urgent[0].label.lower()}.", urgent[0].evidence[:2])
    elif harms := _harms(lookups, told):
        yield _Point(_HARMED, f"Harm to a person: {harms[0].label.lower()}.", harms[0].evidence[:2])


def _harms(lookups: Lookups, told: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in told if (kind := lookups.categories.get(finding.value)) and kind.severity >= _HARM]


def _of_people(reading: Reading, lookups: Lookups, told: Sequence[Finding]) -> Iterator[_Point]:
    harms = _harms(lookups, told)
    if found := _first(reading, "HELP"):
        about_something_else = bool(told) and not harms
        yield _Point(_HELP_WITH_SOMETHING if about_something_else else _HELP, f"Asks for help: {found[0]}.", found[1])
    child = _first(reading, "CHILD") or _young(reading, lookups)
    if child:
        yield _Point(_CHILD if harms else _CHILD_ABOUT, f"Speaks of a child: {child[0]}.", child[1])
    if counted := _count_people(reading, lookups):
        number, evidence = counted
        worth = next((worth for least, worth in _CROWDS if number >= least), 0.0)
        if worth:
            yield _Point(worth if harms else worth / 2, f"Speaks of {number} people: '{evidence.words}'.", (evidence,))


def _number_at(reading: Reading, lookups: Lookups, index: int) -> tuple[int, bool] | None:
    """Read the number at a word; a year, a sum of money and a zero are no count."""
    token = reading.tokens[index]
    if token.digits is not None:
        return None if token.is_money or not 0 < token.digits < 1900 else (token.digits, False)
    word = lookups.numbers.get(token.folded)
    return (word.value, word.counts_people) if word and word.value else None


def _count_people(reading: Reading, lookups: Lookups) -> tuple[int, Evidence] | None:
    """Find the greatest number that counts people: by its form (vatatu), or with a word for people close by."""
    people = {index for hit in reading.of_kind("sign", "PERSON", "CHILD") for index in range(hit.first, hit.last)}
    ages = {hit.first for hit in reading.of_kind("sign", "AGE")}
    best: tuple[int, Evidence] | None = None
    for index in range(len(reading.tokens)):
        number = _number_at(reading, lookups, index)
        if number is None or not ages.isdisjoint((index - 1, index + 1)):
            continue
        near = not people.isdisjoint(range(index - _REACH, index + _REACH + 1))
        if (number[1] or near) and (best is None or number[0] > best[0]):
            best = number[0], reading.span(index, index + 1)
    return best


def _young(reading: Reading, lookups: Lookups) -> tuple[str, tuple[Evidence, ...]] | None:
    """Find an age below eighteen: makore 15, 15 years old."""
    for hit in reading.of_kind("sign", "AGE"):
        for index in (hit.last, hit.first - 1):
            if 0 <= index < len(reading.tokens) and reading.tokens[index].sentence == reading.tokens[hit.first].sentence:
                number = _number_at(reading, lookups, index)
                if number and number[0] < _GROWN:
                    evidence = reading.span(min(index, hit.first), max(index + 1, hit.last))
                    return f"'{evidence.words}'", (evidence,)
    return None
