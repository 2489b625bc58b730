"""A message is triaged once, whatever happens on the way: its findings sealed, its report opened, its source acknowledged."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from handlers.commands import format_receipt
from handlers.events import InboundCall
from handlers.protection.pseudonyms import receipt_tag
from handlers.protection.sealing import Place, open_json
from handlers.records import Direction, MessageKind, MessageState, Purpose, Work, WorkKind
from handlers.reports import ReportState
from handlers.work.workbench import LEASE_SECONDS, Outcome
from tests.conftest import founded
from tests.fakes import Killed, killed_before_commit
from tests.handlers.work.line import CAPS, NUMBER, OTHER_NUMBER, Line

if TYPE_CHECKING:
    from handlers.records import Findings


def findings(line: Line) -> list[Findings]:
    with line.rooms.reading() as unit:
        return unit.findings.all()


def receipt_in(line: Line) -> str:
    (words,) = line.sent_texts()
    digits = "".join(letter for letter in words if letter.isdigit())
    assert len(digits) == 10
    return digits


def test_findings_are_sealed_the_report_opened_and_the_work_gone(each_line: Line) -> None:
    line = each_line
    line.receive("Masoja arova vanhu vatatu kuChiadzwa izvozvi")

    assert line.do(WorkKind.TRIAGE) == [Outcome.DONE]

    (found,) = findings(line)
    place = Place("findings", "content", found.id, found.period)
    plain = open_json(line.rooms.keyring.key(found.period), found.content, place)
    assert {"language", "place", "category"} <= {finding["stage"] for finding in plain["findings"]}
    assert b"hiadzwa" not in found.content
    report = line.report()
    assert report.state is ReportState.OPEN
    assert report.priority == plain["priority"] > 0
    assert line.work(WorkKind.TRIAGE) == []


def test_triage_done_twice_has_one_effect(each_line: Line) -> None:
    line = each_line
    line.receive()
    (work,) = line.work(WorkKind.TRIAGE)

    line.triaging(work)
    line.triaging(work)

    assert len(findings(line)) == 1
    assert len(line.messages(Direction.OUT)) == 1
    assert sorted(each.kind for each in line.work()) == [WorkKind.ERASE, WorkKind.SEND]


def test_two_workers_over_one_message_have_one_effect(each_line: Line) -> None:
    line = each_line
    line.receive()
    (work,) = line.work(WorkKind.TRIAGE)

    at_once = [threading.Thread(target=Line(line.rooms).triaging, args=(work,)) for _ in range(3)]
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()

    assert len(findings(line)) == 1
    assert len(line.messages(Direction.OUT)) == 1


def test_a_worker_killed_before_the_end_leaves_the_work_to_be_done_once(each_line: Line) -> None:
    line = each_line
    line.receive()
    (work,) = line.work(WorkKind.TRIAGE)
    with line.rooms.writing() as unit:
        assert unit.claim_work(work.id, now=int(line.rooms.clock.now), lease=LEASE_SECONDS)
        unit.commit()
    doomed = Line(replace(line.rooms, writing=killed_before_commit(line.rooms.writing)))
    with pytest.raises(Killed):
        doomed.triaging(work)
    assert (findings(line), line.messages(Direction.OUT)) == ([], [])

    line.rooms.clock.go_on(seconds=LEASE_SECONDS)

    assert line.do(WorkKind.TRIAGE) == [Outcome.DONE]
    assert len(findings(line)) == 1
    assert len(line.messages(Direction.OUT)) == 1


def test_nothing_is_done_for_a_report_deleted_before_triage(line: Line) -> None:
    line.receive()
    (work,) = line.work(WorkKind.TRIAGE)
    line.delete_report()

    line.triaging(work)

    assert (findings(line), line.messages(), [each.kind for each in line.work()]) == ([], [], [WorkKind.ERASE])
    assert line.report().state is ReportState.DELETED


def test_nothing_is_kept_of_a_report_deleted_while_it_was_triaged(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.receive()
    (work,) = line.work(WorkKind.TRIAGE)
    recent = line.triaging._recent.now

    def delete_first() -> object:
        line.delete_report()
        return recent()

    monkeypatch.setattr(line.triaging._recent, "now", delete_first)
    line.triaging(work)

    assert (findings(line), line.messages(), [each.kind for each in line.work()]) == ([], [], [WorkKind.ERASE])
    assert line.report().state is ReportState.DELETED


def test_a_later_calm_message_does_not_lower_the_priority(line: Line) -> None:
    line.receive("Masoja ari kuuraya vanhu izvozvi kuChiadzwa, ropa, tibatsireiwo")
    line.do(WorkKind.TRIAGE)
    before = line.report().priority

    line.receive("ok")
    line.do(WorkKind.TRIAGE)

    assert line.report().priority == before > 0


def test_a_closed_report_stays_as_a_person_left_it(line: Line) -> None:
    line.receive()
    with line.rooms.writing() as unit:
        unit.reports.change(line.report().id, state=ReportState.PROPOSED)
        unit.commit()

    line.do(WorkKind.TRIAGE)

    assert line.report().state is ReportState.PROPOSED


def test_erasing_at_the_provider_is_ordered_for_later(line: Line) -> None:
    line.receive()

    line.do(WorkKind.TRIAGE)

    (erase,) = line.work(WorkKind.ERASE)
    (message,) = line.messages(Direction.IN)
    assert erase.subject_id == message.id
    assert erase.due_at > line.rooms.clock.now


@pytest.mark.parametrize("provider_id", ["SM1", None])
def test_nothing_is_erased_where_it_is_switched_off_or_cannot_be_named(sqlite_rooms, provider_id: str | None) -> None:
    line = Line(sqlite_rooms, erase_at_provider=provider_id is None)
    line.receive(provider_id=provider_id)

    line.do(WorkKind.TRIAGE)

    assert line.work(WorkKind.ERASE) == []


def test_a_report_is_acknowledged_once_with_a_receipt_that_continues_it(line: Line) -> None:
    line.receive()
    line.do(WorkKind.TRIAGE)
    receipt = receipt_in(line)
    line.receive("and again they came")
    line.do(WorkKind.TRIAGE)

    line.receive(f"{format_receipt(receipt)} from another phone", sender=OTHER_NUMBER)
    line.do(WorkKind.TRIAGE)

    assert len(line.sent_texts()) == 1  # and it still is the one report
    assert line.report().receipt_tag == receipt_tag(line.rooms.boot.derive("receipt tag"), receipt)
    assert "from another phone" in {line.opened(message)["text"] for message in line.messages(Direction.IN)}


def test_an_acknowledgement_is_queued_for_the_source_in_its_language_and_names_nothing(line: Line) -> None:
    line.receive("Soldiers came at night and beat three men near the river in Chiadzwa")

    line.do(WorkKind.TRIAGE)

    message = line.outgoing()
    assert (message.kind, message.state) == (MessageKind.AUTOMATIC, MessageState.QUEUED)
    assert message.envelope is not None
    assert message.envelope_period == line.rooms.keyring.current(Purpose.CONTACT).id
    words = line.opened(message)["text"].casefold()
    assert "delete" in words  # in English, as they wrote
    assert not any(word in words for word in ("izwi", "report", "chiadzwa", "diamond", "soldier"))


@pytest.mark.parametrize(
    ("words", "sender"),
    [
        ("I am driving, I will call you back later", NUMBER),
        ("Masoja arova vanhu", "anonymous"),
        ("Masoja arova vanhu", "MTN"),
        ("Masoja arova vanhu", ""),
    ],
)
def test_machines_and_senders_that_are_nobody_are_triaged_but_never_answered(line: Line, words: str, sender: str) -> None:
    line.receive(words, sender=sender)

    assert line.do(WorkKind.TRIAGE) == [Outcome.DONE]

    assert line.messages(Direction.OUT) == []
    assert line.report().state is ReportState.OPEN


def test_a_source_that_said_stop_is_not_answered(line: Line) -> None:
    line.receive("one")
    line.receive("STOP")

    line.do(WorkKind.TRIAGE)

    assert line.messages(Direction.OUT) == []
    assert len(findings(line)) == 1


def test_nothing_is_acknowledged_where_that_is_switched_off(sqlite_rooms) -> None:
    line = Line(sqlite_rooms, caps=replace(CAPS, acknowledge=False))
    line.receive()

    line.do(WorkKind.TRIAGE)

    assert line.messages(Direction.OUT) == []
    assert line.report().state is ReportState.OPEN


def test_a_call_is_triaged_and_not_texted_back(line: Line) -> None:
    line.intake.take_in(InboundCall(provider="twilio", provider_id="CA1", line="+12065550100", sender=NUMBER))

    line.do(WorkKind.TRIAGE)

    assert line.messages(Direction.OUT) == []
    assert line.report().state is ReportState.OPEN


def test_one_source_is_acknowledged_so_many_times_a_day_and_no_more(sqlite_rooms) -> None:
    line = Line(sqlite_rooms, caps=replace(CAPS, per_source_per_day=2))
    for _ in range(4):
        line.receive()
        line.do(WorkKind.TRIAGE)
        with line.rooms.writing() as unit:  # a person closes each, so that the next is a report of its own
            for report in unit.reports.all():
                unit.reports.change(report.id, state=ReportState.LOGGED)
            unit.commit()
    within_a_day = len(line.sent_texts())

    line.rooms.clock.go_on(hours=24)
    line.receive()
    line.do(WorkKind.TRIAGE)

    assert (within_a_day, len(line.sent_texts())) == (2, 3)


def test_past_the_cap_of_the_whole_line_acknowledgements_wait_and_reports_do_not(sqlite_rooms) -> None:
    line = Line(sqlite_rooms, caps=replace(CAPS, per_hour=2))
    for number in range(5):
        line.receive(sender=f"+26377000002{number}")

    assert line.do(WorkKind.TRIAGE) == [Outcome.DONE] * 5

    now = line.rooms.clock.now
    waits = sorted(max(0, work.due_at - now) // 3600 for work in line.work(WorkKind.SEND))
    assert waits == [0, 0, 1, 1, 2]
    with line.rooms.reading() as unit:
        assert unit.reports.count(state=ReportState.OPEN.value) == 5


def test_a_message_whose_day_is_closed_is_failed_and_the_report_still_there(line: Line) -> None:
    line.receive()
    (message,) = line.messages()
    with line.rooms.writing() as unit:
        unit.periods.change(message.period, intake_wrap=None)
        unit.commit()

    assert Line(replace(line.rooms, keyring=line.rooms.new_keyring())).do(WorkKind.TRIAGE) == [Outcome.FAILED]
    assert line.report().state is ReportState.RECEIVED


def test_triage_and_a_follow_up_of_the_same_source_never_wait_for_each_other(database, clock) -> None:
    """Intake holds the source and then changes the report; triage that held the report first would wait in a circle."""
    if database.is_sqlite:
        pytest.skip("one writer at a time: there is nobody to wait for")
    line = Line(founded(database, clock))
    line.receive()
    (work,) = line.work(WorkKind.TRIAGE)
    worker = threading.Thread(target=line.triaging, args=(work,))

    with line.rooms.writing() as unit:
        report = line.report()
        unit.sources.get(report.source_id, lock=True)
        worker.start()
        _until_somebody_waits(database)
        unit.reports.change(report.id, updated_hour=report.updated_hour)
        unit.commit()
    worker.join()

    assert len(findings(line)) == 1


def _until_somebody_waits(database) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with database.reading() as connection:
            if connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                return
    raise AssertionError("nobody came to wait")


def test_work_without_a_message_is_dropped(line: Line) -> None:
    with line.rooms.writing() as unit:
        unit.work.add(Work(id="w1", kind=WorkKind.TRIAGE, subject_id="gone"))
        unit.commit()

    assert line.do(WorkKind.TRIAGE) == [Outcome.DONE]
    assert line.work() == []


def test_texts_of_a_closed_day_are_let_go_from_memory(each_line: Line) -> None:
    line = each_line
    line.receive("canary words")
    line.do(WorkKind.TRIAGE)
    line.receive("Vauya zvakare", sender=OTHER_NUMBER)
    line.do(WorkKind.TRIAGE)
    assert "canary words" in repr([telling.text for telling in line.triaging._recent.now()])
    (old,) = {message.period for message in line.messages(Direction.IN)}

    with line.rooms.writing() as unit:
        unit.periods.change(old, intake_wrap=None)
        unit.commit()

    held = line.triaging._recent.now()
    assert len(held) == 0
    assert not any(word in repr([vars(held), vars(held._wordings)]) for word in ("canary", "vauya", "zvakare"))
