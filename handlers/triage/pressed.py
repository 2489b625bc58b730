"""Pressed: what a field monitor answered by keys in a call, as findings. Keys say what is meant; no word is guessed at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from handlers.reports import Evidence, Finding
from handlers.triage.lookups import Lookups
from handlers.triage.urgency import URGENT

QUESTIONS: Mapping[str, str] = {
    "category": "what happened",
    "place": "where",
    "when": "when",
    "how_many": "how many",
    "help": "who needs help",
}
_WHEN: Mapping[str, tuple[str, float]] = {
    "now": ("Now", 0.35),
    "today": ("Today", 0.1),
    "yesterday": ("Yesterday", 0.1),
    "this week": ("This week", 0.0),
    "earlier": ("Before this week", 0.0),
}
_HELP: Mapping[str, tuple[str, float]] = {
    "hurt": ("Somebody is hurt", 0.45),
    "held": ("Somebody is held", 0.45),
    "in danger": ("Somebody is in danger", 0.5),
    "nobody": ("Nobody needs help now", 0.0),
}
_LESS: Mapping[str, float] = {"this week": 0.6, "earlier": 0.25}  # what is left of the urgency
_CROWDS = ((50, 0.2), (10, 0.15), (5, 0.1), (2, 0.05))
_DANGER, _HARMED, _HARM = 0.5, 0.15, 20


def find_pressed(answers: Mapping[str, Mapping[str, Any]], lookups: Lookups) -> tuple[Finding, ...]:
    """Give a finding for each answer, and how urgent they are together; none where nothing was answered."""
    found = tuple(_answered(answers, lookups))
    return (*found, _urgency(found, lookups)) if found else ()


def with_pressed(findings: Sequence[Finding], pressed: Sequence[Finding]) -> tuple[Finding, ...]:
    """Put what was pressed before what was found in words. Of the two urgencies the greater counts, and the keys name the place
    and the kind where both do."""
    if not pressed:
        return tuple(findings)
    said = {(finding.stage, finding.value) for finding in pressed}
    urgencies = [finding for finding in (*pressed, *findings) if finding.stage == "urgency"]
    kept = [f for f in findings if f.stage not in ("urgency", "priority") and (f.stage, f.value) not in said]
    greatest = max(urgencies, key=lambda finding: finding.weight)
    return (*(finding for finding in pressed if finding.stage != "urgency"), *kept, greatest)


def _answered(answers: Mapping[str, Mapping[str, Any]], lookups: Lookups) -> Iterator[Finding]:
    for question, asked in QUESTIONS.items():
        answer = answers.get(question) or {}
        value, keys = answer.get("value"), str(answer.get("keys", ""))
        label = _label(question, value, lookups) if isinstance(value, str) else None
        if not isinstance(value, str) or label is None:
            continue
        if question == "category":
            keys = f"{(answers.get('group') or {}).get('keys', '')}, then {keys}"
        pressed = f"pressed {keys} at '{asked}'"
        yield Finding(
            stage=question,
            value=value,
            label=label,
            evidence=(Evidence(start=0, end=0, words="", rule=pressed),),
            reasons=(f"A field monitor {pressed}.",),
        )


def _label(question: str, value: str, lookups: Lookups) -> str | None:
    """Give the answer for a person to read; None where the lists do not know it any more."""
    if question == "category":
        return lookups.categories[value].label if value in lookups.categories else None
    if question == "place":
        return lookups.gazetteer.by_id[value].label if value in lookups.gazetteer.by_id else None
    if question == "how_many":
        return f"{value} harmed" if value.isdecimal() else None
    return {"when": _WHEN, "help": _HELP}[question].get(value, (None,))[0]


def _urgency(found: Sequence[Finding], lookups: Lookups) -> Finding:
    """Add up what speaks of now, of danger and of many people, as it is done for words."""
    told = {finding.stage: finding for finding in found}
    points = list(_points(told, lookups))
    less = _LESS.get(told["when"].value, 1.0) if "when" in told else 1.0
    weight = round(min(1.0, sum(worth for worth, _ in points)) * less, 2)
    reasons = [reason for _, reason in points]
    if less < 1.0:
        reasons.append(f"Less urgent: {told['when'].label.lower()}.")
    value = "urgent" if weight >= URGENT else "not urgent"
    return Finding(
        stage="urgency",
        value=value,
        label=value.capitalize(),
        weight=weight,
        reasons=tuple(reasons) or ("Nothing that was pressed speaks of now, of danger or of help.",),
    )


def _points(told: Mapping[str, Finding], lookups: Lookups) -> Iterator[tuple[float, str]]:
    kind = lookups.categories[told["category"].value] if "category" in told else None
    if kind is not None and kind.is_urgent:
        yield _DANGER, f"Danger to life or freedom: {kind.label.lower()}."
    elif kind is not None and kind.severity >= _HARM:
        yield _HARMED, f"Harm to a person: {kind.label.lower()}."
    for stage, worths in (("when", _WHEN), ("help", _HELP)):
        if stage in told and (worth := worths[told[stage].value][1]):
            yield worth, f"{told[stage].label}, by the monitor's keys."
    if "how_many" in told:
        worth = next((worth for least, worth in _CROWDS if int(told["how_many"].value) >= least), 0.0)
        if worth:
            yield worth, f"{told['how_many'].label}, by the monitor's keys."
