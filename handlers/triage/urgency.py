"""Urgency: what speaks of now, of danger, of a child, of many people; never who reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.reports import Evidence, Finding
from handlers.triage.balance import (
    BELIEVED,
    DOUBTED,
    IN_DOUBT,
    OUTVOTED,
    USED,
    chance_of,
    lasting,
    mark_words,
    urgent_words,
    urgent_worth,
)
from handlers.triage.lookups import Lookups
from handlers.triage.people import count_people, young
from handlers.triage.reading import Reading, show
from handlers.triage.telling import Telling
from handlers.triage.voices import URGENT as EXAMPLES
from handlers.triage.voices import likely

OF_A_CHILD = "Speaks of a child"  # how that reason begins
URGENT = 0.45  # from here on a report is urgent
_HARM = 20  # a category of this severity is harm to a person
_SURE_SPAM = 0.6
_NOW, _SOON, _RECENT, _TRAPPED, _DANGER, _HARMED = 0.35, 0.25, 0.1, 0.5, 0.5, 0.15
_HURT, _INSIDE, _YOUNG = 0.3, 0.35, 0.1
_HELP, _HELP_WITH_SOMETHING, _CHILD, _CHILD_ABOUT = 0.45, 0.2, 0.35, 0.05
_CROWDS = ((50, 0.2), (10, 0.15), (5, 0.1), (2, 0.05))
_YEARS_AGO, _WEEKS_AGO, _OVER = 0.25, 0.6, 0.4
_SURE_ALONE = 0.6
_LESS = "Less urgent: the example reports use {} {}."
_NOT_COUNTED = {OUTVOTED: "the example reports speak against it", IN_DOUBT: "it sounds denied"}
_LASTING = frozenset({"DETN", "DISP"})  # lasts until the text says that it is over


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
    told = _told(so_far)
    is_past = _all_past(reading, told)
    points = [
        *_of_time(reading, is_about_people=not told or bool(_harms(lookups, told))),
        *_of_danger(lookups, told),
        *_of_people(reading, lookups, told),
    ]
    weight = min(1.0, sum(point.worth for point in points))
    reasons = [point.reason for point in points]
    if is_past:
        weight *= _YEARS_AGO
        reasons.append("Less urgent: it speaks of years ago.")
    weight *= _of_earlier(reading, told, reasons) if not is_past else 1.0
    reasons += [_not_counted(finding) for finding in so_far if finding.stage == "category" and finding.weight < BELIEVED]
    weight = round(weight, 2)  # before it is compared: 0.35 and 0.1 are a hair less than 0.45
    evidence = tuple(item for point in points for item in point.evidence)
    if reading.heard:
        is_free = may_raise(reading, so_far)
        weight, evidence = _with_examples(reading, weight, reasons, evidence, is_free=is_free, is_alone=not (told or points))
    value = "urgent" if weight >= URGENT else "not urgent"
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


def _with_examples(
    reading: Reading, weight: float, reasons: list[str], evidence: tuple[Evidence, ...], *, is_free: bool, is_alone: bool
) -> tuple[float, tuple[Evidence, ...]]:
    """Add the voice of the examples to the points: how likely it is urgent, and neither of years ago, denied nor over. It raises
    nothing that is plainly years ago or no report, counts only where it is surer if nothing else was found, and outvotes no sign
    that was added after the weights were learned, and no person who says that it is of now."""
    if reading.heard is None:
        return weight, evidence
    urgent = likely(reading.heard.of(EXAMPLES) + urgent_worth(weight))
    chances = {mark: chance_of(reading, mark) for mark in USED}
    together = round(urgent * lasting(chances.values()), 2)
    if is_alone and together < _SURE_ALONE:
        return weight, evidence
    if urgent >= URGENT:
        named = [mark for mark, chance in chances.items() if chance >= DOUBTED]
        reasons += [_LESS.format(mark_words(reading, mark) or "such words", USED[mark]) for mark in named]
    if together >= URGENT and is_free:
        words, marks = urgent_words(reading)
        if words:
            reasons.append(f"The example reports use {words} where it is urgent.")
        return together, (*evidence, *marks)
    if reading.is_of_now or any(hit.cue.is_new and not reading.is_denied(hit) for hit in reading.of_kind("sign")):
        return weight, evidence
    if weight >= URGENT > urgent:
        words = mark_words(reading, EXAMPLES, against=True)
        reasons.append(f"Less urgent: in the example reports {words or 'such words'} are rather used where it is not.")
    return (together if is_free else min(weight, together)), evidence


def _not_counted(finding: Finding) -> str:
    why = "the text denies it"
    for begin, other in _NOT_COUNTED.items():
        if any(reason.startswith(begin) for reason in finding.reasons):
            why = other
    return f"Not counted, since {why}: {finding.label.lower()}."


def may_raise(reading: Reading, so_far: Sequence[Finding]) -> bool:
    """Say whether examples may make this urgent: nothing that is no report, that is plainly of years ago, or that a person says
    is of years ago or only denies."""
    told = _told(so_far)
    if any(finding.stage == "spam" and finding.weight >= _SURE_SPAM for finding in so_far):
        return False
    return not (reading.is_of_then or _all_past(reading, told) or (reading.denies and not told))


def _told(so_far: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in so_far if finding.stage == "category" and finding.weight >= BELIEVED]


def _of_earlier(reading: Reading, told: Sequence[Finding], reasons: list[str]) -> float:
    """Say how much is left of the urgency where it is over, or was weeks ago and nothing speaks of now."""
    if over := _first(reading, "OVER", free=True):
        reasons.append(f"Less urgent: it may be over ({over[0]}).")
        return _OVER
    if _first(reading, "NOW") or _first(reading, "SOON") or any(finding.value in _LASTING for finding in told):
        return 1.0
    if earlier := _first(reading, "EARLIER"):
        reasons.append(f"Less urgent: it was days or weeks ago ({earlier[0]}).")
        return _WEEKS_AGO
    return 1.0


def _all_past(reading: Reading, told: Sequence[Finding]) -> bool:
    """Say whether all that was found happened years ago; without any category, whether every sentence is of then."""
    if not reading.bearing.past_sentences:
        return False
    spans = [item for finding in told for item in finding.evidence]
    if spans:
        return all(reading.is_past(item.start) for item in spans)
    return reading.bearing.past_sentences.issuperset(token.sentence for token in reading.tokens)


def _first(reading: Reading, sign: str, *, free: bool = False) -> tuple[str, tuple[Evidence, ...]] | None:
    """Find the first undenied hit of a sign; a `free` one is not part of longer words that say something else."""
    taken = _phrases(reading) if free else frozenset()
    for hit in reading.of_kind("sign", sign):
        if not reading.is_denied(hit) and taken.isdisjoint(range(hit.first, hit.last)):
            evidence = reading.evidence(hit)
            return show(hit.cue, evidence.words), (evidence,)
    return None


def _phrases(reading: Reading) -> frozenset[int]:
    """Find the words of longer phrases that speak of a category: `has not come back`."""
    longer = (hit for hit in reading.of_kind("category") if hit.last - hit.first > 1)
    return frozenset(index for hit in longer for index in range(hit.first, hit.last))


def _of_time(reading: Reading, *, is_about_people: bool) -> Iterator[_Point]:
    for sign, worth, sentence, always in (
        ("NOW", _NOW, "Speaks of now: {}.", True),
        ("SOON", _SOON, "Speaks of what is about to happen: {}.", True),
        ("RECENT", _RECENT, "Speaks of the last hours or days: {}.", True),
        ("TRAPPED", _TRAPPED, "People may be shut in or under the ground: {}.", False),
        ("DANGER", _HURT, "Somebody may be dying or badly hurt: {}.", False),
    ):
        if (always or is_about_people) and (found := _first(reading, sign)):
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
    if harms and (inside := _first(reading, "INSIDE")) and not _first(reading, "TRAPPED"):
        yield _Point(_INSIDE, f"Somebody may still be in there: {inside[0]}.", inside[1])
    child = _first(reading, "CHILD") or young(reading, lookups)
    if child:
        yield _Point(_CHILD if harms else _CHILD_ABOUT, f"{OF_A_CHILD}: {child[0]}.", child[1])
    elif young_ones := _first(reading, "YOUNG"):
        yield _Point(_YOUNG if harms else 0.0, f"Speaks of young people: {young_ones[0]}.", young_ones[1])
    if counted := count_people(reading, lookups):
        number, evidence = counted
        worth = next((worth for least, worth in _CROWDS if number >= least), 0.0)
        if worth:
            yield _Point(worth if harms else worth / 2, f"Speaks of {number} people: '{evidence.words}'.", (evidence,))
