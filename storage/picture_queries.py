"""What pictures ask of the database: whole batches by one statement each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, func, literal, select, tuple_

from handlers.desk.pictures.stock import Arrived, Opened, Telling
from handlers.desk.search.stock import Key, SealedText
from handlers.ports import UnitOfWork
from handlers.records import Standing
from handlers.reports import ReportState
from storage.queries import connection_of
from storage.tables import audits, reports
from storage.tables import findings as found_rows
from storage.tables import incidents as incident_rows

_NOT_DELETED = tuple(state.value for state in ReportState if state is not ReportState.DELETED)


def count(unit: UnitOfWork, *, since: int, until: int) -> int:
    """Count the reports that came from one hour up to another, that one not included."""
    statement = select(func.count()).select_from(reports).where(*_in_time(since, until))
    found: int = connection_of(unit).execute(statement).scalar_one()
    return found


def arrived(unit: UnitOfWork, *, since: int, until: int, below: Key | None, limit: int) -> list[Arrived]:
    """Give reports that came in that time, the newest first, from below a key on."""
    statement = select(reports.c.id, reports.c.opened_hour, reports.c.state).where(*_in_time(since, until))
    if below is not None:
        statement = statement.where(tuple_(reports.c.opened_hour, reports.c.id) < tuple_(literal(below[0]), literal(below[1])))
    statement = statement.order_by(reports.c.opened_hour.desc(), reports.c.id.desc()).limit(limit)
    return [Arrived(row[0], row[1], ReportState(row[2])) for row in connection_of(unit).execute(statement)]


def found(unit: UnitOfWork, ids: Sequence[str]) -> list[SealedText]:
    """Give what was found in these reports, sealed."""
    table = found_rows.c
    statement = select(table.id, table.report_id, table.period, table.content, table.message_id, table.author_id)
    rows = connection_of(unit).execute(statement.where(table.report_id.in_(ids)))
    return [SealedText(row[0], row[1], row[2], row[3], message_id=row[4], author_id=row[5]) for row in rows]


def first_deeds(unit: UnitOfWork, ids: Sequence[str]) -> Mapping[str, int]:
    """Give the hour in which a person first did something with each of these reports, where somebody did."""
    statement = select(audits.c.subject_id, func.min(audits.c.hour)).where(
        audits.c.subject_id.in_(ids), audits.c.person_id.is_not(None)
    )
    return {row[0]: row[1] for row in connection_of(unit).execute(statement.group_by(audits.c.subject_id))}


def incidents(unit: UnitOfWork, *, since: int, until: int) -> list[Opened]:
    """Give the incidents that were begun in that time."""
    table = incident_rows.c
    statement = select(table.opened_hour, table.standing).where(table.opened_hour >= since, table.opened_hour < until)
    return [Opened(row[0], Standing(row[1])) for row in connection_of(unit).execute(statement)]


def tellings(unit: UnitOfWork, *, since: int, until: int) -> list[Telling]:
    """Give the reports of incidents that came in that time, the newest first."""
    statement = (
        select(reports.c.incident_id, incident_rows.c.standing, reports.c.opened_hour)
        .join_from(reports, incident_rows, reports.c.incident_id == incident_rows.c.id)
        .where(*_in_time(since, until))
        .order_by(reports.c.opened_hour.desc(), reports.c.id.desc())
    )
    return [Telling(row[0], Standing(row[1]), row[2]) for row in connection_of(unit).execute(statement)]


def _in_time(since: int, until: int) -> tuple[ColumnElement[bool], ...]:
    return reports.c.state.in_(_NOT_DELETED), reports.c.opened_hour >= since, reports.c.opened_hour < until
