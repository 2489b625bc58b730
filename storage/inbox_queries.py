"""What the inbox asks of the database where it is narrowed down: on columns in the clear alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from handlers.desk.inbox.facets import Candidate
from handlers.ports import UnitOfWork
from handlers.records import Incident
from handlers.reports import ReportState
from handlers.triage.ageing import LATE_AFTER
from storage.queries import InboxRow, as_inbox_row, connection_of, inbox_columns, ranked
from storage.repositories import as_record
from storage.tables import incidents, reports

_AT_MOST = 20_000  # reports that wait: a desk with more has another trouble than a list that ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which reports are wanted, by what stands of them in the clear. `now` is in seconds, the rest in hours since 1970."""

    states: Sequence[ReportState]
    hour: int
    now: int
    least: int = 0
    claimed_by: str | None = None
    is_unclaimed: bool = False
    is_late: bool = False
    opened_from: int | None = None
    opened_until: int | None = None
    incident_id: str | None = None
    has_incident: bool | None = None


def candidates(unit: UnitOfWork, wanted: Wanted) -> list[Candidate]:
    """Give every report that is wanted, the most pressing first, as the whole inbox has them."""
    statement = ranked(reports.c.opened_hour, wanted.hour).where(reports.c.state.in_(wanted.states), *_conditions(wanted))
    named = statement.selected_columns
    statement = statement.add_columns(reports.c.version, reports.c.claimed_by, reports.c.claimed_until)
    rows = connection_of(unit).execute(statement.order_by(named["rank"], named["since"], named["id"]).limit(_AT_MOST))
    return [Candidate(row.id, row.version, row.claimed_by, row.claimed_until) for row in rows]


def rows_of(unit: UnitOfWork, ids: Sequence[str]) -> list[InboxRow]:
    """Give what the inbox says of these reports, in their order."""
    statement = inbox_columns().where(reports.c.id.in_(ids))
    found = {row["id"]: as_inbox_row(row) for row in connection_of(unit).execute(statement).mappings()}
    return [found[name] for name in ids if name in found]


def count_late(unit: UnitOfWork, states: Sequence[ReportState], *, hour: int) -> int:
    """Count the reports in these states that wait longer than their priority allows."""
    statement = select(func.count()).select_from(reports).where(reports.c.state.in_(states), _late(hour))
    return int(connection_of(unit).execute(statement).scalar_one())


def newest_incidents(unit: UnitOfWork, *, limit: int) -> list[Incident]:
    """Give incidents, the newest first."""
    statement = select(incidents).order_by(incidents.c.opened_hour.desc(), incidents.c.id).limit(limit)
    return [as_record(Incident, row._mapping) for row in connection_of(unit).execute(statement)]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    is_claimed = and_(reports.c.claimed_by.is_not(None), reports.c.claimed_until > wanted.now)
    asked: list[tuple[object, ColumnElement[bool]]] = [
        (wanted.least or None, reports.c.priority >= wanted.least),
        (wanted.claimed_by, and_(is_claimed, reports.c.claimed_by == wanted.claimed_by)),
        (wanted.is_unclaimed or None, ~func.coalesce(is_claimed, False)),
        (wanted.is_late or None, _late(wanted.hour)),
        (wanted.opened_from, reports.c.opened_hour > (wanted.opened_from or 0)),
        (wanted.opened_until, reports.c.opened_hour <= (wanted.opened_until or 0)),
        (wanted.incident_id, reports.c.incident_id == wanted.incident_id),
        (wanted.has_incident, reports.c.incident_id.is_not(None) if wanted.has_incident else reports.c.incident_id.is_(None)),
    ]
    return [condition for value, condition in asked if value is not None]


def _late(hour: int) -> ColumnElement[bool]:
    """Say that a report waits longer than `ageing.LATE_AFTER` allows: the longer limits hold for the lower priorities too."""
    return or_(*(and_(reports.c.priority >= least, reports.c.opened_hour <= hour - longest) for least, longest in LATE_AFTER))
