"""The pipeline: every stage in order, over one telling."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from handlers.reports import Finding
from handlers.triage.ageing import aged
from handlers.triage.category import find_categories
from handlers.triage.duplicates import find_duplicates
from handlers.triage.incidents import find_incidents, gist_of
from handlers.triage.language import find_language
from handlers.triage.lookups import Lookups
from handlers.triage.negation import find_negation
from handlers.triage.past import find_past
from handlers.triage.place import find_places
from handlers.triage.priority import find_priority, weigh
from handlers.triage.reading import Reading, read
from handlers.triage.redaction import find_private, mark_private
from handlers.triage.spam import find_spam
from handlers.triage.telling import Telling
from handlers.triage.urgency import find_urgency

__all__ = ["STAGES", "Assessment", "Said", "Stage", "Telling", "aged", "prioritise", "redacted", "triage", "with_gist"]


Said = Mapping[str, tuple[Finding, ...]]  # by stage; nothing says: there is none
NOTHING_SAID: Said = {}


class Stage(NamedTuple):
    """One stage: its name, and a pure function of the reading, the lookups, the findings so far and the recent tellings."""

    name: str
    find: Callable[[Reading, Lookups, tuple[Finding, ...], Sequence[Telling]], tuple[Finding, ...]]


STAGES: tuple[Stage, ...] = (
    Stage("language", find_language),  # first, so that a person sees at once who can read it
    Stage("place", find_places),
    Stage("spam", find_spam),
    Stage("category", find_categories),  # believes an advertisement less
    Stage("negation", find_negation),
    Stage("past", find_past),
    Stage("redaction", find_private),
    Stage("duplicates", find_duplicates),
    Stage("incidents", find_incidents),  # compares places, categories, people, time
    Stage("urgency", find_urgency),  # weighs the categories
    Stage("priority", find_priority),  # adds up what was found
)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What triage made of a telling: every finding, and the priority from 0 (lowest) to 100."""

    findings: tuple[Finding, ...]
    priority: int


def triage(telling: Telling, lookups: Lookups, recent: Sequence[Telling], said: Said = NOTHING_SAID) -> Assessment:
    """Pass a telling through every stage. Raises on no text, and gives the same for the same. What a person said of it stands in
    place of what a stage finds, and the stages behind follow from that."""
    reading = _as_said(read(telling, lookups), said)
    findings: tuple[Finding, ...] = ()
    for stage in STAGES:
        found = stage.find(reading, lookups, findings, recent)
        if stage.name in said:
            found = (*said[stage.name], *(finding for finding in found if finding.stage != stage.name))
        findings += found
    return Assessment(findings=findings, priority=_priority(findings[-1]))


def _as_said(reading: Reading, said: Said) -> Reading:
    """Read a text as of now or of years ago, as denying something or not, where a person says so: several stages look at that."""
    if "past" in said:
        reading = reading.of_years_ago() if said["past"] else reading.of_now()
    if "negation" in said:
        reading = reading.denying() if said["negation"] else reading.undenied()
    return reading


def with_gist(telling: Telling, lookups: Lookups) -> Telling:
    """Give a telling with its gist, so that others can be compared with what it is about and not only with its words."""
    reading = read(telling, lookups)
    findings: tuple[Finding, ...] = ()
    for find in (find_places, find_spam, find_categories, find_past):
        findings += find(reading, lookups, findings, ())
    return replace(telling, gist=gist_of(reading, lookups, findings))


def prioritise(findings: Sequence[Finding], lookups: Lookups) -> Assessment:
    """Weigh anew after a person has corrected findings."""
    kept = tuple(finding for finding in findings if finding.stage != "priority")
    priority = weigh(kept, lookups)
    return Assessment(findings=(*kept, priority), priority=_priority(priority))


def redacted(text: str, findings: Sequence[Finding]) -> str:
    """Give the text without what could point to a person: [number], [name] and so on stand in its place."""
    return mark_private(text, findings)


def _priority(finding: Finding) -> int:
    return int(finding.value)
