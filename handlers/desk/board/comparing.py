"""Comparing: what each report of an incident says of kind, place, time, number and doers, and how far they agree.

The program lays words beside each other; it does not decide who is right. Reports that say nothing of a thing differ from none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from handlers.caselog.precision import HARARE
from handlers.desk.explaining import counts
from handlers.desk.findings import Correction, Found
from handlers.desk.private import spots
from handlers.desk.showing import EXAMPLES, printable
from handlers.records import Report
from handlers.reports import Evidence, Finding
from handlers.triage.gazetteer import Gazetteer
from handlers.triage.lookups import Lookups
from handlers.triage.people import count_people
from handlers.triage.reading import Reading, read
from handlers.triage.telling import Telling

DOERS: Mapping[str, str] = {
    "FORCES": "soldiers, police or guards",
    "BUYER": "buyers",
    "DIGGER": "diggers",
}
_TIMES = ("NOW", "SOON", "RECENT", "EARLIER", "LONG_AGO")
_NEAR_HOURS = 3
_MOST_WORDS = 4
_HIDDEN = "[hidden]"


class Agreement(StrEnum):
    """How far reports agree on one thing."""

    ALL = "all agree"
    THOSE = "those that say it agree"
    PART = "they agree in part"
    DIFFER = "they differ"
    ONE = "only one says it"
    NONE = "none says it"


@dataclass(frozen=True, slots=True)
class Said:
    """What one report says of one thing. `keys` are compared, `labels` are shown, `words` are its own, `by` says who else put it
    there."""

    keys: tuple[str, ...] = field(default=(), repr=False)
    labels: tuple[str, ...] = field(default=(), repr=False)
    words: tuple[str, ...] = field(default=(), repr=False)
    by: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing, as every report says it; `remark` says more than the word for the agreement does."""

    title: str
    agreement: Agreement
    said: tuple[Said, ...] = field(repr=False)
    remark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Side:
    """One report as it is laid beside others: its texts, and what counts of its findings."""

    report: Report
    texts: Mapping[str, str] = field(repr=False)
    by_message: Mapping[str, Sequence[Finding]] = field(repr=False)
    found: tuple[Found, ...] = field(repr=False)
    corrections: Mapping[str, Correction] = field(repr=False)


def compare(sides: Sequence[Side], lookups: Lookups) -> tuple[Compared, ...]:
    """Lay the reports of an incident beside each other, thing by thing."""
    read_sides = [(side, _readings(side, lookups)) for side in sides]

    def within(one: str, other: str) -> bool:
        return one == other or _lies_within(lookups.gazetteer, one, other) or _lies_within(lookups.gazetteer, other, one)

    same: Callable[[str, str], bool] = str.__eq__
    days, hours = [_day(side) for side in sides], [_hour(side) for side in sides]
    return (
        _compared("What happened", [_of_stage(side, "category") for side in sides], same),
        _compared("Where", [_of_stage(side, "place") for side in sides], within),
        _compared("Day it was told", [_with_time(*each) for each in zip(days, read_sides, strict=True)], same),
        _near(_compared("Hour it was told", hours, same), [side.report.opened_hour for side in sides]),
        _compared("How many people", [_number(side, readings, lookups) for side, readings in read_sides], same),
        _compared("Who did it", [_doers(side, readings) for side, readings in read_sides], same),
    )


def agreement(said: Sequence[Said], is_same: Callable[[str, str], bool]) -> Agreement:
    """Say how far reports agree: on one key that all share, on some, or on none."""
    speaking = [each.keys for each in said if each.keys]
    if len(speaking) < 2:
        return Agreement.ONE if speaking else Agreement.NONE

    def share(one: Iterable[str], other: Sequence[str]) -> bool:
        return any(is_same(a, b) for a in one for b in other)

    if any(all(share([key], keys) for keys in speaking) for key in speaking[0]):
        return Agreement.ALL if len(speaking) == len(said) else Agreement.THOSE
    pairs = [(one, other) for index, one in enumerate(speaking) for other in speaking[index + 1 :]]
    return Agreement.PART if any(share(one, other) for one, other in pairs) else Agreement.DIFFER


def _compared(title: str, said: Sequence[Said], is_same: Callable[[str, str], bool]) -> Compared:
    return Compared(title, agreement(said, is_same), tuple(said))


def _of_stage(side: Side, stage: str) -> Said:
    found = [item for item in side.found if item.finding.stage == stage and counts(item)]
    evidence = _telling([(name, each) for name, item in _each(side, stage, found) for each in item.evidence])
    is_corrected = any(item.correction is not None for item in found)
    return Said(
        keys=tuple(item.finding.value for item in found),
        labels=tuple(item.finding.label or item.finding.value for item in found),
        words=() if is_corrected else _words(side, evidence),
        by="a person put it there" if is_corrected else _by_keys(item.finding for item in found),
    )


