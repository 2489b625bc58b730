"""Whoever rings and is not heard is called back once, whatever way they ask, and nobody who wants none."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands import CallMe, read_command
from handlers.pacing import ZONE
from handlers.records import CallState, Direction, Purpose, WorkKind
from handlers.reports import ReportState
from handlers.voice.ringing import Cap, Rules, minutes_of
from tests.handlers.voice.telephone import LINES, RULES, Telephone
from tests.handlers.work.line import NUMBER, OTHER_NUMBER, WORDS, Line

if TYPE_CHECKING:
    from tests.conftest import Rooms

NINE = datetime(2026, 11, 23, 7, tzinfo=UTC).timestamp()  # in the morning, in Harare
TEN_AT_NIGHT = datetime(2026, 11, 23, 20, tzinfo=UTC).timestamp()


@pytest.fixture
def telephone(sqlite_rooms: Rooms) -> Telephone:
    sqlite_rooms.clock.now = NINE
    return Telephone(Line(sqlite_rooms))


@pytest.fixture
def each_telephone(rooms: Rooms) -> Telephone:
    rooms.clock.now = NINE
    return Telephone(Line(rooms))


def test_five_flashes_from_one_phone_at_both_providers_at_once_make_one_call_back(each_telephone: Telephone) -> None:
    telephone = each_telephone
    telephone.flash()  # the periods of the day are there
    start = threading.Barrier(4)

    def flash(provider: str, on: str) -> None:
        start.wait(10)
        telephone.flash(provider=provider, on=on)

    ways = [(line.provider, line.number) for line in LINES] * 2
    threads = [threading.Thread(target=flash, args=way) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    with telephone.rooms.reading() as unit:
        assert unit.calls.count(direction=Direction.IN) == 5
        assert unit.sources.count() == 1
    assert telephone.call().state is CallState.PLANNED
    assert len(telephone.work()) == 1
    telephone.do_when_due()
    telephone.ended()
    assert len(telephone.telephony.rung) == 1
    assert telephone.work() == []


def test_a_flash_is_called_back_from_the_line_that_was_flashed_after_a_delay(each_telephone: Telephone) -> None:
    telephone = each_telephone

    telephone.flash(provider="africastalking", on="+263770000099")

    (work,) = telephone.work()
    assert 180 <= work.due_at - NINE <= 1200
    telephone.do()
    assert telephone.telephony.rung == []
    telephone.do_when_due()
    (rung,) = telephone.telephony.rung
    assert (rung.recipient, rung.sender) == (NUMBER, "+263770000099")
    assert NUMBER not in rung.answer_address + rung.status_address and NUMBER not in repr(rung)
    assert (rung.answer_address, rung.most_seconds) == ("https://line.example.org/africastalking/answered", 900)
    assert telephone.call().state is CallState.PLACED


def test_a_text_is_called_back_from_the_first_line_that_carries_voice(telephone: Telephone) -> None:
    telephone.line.received = 0
    telephone = telephone.with_rules(lines=LINES[1:])

    telephone.ask("call me")
    telephone.do_when_due()

    (rung,) = telephone.telephony.rung
    assert rung.sender == "+263770000099"


@pytest.mark.parametrize("words", ["call", "CALL ME!", "Ndifonerei", "ndidaidzei", "ndifonereyi", "Ngifonele."])
def test_the_word_is_read_in_every_language(words: str) -> None:
    assert read_command(words, WORDS) == CallMe()


@pytest.mark.parametrize("words", ["they call us dogs", "call the police", "ndirovei"])
def test_a_report_is_not_taken_for_the_word(words: str) -> None:
    assert read_command(words, WORDS) is None


def test_who_asks_in_words_gets_no_text_but_the_call_and_a_person_sees_it(telephone: Telephone) -> None:
    telephone.ask()

    assert telephone.line.messages(Direction.OUT) == []
    assert telephone.line.work(WorkKind.SEND) == []
    assert telephone.line.report().state is ReportState.OPEN
    assert telephone.call().report_id == telephone.line.report().id


def test_a_flash_and_a_word_of_one_phone_make_one_call(telephone: Telephone) -> None:
    telephone.flash()
    telephone.ask()
    telephone.flash(provider="africastalking", on="+263770000099")

    assert len(telephone.calls()) == 1


def test_two_phones_are_called_each(telephone: Telephone) -> None:
    telephone.flash()
    telephone.flash(sender=OTHER_NUMBER)

    assert len(telephone.calls()) == 2


def test_who_rings_again_the_same_day_is_called_again_only_if_they_ask_in_words(telephone: Telephone) -> None:
    telephone.flash()
    telephone.do_when_due()
    telephone.ended()

    telephone.rooms.clock.go_on(hours=5)
    telephone.flash()
    assert telephone.states() == ["ended"]

    telephone.ask()
    assert telephone.states() == ["ended", "planned"]


def test_the_next_day_a_flash_is_called_back_again(telephone: Telephone) -> None:
    telephone.flash()
    telephone.do_when_due()
    telephone.ended()

    telephone.rooms.clock.go_on(hours=26)
    telephone.flash()

    assert telephone.states() == ["ended", "planned"]


def test_asking_in_words_again_and_again_has_an_end(telephone: Telephone) -> None:
    for number in range(1, 6):
        telephone.ask()
        if telephone.work():
            telephone.do_when_due()
            telephone.ended(number)

    assert len(telephone.telephony.rung) == 3


@pytest.mark.parametrize("way", ["flash", "ask"])
def test_who_said_stop_is_not_called(telephone: Telephone, way: str) -> None:
    telephone.line.receive("STOP")

    getattr(telephone, way)()

    assert telephone.calls() == []


def test_a_withheld_number_is_not_called(telephone: Telephone) -> None:
    telephone.flash(sender="anonymous")
    telephone.flash(sender="+266696687")

    assert telephone.calls() == []


def test_without_a_line_that_carries_voice_nobody_is_called(telephone: Telephone) -> None:
    telephone.with_rules(lines=()).flash()

    assert telephone.calls() == []


def test_a_call_is_planned_with_its_work_or_not_at_all(telephone: Telephone) -> None:
    telephone.flash(sender=OTHER_NUMBER)
    with telephone.rooms.writing() as unit:
        source = unit.sources.all()[0]
        telephone.call_backs.asked(unit, source, telephone.line.report().id)

    assert len(telephone.calls()) == len(telephone.work()) == 1


def test_who_did_not_answer_is_rung_once_more_later_and_then_left_in_peace(each_telephone: Telephone) -> None:
    telephone = each_telephone
    telephone.flash()
    telephone.do_when_due()
    telephone.ended(is_answered=False)

    assert telephone.states() == ["missed", "planned"]
    (work,) = telephone.work()
    assert work.due_at - telephone.rooms.clock() >= 30 * 60
    telephone.do_when_due()
    telephone.ended(2, is_answered=False)

    assert [rung.recipient for rung in telephone.telephony.rung] == [NUMBER, NUMBER]
    assert telephone.states() == ["missed", "missed"]
    assert telephone.work() == []
    telephone.flash()
    assert telephone.work() == []


def test_the_end_of_a_call_told_again_and_late_changes_nothing(telephone: Telephone) -> None:
    telephone.flash()
    telephone.do_when_due()
    for _ in range(3):
        telephone.ended(is_answered=False)
    telephone.do_when_due()
    telephone.ended(1, is_answered=False)
    telephone.ended(2)
    telephone.ended(2, is_answered=False)
    telephone.ended(1)

    assert telephone.states() == ["ended", "missed"]
    assert telephone.work() == []


def test_who_said_stop_after_the_first_try_is_not_rung_again(telephone: Telephone) -> None:
    telephone.flash()
    telephone.do_when_due()
    telephone.line.receive("STOP")

    telephone.ended(is_answered=False)

    assert telephone.work() == []


def test_the_number_is_sealed_while_it_waits_and_destroyed_with_the_call(each_telephone: Telephone) -> None:
    telephone = each_telephone
    telephone.flash()

    ring = telephone.ring()
    assert ring is not None and ring.number == NUMBER and NUMBER not in repr(ring)
    (work,) = telephone.work()
    assert NUMBER[1:].encode() not in (work.payload or b"")
    assert work.payload_period == telephone.rooms.keyring.current(Purpose.CONTACT).id

    telephone.do_when_due()
    telephone.ended()
    with telephone.rooms.reading() as unit:
        assert unit.work.all(kind=WorkKind.CALL_BACK) == []


def test_a_report_that_its_source_deletes_takes_the_call_back_with_it(telephone: Telephone) -> None:
    telephone.flash()

    telephone.line.delete_report()

    assert telephone.states() == ["withheld"]
    assert telephone.work() == []


@given(
    moment=st.floats(NINE, NINE + 10 * 86_400),
    begins=st.integers(0, 1439),
    ends=st.integers(0, 1439),
    least=st.integers(0, 60),
    more=st.integers(0, 60),
)
def test_nobody_is_ever_rung_in_the_quiet_hours_nor_before_their_end(
    moment: float, begins: int, ends: int, least: int, more: int
) -> None:
    rules = Rules(lines=LINES, quiet=(begins, ends), delay_minutes=(least, least + more))

    for due_at in (rules.soon(moment), rules.again(moment), rules.next_hour(moment)):
        local = datetime.fromtimestamp(due_at, ZONE)
        minute = local.hour * 60 + local.minute
        is_inside = begins <= minute < ends if begins <= ends else minute >= begins or minute < ends
        assert not is_inside
        assert due_at <= moment + 2 * 86_400
    assert rules.soon(moment) >= int(moment) + 60 * least


def test_a_flash_in_the_night_is_called_back_in_the_morning_at_a_moment_drawn_anew(telephone: Telephone) -> None:
    telephone.rooms.clock.now = TEN_AT_NIGHT
    telephone.flash()
    telephone.flash(sender=OTHER_NUMBER)

    morning = datetime(2026, 11, 24, 7, tzinfo=ZONE)
    due = [datetime.fromtimestamp(work.due_at, ZONE) for work in telephone.work()]
    assert all(morning + timedelta(minutes=3) <= moment <= morning + timedelta(minutes=20) for moment in due)


def test_delays_are_drawn_by_chance() -> None:
    assert len({RULES.soon(NINE) for _ in range(30)}) > 10


def test_minutes_are_counted_as_they_are_paid_for() -> None:
    assert [minutes_of(seconds) for seconds in (None, 0, 1, 60, 61, 600)] == [1, 1, 1, 1, 2, 10]


def test_a_cap_of_none_lets_no_call_be() -> None:
    assert not Rules(lines=LINES, per_day=Cap(0, 100)).spares([], 1)
    assert not Rules(lines=LINES, per_hour=Cap(5, 14)).spares([], 1)
    assert Rules(lines=LINES, per_hour=Cap(1, 15), per_day=Cap(1, 15)).spares([], 1)
