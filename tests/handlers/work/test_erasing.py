"""What was taken in is erased at the provider; what can no longer be named there is left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.errors import ProviderError
from handlers.records import WorkKind, WorkState
from handlers.upkeep.closing import Closing
from handlers.work.workbench import Outcome
from tests.handlers.work.line import Line


@pytest.fixture
def triaged(line: Line) -> Line:
    """A line with a message that is to be erased at the provider, now."""
    line.receive(sender="anonymous")
    line.do(WorkKind.TRIAGE)
    line.rooms.clock.go_on(hours=1)
    return line


def test_a_message_is_erased_by_the_name_the_provider_gave_it(triaged: Line) -> None:
    assert triaged.do(WorkKind.ERASE) == [Outcome.DONE]

    assert triaged.client.erased == ["SM1"]
    assert triaged.work() == []


def test_it_is_not_erased_before_its_time(line: Line) -> None:
    line.receive()
    line.do(WorkKind.TRIAGE)

    assert line.do(WorkKind.ERASE) == [Outcome.NOT_OURS]
    assert line.client.erased == []


def test_a_provider_that_is_away_is_asked_again(triaged: Line) -> None:
    triaged.client.erase_fails = [ProviderError("provider_down", permanent=False)]

    first = triaged.do(WorkKind.ERASE)
    triaged.rooms.clock.go_on(seconds=5)
    second = triaged.do(WorkKind.ERASE)

    assert (first, second) == ([Outcome.LATER], [Outcome.DONE])
    assert triaged.client.erased == ["SM1"]


def test_a_provider_that_refuses_is_not_asked_for_ever(triaged: Line) -> None:
    triaged.client.erase_fails = [ProviderError("rejected", permanent=True)]

    assert triaged.do(WorkKind.ERASE) == [Outcome.FAILED]
    assert [work.state for work in triaged.work()] == [WorkState.FAILED]


def test_what_cannot_be_named_any_more_is_left(triaged: Line) -> None:
    (message,) = triaged.messages()
    with triaged.rooms.writing() as unit:
        unit.periods.change(message.period, intake_wrap=None)
        unit.commit()

    assert Line(replace(triaged.rooms, keyring=triaged.rooms.new_keyring())).do(WorkKind.ERASE) == [Outcome.DONE]
    assert triaged.work() == []


def test_a_message_that_is_gone_is_left(triaged: Line) -> None:
    with triaged.rooms.writing() as unit:
        unit.findings.remove(report_id=triaged.report().id)
        unit.messages.remove(report_id=triaged.report().id)
        unit.commit()

    assert triaged.do(WorkKind.ERASE) == [Outcome.DONE]
    assert (triaged.client.erased, triaged.work()) == ([], [])


def test_a_report_deleted_by_its_source_is_erased_at_the_provider_whole(each_line: Line) -> None:
    line = each_line
    line.receive("one")
    line.do(WorkKind.TRIAGE)
    line.do(WorkKind.SEND)
    line.receive("two")  # not triaged yet
    receipt = "".join(letter for letter in line.sent_texts()[0] if letter.isdigit())
    ours = line.outgoing().id

    line.receive(f"DELETE {receipt}")
    line.do(WorkKind.ERASE)

    assert sorted(line.client.erased) == sorted(["SM1", "SM2", ours])
    assert line.work(WorkKind.ERASE) == []


def test_what_is_to_be_erased_is_named_in_no_clear_word_and_carried_into_the_next_day(line: Line) -> None:
    line.receive(provider_id="SMcanary")
    line.delete_report()
    (work,) = line.work()
    assert work.payload is not None
    assert b"SMcanary" not in work.payload
    line.rooms.clock.go_on(hours=40)
    rooms = line.rooms
    Closing(writing=rooms.writing, reading=rooms.reading, keyring=rooms.keyring, clock=rooms.clock, grace_hours=6).close_due()

    Line(replace(rooms, keyring=rooms.new_keyring()), client=line.client).do(WorkKind.ERASE)

    assert line.client.erased == ["SMcanary"]


def test_a_report_of_a_day_that_is_closed_is_deleted_all_the_same(line: Line) -> None:
    line.receive()
    (message,) = line.messages()
    with line.rooms.writing() as unit:
        unit.periods.change(message.period, intake_wrap=None)
        unit.commit()

    Line(replace(line.rooms, keyring=line.rooms.new_keyring())).delete_report()

    assert (line.messages(), line.work()) == ([], [])
