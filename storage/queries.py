"""Questions for pages that one repository cannot answer: read only, and on columns in the clear alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, case, func, select, union_all

from handlers.ports import UnitOfWork
from handlers.records import ProposalState
from handlers.reports import ReportState
from storage.tables import list_versions, messages, proposals, reports
from storage.unit_of_work import SqlUnitOfWork

_AGEING_HOURS = 48
COUNTED_AT_MOST = 10_000
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
    return _rows(unit, _most_pressing(states, or_news_in, hour).limit(limit).offset(offset))


def done(unit: UnitOfWork, states: Sequence[ReportState], *, limit: int, offset: int) -> list[InboxRow]:
    """Give reports in these states, the newest first: what is done presses no more. One state is read by the index alone."""
    rank = (-reports.c.opened_hour).label("rank")
    chosen = select(reports.c.id, reports.c.opened_hour, rank).where(reports.c.state.in_(states))
    return _rows(unit, chosen.order_by(reports.c.opened_hour.desc(), reports.c.id.desc()).limit(limit).offset(offset))


def _rows(unit: UnitOfWork, choosing: Select[Any]) -> list[InboxRow]:
    """Read whole the reports that were chosen, in their order."""
    chosen = choosing.subquery()
    count = select(func.count()).where(messages.c.report_id == reports.c.id).scalar_subquery()
    waiting = (
        select(func.min(proposals.c.id))
        .where(proposals.c.report_id == reports.c.id, proposals.c.state == ProposalState.WAITING.value)
        .scalar_subquery()
    )
    columns = [reports.c[name] for name in InboxRow.__dataclass_fields__ if name in reports.c]
    statement = (
        select(*columns, count.label("messages"), waiting.label("waiting_proposal"))
        .join(chosen, chosen.c.id == reports.c.id)
        .order_by(chosen.c.rank, chosen.c.opened_hour, chosen.c.id)
    )
    rows = connection_of(unit).execute(statement).mappings()
    return [InboxRow(**{**row, "state": ReportState(row["state"])}) for row in rows]


def _most_pressing(states: Sequence[ReportState], or_news_in: Sequence[ReportState], hour: int) -> Select[Any]:
    """Choose reports by what stands in an index alone: of ten thousand open ones only those of one page are read. What has news
    comes by an index of its own: among a million that are done it would have to be looked for in each."""
    age = hour - reports.c.opened_hour
    capped = case((age > _AGEING_HOURS, _AGEING_HOURS), (age < 0, 0), else_=age)
    rank = (-(reports.c.priority * _HOURS_A_POINT + capped)).label("rank")
    wanted = select(reports.c.id, reports.c.opened_hour, rank).where(reports.c.state.in_(states))
    if or_news_in:
        with_news = select(reports.c.id, reports.c.opened_hour, rank).where(reports.c.state.in_(or_news_in), reports.c.news)
        both = union_all(wanted, with_news).subquery()
        wanted = select(both.c.id, both.c.opened_hour, both.c.rank)
    named = wanted.selected_columns
    return wanted.order_by(named["rank"], named["opened_hour"], named["id"])


def counts_by_state(unit: UnitOfWork) -> dict[ReportState, int]:
    """Count the reports in each state, up to one more than `COUNTED_AT_MOST`: nobody reads a million to the last, and to count
    them takes longer than the page may."""
    columns = [
        select(func.count())
        .select_from(select(reports.c.id).where(reports.c.state == state.value).limit(COUNTED_AT_MOST + 1).subquery())
        .scalar_subquery()
        for state in ReportState
    ]
    row = connection_of(unit).execute(select(*columns)).one()
    return {state: int(count) for state, count in zip(ReportState, row, strict=True)}


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
