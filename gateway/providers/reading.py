"""Read what came in a request, whatever it is. Nothing here raises, and nothing here knows a provider."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from gateway.providers.contract import WebhookRequest


def fields_of(request: WebhookRequest) -> dict[str, str]:
    """Give the fields of a request by name, from its form, its JSON object or its bare body; of a repeated field the first."""
    if request.form:
        return {name: values[0] for name, values in request.form.items() if values}
    found = json_object(request.body)
    if found is not None:
        return {well_formed(name): _as_text(value) for name, value in found.items()}
    if "content-type" in request.headers:
        return {}
    pairs = _pairs(request.body)
    return dict(reversed(pairs))


def kept_whole(request: WebhookRequest) -> dict[str, str]:
    """Give all that a request said, repeated fields too, for keeping what was not understood."""
    if request.form:
        return dict(_all_values(request.form))
    fields = fields_of(request)
    return fields or {"body": request.body.decode("utf-8", "backslashreplace")}


def json_object(body: bytes) -> dict[str, Any] | None:
    """Read a body as a JSON object; None where it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def text_of(mapping: Mapping[str, Any], *names: str) -> str:
    """Give the first of these that is there and not null, as text; empty where none is."""
    for name in names:
        if mapping.get(name) is not None:
            return _as_text(mapping[name])
    return ""


def moment(text: str) -> datetime | None:
    """Read a provider's time, in UTC where it names no zone; None where it is no time."""
    try:
        read = datetime.fromisoformat(text.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def well_formed(text: str) -> str:
    """Give text without lone surrogates, which JSON can carry and nothing else can."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def speakable(text: str) -> str:
    """Give text as markup may hold it: without control characters, which the makers of markup let through and no reader takes."""
    return "".join(letter if letter.isprintable() else " " for letter in well_formed(text))


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return well_formed(value)
    if value is None:
        return ""
    try:
        return well_formed(json.dumps(value, ensure_ascii=False))
    except (ValueError, RecursionError):
        return ""


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    except ValueError:
        return []


def _all_values(form: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    for name, values in form.items():
        for place, value in enumerate(values):
            yield (name if place == 0 else f"{name}[{place}]"), value
