"""What every service of the desk stands on: the units, the keys, the clock; and how each action is noted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from handlers.desk.people import SignedIn
from handlers.errors import Conflict, IzwiError, KeyDestroyed, NotAllowed, SealError
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.keyring import DeskKeyring, Keyring, OpenPeriod
from handlers.protection.people import DESK
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.records import Audit, Note, Purpose, Report
from handlers.reports import ReportState
from handlers.triage.lookups import Lookups

KEY_GONE = "no longer readable (its key was destroyed)"
ALTERED = "not readable (it does not open with its key)"
LONGEST_TEXT = 10_000


class Unfinished(IzwiError):
    """A form lacks something, or holds what will not do. The text is a sentence for the person."""


class Opened(NamedTuple):
    """A sealed value as opened, or why it cannot be."""

    value: dict[str, Any] | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals what people write to the report period that is open now."""

    period: OpenPeriod

    def seal(self, table: str, column: str, row_id: str, value: object) -> bytes:
        """Seal a value for its place."""
        return seal_json(self.period.key, value, Place(table, column, row_id, self.period.id))


@dataclass(frozen=True, slots=True)
class Office:
    """The desk's own units of work, keys, lists and clock."""

    writing: OpenUnit
    reading: OpenUnit
    keyring: Keyring
    lookups: Lookups = field(repr=False)
    clock: Clock

    def hour(self) -> int:
        """Give the hour that it is, since 1970."""
        return int(self.clock() // 3600)

    def today(self) -> date:
        """Give the day that it is, in UTC."""
        return datetime.fromtimestamp(self.clock(), UTC).date()

    def sealer(self) -> Sealer:
        """Give a sealer. Call it before a unit of work is opened: a new period may need one of its own."""
        return Sealer(self.keyring.current(Purpose.REPORT))

    def keys(self, who: SignedIn) -> DeskKeyring:
        """Give the keys of reports to who holds the desk's."""
        if DESK not in who.keys:
            raise NotAllowed("Only a coordinator may do this.")
        return DeskKeyring(who.keys[DESK], self.reading)

    def audit(self, unit: UnitOfWork, who: SignedIn, action: str, subject_id: str) -> None:
        """Note who did what to what, and at which version a report stands then: so that whoever had it open is told of it."""
        report = unit.reports.first(id=subject_id)
        audit = Audit(
            id=new_id(),
            hour=self.hour(),
            person_id=who.person.id,
            action=action,
            subject_id=subject_id,
            version=report.version if report else None,
        )
        unit.audits.add(audit)

    def note(
        self,
        unit: UnitOfWork,
        who: SignedIn,
        sealer: Sealer,
        kind: str,
        content: dict[str, Any],
        *,
        report_id: str | None = None,
        incident_id: str | None = None,
        note_id: str | None = None,
    ) -> None:
        """Seal and keep what a person wrote down."""
        note_id = note_id or new_id()
        note = Note(
            id=note_id,
            report_id=report_id,
            incident_id=incident_id,
            author_id=who.person.id,
            kind=kind,
            hour=self.hour(),
            period=sealer.period.id,
            content=sealer.seal("notes", "content", note_id, {**content, "at": float(self.clock())}),
        )
        unit.notes.add(note)

    def report_for_change(self, unit: UnitOfWork, report_id: str, version: int | None = None) -> Report:
        """Give a report, held until the transaction ends, if it is as the person saw it. Raise `Conflict` or `NotAllowed`."""
        report = unit.reports.get(report_id, lock=True)
        if report.state is ReportState.DELETED:
            raise NotAllowed("Its source had this report deleted. Nothing of it is left to work on.")
        if version is not None and report.version != version:
            raise Conflict("Somebody changed this report meanwhile. Look at it again, then repeat what you wanted.")
        return report


def open_value(keys: DeskKeyring, sealed: bytes, place: Place) -> Opened:
    """Open a sealed value, or say why it does not open."""
    try:
        return Opened(open_json(keys.key(place.period), sealed, place))
    except KeyDestroyed:
        return Opened(None, KEY_GONE)
    except SealError:
        return Opened(None, ALTERED)


def required(text: str, sentence: str) -> str:
    """Give a text that a person had to write, tidied; raise `Unfinished` with the sentence if there is none."""
    tidy = text.replace("\r\n", "\n").strip()
    if not tidy:
        raise Unfinished(sentence)
    if len(tidy) > LONGEST_TEXT:
        raise Unfinished(f"That is longer than {LONGEST_TEXT:,} characters. Please shorten it.")
    return tidy


def source_name(source_id: str) -> str:
    """Give how a source is called on pages: from its random id, so that it says nothing of the person."""
    return f"source {source_id[:4].upper()}"


def report_name(report_id: str) -> str:
    """Give how a report is called in the history of another."""
    return f"report {report_id[:4].upper()}"


def incident_name(incident_id: str) -> str:
    """Give how an incident is called on pages."""
    return f"incident {incident_id[:4].upper()}"


def new_id() -> str:
    """Give a random id."""
    return secrets.token_hex(12)
