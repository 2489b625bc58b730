"""Settings that are each right, and do not go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.problems import PREFIX

_TOGETHER = (
    ("twilio_account_sid", "twilio_auth_token"),
    ("africastalking_username", "africastalking_api_key", "africastalking_webhook_secret"),
    ("handset_login", "handset_password", "handset_signing_key"),
    ("forward_webhook_url", "forward_webhook_secret"),
)


def contradictions(settings: Any) -> Iterator[tuple[set[str], str]]:
    """Name the settings that do not go together, each with the sentence for the operator."""
    for names in _TOGETHER:
        absent = [name for name in names if not getattr(settings, name)]
        if absent and len(absent) < len(names):
            present = next(name for name in names if name not in absent)
            yield set(names), f"{_listed(absent)} must be set too, since {PREFIX}{present.upper()} is."
    if settings.on_sqlite and settings.web_processes > 1:
        yield (
            {"database_url", "web_processes"},
            f"{PREFIX}WEB_PROCESSES: expected 1, because several processes that write to SQLite keep each other waiting; "
            f"use more {PREFIX}WEB_THREADS, or PostgreSQL.",
        )
    if settings.bind == settings.ops_bind:
        yield {"bind", "ops_bind"}, f"{PREFIX}BIND and {PREFIX}OPS_BIND: expected two different addresses."


def _listed(names: list[str]) -> str:
    return " and ".join(f"{PREFIX}{name.upper()}" for name in names)
