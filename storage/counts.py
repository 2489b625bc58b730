"""Counts for the operator: nothing but numbers."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Table, func, select

from handlers.records import WorkState
from handlers.reports import ReportState
from storage import tables
from storage.database import Database
from storage.spool import Spool


def counts(database: Database, log_database: Database, spool: Spool) -> dict[str, int]:
    """Count what was accepted, where reports and work stand, what is spooled, which periods are open, how long the log is."""
    with database.reading() as connection:
        reports = _by_state(connection, tables.reports)
        work = _by_state(connection, tables.work)
        texts = _by_state(connection, tables.messages, tables.messages.c.direction == "out")
        accepted = connection.execute(select(func.count()).select_from(tables.deliveries)).scalar_one()
        is_open = tables.periods.c.intake_wrap.is_not(None)
        periods = connection.execute(select(func.count()).select_from(tables.periods).where(is_open)).scalar_one()
        waiting = _by_state(connection, tables.proposals).get("waiting", 0)
    with log_database.reading() as connection:
        entries = connection.execute(select(func.count()).select_from(tables.log_entries)).scalar_one()
    return {
        "deliveries.accepted": accepted,
        **{f"reports.{state.value}": reports.get(state.value, 0) for state in ReportState},
        "proposals.waiting": waiting,
        **{f"texts.{state}": count for state, count in sorted(texts.items())},
        **{f"work.{state.value}": work.get(state.value, 0) for state in WorkState},
        "spool.waiting": spool.waiting(),
        "periods.open": periods,
        "log.entries": entries,
    }


def _by_state(connection: Connection, table: Table, *conditions: ColumnElement[bool]) -> dict[str, int]:
    rows = connection.execute(select(table.c.state, func.count()).where(*conditions).group_by(table.c.state))
    return {str(state): int(count) for state, count in rows}
