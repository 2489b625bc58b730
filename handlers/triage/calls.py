"""What triage makes of what was spoken or sent without words: the keys pressed in a call, what was typed of it since, and how
long it was; of a voice note or a picture, that it may be anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.reports import Finding
from handlers.triage.lookups import Lookups
from handlers.triage.pipeline import Assessment, prioritise
from handlers.triage.pressed import find_pressed, with_pressed

_CHOSEN: Mapping[str, tuple[Finding, ...]] = {
    code: tuple(
        Finding(stage=stage, value=value, label=label, reasons=("Chosen by the caller.",)) for stage, value, label in parts
    )
    for code, parts in {
        "sn": [("language", "sn", "Shona")],
        "ndau": [("language", "sn", "Shona"), ("variety", "ndau", "Ndau")],
        "nd": [("language", "nd", "Ndebele")],
        "en": [("language", "en", "English")],
    }.items()
}

_OF_WORDS = ("language", "spam")  # what is said of an empty text
# Less than urgent, and more than what was read and found to be nothing: it may be anything.
_UNHEARD = Finding(
    stage="urgency",
    value="not urgent",
    label="Not urgent",
    weight=2 / 3,
    reasons=("What was said or sent is not known until somebody has listened to it or looked at it.",),
)


def of_call(assessment: Assessment, content: Mapping[str, Any], lookups: Lookups) -> Assessment:
    """Add what a call says beside its words, and weigh all of it anew. Where it has no words, its language is the one that was
    chosen."""
    pressed = find_pressed(content.get("answers") or {}, lookups)
    has_words = bool(content.get("text"))
    chosen = () if has_words else _CHOSEN.get(str(content.get("language")), ())
    found = [each for each in assessment.findings if has_words or each.stage not in _OF_WORDS]
    if content.get("recording") and not has_words:
        pressed = (*pressed, _UNHEARD)
    return prioritise((_summary(content), *chosen, *with_pressed(found, pressed)), lookups)


def of_file(assessment: Assessment, lookups: Lookups) -> Assessment:
    """Weigh a voice note or a picture that came without words."""
    found = [each for each in assessment.findings if each.stage not in _OF_WORDS]
    return prioritise(with_pressed(found, (_UNHEARD,)), lookups)


def _summary(content: Mapping[str, Any]) -> Finding:
    """Say in a few words what came: call, 1:20."""
    seconds = content.get("seconds")
    length = f"{seconds // 60}:{seconds % 60:02}" if isinstance(seconds, int) else ""
    end = {"deleted": "deleted by the caller", "nothing": "nothing was said"}.get(str(content.get("outcome")), "")
    label = ", ".join(part for part in ("call", length, end) if part)
    return Finding(stage="call", value=label, label=label)
