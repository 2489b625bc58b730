"""Entries: the case log as its readers see it, opened with the log's key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.caselog.content import EntryContent
from handlers.caselog.ledger import export, open_entry
from handlers.desk.office import ALTERED, Office
from handlers.desk.people import SignedIn
from handlers.errors import NotAllowed, NotFound, SealError
from handlers.ports import OpenUnit
from handlers.protection.people import LOG
from handlers.records import LogEntry, LogHead

CONTENT_GONE = "The content of this entry was destroyed. Its commitment stays, so that the log can still be checked."


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An entry as a page shows it."""

    index: int
    hour: int
    commitment: str
    content: EntryContent | None = field(repr=False)
    why_unreadable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """One entry with the heads that vouch for it."""

    entry: EntryView
    head: LogHead
    latest: LogHead
    public_key: str


class Entries:
    """Reads the case log."""

    def __init__(self, office: Office, *, log_reading: OpenUnit) -> None:
        self._office = office
        self._log_reading = log_reading

    def list(self, who: SignedIn, *, limit: int, offset: int) -> tuple[Sequence[EntryView], int]:
        """Give entries, the newest first, and how many there are."""
        private = _log_key(who)
        with self._log_reading() as unit:
            size = unit.log_entries.count()
            newest = size - offset
            rows = unit.log_entries.all(index=tuple(range(max(0, newest - limit), max(0, newest))))
        return [_view(row, private) for row in reversed(rows)], size

    def entry(self, who: SignedIn, index: int) -> EntryPage:
        """Give one entry; raise `NotFound`."""
        private = _log_key(who)
        with self._log_reading() as unit:
            row = unit.log_entries.get(index)
            head = unit.log_heads.get(index + 1)
            latest = unit.log_heads.get(unit.log_entries.count())
            public_key = unit.log_keys.get("log").public_key
        return EntryPage(entry=_view(row, private), head=head, latest=latest, public_key=public_key.hex())

    def export(self, who: SignedIn) -> dict[str, Any]:
        """Give the whole log as one document that anybody can check; that it was taken is noted."""
        private = _log_key(who)
        with self._log_reading() as unit:
            rows, heads = unit.log_entries.all(), unit.log_heads.all()
            log_key = unit.log_keys.first(id="log")
        if log_key is None:
            raise NotFound("log_keys")
        opened = {row.index: open_entry(private, row.sealed, row.index) for row in rows if row.sealed is not None}
        with self._office.writing() as unit:
            self._office.audit(unit, who, "exported the case log", "log")
            unit.commit()
        return export(rows, heads, log_key.public_key, opened=opened)


def _log_key(who: SignedIn) -> bytes:
    if LOG not in who.keys:
        raise NotAllowed("Only who holds the case log's key may read it.")
    return who.keys[LOG]


def _view(row: LogEntry, private: bytes) -> EntryView:
    committed = str(json.loads(row.leaf)["commitment"])
    if row.sealed is None:
        return EntryView(index=row.index, hour=row.hour, commitment=committed, content=None, why_unreadable=CONTENT_GONE)
    try:
        content = open_entry(private, row.sealed, row.index).content
    except SealError:
        return EntryView(index=row.index, hour=row.hour, commitment=committed, content=None, why_unreadable=ALTERED)
    return EntryView(index=row.index, hour=row.hour, commitment=committed, content=content)
