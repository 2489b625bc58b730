"""Acts that share a commit stay apart: each is on disk when its call returns, and one that fails takes no other with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from handlers.ports import UnitOfWork
from handlers.records import Work, WorkKind
from storage.group_commit import GroupCommit


def adding(name: str) -> Any:
    def act(unit: UnitOfWork) -> str:
        unit.work.add(Work(id=name, kind=WorkKind.TRIAGE, subject_id="x"))
        if name.startswith("bad"):
            raise ZeroDivisionError
        return name

    return act


def kept(rooms: Any) -> set[str]:
    with rooms.reading() as unit:
        return {work.id for work in unit.work.all()}


def test_many_threads_at_once_each_have_their_own_act_on_disk(rooms: Any) -> None:
    together = GroupCommit(rooms.writing)
    names = [f"w{number}" for number in range(100)]

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(lambda name: together(adding(name)), names)) == names

    assert kept(rooms) == set(names)


def test_an_act_that_raises_is_undone_alone(rooms: Any) -> None:
    together = GroupCommit(rooms.writing)

    def run(name: str) -> str:
        try:
            return together(adding(name))
        except ZeroDivisionError:
            return "raised"

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(run, [f"{'bad' if number % 3 == 0 else 'good'}{number}" for number in range(60)]))

    assert outcomes.count("raised") == 20
    assert len(kept(rooms)) == 40 and not any(name.startswith("bad") for name in kept(rooms))


def test_those_that_wait_share_one_commit(sqlite_rooms: Any) -> None:
    commits: list[int] = []
    first_is_in, go_on = threading.Event(), threading.Event()

    @contextmanager
    def counted() -> Iterator[UnitOfWork]:
        commits.append(1)
        with sqlite_rooms.writing() as unit:
            yield unit

    def slow(unit: UnitOfWork) -> str:
        first_is_in.set()
        assert go_on.wait(10)
        return str(adding("slow")(unit))

    together = GroupCommit(counted)
    with ThreadPoolExecutor(11) as pool:
        leading = pool.submit(together, slow)
        assert first_is_in.wait(10)
        waiting = [pool.submit(together, adding(f"w{number}")) for number in range(10)]
        while len(together._waiting) < 10:
            threading.Event().wait(0.001)
        go_on.set()
        assert [future.result(10) for future in waiting] == [f"w{number}" for number in range(10)]
        assert leading.result(10) == "slow"

    assert len(commits) == 2


def test_a_commit_that_fails_fails_for_all_and_keeps_nothing(sqlite_rooms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("storage.unit_of_work.SqlUnitOfWork.commit", cannot)

    with pytest.raises(OSError, match="No space"):
        GroupCommit(sqlite_rooms.writing)(adding("w"))

    assert kept(sqlite_rooms) == set()


def test_when_the_disk_is_full_nobody_is_told_that_what_it_undid_is_kept(sqlite_rooms: Any) -> None:
    """SQLite undoes the whole transaction by itself when the disk is full, and then has nothing to commit."""
    together = GroupCommit(sqlite_rooms.writing)

    def fill(unit: Any) -> None:
        unit._connection.exec_driver_sql("PRAGMA max_page_count = 1")
        unit.work.add(Work(id="big", kind=WorkKind.TRIAGE, subject_id="x", payload=bytes(5_000_000)))

    acts = [adding("first"), fill, adding("bad"), adding("last")]
    batch: list[tuple[Any, Future[Any]]] = [(act, Future()) for act in acts]

    together._run(batch)

    assert all(future.exception() for _, future in batch)
    assert kept(sqlite_rooms) == set()
    assert together(adding("after")) == "after"
