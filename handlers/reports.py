"""The nouns of a report: what a source told us and what was found in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

DURESS = "duress"  # a flag: whoever told it was made to call, and said so with a PIN that sounds like any other
HIGHEST_PRIORITY = 100


def settled_priority(weighed: int, flags: str) -> int:
    """Give the priority of a report: what it was weighed to, unless it is on top whatever is found in it."""
    return HIGHEST_PRIORITY if DURESS in flags.split() else weighed


class ReportState(StrEnum):
    """Where a report stands. The values are stored and shown in counts."""

    RECEIVED = "received"  # kept, not yet triaged
    OPEN = "open"  # triaged, waits for a person
    PROPOSED = "proposed"  # proposed for the case log, waits for a second person
    LOGGED = "logged"  # stands in the case log
    REJECTED = "rejected"  # closed by a person, with a reason
    DELETED = "deleted"  # deleted at the wish of its source: nothing of its content is left


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a finding was made: the words `text[start:end]`, and the list (and the line in it) that they were found on.
    `rule` names a rule where no list is concerned, such as `telephone number`."""

    start: int
    end: int
    words: str = field(repr=False)
    list_name: str = ""
    entry: str = field(default="", repr=False)
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one triage stage concluded. `stage` is the stage's name, `value` its conclusion (a language, a place's id, a
    category's code, ...), `label` the same for a person to read, `weight` from 0 to 1 how sure it is, `reasons` sentences for
    the coordinator, `points` what a priority is the sum of: each with its sentence."""

    stage: str
    value: str = field(repr=False)
    label: str = field(default="", repr=False)
    weight: float = 1.0
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)
    reasons: tuple[str, ...] = field(default=(), repr=False)
    points: tuple[tuple[str, int], ...] = field(default=(), repr=False)
