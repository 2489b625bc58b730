"""What triage makes of a call: the keys that were pressed, the words that were typed of it since, and how long it was."""

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


def of_call(assessment: Assessment, content: Mapping[str, Any], lookups: Lookups) -> Assessment:
    """Add what a call says beside its words, and weigh all of it anew. Where it has no words, its language is the one that was
    chosen."""
    pressed = find_pressed(content.get("answers") or {}, lookups)
    has_words = bool(content.get("text"))
    chosen = () if has_words else _CHOSEN.get(str(content.get("language")), ())
    found = [each for each in assessment.findings if has_words or each.stage != "language"]
    return prioritise((_summary(content), *chosen, *with_pressed(found, pressed)), lookups)


def _summary(content: Mapping[str, Any]) -> Finding:
    """Say in a few words what came: call, 1:20, monitor."""
    seconds = content.get("seconds")
    length = f"{seconds // 60}:{seconds % 60:02}" if isinstance(seconds, int) else ""
    told = {"sent": "", "recorded": "", "answered": "", "deleted": "deleted by the caller"}
    outcome = told.get(str(content.get("outcome") or "sent"), "nothing was said")
    parts = ("call", length, "monitor" if content.get("monitor") else "", outcome)
    return Finding(stage="call", value="call", label=", ".join(part for part in parts if part))
