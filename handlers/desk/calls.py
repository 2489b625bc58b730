"""What the page says of a call beside what was said in it: how long it was, what was chosen, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LANGUAGES: Mapping[str, str] = {"sn": "Shona", "ndau": "Ndau", "nd": "Ndebele", "en": "English"}
_ENDS: Mapping[str, str] = {
    "sent": "Sent by the caller.",
    "recorded": "It broke off: what was said until then is kept.",
    "answered": "It broke off before anything was said; what was pressed is kept.",
    "deleted": "The caller deleted what was said.",
    "nothing": "Nothing was said.",
}


def about_call(plain: Mapping[str, Any]) -> list[str]:
    """Give sentences about a call, without anything that could point to a person."""
    seconds, outcome = plain.get("seconds"), plain.get("outcome")
    sentences = [
        f"{length(seconds)} long." if isinstance(seconds, int) else "",
        f"In {_LANGUAGES[str(plain['language'])]}." if plain.get("language") in _LANGUAGES else "",
        "A field monitor, known by code and PIN." if plain.get("monitor") else "",
        _ENDS.get(str(outcome), "") if outcome else "The call may still be going on.",
    ]
    return [sentence for sentence in sentences if sentence]


def length(seconds: int) -> str:
    """Give a length as a clock shows it: 1:20."""
    return f"{seconds // 60}:{seconds % 60:02}"
