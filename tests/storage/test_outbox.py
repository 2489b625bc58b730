"""Work is handed out when it is due, again if it was not done, and never while somebody has it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from handlers.records import Work, WorkKind, WorkState
from storage.outbox import Outbox

if TYPE_CHECKING:
    from tests.conftest import Rooms

NOW = 10_000
AGAIN = 20


def add(rooms: Rooms, *works: Work) -> None:
    with rooms.writing() as unit:
        for work in works:
            unit.work.add(work)
        unit.commit()


def work(name: str, **more: object) -> Work:
    return Work(id=name, kind=WorkKind.TRIAGE, subject_id="m", **more)  # type: ignore[arg-type]


def taken(outbox: Outbox, *, now: int = NOW, limit: int = 100) -> list[str]:
    return [name for name, _ in outbox.take_due(now=now, again_after=AGAIN, limit=limit)]


def test_what_is_due_is_handed_out_once_until_it_is_time_to_ask_again(rooms: Rooms) -> None:
    add(rooms, work("a"), work("b"))
    outbox = Outbox(rooms.database)

    first, at_once, later = taken(outbox), taken(outbox, now=NOW + AGAIN - 1), taken(outbox, now=NOW + AGAIN)

    assert (sorted(first), at_once, sorted(later)) == (["a", "b"], [], ["a", "b"])


def test_the_oldest_comes_first_and_no_more_than_asked_for(sqlite_rooms: Rooms) -> None:
    add(sqlite_rooms, work("later", due_at=300), work("first", due_at=100), work("second", due_at=200))
    outbox = Outbox(sqlite_rooms.database)

    assert [taken(outbox, limit=2), taken(outbox, limit=2)] == [["first", "second"], ["later"]]


@pytest.mark.parametrize(
    ("waiting", "due"),
    [
        (work("w"), True),
        (work("w", due_at=NOW), True),
        (work("w", due_at=NOW + 1), False),
        (work("w", state=WorkState.RUNNING, lease_until=NOW + 1), False),
        (work("w", state=WorkState.RUNNING, lease_until=NOW), True),
        (work("w", state=WorkState.FAILED), False),
        (work("w", enqueued_at=NOW - AGAIN + 1), False),
        (work("w", enqueued_at=NOW - AGAIN), True),
    ],
)
def test_only_what_is_due_and_nobody_has_is_handed_out(sqlite_rooms: Rooms, waiting: Work, due: bool) -> None:
    add(sqlite_rooms, waiting)
    outbox = Outbox(sqlite_rooms.database)

    assert outbox.has_due(now=NOW, again_after=AGAIN) is due
    assert taken(outbox) == (["w"] if due else [])


def test_two_that_hand_out_at_once_hand_out_each_piece_once(rooms: Rooms) -> None:
    add(rooms, *(work(f"w{number:03}") for number in range(60)))
    outbox = Outbox(rooms.database)
    given: list[str] = []
    together = threading.Barrier(3)

    def hand_out() -> None:
        together.wait()
        while ids := taken(outbox, limit=7):
            given.extend(ids)

    threads = [threading.Thread(target=hand_out) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(given) == [f"w{number:03}" for number in range(60)]


def test_more_than_one_statement_can_name_is_handed_out_too(sqlite_rooms: Rooms) -> None:
    add(sqlite_rooms, *(work(f"w{number}") for number in range(1200)))

    assert len(taken(Outbox(sqlite_rooms.database), limit=1200)) == 1200


def test_after_the_queue_was_lost_everything_is_handed_out_at_once(rooms: Rooms) -> None:
    add(rooms, work("a"), work("b", due_at=NOW + 100))
    outbox = Outbox(rooms.database)
    taken(outbox)

    outbox.forget_handed_out()

    assert taken(outbox) == ["a"]


def test_asking_whether_something_is_due_waits_for_no_writer(rooms: Rooms) -> None:
    add(rooms, work("a"))
    with rooms.database.writing():
        assert Outbox(rooms.database).has_due(now=NOW, again_after=AGAIN)
