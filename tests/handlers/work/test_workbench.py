"""Work is done once, by whoever claims it; what cannot be done is tried again, later each time, and not for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from handlers.errors import KeyDestroyed, ProviderError, RecipientError
from handlers.records import Work, WorkKind, WorkState
from handlers.work.workbench import LEASE_SECONDS, Outcome, Unforeseen, Workbench
from tests.fakes import Killed

if TYPE_CHECKING:
    from tests.conftest import Rooms


def add(rooms: Rooms, kind: WorkKind = WorkKind.TRIAGE, *, due_at: int = 0) -> None:
    with rooms.writing() as unit:
        unit.work.add(Work(id="w1", kind=kind, subject_id="m1", due_at=due_at))
        unit.commit()


def standing(rooms: Rooms) -> Work | None:
    with rooms.reading() as unit:
        return unit.work.first(id="w1")


def bench(rooms: Rooms, doer: Callable[[Work], None]) -> Workbench:
    return Workbench(writing=rooms.writing, clock=rooms.clock, doers=dict.fromkeys(WorkKind, doer))


def finishing(rooms: Rooms, done: list[str]) -> Callable[[Work], None]:
    def finish(work: Work) -> None:
        with rooms.writing() as unit:
            unit.work.remove(id=work.id)
            unit.commit()
        done.append(work.id)

    return finish


def failing(error: Exception) -> Callable[[Work], None]:
    def fail(_: Work) -> None:
        raise error

    return fail


def test_work_is_done_and_a_second_call_finds_nothing_to_do(rooms: Rooms) -> None:
    add(rooms)
    done: list[str] = []
    workbench = bench(rooms, finishing(rooms, done))

    outcomes = [workbench.do("w1")[0], workbench.do("w1")[0]]

    assert outcomes == [Outcome.DONE, Outcome.NOT_OURS]
    assert done == ["w1"]


def test_of_many_workers_at_once_one_does_it(rooms: Rooms) -> None:
    add(rooms)
    started: list[str] = []
    together = threading.Barrier(4)
    workbench = bench(rooms, lambda work: started.append(work.id))

    def work() -> None:
        together.wait()
        workbench.do("w1")

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert started == ["w1"]


def test_work_that_is_not_due_yet_is_left(sqlite_rooms: Rooms) -> None:
    add(sqlite_rooms, due_at=int(sqlite_rooms.clock.now) + 60)
    done: list[str] = []

    assert bench(sqlite_rooms, finishing(sqlite_rooms, done)).do("w1") == (Outcome.NOT_OURS, None)
    assert done == []


def test_work_of_a_killed_worker_is_done_by_another_once_its_lease_is_over(rooms: Rooms) -> None:
    add(rooms)
    done: list[str] = []
    with pytest.raises(Killed):
        bench(rooms, failing(Killed())).do("w1")  # type: ignore[arg-type]
    another = bench(rooms, finishing(rooms, done))

    before = another.do("w1")[0]
    rooms.clock.go_on(seconds=LEASE_SECONDS)
    after = another.do("w1")[0]

    assert (before, after, done) == (Outcome.NOT_OURS, Outcome.DONE, ["w1"])


@pytest.mark.parametrize("kind", [WorkKind.ERASE, WorkKind.FORWARD])
def test_what_cannot_be_done_is_tried_again_ever_later_and_then_failed_for_good(sqlite_rooms: Rooms, kind: WorkKind) -> None:
    add(sqlite_rooms, kind)
    error = ProviderError("throttled", permanent=False) if kind is WorkKind.ERASE else RecipientError("away", permanent=False)
    workbench = bench(sqlite_rooms, failing(error))
    waits: list[int] = []

    outcome = Outcome.LATER
    while outcome is Outcome.LATER:
        outcome, _ = workbench.do("w1")
        work = standing(sqlite_rooms)
        assert work is not None
        assert work.reason == error.reason
        waits.append(work.due_at - int(sqlite_rooms.clock.now))
        assert workbench.do("w1")[0] is Outcome.NOT_OURS  # not before its time
        sqlite_rooms.clock.now = float(work.due_at)

    assert outcome is Outcome.FAILED
    assert all(earlier <= later for earlier, later in pairwise(waits))
    assert waits[0] < 60 < 3600 < waits[-1]
    assert work.state is WorkState.FAILED
    assert workbench.do("w1")[0] is Outcome.NOT_OURS
    is_patient = sum(waits) > 14 * 24 * 3600
    assert is_patient is (kind is WorkKind.FORWARD)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ProviderError("bad_number", permanent=True), "bad_number"),
        (RecipientError("refused", permanent=True), "refused"),
        (KeyDestroyed("gone"), "key_destroyed"),
    ],
)
def test_what_can_never_be_done_fails_at_once(sqlite_rooms: Rooms, error: Exception, reason: str) -> None:
    add(sqlite_rooms)

    outcome, _ = bench(sqlite_rooms, failing(error)).do("w1")

    work = standing(sqlite_rooms)
    assert outcome is Outcome.FAILED
    assert work is not None
    assert (work.state, work.reason) == (WorkState.FAILED, reason)


def test_an_error_that_nobody_foresaw_is_passed_on_with_the_work(sqlite_rooms: Rooms) -> None:
    add(sqlite_rooms)

    with pytest.raises(Unforeseen) as raised:
        bench(sqlite_rooms, failing(ZeroDivisionError("+263770000011"))).do("w1")

    assert raised.value.work.id == "w1"
    assert "263" not in str(raised.value)


def test_work_that_was_done_by_another_meanwhile_is_not_put_off(sqlite_rooms: Rooms) -> None:
    add(sqlite_rooms)
    done: list[str] = []
    finish = finishing(sqlite_rooms, done)

    def finish_and_fail(work: Work) -> None:
        finish(work)
        raise ProviderError("timeout", permanent=False)

    assert bench(sqlite_rooms, finish_and_fail).do("w1")[0] is Outcome.DONE
    assert standing(sqlite_rooms) is None


def test_work_that_ends_every_worker_is_given_up_at_last(sqlite_rooms: Rooms) -> None:
    add(sqlite_rooms)
    deadly = bench(sqlite_rooms, failing(Killed()))  # type: ignore[arg-type]
    deaths = 0

    outcome = Outcome.LATER
    while outcome is not Outcome.FAILED:
        try:
            outcome, _ = deadly.do("w1")
        except Killed:
            deaths += 1
        assert deaths < 100
        sqlite_rooms.clock.go_on(seconds=LEASE_SECONDS)

    work = standing(sqlite_rooms)
    assert work is not None
    assert (work.state, work.reason) == (WorkState.FAILED, "broke_off")
    assert deaths > 20  # an operator who kills workers loses nothing
