"""A job does one piece of work by its id and never raises: RQ would keep and log the words of the error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy.exc import OperationalError

from gateway import jobs
from gateway.clock import Sweep
from handlers.errors import ProviderError
from handlers.records import Work, WorkKind, WorkState
from handlers.work.workbench import Workbench
from storage.outbox import Outbox
from tests.handlers.work.line import Line

if TYPE_CHECKING:
    import redis

    from tests.conftest import Rooms

PRIVATE = "canary words of +263770000011"


@pytest.fixture(autouse=True)
def _put_away() -> Iterator[None]:
    yield
    jobs._workbenches.clear()


def lay_out(rooms: Rooms, doer: Callable[[Work], None]) -> None:
    with rooms.writing() as unit:
        unit.work.add(Work(id="w1", kind=WorkKind.TRIAGE, subject_id="m1"))
        unit.commit()
    jobs.use(Workbench(writing=rooms.writing, clock=rooms.clock, doers=dict.fromkeys(WorkKind, doer)))


def standing(rooms: Rooms) -> Work:
    with rooms.reading() as unit:
        return unit.work.get("w1")


def failing(error: Exception) -> Callable[[Work], None]:
    def fail(_: Work) -> None:
        raise error

    return fail


def test_a_job_does_its_work(sqlite_rooms: Rooms) -> None:
    line = Line(sqlite_rooms)
    line.receive()
    jobs.use(line.bench)
    (work,) = line.work(WorkKind.TRIAGE)

    jobs.do(work.id)
    jobs.do(work.id)

    assert line.work(WorkKind.TRIAGE) == []
    assert len(line.messages("out")) == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [(ProviderError("throttled", permanent=False), "throttled"), (ZeroDivisionError(PRIVATE), "ZeroDivisionError")],
)
def test_what_went_wrong_is_put_off_and_logged_without_a_word_of_it(
    sqlite_rooms: Rooms, error: Exception, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_out(sqlite_rooms, failing(error))

    jobs.do("w1")

    logged = "".join(capsys.readouterr())
    work = standing(sqlite_rooms)
    assert (work.state, work.reason) == (WorkState.DUE, reason)
    assert work.due_at > sqlite_rooms.clock.now
    assert '"work": "w1"' in logged
    assert "canary" not in logged
    assert "770000011" not in logged


def test_while_the_database_is_away_a_job_ends_quietly_and_the_work_stays(
    sqlite_rooms: Rooms, capsys: pytest.CaptureFixture[str]
) -> None:
    def away() -> None:
        raise OperationalError(PRIVATE, {}, Exception(PRIVATE))

    lay_out(sqlite_rooms, failing(ZeroDivisionError()))
    jobs.use(Workbench(writing=away, clock=sqlite_rooms.clock, doers={}))  # type: ignore[arg-type]

    jobs.do("w1")

    logged = "".join(capsys.readouterr())
    assert standing(sqlite_rooms).state is WorkState.DUE
    assert "work_broke_off" in logged
    assert "canary" not in logged


def test_rq_runs_what_was_swept_and_keeps_nothing_of_it(
    sqlite_rooms: Rooms, redis_connection: redis.Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    line = Line(sqlite_rooms)
    for number in range(3):
        line.receive(f"canary {number}", sender=f"+26377000001{number}")
    jobs.use(line.bench)
    Sweep(Outbox(sqlite_rooms.database), redis_connection, sqlite_rooms.clock)()
    queue = Queue(jobs.QUEUE, connection=redis_connection, serializer=JSONSerializer)
    worker = SimpleWorker(
        [queue], connection=redis_connection, serializer=JSONSerializer, log_job_description=False, default_result_ttl=0
    )

    worker.work(burst=True, logging_level="ERROR")

    assert line.work(WorkKind.TRIAGE) == []
    assert [key for key in redis_connection.keys("rq:job:*") if b"dependents" not in key] == []
    assert "canary" not in "".join(capsys.readouterr())