def _telling(evidence: Sequence[tuple[str, Evidence]]) -> list[tuple[str, Evidence]]:
    """Leave the words that say something by themselves: not a stretch that holds others, nor, beside the words of lists, what
    only the example reports speak for."""
    of_lists = [(name, item) for name, item in evidence if item.rule != EXAMPLES] or list(evidence)

    def holds(one: tuple[str, Evidence], other: tuple[str, Evidence]) -> bool:
        (name, item), (other_name, part) = one, other
        return (
            name == other_name
            and item.start <= part.start
            and part.end <= item.end
            and item.end - item.start > part.end - part.start
        )

    return [each for each in of_lists if not any(holds(each, other) for other in of_lists)]


def _each(side: Side, stage: str, found: Sequence[Found]) -> Iterable[tuple[str, Finding]]:
    values = {item.finding.value for item in found}
    for name, findings in side.by_message.items():
        yield from ((name, finding) for finding in findings if finding.stage == stage and finding.value in values)


def _by_keys(findings: Iterable[Finding]) -> str:
    rules = [item.rule for finding in findings for item in finding.evidence]
    return "a field monitor pressed it" if any(rule.startswith("pressed ") for rule in rules) else ""


def _words(side: Side, evidence: Iterable[tuple[str, Evidence]]) -> tuple[str, ...]:
    """Give the words that something was found by, each once; those that the page hides stay hidden."""
    shown: dict[str, None] = {}
    for name, item in evidence:
        text = side.texts.get(name, "")
        if not 0 <= item.start < item.end <= len(text):
            continue
        private = spots(text, side.by_message.get(name, ()), side.corrections)
        is_hidden = any(spot.start < item.end and item.start < spot.end for spot in private)
        shown[_HIDDEN if is_hidden else printable(text[item.start : item.end])] = None
    return tuple(shown)[:_MOST_WORDS]


def _readings(side: Side, lookups: Lookups) -> list[tuple[str, Reading]]:
    at = datetime.fromtimestamp(side.report.opened_hour * 3600, UTC)

    def telling(name: str, text: str) -> Telling:
        return Telling(id=name, report_id=side.report.id, source_id=None, text=text, channel="sms", received_at=at)

    return [(name, read(telling(name, text), lookups)) for name, text in side.texts.items() if text]


def _day(side: Side) -> Said:
    at = datetime.fromtimestamp(side.report.opened_hour * 3600, HARARE)
    return Said((f"{at:%Y-%m-%d}",), (f"{at:%a} {at.day} {at:%b %Y}",))


def _hour(side: Side) -> Said:
    at = datetime.fromtimestamp(side.report.opened_hour * 3600, HARARE)
    return Said((f"{side.report.opened_hour}",), (f"{at:%H} h",))


def _with_time(day: Said, read_side: tuple[Side, list[tuple[str, Reading]]]) -> Said:
    """Add the words that say when it happened: the day of arrival is not the day of the deed."""
    side, readings = read_side
    pressed = [item.finding for item in side.found if item.finding.stage == "when"]
    hits = [(name, reading.evidence(hit)) for name, reading in readings for hit in reading.of_kind("sign", *_TIMES)]
    labels = (*day.labels, *(f"pressed: {finding.label.lower()}" for finding in pressed))
    return replace(day, labels=labels, words=_words(side, hits))


def _near(compared: Compared, hours: Sequence[int]) -> Compared:
    """Judge hours by how far apart they are: within a few they agree."""
    apart = max(hours) - min(hours) if hours else 0
    if len(hours) < 2:
        return compared
    remark = (
        "in the same hour" if not apart else f"{apart} hours between the first and the last" if apart > 1 else "an hour apart"
    )
    return replace(compared, agreement=Agreement.ALL if apart <= _NEAR_HOURS else Agreement.DIFFER, remark=remark)


def _number(side: Side, readings: Sequence[tuple[str, Reading]], lookups: Lookups) -> Said:
    pressed = next((item.finding for item in side.found if item.finding.stage == "how_many"), None)
    if pressed is not None:
        return Said((pressed.value,), (pressed.label,), by="a field monitor pressed it")
    found = [(counted, name) for name, reading in readings if (counted := count_people(reading, lookups))]
    if not found:
        return Said()
    (number, evidence), name = max(found, key=lambda each: each[0][0])
    return Said((str(number),), (f"{number} {'person' if number == 1 else 'people'}",), _words(side, [(name, evidence)]))


def _doers(side: Side, readings: Sequence[tuple[str, Reading]]) -> Said:
    hits = [(name, reading, hit) for name, reading in readings for hit in reading.of_kind("group", *DOERS)]
    kinds = tuple(dict.fromkeys(hit.cue.value for _, _, hit in hits))
    return Said(
        kinds, tuple(DOERS[kind] for kind in kinds), _words(side, [(name, reading.evidence(hit)) for name, reading, hit in hits])
    )


def _lies_within(gazetteer: Gazetteer, one: str, other: str) -> bool:
    inner, outer = gazetteer.by_id.get(one), gazetteer.by_id.get(other)
    return inner is not None and outer is not None and gazetteer.lies_within(inner, outer.name)
