"""What search asks of the database: whole batches by one statement each, in the order of an index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, literal, select, tuple_

from handlers.desk.search.stock import Key, SealedRows, SealedText, Stub
from handlers.ports import UnitOfWork
from handlers.reports import ReportState
from storage.queries import connection_of
from storage.tables import findings, messages, notes, periods, reports

_STUB = select(reports.c.id, reports.c.source_id, reports.c.state, reports.c.priority, reports.c.opened_hour)
_NOT_DELETED = tuple(state.value for state in ReportState if state is not ReportState.DELETED)
_NEXT = dict(zip("0123456789abcdef", "123456789abcdefg", strict=True))  # ids are random, in hexadecimal
_AT_ONCE = 500  # ids in one statement


def most_pressing(unit: UnitOfWork, *, limit: int) -> list[Stub]:
    """Give open reports, those of the highest priority first."""
    statement = _STUB.where(reports.c.state == ReportState.OPEN.value)
    return _stubs(unit, statement.order_by(reports.c.priority.desc(), reports.c.opened_hour.desc()).limit(limit))


def newest(unit: UnitOfWork, *, below: Key | None, states: Sequence[ReportState], limit: int) -> list[Stub]:
    """Give reports, the newest first, from below a key on; in these states only, if any are named."""
    statement = _STUB.where(reports.c.state.in_(states or _NOT_DELETED))
    if below is not None:
        statement = statement.where(tuple_(reports.c.opened_hour, reports.c.id) < tuple_(literal(below[0]), literal(below[1])))
    return _stubs(unit, statement.order_by(reports.c.opened_hour.desc(), reports.c.id.desc()).limit(limit))


def of_sources(unit: UnitOfWork, *, beginning: str, limit: int) -> list[Stub]:
    """Give the reports of sources whose id begins so, the newest first."""
    end = beginning[:-1] + _NEXT[beginning[-1]]
    statement = _STUB.where(reports.c.source_id >= beginning, reports.c.source_id < end, reports.c.state.in_(_NOT_DELETED))
    return _stubs(unit, statement.order_by(reports.c.opened_hour.desc(), reports.c.id.desc()).limit(limit))


def by_ids(unit: UnitOfWork, ids: Sequence[str]) -> list[Stub]:
    """Give these reports."""
    found = []
    for some in _parts(ids):
        found += _stubs(unit, _STUB.where(reports.c.id.in_(some), reports.c.state.in_(_NOT_DELETED)))
    return found


def touched_since(unit: UnitOfWork, hour: int, *, limit: int) -> list[str]:
    """Give the ids of reports that something was sealed for in this hour or later.

    Nothing is sealed but to a period that is open to the gateway; so only the rows of those are looked at, by an index.
    """
    is_open = periods.c.intake_wrap.is_not(None) | (periods.c.closes_hour >= hour)
    recent = select(periods.c.id).where(is_open)
    parts = [
        select(table.c.report_id).where(table.c.period.in_(recent), table.c.hour >= hour, table.c.report_id.is_not(None))
        for table in (messages, findings, notes)
    ]
    statement = parts[0].union(*parts[1:]).limit(limit)
    return [row[0] for row in connection_of(unit).execute(statement)]


def row_ids(unit: UnitOfWork, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Give (report id, row id) of every message and every finding of these reports."""
    return [
        (row[0], row[1])
        for table in (messages, findings)
        for some in _parts(ids)
        for row in _run(unit, select(table.c.report_id, table.c.id).where(table.c.report_id.in_(some)))
    ]


def sealed(unit: UnitOfWork, ids: Sequence[str]) -> SealedRows:
    """Give what is sealed of these reports."""
    nothing = literal("")
    told = select(*_common(messages), messages.c.direction)
    found = select(*_common(findings), nothing, findings.c.message_id, findings.c.author_id)
    noted = select(*_common(notes), notes.c.kind)
    return SealedRows(
        *(
            [
                SealedText(row[0], row[1], row[2], row[3], *row[4:])
                for some in _parts(ids)
                for row in _run(unit, each.where(table.c.report_id.in_(some)))
            ]
            for each, table in ((told, messages), (found, findings), (noted, notes))
        )
    )


def oldest_hour(unit: UnitOfWork) -> int | None:
    """Give the hour of the oldest report."""
    found: int | None = connection_of(unit).execute(select(func.min(reports.c.opened_hour))).scalar_one()
    return found


def _common(table: Any) -> tuple[Any, ...]:
    return table.c.id, table.c.report_id, table.c.period, table.c.content


def _stubs(unit: UnitOfWork, statement: Select[Any]) -> list[Stub]:
    return [Stub(row[0], row[1], ReportState(row[2]), row[3], row[4]) for row in _run(unit, statement)]


def _run(unit: UnitOfWork, statement: Select[Any]) -> Sequence[Any]:
    return connection_of(unit).execute(statement).all()


def _parts(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE)]
