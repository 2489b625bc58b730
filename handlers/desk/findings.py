"""The findings of a report: what triage found in each of its messages, put together, with what a person corrected on top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from handlers.reports import Evidence, Finding

CORRECTABLE = ("category", "place", "language", "urgency", "spam", "past", "negation")
SUGGESTIONS = ("duplicates", "incidents")  # of pairs of reports: set aside one by one, and for both
HIDDEN, SHOWN = "redaction", "shown"  # words that a person had hidden, and words that they had shown again
SET_ASIDE = "not the same"
_ONE_ONLY = ("language", "urgency", "priority")  # of several messages the surest counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person put in place of a stage's findings. No `values` says: there is none."""

    stage: str
    values: tuple[str, ...] = field(repr=False)
    labels: tuple[str, ...] = field(repr=False)
    reason: str = field(repr=False)
    at: float
    author_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding of the whole report: where it was found, or who corrected it."""

    finding: Finding
    message_ids: tuple[str, ...] = ()
    correction: Correction | None = None


def read_finding(plain: Mapping[str, Any]) -> Finding:
    """Read a finding as triage sealed it."""
    evidence = tuple(Evidence(**item) for item in plain.get("evidence", ()))
    points = tuple((str(sentence), int(worth)) for sentence, worth in plain.get("points", ()))
    return Finding(**{**plain, "evidence": evidence, "reasons": tuple(plain.get("reasons", ())), "points": points})


def read_correction(plain: Mapping[str, Any], author_id: str) -> Correction:
    """Read a correction as `judging` sealed it."""
    return Correction(
        stage=plain["stage"],
        values=tuple(plain["value"]),
        labels=tuple(plain["label"]),
        reason=plain.get("reason", ""),
        at=float(plain.get("at", 0)),
        author_id=author_id,
    )


def about_pair(stage: str, other_id: str) -> str:
    """Name what is said of one suggestion: that this report and another are alike."""
    return f"{stage}:{other_id}"


def newest(corrections: Iterable[Correction]) -> dict[str, Correction]:
    """Give the newest correction of each stage: it wins."""
    return {correction.stage: correction for correction in sorted(corrections, key=lambda item: item.at)}


def put_together(by_message: Sequence[tuple[str, Sequence[Finding]]], corrections: Mapping[str, Correction]) -> tuple[Found, ...]:
    """Give the findings of a report: each once, the surest telling of it, and corrections in place of what they correct."""
    found: dict[tuple[str, str], Found] = {}
    for message_id, findings in by_message:
        for finding in findings:
            if finding.stage == "redaction" or finding.stage in corrections or is_set_aside(finding, corrections):
                continue
            key = (finding.stage, "" if finding.stage in _ONE_ONLY else finding.value)
            found[key] = _joined(found.get(key), finding, message_id)
    corrected = [Found(finding=finding, correction=each) for each in corrections.values() for finding in said_in(each)]
    return tuple(sorted([*found.values(), *corrected], key=lambda item: (_rank(item.finding.stage), -item.finding.weight)))


def as_findings(found: Iterable[Found]) -> tuple[Finding, ...]:
    """Give the bare findings, for weighing them anew."""
    return tuple(item.finding for item in found)


def priority_of(findings: Sequence[Finding]) -> int:
    """Give the priority among findings; 0 where there is none."""
    return next((int(finding.value) for finding in findings if finding.stage == "priority"), 0)


def is_set_aside(finding: Finding, corrections: Mapping[str, Correction]) -> bool:
    """Say whether a person said of a suggestion that the two are not the same."""
    if finding.stage not in SUGGESTIONS:
        return False
    said = corrections.get(about_pair(finding.stage, finding.value))
    return said is not None and SET_ASIDE in said.values


def said(corrections: Mapping[str, Correction]) -> dict[str, tuple[Finding, ...]]:
    """Give what people said of a report, as the stages behind are to follow it."""
    return {stage: said_in(correction) for stage, correction in corrections.items() if stage in CORRECTABLE}


def said_in(correction: Correction) -> tuple[Finding, ...]:
    """Give the findings that a correction puts in place of a stage's."""
    if correction.stage not in CORRECTABLE:
        return ()
    weight = 0.0 if correction.values == ("not urgent",) else 1.0
    labels = dict(zip(correction.values, correction.labels, strict=False))
    reasons = (f"Corrected by a person: {correction.reason}",)
    return tuple(
        Finding(stage=correction.stage, value=value, label=labels.get(value, value), weight=weight, reasons=reasons)
        for value in correction.values
    )


def _joined(known: Found | None, finding: Finding, message_id: str) -> Found:
    if known is None:
        return Found(finding=finding, message_ids=(message_id,))
    surest = finding if finding.weight > known.finding.weight else known.finding
    ids = (*known.message_ids, message_id) if message_id not in known.message_ids else known.message_ids
    return replace(known, finding=surest, message_ids=ids)


def _rank(stage: str) -> int:
    order = (
        *("priority", "urgency", "spam", "category", "negation", "past", "place", "when", "how_many", "help"),
        *("call", "language", "variety", "segment"),
        *("duplicates", "incidents", "forwarded"),
    )
    return order.index(stage) if stage in order else len(order)
