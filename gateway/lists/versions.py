"""Versions: what people saved of the lists, sealed in the database. A seized disk does not tell which words a desk listens for,
nor which names it hides."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from handlers.errors import NotFound, SealError
from handlers.ports import OpenUnit, UnitOfWork
from handlers.protection.boot import BootSecret
from handlers.protection.people import DESK, open_with, seal_to
from handlers.protection.sealing import Place, new_key, open_json, open_sealed, seal, seal_json
from handlers.records import ListVersion
from storage.queries import list_revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version as opened. `text` is None where it does not open with the keys at hand; `restores` is a number or None."""

    name: str
    number: int
    hour: int
    author_id: str | None
    text: str | None = field(repr=False)
    reason: str = field(default="", repr=False)
    restores: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """All that is saved at one revision: the versions of each list, the newest first."""

    revision: int
    versions: dict[str, list[Version]]

    def number(self, name: str) -> int:
        """Give the newest number of a list; 0 while it is as it ships."""
        return self.versions[name][0].number if name in self.versions else 0


class Versions:
    """Keeps versions."""

    def __init__(self, boot: BootSecret, reading: OpenUnit) -> None:
        self._wrap_key = boot.derive("list versions")
        self._reading = reading

    def revision(self) -> int:
        """Give the newest revision: it tells whether anything was saved since."""
        with self._reading() as unit:
            return list_revision(unit)

    def saved(self, *, desk: bytes | None = None) -> Saved:
        """Give all that is saved. What the boot secret does not open is opened with the desk's private key, where that is at
        hand."""
        with self._reading() as unit:
            rows = unit.list_versions.all()
        found: dict[str, list[Version]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row.revision, reverse=True):
            found[row.name].append(self._open(row, desk))
        return Saved(max((row.revision for row in rows), default=0), dict(found))

    def add(self, unit: UnitOfWork, version: Version, *, revision: int) -> bool:
        """Seal and keep a version; say whether it is there (not if another was given its revision meanwhile)."""
        compartment = unit.compartments.first(name=DESK)
        if compartment is None:
            raise NotFound("the desk's key: run ./izwi init first")
        key = new_key()
        plain = {"text": version.text, "reason": version.reason, "restores": version.restores}
        row = ListVersion(
            revision=revision,
            name=version.name,
            number=version.number,
            hour=version.hour,
            author_id=version.author_id,
            content=seal_json(key, plain, _place("content", revision)),
            intake_wrap=seal(self._wrap_key, key, _place("intake_wrap", revision)),
            desk_seal=seal_to(compartment.public_key, key),
        )
        return unit.list_versions.add_new(row)

    def _open(self, row: ListVersion, desk: bytes | None) -> Version:
        try:
            key = open_sealed(self._wrap_key, row.intake_wrap, _place("intake_wrap", row.revision))
            plain: dict[str, Any] = open_json(key, row.content, _place("content", row.revision))
        except SealError:
            plain = _opened_by_desk(row, desk)
        return Version(name=row.name, number=row.number, hour=row.hour, author_id=row.author_id, **plain)


def _opened_by_desk(row: ListVersion, desk: bytes | None) -> dict[str, Any]:
    if desk is None:
        return {"text": None}
    try:
        plain: dict[str, Any] = open_json(open_with(desk, row.desk_seal), row.content, _place("content", row.revision))
    except SealError:
        return {"text": None}
    return plain


def _place(column: str, revision: int) -> Place:
    return Place("list_versions", column, str(revision))
