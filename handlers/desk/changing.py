"""Changing a report: held, changed, noted who did what, and committed all together; refused if it was changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from handlers.desk.office import Office, Sealer
from handlers.desk.people import SignedIn
from handlers.ports import UnitOfWork
from handlers.records import Report


@dataclass(slots=True)
class Change:
    """A report on the way to being changed."""

    unit: UnitOfWork
    report: Report
    sealer: Sealer
    values: dict[str, object] = field(default_factory=dict)


@contextmanager
def changing(office: Office, who: SignedIn, report_id: str, version: int, action: str) -> Iterator[Change]:
    """Hold a report, have it changed, note who did what, and commit it all together."""
    office.keys(who)
    sealer = office.sealer()
    with office.writing() as unit:
        change = Change(unit, office.report_for_change(unit, report_id, version), sealer)
        yield change
        unit.reports.change(report_id, version=version, **change.values)
        office.audit(unit, who, action, report_id)
        unit.commit()
