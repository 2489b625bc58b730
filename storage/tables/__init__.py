"""The schema; private to storage. Columns carry the names of the fields of `handlers.records`, so that a row is a record."""

from storage.tables.caselog import log_entries, log_heads, log_keys
from storage.tables.columns import metadata
from storage.tables.people import (
    audits,
    compartments,
    grants,
    invitations,
    list_versions,
    notices,
    people,
    saved_filters,
    second_steps,
)
from storage.tables.spoken import calls, monitors, prompts, recordings, waiting
from storage.tables.told import deliveries, findings, incidents, messages, notes, periods, proposals, reports, sources
from storage.tables.work import statuses, work

__all__ = [
    "audits",
    "calls",
    "compartments",
    "deliveries",
    "findings",
    "grants",
    "incidents",
    "invitations",
    "list_versions",
    "log_entries",
    "log_heads",
    "log_keys",
    "messages",
    "metadata",
    "monitors",
    "notes",
    "notices",
    "people",
    "periods",
    "prompts",
    "proposals",
    "recordings",
    "reports",
    "saved_filters",
    "second_steps",
    "sources",
    "statuses",
    "waiting",
    "work",
]
