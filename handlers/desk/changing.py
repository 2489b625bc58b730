"""Changing a report: held, changed, noted who did what, and committed all together; refused if it was changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from handlers.desk.office import Office, Sealer
from handlers.desk.people import SignedIn
from handlers.ports import UnitOfWork
from handlers.records import Report

CLAIM_SECONDS = 3600


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
        _renew(change, who, now=int(office.clock()))
        unit.reports.change(report_id, version=version, **change.values)
        office.audit(unit, who, action, report_id)
        unit.commit()


def _renew(change: Change, who: SignedIn, *, now: int) -> None:
    """Give who works on a report another hour of it: a claim ends for whoever does nothing, not under somebody's hands."""
    report = change.report
    if "claimed_by" not in change.values and report.claimed_by == who.person.id and (report.claimed_until or 0) > now:
        change.values["claimed_until"] = now + CLAIM_SECONDS
