"""Explaining: why a report stands where it stands, in sentences and in a sum, for somebody who reads no code and no list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers.desk.findings import Found, priority_of
from handlers.records import Report
from handlers.reports import DURESS, Finding, ReportState
from handlers.triage.ageing import gained, waits_since

# What a stage writes behind the words that it found, such as " (lexicons/signs.sn.txt line 14, Shona)".
_REFERENCE = re.compile(r" ?\((?P<name>[\w./-]+\.txt) line (?P<line>\d+)(?:, [^()]*)?\)")
_SURE, _LIKELY, _BELIEVED = 0.9, 0.7, 0.4
_WAITING = (ReportState.RECEIVED, ReportState.OPEN, ReportState.PROPOSED)


@dataclass(frozen=True, slots=True)
class Reference:
    """The line of a list that a sentence rests on."""

    name: str
    line: int

    @property
    def is_of_words_together(self) -> bool:
        """Say whether the line names words that speak of something only when they stand near each other."""
        return self.name.endswith("/together.txt")


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence, and what it rests on."""

    sentence: str = field(repr=False)
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Why a report stands where it stands: `points` add up to `priority`, and `gained` is what waiting `hours` adds to that."""

    priority: int
    points: tuple[tuple[str, int], ...] = field(repr=False)
    hours: int
    gained: int
    is_waiting: bool
    of_several: bool = False

    @property
    def total(self) -> int:
        """Give where it stands in the inbox."""
        return self.priority + self.gained


def reason_of(text: str) -> Reason:
    """Part a reason into its sentence and the lines of the lists that it rests on."""
    references = tuple(dict.fromkeys(Reference(match["name"], int(match["line"])) for match in _REFERENCE.finditer(text)))
    sentence = _REFERENCE.sub("", text)
    if any(line.is_of_words_together for line in references):
        sentence = sentence.replace("' may speak of", "', taken together, may speak of")
    return Reason(sentence, references)


def reasons_of(finding: Finding) -> tuple[Reason, ...]:
    """Give the reasons of a finding. Words that speak only together are told once a line of their list."""
    told: dict[object, Reason] = {}
    for text in finding.reasons:
        reason = reason_of(text)
        is_together = any(line.is_of_words_together for line in reason.references)
        told.setdefault(reason.references if is_together else text, reason)
    return tuple(told.values())


def how_sure(weight: float) -> str:
    """Say in words how sure a finding is."""
    if weight >= _SURE:
        return "sure"
    if weight >= _LIKELY:
        return "fairly sure"
    return "a guess, and counted" if weight >= _BELIEVED else "not counted"


def counts(item: Found) -> bool:
    """Say whether a finding is believed: one that is denied, or a mere guess, stands in no heading."""
    return item.finding.weight >= _BELIEVED


def standing_of(
    report: Report, by_message: Sequence[tuple[str, Sequence[Finding]]], *, is_whole: bool, is_unheard: bool, now_hour: int
) -> Standing:
    """Say why a report stands where it stands: as the gravest of its texts does, and higher the longer it waits. `is_unheard`:
    a voice came with it that nobody has written down."""
    best = max((found for _, found in by_message), key=priority_of, default=())
    points = next((finding.points for finding in best if finding.stage == "priority"), ())
    if rest := report.priority - sum(worth for _, worth in points):
        points = (
            *points,
            (_rest(report, rest, is_whole=is_whole, is_unheard=is_unheard, is_read=bool(best) and not points), rest),
        )
    is_waiting = report.state in _WAITING or (report.state is ReportState.LOGGED and report.news)
    since = waits_since(report.state, opened_hour=report.opened_hour, updated_hour=report.updated_hour)
    hours = max(0, now_hour - since) if is_waiting else 0
    return Standing(
        priority=report.priority,
        points=points,
        hours=hours,
        gained=gained(hours),
        is_waiting=is_waiting,
        of_several=sum(bool(found) for _, found in by_message) > 1,
    )


def _rest(report: Report, rest: int, *, is_whole: bool, is_unheard: bool, is_read: bool) -> str:
    """Say where points come from that no readable finding explains."""
    if DURESS in report.flags.split():
        return "Whoever told it was made to call, and said so by the PIN"
    if is_unheard and rest > 0:
        return "A voice that nobody has written down yet may tell of anything"
    if not is_whole:
        return "What was found in texts that can no longer be read"
    if is_read or rest < 0:
        return "As it was weighed when it came"
    return "Its source asked the line for help"
