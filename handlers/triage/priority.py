"""Priority: one number from 0 to 100 out of the findings, so that a corrected one moves it; `ageing` says what waiting adds."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.reports import Finding
from handlers.triage.lookups import Lookups
from handlers.triage.reading import Reading
from handlers.triage.telling import Telling

_URGENCY = 60  # of 100; the rest is the severity of the gravest category
_BELIEVED = 0.4
_TOLD_SOMETHING = 3
_SUNK = 0.15  # what is left to a test or an advertisement
_SURE_SPAM = 0.6


def find_priority(
    reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]
) -> tuple[Finding, ...]:
    """Add up urgency and severity, and say how."""
    return (weigh(so_far, lookups),)


def weigh(findings: Sequence[Finding], lookups: Lookups) -> Finding:
    """Give the priority of these findings; the same findings always give the same, and its points add up to it."""
    urgency = next((finding for finding in findings if finding.stage == "urgency"), None)
    urgent_part = round(_URGENCY * min(1.0, max(0.0, urgency.weight))) if urgency else 0
    gravest, how, severe_part = _gravest(findings, lookups)
    place_part = _TOLD_SOMETHING if any(finding.stage == "place" for finding in findings) else 0
    spam = next((finding for finding in findings if finding.stage == "spam" and finding.weight >= _SURE_SPAM), None)
    whole = urgent_part + severe_part + place_part
    total = max(0, min(100, round(whole * _SUNK) if spam else whole))
    points = [(f"How urgent it is, of {_URGENCY} at most", urgent_part)]
    reasons = [*(urgency.reasons if urgency else ())]
    if gravest:
        points.append((f"How grave it is, of 40 at most: {gravest.lower()} ({how})", severe_part))
        reasons.append(f"{gravest}: {severe_part} of 40 for how grave it is.")
    else:
        points.append(("How grave it is, of 40 at most: no kind of incident was found that counts", 0))
    points.append(("It names a place that is known" if place_part else "It names no place that is known", place_part))
    if place_part:
        reasons.append(f"Names a place: {place_part}.")
    if spam:
        points.append((f"It looks like no report, so that little is left of this: {spam.label.lower()}", total - whole))
        reasons.append(
            f"Sunk from {whole} to {total}, since it looks like no report: {spam.label.lower()}. Correct that to raise it."
        )
    elif total < whole:
        points.append(("More than 100 counts as 100", total - whole))
    reasons.append(f"Together {total} of 100: {urgent_part} for urgency, {severe_part} for gravity, {place_part} for a place.")
    return Finding(
        stage="priority",
        value=str(total),
        label=f"{total} of 100",
        weight=total / 100,
        reasons=tuple(reasons),
        points=tuple(points),
    )


def _gravest(findings: Sequence[Finding], lookups: Lookups) -> tuple[str, str, int]:
    """Give the kind of incident that counts most, how its points come about, and its points."""
    believed = [
        (lookups.categories[finding.value], finding.weight)
        for finding in findings
        if finding.stage == "category" and finding.weight >= _BELIEVED and finding.value in lookups.categories
    ]
    if not believed:
        return "", "", 0
    kind, weight = max(believed, key=lambda pair: pair[0].severity * pair[1])
    weight = min(1.0, weight)
    how = f"{kind.severity} on the list of kinds, {round(weight * 100)} of 100 sure"
    return kind.label, how, round(kind.severity * weight)
