"""Questions for pages that one repository cannot answer: read only, and on columns in the clear alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, case, func, or_, select

from handlers.ports import UnitOfWork
from handlers.records import ProposalState
from handlers.reports import ReportState
from storage.tables import list_versions, messages, proposals, reports
from storage.unit_of_work import SqlUnitOfWork

_AGEING_HOURS = 48
_HOURS_A_POINT = 4  # a report that waits two days has risen by twelve points, so that nothing waits for ever


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """What the inbox says of a report without opening it."""

    id: str
    source_id: str
    state: ReportState
    priority: int
    opened_hour: int
    updated_hour: int
    incident_id: str | None
    claimed_by: str | None
    claimed_until: int | None
    flags: str
    news: bool
    messages: int
    waiting_proposal: str | None


def inbox(
    unit: UnitOfWork,
    states: Sequence[ReportState],
    *,
    or_news_in: Sequence[ReportState] = (),
    hour: int,
    limit: int,
    offset: int,
) -> list[InboxRow]:
    """Give reports in these states, the most pressing first: by priority, which rises while a report waits, then by age. Those
    in `or_news_in` are among them while they have news."""
    age = hour - reports.c.opened_hour
    capped = case((age > _AGEING_HOURS, _AGEING_HOURS), (age < 0, 0), else_=age)
    count = select(func.count()).where(messages.c.report_id == reports.c.id).scalar_subquery()
    waiting = (
        select(func.min(proposals.c.id))
        .where(proposals.c.report_id == reports.c.id, proposals.c.state == ProposalState.WAITING.value)
        .scalar_subquery()
    )
    columns = [reports.c[name] for name in InboxRow.__dataclass_fields__ if name in reports.c]
    statement = (
        select(*columns, count.label("messages"), waiting.label("waiting_proposal"))
        .where(or_(reports.c.state.in_(states), and_(reports.c.state.in_(or_news_in), reports.c.news)))
        .order_by((reports.c.priority * _HOURS_A_POINT + capped).desc(), reports.c.opened_hour, reports.c.id)
        .limit(limit)
        .offset(offset)
    )
    rows = connection_of(unit).execute(statement).mappings()
    return [InboxRow(**{**row, "state": ReportState(row["state"])}) for row in rows]


def counts_by_state(unit: UnitOfWork) -> dict[ReportState, int]:
    """Count the reports in each state; a state without any counts 0."""
    statement = select(reports.c.state, func.count()).group_by(reports.c.state)
    counted = {row[0]: int(row[1]) for row in connection_of(unit).execute(statement)}
    return {state: counted.get(state.value, 0) for state in ReportState}


def list_revision(unit: UnitOfWork) -> int:
    """Give the newest revision of all lists; 0 while none was ever saved."""
    return int(connection_of(unit).execute(select(func.coalesce(func.max(list_versions.c.revision), 0))).scalar_one())


def count_news(unit: UnitOfWork, states: Sequence[ReportState]) -> int:
    """Count the reports in these states that have news."""
    statement = select(func.count()).select_from(reports).where(reports.c.state.in_(states), reports.c.news)
    return int(connection_of(unit).execute(statement).scalar_one())


def connection_of(unit: object) -> Connection:
    """Give the connection of a unit of work over SQL."""
    if not isinstance(unit, SqlUnitOfWork):
        raise TypeError("a query needs a unit of work over SQL")
    return unit._connection
