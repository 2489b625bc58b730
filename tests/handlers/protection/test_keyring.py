"""A period has one key, given out only once it stands on disk, and opened only in its own place."""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from handlers.errors import KeyDestroyed, NotFound, SealError
from handlers.protection.boot import BootSecret
from handlers.protection.keyring import HOURS, DeskKeyring, Keyring
from handlers.protection.sealing import Place, seal
from handlers.records import Purpose
from storage.unit_of_work import units_of
from tests.fakes import Killed, killed_before_commit

if TYPE_CHECKING:
    from handlers.records import Period
    from tests.conftest import Clock, Rooms


def periods(rooms: Rooms) -> list[Period]:
    with rooms.reading() as unit:
        return unit.periods.all()


def test_many_processes_and_threads_at_once_have_one_key_a_period(rooms: Rooms) -> None:
    keyrings = [rooms.new_keyring() for _ in range(3)]
    together = threading.Barrier(6)

    def ask(number: int) -> tuple[str, bytes]:
        together.wait()
        period = keyrings[number % 3].current(Purpose.REPORT)
        return period.id, period.key

    with ThreadPoolExecutor(6) as pool:
        given = set(pool.map(ask, range(6)))

    assert len(given) == 1
    assert len(periods(rooms)) == 1


@pytest.mark.parametrize("purpose", list(Purpose))
def test_the_key_is_the_same_until_the_period_ends_and_another_after_it(sqlite_rooms: Rooms, purpose: Purpose) -> None:
    rooms = sqlite_rooms
    first = rooms.keyring.current(purpose)
    rooms.clock.now = float(first.closes_hour * 3600 - 1)
    last_second = rooms.keyring.current(purpose)
    rooms.clock.go_on(seconds=1)

    second = rooms.keyring.current(purpose)

    assert last_second == first
    assert second.key != first.key
    assert second.closes_hour - first.closes_hour == HOURS[purpose]


def test_a_clock_that_is_set_back_finds_the_key_of_that_day_again(sqlite_rooms: Rooms) -> None:
    first = sqlite_rooms.keyring.current(Purpose.REPORT)
    sqlite_rooms.clock.go_on(hours=24)
    sqlite_rooms.keyring.current(Purpose.REPORT)
    sqlite_rooms.clock.go_on(hours=-24)

    assert sqlite_rooms.keyring.current(Purpose.REPORT) == first


def test_a_key_that_was_never_committed_is_never_given_out(rooms: Rooms) -> None:
    doomed = Keyring(rooms.boot, writing=killed_before_commit(rooms.writing), reading=rooms.reading, clock=rooms.clock)

    with pytest.raises(Killed):
        doomed.current(Purpose.REPORT)

    assert periods(rooms) == []
    given = rooms.new_keyring().current(Purpose.REPORT)
    assert rooms.new_keyring().key(given.id) == given.key


def test_another_process_reads_the_key_with_the_boot_secret(rooms: Rooms) -> None:
    period = rooms.keyring.current(Purpose.CONTACT)

    assert rooms.new_keyring().key(period.id) == period.key


def test_another_boot_secret_opens_nothing(sqlite_rooms: Rooms) -> None:
    period = sqlite_rooms.keyring.current(Purpose.CONTACT)
    stranger = sqlite_rooms.new_keyring(BootSecret(secrets.token_bytes(32)))

    for ask in (lambda: stranger.key(period.id), lambda: stranger.current(Purpose.CONTACT)):
        with pytest.raises(SealError):
            ask()


def test_a_wrap_put_in_the_place_of_another_does_not_open(sqlite_rooms: Rooms) -> None:
    rooms = sqlite_rooms
    for purpose in Purpose:
        rooms.keyring.current(purpose)
    rooms.clock.go_on(hours=24)
    rooms.keyring.current(Purpose.REPORT)
    wraps = {period.id: period.intake_wrap for period in periods(rooms)}

    for own, its_wrap in wraps.items():
        for other, wrap in wraps.items():
            with rooms.writing() as unit:
                unit.periods.change(own, intake_wrap=wrap)
                unit.commit()
            if own != other:
                with pytest.raises(SealError):
                    rooms.new_keyring().key(own)
        with rooms.writing() as unit:
            unit.periods.change(own, intake_wrap=its_wrap)
            unit.commit()
        assert rooms.new_keyring().key(own)


