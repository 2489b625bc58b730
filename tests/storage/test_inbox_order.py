"""The inbox is in one order, which SQL works out on both engines as Python does."""

from __future__ import annotations

import random
import secrets

from handlers.records import Report, Source
from handlers.reports import ReportState
from handlers.triage.ageing import rank, waits_since
from storage.queries import count_from, inbox
from tests.conftest import Rooms

NOW = 497_222
OPEN = (ReportState.RECEIVED, ReportState.OPEN, ReportState.PROPOSED)


def filled(rooms: Rooms) -> list[Report]:
    chance = random.Random(3)
    source = Source(id="s1", period=None, pseudonym=None, contact=None, contact_period=None, stopped=False)
    reports = []
    for _ in range(120):
        opened = NOW - chance.choice((-2, 0, 1, 2, 3, 8, 47, 48, 49, 200, 201, 5000))
        reports.append(
            Report(
                id=secrets.token_hex(12),
                source_id="s1",
                state=chance.choice((*OPEN, ReportState.LOGGED)),
                priority=chance.choice((0, 3, 50, 51, 60, 99, 100)),
                opened_hour=opened,
                updated_hour=opened + chance.choice((0, 1, 30)),
                receipt_tag=None,
                news=chance.random() < 0.5,
            )
        )
    with rooms.writing() as unit:
        unit.sources.add(source)
        for report in reports:
            unit.reports.add(report)
        unit.commit()
    return reports


def order(report: Report) -> tuple[int, int, str]:
    since = waits_since(report.state, opened_hour=report.opened_hour, updated_hour=report.updated_hour)
    return -rank(report.priority, NOW - since), since, report.id


def test_the_order_of_the_inbox_is_that_of_the_rule_of_ageing(rooms: Rooms) -> None:
    reports = filled(rooms)
    shown = [report for report in reports if report.state in OPEN or report.news]

    with rooms.reading() as unit:
        rows = inbox(unit, OPEN, or_news_in=(ReportState.LOGGED,), hour=NOW, limit=500, offset=0)
        part = inbox(unit, OPEN, or_news_in=(ReportState.LOGGED,), hour=NOW, limit=20, offset=40)

    wanted = [report.id for report in sorted(shown, key=order)]
    assert [row.id for row in rows] == wanted
    assert [row.id for row in part] == wanted[40:60]


def test_those_of_high_priority_are_chosen_by_their_own_priority_however_long_others_waited(rooms: Rooms) -> None:
    reports = filled(rooms)
    high = [report for report in reports if report.state in OPEN and report.priority >= 60]

    with rooms.reading() as unit:
        rows = inbox(unit, OPEN, least=60, hour=NOW, limit=500, offset=0)
        counted = count_from(unit, OPEN, least=60)

    assert [row.id for row in rows] == [report.id for report in sorted(high, key=order)]
    assert counted == len(high)
