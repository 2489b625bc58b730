"""What the pages ask of the database stays quick however much is done already: by indexes, and without counting to the end."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from handlers.records import Report, Source
from handlers.reports import ReportState
from storage import queries, search_queries
from tests.conftest import Rooms

HOUR = 500_000


def tell(rooms: Rooms, name: str, state: ReportState, *, priority: int = 0, hour: int = HOUR, news: bool = False) -> str:
    with rooms.writing() as unit:
        unit.sources.add(Source(id=name, period=None, pseudonym=None, contact=None, contact_period=None))
        unit.reports.add(
            Report(
                id=name,
                source_id=name,
                state=state,
                priority=priority,
                opened_hour=hour,
                updated_hour=hour,
                receipt_tag=None,
                news=news,
            )
        )
        unit.commit()
    return name


def test_counting_ends_one_above_what_is_counted_at_most(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        tell(rooms, f"{number}", ReportState.REJECTED)
    tell(rooms, "open", ReportState.OPEN)
    monkeypatch.setattr(queries, "COUNTED_AT_MOST", 3)

    with rooms.reading() as unit:
        counted = queries.counts_by_state(unit)

    assert (counted[ReportState.REJECTED], counted[ReportState.OPEN], counted[ReportState.LOGGED]) == (4, 1, 0)


def test_the_inbox_is_in_order_and_holds_what_is_done_while_it_has_news(rooms: Rooms) -> None:
    grave = tell(rooms, "grave", ReportState.OPEN, priority=60)
    waits = tell(rooms, "waits", ReportState.OPEN, priority=50, hour=HOUR - 100)
    told = tell(rooms, "told", ReportState.LOGGED, priority=10, news=True)
    tell(rooms, "done", ReportState.LOGGED, priority=90)

    with rooms.reading() as unit:
        rows = queries.inbox(unit, [ReportState.OPEN], or_news_in=[ReportState.LOGGED], hour=HOUR, limit=9, offset=0)
        second = queries.inbox(unit, [ReportState.OPEN], hour=HOUR, limit=1, offset=1)

    assert [row.id for row in rows] == [waits, grave, told]
    assert [row.id for row in second] == [grave]


def test_no_question_of_the_inbox_or_of_search_reads_every_report(sqlite_rooms: Rooms) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(
        sqlite_rooms.database.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, given, *_: asked.append((statement, given)),
    )
    with sqlite_rooms.reading() as unit:
        queries.inbox(unit, [ReportState.OPEN], or_news_in=[ReportState.LOGGED], hour=HOUR, limit=9, offset=0)
        queries.counts_by_state(unit)
        queries.count_news(unit, [ReportState.LOGGED])
        search_queries.newest(unit, below=(HOUR, "a"), states=(), limit=9)
        search_queries.most_pressing(unit, limit=9)
        search_queries.of_sources(unit, beginning="ab", limit=9)
        search_queries.touched_since(unit, HOUR, limit=9)

    with sqlite_rooms.database.engine.connect() as connection:
        plans = [
            row[3]
            for statement, given in list(asked)
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        ]
    tables = ("reports", "messages", "findings", "notes", "sources")
    assert [step for step in plans if step.startswith(tuple(f"SCAN {table}" for table in tables)) and "USING" not in step] == []
    assert any("ix_reports_news" in step for step in plans)
