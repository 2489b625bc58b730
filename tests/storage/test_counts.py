"""The operator's counts are true, and are nothing but numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from handlers.deletion import forget
from handlers.events import InboundText
from handlers.records import LogEntry, Proposal, ProposalState, Purpose, WorkKind, WorkState
from storage.counts import counts
from storage.spool import Spool
from tests.handlers.work.line import Line

if TYPE_CHECKING:
    from tests.conftest import Rooms


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", bytes(32))


def counted(rooms: Rooms, spool: Spool) -> dict[str, int]:
    return counts(rooms.database, rooms.database, spool)


def test_at_the_beginning_everything_is_nought(rooms: Rooms, spool: Spool) -> None:
    found = counted(rooms, spool)

    assert set(found.values()) == {0}
    assert {"deliveries.accepted", "reports.received", "reports.deleted", "work.due", "work.failed", "spool.waiting"} <= set(
        found
    )
    assert {"log.entries", "periods.open", "proposals.waiting"} <= set(found)


def test_every_count_follows_what_happens(rooms: Rooms, spool: Spool) -> None:
    line = Line(rooms)
    for sender in ("+263770000011", "+263770000012", "+263770000013"):
        line.receive(sender=sender)
    line.receive(sender="+263770000011")
    line.bench.do(line.work(WorkKind.TRIAGE)[0].id)
    contact_period = rooms.keyring.current(Purpose.CONTACT)
    with rooms.writing() as unit:
        reports = unit.reports.all()
        received = next(report for report in reports if report.state == "received")
        forget(unit, received, keyring=rooms.keyring, contact_period=contact_period)
        work = unit.work.all(kind=WorkKind.TRIAGE.value)[0]
        unit.work.change(work.id, state=WorkState.FAILED)
        period, person = rooms.keyring.current(Purpose.REPORT).id, unit.people.all()[0].id
        other = next(report for report in reports if report.id != received.id)
        proposal = Proposal(
            id="p", report_id=other.id, proposer_id=person, approver_id=None, state=ProposalState.WAITING,
            hour=1, period=period, content=b"",
        )  # fmt: skip
        unit.proposals.add(proposal)
        unit.log_entries.add(LogEntry(index=0, leaf=b"", sealed=None, origin="p", hour=1))
        unit.commit()
    spool.put(InboundText(provider="twilio", provider_id="x", line="", sender="", text=""))

    found = counted(rooms, spool)

    assert found["deliveries.accepted"] == 4
    assert (found["reports.received"], found["reports.open"], found["reports.deleted"]) == (1, 1, 1)
    assert (found["work.failed"], found["work.running"]) == (1, 0)
    assert found["texts.queued"] == 1
    assert (found["spool.waiting"], found["periods.open"], found["proposals.waiting"], found["log.entries"]) == (1, 3, 1, 1)


def test_the_counts_are_numbers_alone(sqlite_rooms: Rooms, spool: Spool) -> None:
    Line(sqlite_rooms).receive()

    assert all(type(count) is int for count in counted(sqlite_rooms, spool).values())
