"""What a coordinator writes goes out at a moment drawn by chance and not at night; what its source answers comes back into the
same report; what has not gone out can be taken back."""

from __future__ import annotations

from datetime import datetime

import pytest

from handlers.desk.office import Office
from handlers.desk.replying import Cautioned, Reply, Replying
from handlers.errors import Conflict
from handlers.pacing import ZONE, Pace
from handlers.records import MessageKind, MessageState, Work, WorkKind, WorkState
from handlers.reports import ReportState
from tests.conftest import PASSWORD
from tests.handlers.work.line import LOOKUPS, OTHER_NUMBER, Line

PACE = Pace(delay_minutes=(2, 15), quiet=(20 * 60, 7 * 60), below=lambda below: 60)
MINUTES = 60


class Writer:
    """A coordinator at a line."""

    def __init__(self, line: Line) -> None:
        rooms = line.rooms
        self.line = line
        self.who = rooms.people.sign_in("tariro", PASSWORD)
        self.replying = Replying(Office(rooms.writing, rooms.reading, rooms.keyring, LOOKUPS, rooms.clock), PACE, ())

    def write(self, text: str = "Tatenda. Zvakaitika rini? Dzimai meseji iyi.", **more: str) -> str:
        report = self.line.report()
        return self.replying.reply(self.who, report.id, report.version, Reply(text=text, reason="question", **more))  # type: ignore[arg-type]

    def state(self, message_id: str) -> MessageState:
        with self.line.rooms.reading() as unit:
            state: MessageState = unit.messages.get(message_id).state
            return state


@pytest.fixture
def writer(line: Line) -> Writer:
    line.receive("Masoja arova vanhu kuChiadzwa")
    line.do(WorkKind.TRIAGE)
    line.do(WorkKind.SEND)
    line.client.taken.clear()
    at_noon(line)
    return Writer(line)


def at_noon(line: Line) -> None:
    local = datetime.fromtimestamp(line.rooms.clock(), ZONE)
    line.rooms.clock.go_on(hours=(12 - local.hour) % 24)


def due(line: Line) -> Work:
    (work,) = line.work(WorkKind.SEND)
    return work


def test_a_reply_waits_for_its_moment_and_goes_out_then(writer: Writer) -> None:
    now = writer.line.rooms.clock()

    message_id = writer.write()

    assert due(writer.line).due_at == int(now) + 3 * MINUTES
    assert writer.state(message_id) is MessageState.QUEUED
    writer.line.rooms.clock.go_on(seconds=4 * MINUTES)
    writer.line.do(WorkKind.SEND)
    assert [text.text for _, text in writer.line.client.taken] == ["Tatenda. Zvakaitika rini? Dzimai meseji iyi."]
    assert writer.state(message_id) is MessageState.SENT


def test_at_night_it_waits_for_the_morning_unless_somebody_says_why_it_must_go_now(writer: Writer) -> None:
    writer.line.rooms.clock.go_on(hours=10)
    now = writer.line.rooms.clock()

    writer.write()
    local = datetime.fromtimestamp(due(writer.line).due_at, ZONE)
    assert (local.hour, local.minute) == (7, 3)
    with writer.line.rooms.writing() as unit:
        unit.work.remove(kind=WorkKind.SEND.value)
        unit.commit()
    writer.write(urgency="they are coming for her")

    assert due(writer.line).due_at == int(now)


def test_what_a_worker_finds_at_night_is_put_off_if_it_may_wait(writer: Writer) -> None:
    writer.line.sending._pace = PACE  # as the workers of a line have it
    waits = writer.write()
    writer.line.rooms.clock.go_on(hours=10)  # nobody worked until people slept

    writer.line.do(WorkKind.SEND)

    assert writer.line.client.taken == [] and writer.state(waits) is MessageState.QUEUED
    assert due(writer.line).state is WorkState.DUE and due(writer.line).due_at > writer.line.rooms.clock()
    writer.line.rooms.clock.go_on(hours=12)
    writer.line.do(WorkKind.SEND)
    assert writer.state(waits) is MessageState.SENT


def test_what_has_not_gone_out_is_taken_back_and_what_has_is_not(writer: Writer) -> None:
    report = writer.line.report()
    message_id = writer.write()

    writer.replying.take_back(writer.who, report.id, writer.line.report().version, message_id)
    writer.line.rooms.clock.go_on(hours=1)
    writer.line.do(WorkKind.SEND)

    assert writer.line.client.taken == [] and writer.state(message_id) is MessageState.WITHHELD
    with writer.line.rooms.reading() as unit:
        assert unit.messages.get(message_id).envelope is None
    sent = writer.write()
    writer.line.rooms.clock.go_on(hours=1)
    writer.line.do(WorkKind.SEND)
    with pytest.raises(Conflict):
        writer.replying.take_back(writer.who, report.id, writer.line.report().version, sent)


def test_a_text_that_names_the_place_of_the_report_is_sent_once_a_person_says_so(writer: Writer) -> None:
    with pytest.raises(Cautioned) as warned:
        writer.write("Was it at Chiadzwa?")
    assert writer.line.work(WorkKind.SEND) == []

    writer.write("Was it at Chiadzwa?", confirmed=warned.value.seal)

    assert len(writer.line.work(WorkKind.SEND)) == 1


@pytest.mark.parametrize("state", [ReportState.OPEN, ReportState.REJECTED, ReportState.LOGGED])
def test_an_answer_that_takes_a_week_comes_back_into_the_report_that_was_asked_about(writer: Writer, state: ReportState) -> None:
    line, report_id = writer.line, writer.line.report().id
    line.rooms.clock.go_on(hours=48)
    at_noon(line)
    writer.write()
    line.rooms.clock.go_on(hours=1)
    line.do(WorkKind.SEND)
    with line.rooms.writing() as unit:
        unit.reports.change(report_id, state=state, news=False)
        unit.commit()

    line.rooms.clock.go_on(hours=7 * 24)
    line.receive("Nezuro masikati")

    report = line.report()
    assert report.id == report_id and report.news
    assert report.state is (ReportState.OPEN if state is ReportState.REJECTED else state)
    with line.rooms.reading() as unit:
        assert unit.messages.count(report_id=report_id, kind=MessageKind.TEXT.value) == 2


def test_whom_nobody_asked_begins_a_new_report_after_the_joining_time(writer: Writer) -> None:
    line = writer.line
    writer.replying.take_back(writer.who, line.report().id, line.report().version + 1, writer.write())
    line.rooms.clock.go_on(hours=5 * 24)

    line.receive("Zvimwe zvakaitika")
    line.receive("Zvimwe zvakaitika", sender=OTHER_NUMBER)

    with line.rooms.reading() as unit:
        assert unit.reports.count() == 3
