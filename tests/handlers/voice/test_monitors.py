"""Field monitors: their code and PIN are checked alike whoever asks, and tries are counted whatever happens."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from handlers.desk.enrolling import Enrolled, Enrolling
from handlers.protection.monitor_keys import MonitorKeys, first_word, new_code, new_pin, new_word
from handlers.protection.people import Cost
from handlers.records import Monitor, MonitorState
from handlers.voice.monitors import Checked, Monitors, needs_a_look, tie
from tests.conftest import CHEAP, Rooms
from tests.fakes import Killed, killed_before_commit


@dataclass
class Field:
    """Monitors over a database, and one of them."""

    rooms: Rooms
    keys: MonitorKeys
    monitors: Monitors
    enrolling: Enrolling
    one: Enrolled

    def row(self) -> Monitor:
        with self.rooms.reading() as unit:
            return unit.monitors.get(self.one.monitor_id)

    def fail(self, times: int) -> list[str]:
        return [self.monitors.check(self.one.code, wrong(self.one)).outcome for _ in range(times)]


@pytest.fixture
def field(rooms: Rooms) -> Field:
    keys = MonitorKeys(rooms.boot.derive("monitors"), CHEAP)
    monitors = Monitors(writing=rooms.writing, reading=rooms.reading, keys=keys, clock=rooms.clock)
    enrolling = Enrolling(writing=rooms.writing, reading=rooms.reading, keys=keys, clock=rooms.clock)
    return Field(rooms, keys, monitors, enrolling, enrolling.add(None, name="Shumba", language="sn", grade="B"))


def wrong(one: Enrolled) -> str:
    return next(pin for pin in ("314159", "271828", "161803") if pin not in (one.pin, one.duress_pin))


def test_each_pin_says_who_calls_and_whether_they_were_made_to(field: Field) -> None:
    one = field.one

    assert field.monitors.check(one.code, one.pin) == Checked("right", one.monitor_id)
    assert field.monitors.check(one.code, one.duress_pin) == Checked("duress", one.monitor_id)
    assert field.monitors.check(one.code, wrong(one)) == Checked("wrong")


@pytest.mark.parametrize("code", ["0000", "", "12", "1234567", "12a4", "١٢٣٤", "99999"])
def test_what_is_no_code_is_wrong_like_any_other(field: Field, code: str) -> None:
    assert field.monitors.check(code if code != field.one.code else "9999", field.one.pin).outcome == "wrong"


@pytest.mark.parametrize("pin", ["", "1", "12345", "123456789", "abcdef", "\0\0\0\0\0\0", "١٢٣٤٥٦"])
def test_what_is_no_pin_is_wrong_and_counted(field: Field, pin: str) -> None:
    assert field.monitors.check(field.one.code, pin).outcome == "wrong"
    assert field.row().failures == 1


def test_the_fifth_failure_locks_and_each_further_one_doubles_the_time(field: Field) -> None:
    assert field.fail(5) == ["wrong"] * 5
    assert field.monitors.check(field.one.code, field.one.pin).outcome == "locked"

    field.rooms.clock.go_on(seconds=15 * 60 - 1)
    assert field.fail(1) == ["locked"]
    field.rooms.clock.go_on(seconds=1)
    assert field.fail(2) == ["wrong", "locked"]
    field.rooms.clock.go_on(seconds=30 * 60 - 1)
    assert field.fail(1) == ["locked"]
    field.rooms.clock.go_on(seconds=1)
    assert field.monitors.check(field.one.code, field.one.pin).outcome == "right"
    assert (field.row().failures, field.row().locked_until) == (0, 0)


def test_no_lock_lasts_longer_than_a_day(field: Field) -> None:
    for _ in range(30):
        field.fail(1)
        field.rooms.clock.go_on(hours=24)

    assert field.row().locked_until <= field.rooms.clock()


def test_the_desk_is_told_of_a_locked_code_until_somebody_gives_the_right_pin(field: Field) -> None:
    field.fail(4)
    assert not needs_a_look(field.row())
    field.fail(1)
    assert needs_a_look(field.row())

    field.rooms.clock.go_on(hours=1)
    assert needs_a_look(field.row())  # the lock is over, what happened is not
    field.monitors.check(field.one.code, field.one.duress_pin)
    assert not needs_a_look(field.row())


def test_however_many_try_at_once_no_more_than_five_are_looked_at(field: Field) -> None:
    with ThreadPoolExecutor(12) as pool:
        outcomes = sorted(pool.map(lambda _: field.monitors.check(field.one.code, wrong(field.one)).outcome, range(12)))

    assert outcomes == ["locked"] * 7 + ["wrong"] * 5


def test_a_try_is_counted_though_the_process_is_killed_right_after(field: Field) -> None:
    class DiesWhenLooking(MonitorKeys):
        def fits(self, hashed: str | None, monitor_id: str, pin: str) -> bool:
            raise Killed

    rooms = field.rooms
    keys = DiesWhenLooking(field.keys.key, CHEAP)
    dying = Monitors(writing=rooms.writing, reading=rooms.reading, keys=keys, clock=rooms.clock)
    with pytest.raises(Killed):
        dying.check(field.one.code, field.one.pin)
    assert field.row().failures == 1

    uncommitted = Monitors(writing=killed_before_commit(rooms.writing), reading=rooms.reading, keys=field.keys, clock=rooms.clock)
    with pytest.raises(Killed):
        uncommitted.check(field.one.code, field.one.pin)
    assert field.row().failures == 1
    assert field.monitors.check(field.one.code, field.one.pin).outcome == "right"


def test_only_who_knows_the_pin_is_told_that_the_monitor_is_suspended(field: Field) -> None:
    field.enrolling.suspend(None, field.one.monitor_id)

    assert field.monitors.check(field.one.code, field.one.pin) == Checked("suspended")
    assert field.monitors.check(field.one.code, field.one.duress_pin) == Checked("suspended")
    assert field.monitors.check(field.one.code, wrong(field.one)) == Checked("wrong")


def test_an_unknown_code_takes_as_long_as_a_known_one(field: Field) -> None:
    dear = MonitorKeys(field.keys.key, Cost(2, 16 * 1024 * 1024))
    rooms = field.rooms
    enrolling = Enrolling(writing=rooms.writing, reading=rooms.reading, keys=dear, clock=rooms.clock)
    monitors = Monitors(writing=rooms.writing, reading=rooms.reading, keys=dear, clock=rooms.clock)
    one = enrolling.add(None, name="Nzou", language="en")
    calls: dict[str, list[float]] = {}
    for _ in range(3):
        for case, (code, pin) in {
            "right": (one.code, one.pin),
            "duress": (one.code, one.duress_pin),
            "wrong": (one.code, wrong(one)),
            "unknown": ("00000", one.pin),
            "no pin": (one.code, "1"),
        }.items():
            began = time.thread_time()
            monitors.check(code, pin)
            calls.setdefault(case, []).append(time.thread_time() - began)

    best = {case: min(times) for case, times in calls.items()}
    assert max(best.values()) < 1.6 * min(best.values()), best


def test_nothing_of_what_a_monitor_knows_by_heart_is_in_the_row(field: Field) -> None:
    word = field.enrolling.new_word(field.rooms.people.sign_in("tariro", "correct horse battery"), field.one.monitor_id, 0)
    row = field.row()
    whole = b"".join(
        value if isinstance(value, bytes) else str(value).encode()
        for value in (row.code_tag, row.pin, row.duress_pin, row.word_tag, row.content, row.id)
    )

    for secret in (field.one.pin, field.one.duress_pin, word, "Shumba"):
        assert secret.encode() not in whole
    assert field.one.code not in repr(field.one) and field.one.pin not in repr(field.one)


def test_the_database_alone_does_not_let_anybody_guess_a_pin(field: Field) -> None:
    stranger = MonitorKeys(bytes(32), CHEAP)

    assert not stranger.fits(field.row().pin, field.one.monitor_id, field.one.pin)
    assert stranger.code_tag(field.one.code) != field.row().code_tag


def test_a_word_ties_once_and_is_cut_off_the_text(field: Field) -> None:
    who = field.rooms.people.sign_in("tariro", "correct horse battery")
    word = field.enrolling.new_word(who, field.one.monitor_id, 0)

    with field.rooms.writing() as unit:
        assert tie(unit, "Masoja arova vanhu", field.keys) is None
        assert tie(unit, f"  {word.upper()}, Masoja arova vanhu", field.keys) == (field.one.monitor_id, "Masoja arova vanhu")
        assert tie(unit, word, field.keys) is None
        unit.commit()
    assert field.row().word_tag is None


def test_the_word_of_a_suspended_monitor_ties_nothing(field: Field) -> None:
    who = field.rooms.people.sign_in("tariro", "correct horse battery")
    word = field.enrolling.new_word(who, field.one.monitor_id, 0)
    with field.rooms.writing() as unit:
        unit.monitors.change(field.one.monitor_id, state=MonitorState.SUSPENDED)
        unit.commit()

    with field.rooms.writing() as unit:
        assert tie(unit, f"{word} hello", field.keys) is None


def test_what_is_made_by_chance_is_fit_to_be_learnt() -> None:
    for _ in range(300):
        pin = new_pin()
        duress = new_pin(unlike=pin)
        word = new_word()

        assert len(pin) == len(duress) == 6 and len(set(pin)) > 2
        assert sum(mine != other for mine, other in zip(pin, duress, strict=True)) > 1
        assert len(new_code()) == 4
        assert first_word(f"{word} then the rest") == (word, "then the rest")
