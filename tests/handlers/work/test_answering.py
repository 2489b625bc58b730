"""Each word a source sends to the line is answered once, in their language, whatever became of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.commands import format_receipt
from handlers.records import Direction, MessageKind, MessageState, WorkKind
from handlers.reports import ReportState
from handlers.work.workbench import Outcome
from tests.handlers.work.line import CAPS, OTHER_NUMBER, REPLIES, Line


def acknowledged(line: Line) -> str:
    """Have a report acknowledged; give its receipt."""
    line.receive("Masoja arova vanhu kuChiadzwa")
    line.do(WorkKind.TRIAGE)
    (words,) = line.sent_texts()
    return "".join(letter for letter in words if letter.isdigit())


@pytest.mark.parametrize(
    ("words", "key", "language"),
    [
        ("HELP", "help", "sn"),
        ("rubatsiro", "help", "sn"),
        ("STOP", "stopped", "sn"),
        ("ENGLISH", "language_set", "en"),
        ("ndebele", "language_set", "nd"),
        ("ndau", "language_set", "ndau"),
    ],
)
def test_a_command_is_answered_in_the_language_of_the_source(line: Line, words: str, key: str, language: str) -> None:
    line.receive(words)

    assert line.do(WorkKind.ANSWER) == [Outcome.DONE]

    assert line.sent_texts() == [REPLIES.text(key, language)]
    assert sorted(work.kind for work in line.work()) == [WorkKind.ERASE, WorkKind.SEND]
    assert line.outgoing().kind is MessageKind.AUTOMATIC


def test_the_language_once_chosen_is_that_of_later_answers(line: Line) -> None:
    line.receive("ENGLISH")
    line.receive("rubatsiro")

    line.do(WorkKind.ANSWER)

    assert REPLIES.text("help", "en") in line.sent_texts()


def test_an_answer_is_given_once_though_two_workers_have_it(each_line: Line) -> None:
    line = each_line
    line.receive("HELP")
    (work,) = line.work(WorkKind.ANSWER)

    line.bench._doers[WorkKind.ANSWER](work)
    line.bench._doers[WorkKind.ANSWER](work)

    assert len(line.sent_texts()) == 1


def test_delete_is_answered_to_the_sender_though_nothing_of_them_is_left(each_line: Line) -> None:
    line = each_line
    receipt = acknowledged(line)
    line.receive(f"DELETE {format_receipt(receipt)}")
    assert line.source().contact is None

    assert line.do(WorkKind.ANSWER) == [Outcome.DONE]
    line.do(WorkKind.SEND)

    ((_, sent),) = line.client.taken
    assert sent.recipient == "+263770000011"
    assert sent.text == REPLIES.text("deleted", "sn", receipt=receipt)
    assert line.source().contact is None
    assert line.report().state is ReportState.DELETED


def test_delete_from_another_phone_is_answered_to_that_phone(line: Line) -> None:
    receipt = acknowledged(line)
    line.do(WorkKind.SEND)
    line.receive(f"DELETE {format_receipt(receipt)}", sender=OTHER_NUMBER)

    line.do(WorkKind.ANSWER)
    line.do(WorkKind.SEND)

    assert [text.recipient for _, text in line.client.taken] == ["+263770000011", OTHER_NUMBER]


def test_delete_with_a_receipt_that_nobody_has_is_told_so(line: Line) -> None:
    line.receive("DELETE 482 155 3907")

    line.do(WorkKind.ANSWER)

    assert line.sent_texts() == [REPLIES.text("not_found", "sn")]


def test_stop_is_confirmed_once_and_nothing_is_answered_after_it(line: Line) -> None:
    line.receive("STOP")
    line.do(WorkKind.ANSWER)
    line.receive("HELP")
    line.do(WorkKind.ANSWER)

    line.do(WorkKind.SEND)

    assert [text.text for _, text in line.client.taken] == [REPLIES.text("stopped", "sn")]


def test_start_lifts_the_stop(line: Line) -> None:
    for words in ("STOP", "START", "HELP"):
        line.receive(words)
        line.do(WorkKind.ANSWER)

    assert REPLIES.text("help", "sn") in line.sent_texts()


@pytest.mark.parametrize("sender", ["anonymous", "MTN", ""])
def test_who_has_no_number_is_not_answered(line: Line, sender: str) -> None:
    line.receive("HELP", sender=sender)

    assert line.do(WorkKind.ANSWER) == [Outcome.DONE]
    assert line.messages(Direction.OUT) == []


def test_a_call_for_help_is_put_before_a_person_and_mere_settings_are_not(line: Line) -> None:
    line.receive("HELP")
    line.receive("ENGLISH", sender=OTHER_NUMBER)
    line.do(WorkKind.ANSWER)

    with line.rooms.reading() as unit:
        states = {report.state: report.priority for report in unit.reports.all()}
    assert states.keys() == {ReportState.OPEN, ReportState.REJECTED}
    assert states[ReportState.OPEN] > 0


def test_answers_count_towards_the_cap_of_the_source(sqlite_rooms) -> None:
    line = Line(sqlite_rooms, caps=replace(CAPS, per_source_per_day=2))
    for _ in range(4):
        line.receive("HELP")
        line.do(WorkKind.ANSWER)

    assert len(line.sent_texts()) == 2
    assert line.work(WorkKind.ANSWER) == []


def test_commands_are_answered_though_acknowledgements_are_switched_off(sqlite_rooms) -> None:
    line = Line(sqlite_rooms, caps=replace(CAPS, acknowledge=False))
    line.receive("HELP")

    line.do(WorkKind.ANSWER)

    assert line.sent_texts() == [REPLIES.text("help", "sn")]


def test_the_command_of_a_message_that_is_gone_is_dropped(line: Line) -> None:
    line.receive("HELP")
    with line.rooms.writing() as unit:
        unit.messages.remove(report_id=line.report().id)
        unit.commit()

    assert line.do(WorkKind.ANSWER) == [Outcome.DONE]
    assert (line.work(), line.messages()) == ([], [])


@pytest.mark.parametrize("erase_at_provider", [True, False])
def test_a_command_is_erased_at_the_provider_too_unless_that_is_switched_off(sqlite_rooms, erase_at_provider: bool) -> None:
    line = Line(sqlite_rooms, erase_at_provider=erase_at_provider)
    line.receive("STOP", sender="anonymous")
    line.do(WorkKind.ANSWER)
    line.rooms.clock.go_on(hours=1)

    line.do(WorkKind.ERASE)

    assert line.client.erased == ["SM1"] * erase_at_provider


def test_neither_number_nor_words_stand_open_in_what_is_to_be_sent(line: Line) -> None:
    line.receive("HELP")
    line.do(WorkKind.ANSWER)

    message = line.outgoing()

    for stored in (message.content, message.envelope or b""):
        assert b"770000011" not in stored
        assert REPLIES.text("help", "sn").encode()[:20] not in stored
    assert message.state is MessageState.QUEUED
