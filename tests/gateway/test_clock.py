"""The sweep carries ids to Redis: all that is due, in batches, again where Redis forgot; and nothing else is in there."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import pytest
import redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy.exc import OperationalError

from gateway import jobs
from gateway.carriage import connect
from gateway.clock import Sweep
from handlers.records import Work, WorkKind
from handlers.voice.terms import Limits
from handlers.work.workbench import lease_of
from storage.outbox import Outbox
from tests.handlers.work.line import Line

if TYPE_CHECKING:
    from tests.conftest import Rooms


@pytest.fixture
def sweep(sqlite_rooms: Rooms, redis_connection: redis.Redis) -> Sweep:
    return Sweep(Outbox(sqlite_rooms.database), redis_connection, sqlite_rooms.clock)


def add(rooms: Rooms, count: int) -> None:
    with rooms.writing() as unit:
        for number in range(count):
            unit.work.add(Work(id=f"w{number:04}", kind=WorkKind.TRIAGE, subject_id="m"))
        unit.commit()


def carried(connection: redis.Redis) -> list[str]:
    queue = Queue(jobs.QUEUE, connection=connection, serializer=JSONSerializer)
    found = [job.args[0] for job in queue.get_jobs()]
    assert {(job.func_name, job.description, job.result_ttl) for job in queue.get_jobs()} <= {(jobs.JOB, "work", 0)}
    return found


def test_what_is_due_is_carried_once(sqlite_rooms: Rooms, sweep: Sweep, redis_connection: redis.Redis) -> None:
    add(sqlite_rooms, 3)

    assert (sweep(), sweep()) == (3, 0)
    assert carried(redis_connection) == ["w0000", "w0001", "w0002"]


def test_much_work_is_carried_in_batches(sqlite_rooms: Rooms, sweep: Sweep) -> None:
    add(sqlite_rooms, 1100)

    assert [sweep() for _ in range(4)] == [500, 500, 100, 0]


def test_what_was_not_done_is_carried_again_after_a_while(sqlite_rooms: Rooms, sweep: Sweep) -> None:
    add(sqlite_rooms, 2)
    sweep()
    sqlite_rooms.clock.go_on(seconds=19)
    early = sweep()
    sqlite_rooms.clock.go_on(seconds=1)

    assert (early, sweep()) == (0, 2)


def test_while_the_queue_is_long_what_merely_waits_is_not_carried_again(
    sqlite_rooms: Rooms, sweep: Sweep, redis_connection: redis.Redis
) -> None:
    add(sqlite_rooms, 600)
    sweep()
    sweep()
    sqlite_rooms.clock.go_on(seconds=25)
    waits = sweep()
    sqlite_rooms.clock.go_on(seconds=20)

    assert (waits, sweep()) == (0, 500)


def test_after_redis_was_started_anew_everything_is_carried_at_once(
    sqlite_rooms: Rooms, redis_connection: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(sqlite_rooms, 3)
    sweep = Sweep(Outbox(sqlite_rooms.database), redis_connection, sqlite_rooms.clock)
    sweep()
    redis_connection.flushall()
    monkeypatch.setattr(redis_connection, "info", lambda _: {"run_id": "another"})

    assert sweep() == 3
    assert len(carried(redis_connection)) == 3


def test_while_redis_is_away_nothing_is_carried_and_nothing_lost(
    sqlite_rooms: Rooms, redis_connection: redis.Redis, tmp_path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(sqlite_rooms, 2)
    outbox = Outbox(sqlite_rooms.database)

    assert Sweep(outbox, connect(f"unix://{tmp_path}/nobody.sock"), sqlite_rooms.clock)() == 0
    assert "redis_away" in "".join(capsys.readouterr())
    assert Sweep(outbox, redis_connection, sqlite_rooms.clock)() == 2


def test_redis_that_goes_away_half_way_delays_and_does_not_lose(
    sqlite_rooms: Rooms, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise redis.ConnectionError

    add(sqlite_rooms, 2)
    with monkeypatch.context() as patched:
        patched.setattr(Queue, "enqueue_many", away)
        assert sweep() == 0
    sqlite_rooms.clock.go_on(seconds=20)

    assert sweep() == 2


def test_a_database_that_is_away_is_told(sqlite_rooms: Rooms, redis_connection: redis.Redis) -> None:
    class Away:
        def forget_handed_out(self) -> None:
            raise OperationalError("", {}, Exception())

    with pytest.raises(OperationalError):
        Sweep(Away(), redis_connection, sqlite_rooms.clock)()  # type: ignore[arg-type]


def test_nothing_private_is_in_redis(sqlite_rooms: Rooms, sweep: Sweep, redis_connection: redis.Redis) -> None:
    line = Line(sqlite_rooms)
    line.receive("canary words", sender="+263770000011")
    line.receive("HELP", sender="+263770000012")
    line.do(WorkKind.TRIAGE)
    assert sweep() == 2  # a text to send, a command to answer
    ids = {work.id for work in line.work()}

    dumped = b"".join(_everything(redis_connection))

    assert any(name.encode() in dumped for name in ids)
    (message, *_) = line.messages("in")
    texts = [line.opened(one)["text"] for one in line.messages()]
    private = ["canary", "263770000011", "770000011", "770000012", "HELP", "twilio", "SM1", message.id, *filter(None, texts)]
    assert [word for word in private if word.encode() in dumped] == []
    assert [field for field in (b"created_at", b"origin") if field not in dumped] == []  # the dump is of whole jobs


def _everything(connection: redis.Redis) -> list[bytes]:
    """Give every key of Redis and every value under it, unpacked."""
    readers = {
        b"string": connection.get,
        b"hash": lambda key: [part for pair in connection.hgetall(key).items() for part in pair],
        b"list": lambda key: connection.lrange(key, 0, -1),
        b"set": lambda key: list(connection.smembers(key)),
        b"zset": lambda key: connection.zrange(key, 0, -1),
    }
    found: list[bytes] = []
    for key in connection.scan_iter():
        value = readers[connection.type(key)](key)
        for part in [key, *(value if isinstance(value, list) else [value])]:
            found.append(part)
            try:
                found.append(zlib.decompress(part))
            except zlib.error:
                continue
    return found


def test_a_job_ends_before_its_lease_does() -> None:
    assert all(0 < jobs.seconds_of(kind) < lease_of(kind) for kind in WorkKind)
    assert jobs.seconds_of(WorkKind.DISGUISE) > Limits().wall_seconds + 60  # the process apart is ended first, and in order


def test_recordings_have_a_queue_of_their_own_and_more_time(
    sqlite_rooms: Rooms, sweep: Sweep, redis_connection: redis.Redis
) -> None:
    with sqlite_rooms.writing() as unit:
        for kind in (WorkKind.TRIAGE, WorkKind.FETCH, WorkKind.DISGUISE):
            unit.work.add(Work(id=kind.value, kind=kind, subject_id="m"))
        unit.commit()

    assert sweep() == 3

    spoken = Queue(jobs.VOICE_QUEUE, connection=redis_connection, serializer=JSONSerializer)
    assert carried(redis_connection) == ["triage"]
    assert {job.args[0]: job.timeout for job in spoken.get_jobs()} == {"fetch": 290, "disguise": 1190}