def test_a_wrap_sealed_for_another_column_does_not_open(sqlite_rooms: Rooms) -> None:
    rooms = sqlite_rooms
    period = rooms.keyring.current(Purpose.REPORT)
    moved = seal(rooms.boot.derive("period wrap"), period.key, Place("periods", "desk_seal", period.id, "report"))
    with rooms.writing() as unit:
        unit.periods.change(period.id, intake_wrap=moved)
        unit.commit()

    with pytest.raises(SealError):
        rooms.new_keyring().key(period.id)


def test_a_destroyed_key_and_one_that_never_was_are_both_gone(sqlite_rooms: Rooms) -> None:
    period = sqlite_rooms.keyring.current(Purpose.REPORT)
    with sqlite_rooms.writing() as unit:
        unit.periods.change(period.id, intake_wrap=None)
        unit.commit()

    for name in (period.id, "report-0"):
        with pytest.raises(KeyDestroyed):
            sqlite_rooms.new_keyring().key(name)


def test_the_desk_opens_report_and_contact_but_never_a_pseudonym(sqlite_rooms: Rooms) -> None:
    rooms = sqlite_rooms
    desk = DeskKeyring(rooms.private["desk"], rooms.reading)
    for purpose in (Purpose.REPORT, Purpose.CONTACT):
        period = rooms.keyring.current(purpose)
        assert desk.key(period.id) == period.key

    with pytest.raises(KeyDestroyed):
        desk.key(rooms.keyring.current(Purpose.PSEUDONYM).id)


def test_the_key_of_the_case_log_does_not_open_the_desk(sqlite_rooms: Rooms) -> None:
    period = sqlite_rooms.keyring.current(Purpose.REPORT)

    with pytest.raises(SealError):
        DeskKeyring(sqlite_rooms.private["log"], sqlite_rooms.reading).key(period.id)


def test_a_boot_secret_that_is_not_this_databases_does_not_fit(rooms: Rooms) -> None:
    rooms.keyring.current(Purpose.REPORT)

    assert rooms.new_keyring().fits()
    assert not rooms.new_keyring(BootSecret(bytes(32))).fits()


def test_after_each_loss_of_the_boot_secret_there_are_new_keys_and_the_desk_opens_the_old(rooms: Rooms) -> None:
    olds = [rooms.keyring.current(purpose) for purpose in Purpose]
    desk = DeskKeyring(rooms.private["desk"], rooms.reading)

    for letter in (b"1", b"2", b"3"):  # even within an hour
        keyring = rooms.new_keyring(BootSecret(letter * 32))
        keyring.begin_anew()
        assert keyring.fits()
        news = [keyring.current(purpose) for purpose in Purpose]
        assert not {new.key for new in news} & {old.key for old in olds}
        for old in olds:
            with pytest.raises(KeyDestroyed):
                keyring.key(old.id)
        olds = [*olds, *news]
    for old in olds:
        if not old.id.startswith("pseudonym"):
            assert desk.key(old.id) == old.key


def test_without_a_founded_desk_there_is_no_key_to_seal_to(sqlite_database, clock: Clock) -> None:
    writing, reading = units_of(sqlite_database)
    keyring = Keyring(BootSecret(bytes(32)), writing=writing, reading=reading, clock=clock)

    with pytest.raises(NotFound, match="init"):
        keyring.current(Purpose.REPORT)


def test_no_key_shows_in_a_repr(sqlite_rooms: Rooms) -> None:
    period = sqlite_rooms.keyring.current(Purpose.REPORT)

    shown = repr(period) + repr(periods(sqlite_rooms)) + repr(sqlite_rooms.boot)

    assert repr(period.key) not in shown
    assert repr(sqlite_rooms.boot.secret) not in shown
    assert "intake_wrap" not in shown
