"""Questions for pages that one repository cannot answer: read only, and on columns in the clear alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, case, func, select, union_all

from handlers.desk.prompting import RecordedPrompt
from handlers.ports import UnitOfWork
from handlers.records import ProposalState
from handlers.reports import DURESS, ReportState
from handlers.triage.ageing import HOURS_A_POINT
from storage.tables import list_versions, messages, prompts, proposals, reports
from storage.unit_of_work import SqlUnitOfWork

COUNTED_AT_MOST = 10_000
_BEFORE_ALL = 1_000_000_000  # hours: more than any report can gain by its priority and by waiting


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
    monitor_id: str | None
    news: bool
    version: int
    messages: int
    waiting_proposal: str | None


def inbox(
    unit: UnitOfWork,
    states: Sequence[ReportState],
    *,
    or_news_in: Sequence[ReportState] = (),
    least: int = 0,
    hour: int,
    limit: int,
    offset: int,
) -> list[InboxRow]:
    """Give reports in these states and of this priority at least, the most pressing first: those told under duress, then by
    `ageing.rank`, then by age. Those in `or_news_in` are among them while they have news."""
    return _rows(unit, _most_pressing(states, or_news_in, least, hour).limit(limit).offset(offset))


def done(unit: UnitOfWork, states: Sequence[ReportState], *, limit: int, offset: int) -> list[InboxRow]:
    """Give reports in these states, the newest first: what is done presses no more. One state is read by the index alone."""
    since, rank = reports.c.opened_hour.label("since"), (-reports.c.opened_hour).label("rank")
    chosen = select(reports.c.id, since, rank).where(reports.c.state.in_(states))
    return _rows(unit, chosen.order_by(reports.c.opened_hour.desc(), reports.c.id.desc()).limit(limit).offset(offset))


def _rows(unit: UnitOfWork, choosing: Select[Any]) -> list[InboxRow]:
    """Read whole the reports that were chosen, in their order."""
    chosen = choosing.subquery()
    statement = inbox_columns().join(chosen, chosen.c.id == reports.c.id).order_by(chosen.c.rank, chosen.c.since, chosen.c.id)
    return [as_inbox_row(row) for row in connection_of(unit).execute(statement).mappings()]


def inbox_columns() -> Select[Any]:
    """Select what an `InboxRow` is made of."""
    count = select(func.count()).where(messages.c.report_id == reports.c.id).scalar_subquery()
    waiting = (
        select(func.min(proposals.c.id))
        .where(proposals.c.report_id == reports.c.id, proposals.c.state == ProposalState.WAITING.value)
        .scalar_subquery()
    )
    columns = [reports.c[name] for name in InboxRow.__dataclass_fields__ if name in reports.c]
    return select(*columns, count.label("messages"), waiting.label("waiting_proposal"))


def as_inbox_row(row: RowMapping) -> InboxRow:
    """Give the row of what `inbox_columns` selected."""
    return InboxRow(**{**row, "state": ReportState(row["state"])})


def count_from(unit: UnitOfWork, states: Sequence[ReportState], *, least: int) -> int:
    """Count the reports in these states of this priority at least."""
    statement = select(func.count()).select_from(reports).where(reports.c.state.in_(states), reports.c.priority >= least)
    return int(connection_of(unit).execute(statement).scalar_one())


def _most_pressing(states: Sequence[ReportState], or_news_in: Sequence[ReportState], least: int, hour: int) -> Select[Any]:
    """Choose reports by what stands in an index alone: of ten thousand open ones only those of one page are read. What has news
    comes by an index of its own: among a million that are done it would have to be looked for in each."""
    wanted = ranked(reports.c.opened_hour, hour).where(reports.c.state.in_(states), reports.c.priority >= least)
    if or_news_in:
        since = case((reports.c.state == ReportState.LOGGED.value, reports.c.updated_hour), else_=reports.c.opened_hour)
        news = ranked(since, hour).where(reports.c.state.in_(or_news_in), reports.c.news, reports.c.priority >= least)
        both = union_all(wanted, news).subquery()
        wanted = select(both)
    named = wanted.selected_columns
    return wanted.order_by(named["rank"], named["since"], named["id"])


def ranked(since: ColumnElement[int], hour: int) -> Select[Any]:
    """Rank reports that wait since an hour, the smallest first: those told under duress before all, then by `ageing.rank`."""
    waited = case((since > hour, 0), else_=hour - since)
    first = case((reports.c.flags.contains(DURESS), _BEFORE_ALL), else_=0)
    rank = (-(first + reports.c.priority * HOURS_A_POINT + waited)).label("rank")
    return select(reports.c.id, since.label("since"), rank)


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


def prompt_index(unit: UnitOfWork) -> list[RecordedPrompt]:
    """Give every recorded prompt without its sound."""
    columns = [prompts.c[name] for name in RecordedPrompt.__dataclass_fields__]
    rows = connection_of(unit).execute(select(*columns).order_by(prompts.c.key, prompts.c.language)).mappings()
    return [RecordedPrompt(**row) for row in rows]


def connection_of(unit: object) -> Connection:
    """Give the connection of a unit of work over SQL."""
    if not isinstance(unit, SqlUnitOfWork):
        raise TypeError("a query needs a unit of work over SQL")
    return unit._connection
