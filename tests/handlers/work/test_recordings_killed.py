"""A recording whose work is killed, done twice or done by two at once: one of everything, and all of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from handlers.errors import KeyDestroyed
from handlers.ports import OpenUnit
from handlers.records import Purpose, RecordingState, Work, WorkKind
from handlers.work.workbench import Outcome, lease_of
from storage.blobs import FolderBlobs
from tests.fakes import Killed, killed_before_commit
from tests.handlers.work.voices import VOICE, Voices, whole


def kills(voices: Voices) -> Iterator[tuple[str, WorkKind, dict[str, Any]]]:
    """Give the parts that kill a worker at each step between a hang-up and the disguise."""

    class DiesBefore(FolderBlobs):
        def put(self, name: str, chunks: Any) -> None:
            raise Killed

    class DiesAfter(FolderBlobs):
        def put(self, name: str, chunks: Any) -> None:
            super().put(name, chunks)
            raise Killed

    writing = voices.line.rooms.writing
    for kind, commits in ((WorkKind.FETCH, 2), (WorkKind.DISGUISE, 1)):
        for number in range(1, commits + 1):
            yield f"before commit {number}", kind, {"writing": killed_at(writing, number)}
        yield "before the blob", kind, {"blobs": DiesBefore(voices.folder)}
        yield "after the blob", kind, {"blobs": DiesAfter(voices.folder)}
    for number in (1, 2):
        yield f"after commit {number}", WorkKind.FETCH, {"writing": killed_after(writing, number)}
    yield "after commit 1", WorkKind.DISGUISE, {"writing": killed_after(writing, 1)}


def killed_at(opening: OpenUnit, number: int) -> OpenUnit:
    count = 0

    def is_now() -> bool:
        nonlocal count
        count += 1
        return count == number

    return killed_before_commit(opening, when=is_now)


def killed_after(opening: OpenUnit, number: int) -> OpenUnit:
    count = 0

    @contextmanager
    def open_unit() -> Iterator[Any]:
        nonlocal count
        with opening() as unit:
            commit = unit.commit

            def die() -> None:
                nonlocal count
                commit()
                count += 1
                if count == number:
                    raise Killed

            unit.commit = die  # type: ignore[method-assign]
            yield unit

    return open_unit


@pytest.mark.parametrize("step", range(10))
def test_killed_between_any_two_steps_it_is_whole_afterwards(each_voices: Voices, step: int) -> None:
    voices = each_voices
    voices.say()
    _, kind, parts = list(kills(voices))[step]
    if kind is WorkKind.DISGUISE:
        voices.do(WorkKind.FETCH)
    voices.equip(**parts)
    with pytest.raises(Killed):
        voices.do(kind)

    again = voices.in_another_process()
    for _ in range(3):
        again.line.rooms.clock.go_on(seconds=lease_of(WorkKind.DISGUISE))
        again.do(WorkKind.FETCH, WorkKind.DISGUISE)

    whole(again)


def test_ten_ways_to_be_killed_are_tried(voices: Voices) -> None:
    assert len(list(kills(voices))) == 10


def waiting(voices: Voices, kind: WorkKind) -> Work:
    """Have a recording made and worked on until this kind of work waits, and give that work."""
    voices.say()
    if kind is WorkKind.DISGUISE:
        voices.do(WorkKind.FETCH)
    (work,) = voices.work(kind)
    return work


@pytest.mark.parametrize("kind", [WorkKind.FETCH, WorkKind.DISGUISE])
def test_done_twice_it_has_one_effect(each_voices: Voices, kind: WorkKind) -> None:
    voices = each_voices
    work = waiting(voices, kind)

    for _ in range(2):
        voices.line.bench._doers[kind](work)
    voices.finish()

    whole(voices)


@pytest.mark.parametrize("kind", [WorkKind.FETCH, WorkKind.DISGUISE])
def test_two_workers_at_once_leave_what_opens(each_voices: Voices, kind: WorkKind) -> None:
    voices = each_voices
    work = waiting(voices, kind)
    together = threading.Barrier(2)

    class Together(FolderBlobs):
        def put(self, name: str, chunks: Any) -> None:
            together.wait(10)
            super().put(name, chunks)

    voices.equip(blobs=Together(voices.folder))
    threads = [threading.Thread(target=voices.line.bench._doers[kind], args=(work,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    voices.equip()
    voices.finish()

    whole(voices)


def test_a_recording_that_is_deleted_while_it_is_worked_on_stays_deleted(each_voices: Voices) -> None:
    voices = each_voices
    voices.say()
    (work,) = voices.work(WorkKind.FETCH)
    fetch = voices.line.bench._doers[WorkKind.FETCH]
    voices.telephony.fetches = [VOICE]

    class Deletes(FolderBlobs):
        def put(self, name: str, chunks: Any) -> None:
            super().put(name, chunks)
            voices.line.delete_report()

    voices.equip(blobs=Deletes(voices.folder))
    voices.line.bench._doers[WorkKind.FETCH](work)

    assert fetch is not None
    assert (voices.all(), voices.work(WorkKind.FETCH), voices.work(WorkKind.DISGUISE)) == ([], [], [])


def test_a_wrong_key_of_the_gateway_says_so(voices: Voices) -> None:
    voices.say()
    voices.do(WorkKind.FETCH)
    with voices.line.rooms.writing() as unit:
        unit.periods.change(voices.one().original_period, intake_wrap=None)
        unit.commit()
    again = voices.in_another_process()

    assert again.do(WorkKind.DISGUISE) == [Outcome.FAILED]
    (work,) = again.work(WorkKind.DISGUISE)
    assert (work.reason, again.one().state) == ("key_destroyed", RecordingState.FETCHED)
    with pytest.raises(KeyDestroyed):
        again.line.rooms.keyring.key(again.one().original_period or "")
    assert again.original() == VOICE  # the desk can have it disguised all the same
    assert again.line.rooms.keyring.current(Purpose.REPORT)
