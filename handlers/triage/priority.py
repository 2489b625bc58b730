"""Priority: one number from 0 to 100 out of the findings, so that a corrected finding moves it; ageing is the inbox's."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.reports import Finding
from handlers.triage.lookups import Lookups
from handlers.triage.reading import Reading
from handlers.triage.telling import Telling

_URGENCY = 60  # of 100; the rest is the severity of the gravest category
_BELIEVED = 0.4
_TOLD_SOMETHING = 3
_POINTS_AN_HOUR = 0.5
_SUNK = 0.15  # what is left to a test or an advertisement
_SURE_SPAM = 0.6


def find_priority(
    reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]
) -> tuple[Finding, ...]:
    """Add up urgency and severity, and say how."""
    return (weigh(so_far, lookups),)


def aged(priority: int, hours_waiting: float) -> float:
    """Raise a priority by half a point for each hour that the report waits: after nine days the lowest passes a new highest."""
    return priority + _POINTS_AN_HOUR * max(0.0, hours_waiting)


def weigh(findings: Sequence[Finding], lookups: Lookups) -> Finding:
    """Give the priority of these findings; the same findings always give the same."""
    urgency = next((finding for finding in findings if finding.stage == "urgency"), None)
    urgent_part = round(_URGENCY * min(1.0, max(0.0, urgency.weight))) if urgency else 0
    grave = [
        (lookups.categories[finding.value], finding)
        for finding in findings
        if finding.stage == "category" and finding.weight >= _BELIEVED and finding.value in lookups.categories
    ]
    gravest = max(grave, key=lambda pair: pair[0].severity * pair[1].weight, default=None)
    severe_part = round(gravest[0].severity * min(1.0, gravest[1].weight)) if gravest else 0
    place_part = _TOLD_SOMETHING if any(finding.stage == "place" for finding in findings) else 0
    spam = next((finding for finding in findings if finding.stage == "spam" and finding.weight >= _SURE_SPAM), None)
    whole = urgent_part + severe_part + place_part
    total = max(0, min(100, round(whole * _SUNK) if spam else whole))
    reasons = [*(urgency.reasons if urgency else ())]
    if gravest:
        reasons.append(f"{gravest[0].label}: {severe_part} of 40 for how grave it is.")
    if place_part:
        reasons.append(f"Names a place: {place_part}.")
    if spam:
        reasons.append(
            f"Sunk from {whole} to {total}, since it looks like no report: {spam.label.lower()}. Correct that to raise it."
        )
    reasons.append(f"Together {total} of 100: {urgent_part} for urgency, {severe_part} for gravity, {place_part} for a place.")
    return Finding(stage="priority", value=str(total), label=f"{total} of 100", weight=total / 100, reasons=tuple(reasons))
