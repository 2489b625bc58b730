"""What a page asks of the database, on both engines; and a case log that stands in a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from handlers.records import ProposalState
from handlers.triage.lookups import Lookups
from storage.database import Database
from storage.unit_of_work import units_of
from tests.conftest import Rooms
from tests.gateway.console.conftest import Desk, build_desk


def test_a_report_goes_all_the_way(rooms: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str) -> None:
    desk = build_desk(rooms, lookups, redis_connection, redis_url)
    desk.tell("Guards at the gate ask $20 from each group to enter at night.")
    first, second = desk.signed_in("tariro"), desk.signed_in("rudo")
    proposal_id = desk.proposed(first)

    assert "waits for approval" in second.text("/desk/")
    assert second.act(f"/desk/proposals/{proposal_id}", "approve").location == "/log/entries/0"

    inbox = second.text("/desk/")
    assert "Open 1" in inbox and "In the case log 1" in inbox
    assert "1 entry" in desk.signed_in("focal").text("/log/")


def test_a_suggestion_is_corrected_joined_and_set_aside(
    rooms: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str
) -> None:
    desk = build_desk(rooms, lookups, redis_connection, redis_url)
    desk.compares = True
    one, other = desk.tell(), desk.tell("Soldiers beat three people at Chirasika this morning")
    page, browser = f"/desk/reports/{other}", desk.signed_in()

    browser.act(page, "correct", stage="past", values="past", reason="it was in 2019")
    low = desk.report(other).priority
    desk.rooms.clock.go_on(seconds=1)
    browser.act(page, "correct", stage="past", values="", reason="no, it was today")
    assert browser.act(page, "join-with", other=one).status_code == 303
    browser.act(page, "split")
    assert browser.act(page, "set-aside", stage="incidents", other=one).status_code == 303
    browser.act(page, "hide", words="three people")

    assert desk.report(other).priority > low
    assert "Set aside by tariro" in browser.text(page) and "[hidden]" in browser.get(page).text
    assert desk.report(other).incident_id is None and desk.report(one).incident_id is not None


@pytest.fixture
def apart(sqlite_rooms: Rooms, _migrated_sqlite: Path, tmp_path: Path) -> Iterator[Rooms]:
    """The rooms of a second, empty database, with the log's key moved into it."""
    shutil.copy(_migrated_sqlite, tmp_path / "log.db")
    database = Database(f"sqlite:///{tmp_path / 'log.db'}")
    writing, reading = units_of(database)
    with sqlite_rooms.writing() as unit:
        key = unit.log_keys.get("log")
        unit.log_keys.remove(id="log")
        unit.commit()
    with writing() as unit:
        unit.log_keys.add(key)
        unit.commit()
    yield Rooms(database, writing, reading, sqlite_rooms.clock, sqlite_rooms.boot, sqlite_rooms.keyring, sqlite_rooms.people, {})
    database.close()


def test_the_case_log_may_stand_in_a_database_of_its_own(
    sqlite_rooms: Rooms, apart: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str
) -> None:
    desk: Desk = build_desk(
        sqlite_rooms, lookups, redis_connection, redis_url, log_writing=apart.writing, log_reading=apart.reading
    )
    proposal_id = desk.proposed(desk.signed_in("tariro"))

    desk.signed_in("rudo").act(f"/desk/proposals/{proposal_id}", "approve")

    with apart.reading() as unit:
        assert [entry.origin for entry in unit.log_entries.all()] == [proposal_id]
    with sqlite_rooms.reading() as unit:
        assert unit.log_entries.count() == 0
        assert unit.proposals.get(proposal_id).state is ProposalState.APPROVED


@pytest.mark.parametrize("path", ["/desk/reports/a%00b", "/desk/incidents/%00", "/desk/proposals/%00", f"/log/entries/{10**30}"])
def test_an_address_that_no_database_can_look_for_is_nothing(
    rooms: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str, path: str
) -> None:
    desk = build_desk(rooms, lookups, redis_connection, redis_url)

    assert desk.signed_in().get(path).status_code == 404


def test_a_login_that_no_database_can_look_for_is_nobodys(
    rooms: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str
) -> None:
    desk = build_desk(rooms, lookups, redis_connection, redis_url)

    assert desk.browser().post("/sign-in", login="tari\0ro", password="x").status_code == 401
