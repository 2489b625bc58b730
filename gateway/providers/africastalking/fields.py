"""Single fields of what Africa's Talking sends, with the slips of its software mended."""

from __future__ import annotations

from collections.abc import Mapping


def given(fields: Mapping[str, str], name: str) -> str | None:
    """Give an id; None where there is none, or the word that their software prints for none."""
    value = fields.get(name, "").strip()
    return value if value and value.casefold() not in ("none", "null") else None


def number(value: str) -> str:
    """Give a number; some of their senders leave the plus unescaped, and a form turns it into a space."""
    if value.startswith(" ") and value.strip().isdigit():
        return "+" + value.strip()
    return value.strip()
