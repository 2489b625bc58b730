"""What was kept long enough is gone: the rows, then the desk's key; what is left stands whole."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from handlers.errors import KeyDestroyed
from handlers.protection.keyring import DeskKeyring
from handlers.records import Note, Period, Proposal, ProposalState, Purpose, WorkKind
from handlers.reports import ReportState
from handlers.upkeep.closing import Closing
from handlers.upkeep.retention import Keeping, Retention
from tests.handlers.work.line import Line

KEEPING = Keeping(reports=100, contacts=10, originals=20, deliveries=5)


def destroy_due(line: Line) -> int:
    rooms = line.rooms
    return Retention(writing=rooms.writing, reading=rooms.reading, clock=rooms.clock, keeping=KEEPING).destroy_due()


def close(line: Line) -> None:
    rooms = line.rooms
    Closing(writing=rooms.writing, reading=rooms.reading, keyring=rooms.keyring, clock=rooms.clock, grace_hours=1).close_due()


def finish(line: Line) -> None:
    for kind in (WorkKind.TRIAGE, WorkKind.ANSWER, WorkKind.SEND):
        line.do(kind)


def period_of(line: Line, purpose: Purpose) -> Period:
    with line.rooms.reading() as unit:
        return min(unit.periods.all(purpose=purpose), key=lambda period: period.opens_hour)


def rows(line: Line) -> dict[str, int]:
    with line.rooms.reading() as unit:
        kinds = ("reports", "messages", "findings", "notes", "proposals", "work", "sources", "deliveries", "statuses")
        return {kind: getattr(unit, kind).count() for kind in kinds}


def assert_nothing_dangles(line: Line) -> None:
    """Every row that a row speaks of is there, those without a foreign key too."""
    database = line.rooms.database
    with database.reading() as connection:
        if database.is_sqlite:
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        orphans = (
            "SELECT count(*) FROM work WHERE payload IS NULL AND subject_id NOT IN (SELECT id FROM messages)"
            " AND subject_id NOT IN (SELECT id FROM recordings)"
        )
        assert connection.execute(text(orphans)).scalar_one() == 0
        empty = "SELECT count(*) FROM reports WHERE state <> 'deleted' AND id NOT IN (SELECT report_id FROM messages)"
        assert connection.execute(text(empty)).scalar_one() == 0


def with_paper(line: Line) -> None:
    """Have a person write a note on the one report and propose it, all in the period that is open."""
    period = line.rooms.keyring.current(Purpose.REPORT)
    report = line.report()
    with line.rooms.writing() as unit:
        author = unit.people.all()[0].id
        common = {"hour": period.closes_hour - 1, "period": period.id, "content": b"sealed"}
        unit.notes.add(Note(id="n1", report_id=report.id, incident_id=None, author_id=author, kind="note", **common))
        proposal = Proposal(
            id="p1", report_id=report.id, proposer_id=author, approver_id=None, state=ProposalState.WAITING, **common
        )
        unit.proposals.add(proposal)
        unit.commit()


def test_after_its_time_nothing_of_a_day_is_left_and_no_key_opens_it(each_line: Line) -> None:
    line = each_line
    line.receive("one")
    finish(line)
    with_paper(line)
    report_period = period_of(line, Purpose.REPORT)
    line.rooms.clock.go_on(hours=24 * 102)
    close(line)

    assert destroy_due(line) == 2

    left = rows(line)
    assert {kind: left[kind] for kind in left if left[kind]} == {}
    with line.rooms.reading() as unit:
        gone = unit.periods.get(report_period.id)
    assert (gone.intake_wrap, gone.desk_seal) == (None, None)
    with pytest.raises(KeyDestroyed):
        DeskKeyring(line.rooms.private["desk"], line.rooms.reading).key(report_period.id)
    assert_nothing_dangles(line)


def test_before_its_time_everything_is_there(line: Line) -> None:
    line.receive("one")
    finish(line)
    with_paper(line)
    before = rows(line)
    line.rooms.clock.go_on(hours=24 * 4)

    assert destroy_due(line) == 0
    assert rows(line) == before


def test_the_way_back_goes_long_before_the_report(each_line: Line) -> None:
    line = each_line
    line.receive("one")
    finish(line)
    line.rooms.clock.go_on(hours=24 * 12)
    close(line)

    assert destroy_due(line) == 1

    assert (line.source().contact, line.source().contact_period) == (None, None)
    (told,) = line.messages("in")
    key = DeskKeyring(line.rooms.private["desk"], line.rooms.reading).key(told.period)
    assert key
    assert_nothing_dangles(line)


def test_a_report_that_went_on_keeps_what_is_younger(each_line: Line) -> None:
    line = each_line
    line.receive("old")
    finish(line)
    line.rooms.clock.go_on(hours=48)
    line.receive("young")
    finish(line)
    with_paper(line)
    line.rooms.clock.now = float((period_of(line, Purpose.REPORT).closes_hour + 100 * 24) * 3600)
    close(line)

    destroy_due(line)

    assert line.report().state is ReportState.OPEN
    assert len(line.messages("in")) == 1
    assert (rows(line)["notes"], rows(line)["proposals"], rows(line)["findings"]) == (1, 1, 1)
    assert_nothing_dangles(line)


def test_findings_made_after_midnight_go_with_the_message_or_with_their_own_key(each_line: Line) -> None:
    line = each_line
    line.receive("late in the evening")
    line.rooms.clock.go_on(hours=24)
    finish(line)
    line.rooms.clock.now = float((period_of(line, Purpose.REPORT).closes_hour + 100 * 24) * 3600)
    close(line)

    destroy_due(line)

    assert rows(line)["messages"] == 1  # the acknowledgement, of the next day, keeps the report
    assert rows(line)["findings"] == 1
    assert_nothing_dangles(line)


def test_a_text_never_sent_loses_its_envelope_with_its_key(line: Line) -> None:
    line.receive("HELP")
    line.do(WorkKind.ANSWER)
    line.rooms.clock.go_on(hours=24 * 12)

    destroy_due(line)

    assert line.outgoing().envelope is None
    line.do(WorkKind.SEND)
    assert line.client.taken == []
    assert line.work(WorkKind.SEND) == []


def test_a_report_that_its_source_had_deleted_stays_as_an_empty_row(line: Line) -> None:
    line.receive("one")
    finish(line)
    receipt = "".join(letter for letter in line.sent_texts()[0] if letter.isdigit())
    line.receive(f"DELETE {receipt}")
    finish(line)
    line.rooms.clock.go_on(hours=24 * 102)
    close(line)

    destroy_due(line)

    assert line.report().state is ReportState.DELETED
    assert line.messages() == []
    assert_nothing_dangles(line)


def test_deliveries_and_statuses_are_forgotten_in_their_own_time(line: Line) -> None:
    line.receive("one")
    line.rooms.clock.go_on(hours=24 * 3)
    line.receive("two")
    line.rooms.clock.go_on(hours=24 * 3)

    destroy_due(line)

    assert rows(line)["deliveries"] == 1
    assert len(line.messages("in")) == 2


def test_what_is_left_after_one_day_is_destroyed_is_destroyed_after_the_next(line: Line) -> None:
    for _ in range(3):
        line.receive()
        finish(line)
        line.rooms.clock.go_on(hours=24)
    line.rooms.clock.go_on(hours=24 * 102)
    close(line)

    assert (destroy_due(line), destroy_due(line)) == (6, 0)
    assert rows(line)["reports"] == 0
