"""The findings of a report: what triage found in each of its messages, put together, with what a person corrected on top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from handlers.reports import Evidence, Finding

CORRECTABLE = ("category", "place", "language", "urgency", "duplicates", "redaction")
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
    return Finding(**{**plain, "evidence": evidence, "reasons": tuple(plain.get("reasons", ()))})


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


def newest(corrections: Iterable[Correction]) -> dict[str, Correction]:
    """Give the newest correction of each stage: it wins."""
    return {correction.stage: correction for correction in sorted(corrections, key=lambda item: item.at)}


def put_together(by_message: Sequence[tuple[str, Sequence[Finding]]], corrections: Mapping[str, Correction]) -> tuple[Found, ...]:
    """Give the findings of a report: each once, the surest telling of it, and corrections in place of what they correct."""
    found: dict[tuple[str, str], Found] = {}
    for message_id, findings in by_message:
        for finding in findings:
            if finding.stage == "redaction" or finding.stage in corrections:
                continue
            key = (finding.stage, "" if finding.stage in _ONE_ONLY else finding.value)
            found[key] = _joined(found.get(key), finding, message_id)
    corrected = [item for correction in corrections.values() for item in _corrected(correction)]
    return tuple(sorted([*found.values(), *corrected], key=lambda item: (_rank(item.finding.stage), -item.finding.weight)))


def as_findings(found: Iterable[Found]) -> tuple[Finding, ...]:
    """Give the bare findings, for weighing them anew."""
    return tuple(item.finding for item in found)


def _joined(known: Found | None, finding: Finding, message_id: str) -> Found:
    if known is None:
        return Found(finding=finding, message_ids=(message_id,))
    surest = finding if finding.weight > known.finding.weight else known.finding
    ids = (*known.message_ids, message_id) if message_id not in known.message_ids else known.message_ids
    return replace(known, finding=surest, message_ids=ids)


def _corrected(correction: Correction) -> list[Found]:
    if correction.stage == "redaction":
        return []
    weight = 0.0 if correction.values == ("not urgent",) else 1.0
    labels = dict(zip(correction.values, correction.labels, strict=False))
    return [
        Found(
            finding=Finding(
                stage=correction.stage,
                value=value,
                label=labels.get(value, value),
                weight=weight,
                reasons=(f"Corrected by a person: {correction.reason}",),
            ),
            correction=correction,
        )
        for value in correction.values
    ]


def _rank(stage: str) -> int:
    order = (
        *("priority", "urgency", "spam", "category", "negation", "past", "place", "when", "how_many", "help"),
        *("call", "language", "variety", "segment"),
        *("duplicates", "incidents", "forwarded"),
    )
    return order.index(stage) if stage in order else len(order)
