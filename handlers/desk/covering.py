"""Covering: which reports hurt to read: their words stay covered until somebody opens them. A kindness, not a protection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlers.desk.explaining import counts
from handlers.desk.findings import Found
from handlers.triage.urgency import OF_A_CHILD

_CHILD = "+child"


def covered_by(kinds: Iterable[str], found: Sequence[Found]) -> str:
    """Give what a report tells of that keeps it covered, in words; empty where nothing does. A kind may end in `+child`: then it
    counts where a child is spoken of."""
    of_a_child = any(reason.startswith(OF_A_CHILD) for item in found for reason in item.finding.reasons)
    wanted = {kind.removesuffix(_CHILD) for kind in kinds if of_a_child or not kind.endswith(_CHILD)}
    told = [item for item in found if item.finding.stage == "category" and item.finding.value in wanted and counts(item)]
    return ", ".join(dict.fromkeys(item.finding.label or item.finding.value for item in told))
