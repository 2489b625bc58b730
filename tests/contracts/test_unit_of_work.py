"""What every engine's unit of work is held to: `handlers.ports.UnitOfWork`, over both."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

from handlers import ports
from handlers.records import (
    Direction,
    Incident,
    Message,
    MessageKind,
    MessageState,
    Purpose,
    Report,
    Source,
    Standing,
    Work,
    WorkKind,
    WorkState,
)
from handlers.reports import ReportState
from storage.repositories import Repository
from storage.unit_of_work import SqlUnitOfWork

if TYPE_CHECKING:
    from handlers.ports import UnitOfWork
    from tests.conftest import Rooms

HOUR = 1000


def with_report(unit: UnitOfWork, period: str, name: str = "r1", **more: Any) -> None:
    """Add a report of the source s1, with one message."""
    unit.sources.add_new(Source(id="s1", period=None, pseudonym=None, contact=None, contact_period=None))
    given = {"state": ReportState.OPEN, "priority": 1, "opened_hour": HOUR, "updated_hour": HOUR, "receipt_tag": None, **more}
    unit.reports.add(Report(id=name, source_id="s1", **given))
    add_message(unit, period, f"{name}-m", name)


def add_message(unit: UnitOfWork, period: str, name: str, report_id: str, **more: Any) -> None:
    given = {"hour": HOUR, "kind": MessageKind.TEXT, "direction": Direction.IN, "state": MessageState.RECEIVED, **more}
    unit.messages.add(Message(id=name, report_id=report_id, source_id="s1", period=period, content=b"", **given))


@pytest.fixture
def period(rooms: Rooms) -> str:
    return rooms.keyring.current(Purpose.REPORT).id


def public(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


def test_it_offers_all_that_the_ports_ask_for() -> None:
    assert public(ports.UnitOfWork) <= public(SqlUnitOfWork)
    assert public(ports.Rows) <= public(Repository)
    for port, fulfilled in ((ports.UnitOfWork, SqlUnitOfWork), (ports.Rows, Repository)):
        for name, method in inspect.getmembers(port, inspect.isfunction):
            if not name.startswith("_"):
                asked, offered = inspect.signature(method), inspect.signature(getattr(fulfilled, name))
                assert list(asked.parameters) == list(offered.parameters), name


def test_nothing_stays_unless_it_is_committed(rooms: Rooms) -> None:
    with rooms.writing() as unit:
        unit.incidents.add(Incident(id="left", standing=Standing.LEAD, opened_hour=1))
    with pytest.raises(ZeroDivisionError), rooms.writing() as unit:
        unit.incidents.add(Incident(id="left too", standing=Standing.LEAD, opened_hour=1))
        _ = 1 / 0
    with rooms.writing() as unit:
        unit.incidents.add(Incident(id="kept", standing=Standing.LEAD, opened_hour=1))
        unit.commit()

    with rooms.reading() as unit:
        assert [row.id for row in unit.incidents.all()] == ["kept"]


def test_a_unit_sees_its_own_changes_and_others_only_once_committed(rooms: Rooms) -> None:
    with rooms.writing() as unit:
        unit.incidents.add(Incident(id="i", standing=Standing.LEAD, opened_hour=1))
        with rooms.reading() as other:
            assert (unit.incidents.count(), other.incidents.count()) == (1, 0)
        unit.commit()

    with rooms.reading() as other:
        assert other.incidents.count() == 1


def test_the_open_report_of_a_source_is_the_newest_that_is_not_closed(rooms: Rooms, period: str) -> None:
    with rooms.writing() as unit:
        with_report(unit, period, "old", updated_hour=HOUR - 5)
        with_report(unit, period, "newest", updated_hour=HOUR)
        for state in (ReportState.LOGGED, ReportState.REJECTED, ReportState.DELETED):
            with_report(unit, period, state.value, state=state, updated_hour=HOUR + 5)

        found = unit.open_report_of("s1", since_hour=HOUR - 10)
        assert found is not None
        assert found.id == "newest"
        assert unit.open_report_of("s1", since_hour=HOUR + 1) is None
        assert unit.open_report_of("s2", since_hour=0) is None


def test_work_is_claimed_by_one_and_again_once_its_lease_is_over(rooms: Rooms) -> None:
    with rooms.writing() as unit:
        unit.work.add(Work(id="w", kind=WorkKind.SEND, subject_id="m", due_at=100))

        early, first = unit.claim_work("w", now=99, lease=60), unit.claim_work("w", now=100, lease=60)
        second, after = unit.claim_work("w", now=159, lease=60), unit.claim_work("w", now=160, lease=60)

        assert (early, second) == (None, None)
        assert first is not None
        assert after is not None
        assert (first.state, first.lease_until, first.attempts) == (WorkState.RUNNING, 160, 1)
        assert (after.attempts, after.kind) == (2, WorkKind.SEND)
        unit.work.change("w", state=WorkState.FAILED)
        assert unit.claim_work("w", now=10_000, lease=60) is None
        assert unit.claim_work("gone", now=10_000, lease=60) is None


def test_recent_texts_are_those_of_sources_newest_first_without_the_deleted(rooms: Rooms, period: str) -> None:
    with rooms.writing() as unit:
        with_report(unit, period, "r1")
        with_report(unit, period, "gone", state=ReportState.DELETED)
        add_message(unit, period, "newer", "r1", hour=HOUR + 1)
        add_message(unit, period, "ancient", "r1", hour=1)
        add_message(unit, period, "ours", "r1", kind=MessageKind.AUTOMATIC, direction=Direction.OUT)

        assert unit.recent_texts(since_hour=HOUR, limit=10) == [("newer", "r1"), ("r1-m", "r1")]
        assert unit.recent_texts(since_hour=HOUR, limit=1) == [("newer", "r1")]


@pytest.mark.parametrize(
    ("kind", "state", "counts"),
    [
        (WorkKind.TRIAGE, WorkState.DUE, 1),
        (WorkKind.TRIAGE, WorkState.RUNNING, 1),
        (WorkKind.ANSWER, WorkState.DUE, 1),
        (WorkKind.TRIAGE, WorkState.FAILED, 0),
        (WorkKind.ERASE, WorkState.DUE, 0),
        (WorkKind.SEND, WorkState.DUE, 0),
    ],
)
def test_only_work_that_needs_the_key_of_a_period_holds_it_open(
    rooms: Rooms, period: str, kind: WorkKind, state: WorkState, counts: int
) -> None:
    with rooms.writing() as unit:
        with_report(unit, period)
        unit.work.add(Work(id="w", kind=kind, subject_id="r1-m", state=state))

        assert (unit.unfinished_in(period), unit.unfinished_in("report-0")) == (counts, 0)


def test_what_was_removed_frees_what_must_be_alone(rooms: Rooms) -> None:
    with rooms.writing() as unit:
        unit.sources.add(Source(id="a", period=None, pseudonym=b"p", contact=None, contact_period=None))
        taken = unit.sources.add_new(Source(id="b", period=None, pseudonym=b"p", contact=None, contact_period=None))
        unit.sources.change("a", pseudonym=None)
        free = unit.sources.add_new(Source(id="b", period=None, pseudonym=b"p", contact=None, contact_period=None))

        assert (taken, free) == (False, True)
