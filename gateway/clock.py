"""The clock: `python -m gateway.clock` hands out what is due, and sees to what must happen at its time.

It needs Redis only for handing out work; periods are closed without it.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

import redis
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.blocking import BlockingScheduler
from rq import Queue
from rq.queue import EnqueueData
from rq.serializers import JSONSerializer

from config.logs import configure_logs, get_log
from config.process import close_process
from config.settings import SettingsError, load_settings
from gateway import jobs, wiring
from gateway.carriage import connect
from gateway.upkeep import upkeep_of
from handlers.records import WorkKind
from storage.outbox import Outbox

log = get_log(__name__)

_BATCH = 500
_AGAIN_AFTER_SECONDS = 20
_DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}  # late is better than not at all


class Sweep:
    """Hands out the ids of work that is due to RQ, in batches. What was handed out and not done is handed out again."""

    def __init__(self, outbox: Outbox, connection: redis.Redis, clock: Callable[[], float] = time.time) -> None:
        self._outbox = outbox
        self._connection = connection
        self._clock = clock
        names = (jobs.QUEUE, jobs.VOICE_QUEUE)
        self._queues = {name: Queue(name, connection=connection, serializer=JSONSerializer) for name in names}
        self._run_id: str | None = None

    def __call__(self) -> int:
        """Hand out what is due; say how much. Without Redis nothing is handed out, and nothing is lost."""
        now = int(self._clock())
        try:
            self._notice_new_redis()
            waiting = sum(queue.count for queue in self._queues.values())
            # While the queue is long, what was handed out is merely waiting its turn.
            again_after = _AGAIN_AFTER_SECONDS * (1 + waiting // _BATCH)
            if not self._outbox.has_due(now=now, again_after=again_after):
                return 0
            taken = self._outbox.take_due(now=now, again_after=again_after, limit=_BATCH)
            for name, queue in self._queues.items():
                prepared = [_prepared(work_id, kind, now) for work_id, kind in taken if jobs.queue_of(kind) == name]
                if prepared:
                    queue.enqueue_many(prepared)
        except redis.RedisError:
            log.warning("redis_away")
            return 0
        return len(taken)

    def _notice_new_redis(self) -> None:
        """Hand everything out anew after Redis was started anew: it keeps nothing."""
        run_id = str(self._connection.info("server").get("run_id"))
        if self._run_id != run_id:
            self._outbox.forget_handed_out()
            self._run_id = run_id


def _prepared(work_id: str, kind: WorkKind, now: int) -> EnqueueData:
    return Queue.prepare_data(
        jobs.JOB,
        args=(work_id,),
        job_id=f"{work_id}-{now}",
        description="work",
        result_ttl=0,
        failure_ttl=0,
        timeout=jobs.seconds_of(kind),
    )


def main() -> int:
    """Run until told to stop."""
    close_process()
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    configure_logs(settings.log_level)
    with wiring.open_house(settings) as house:
        upkeep = upkeep_of(house)
        scheduler = BlockingScheduler(timezone="UTC", job_defaults=_DEFAULTS)
        scheduler.add_listener(_say_what_failed, EVENT_JOB_ERROR)
        sweep = Sweep(Outbox(house.database), connect(house.redis_url))
        _every(scheduler, sweep, seconds=0.5)
        _every(scheduler, upkeep.drain_spool, seconds=5)
        _every(scheduler, upkeep.close_periods, seconds=60)
        _every(scheduler, upkeep.scrub, seconds=300)
        _every(scheduler, upkeep.destroy_old, seconds=3600)
        _every(scheduler, upkeep.clear_replies, seconds=600)
        _every(scheduler, upkeep.sweep_blobs, seconds=600)
        _every(scheduler, upkeep.reconcile, seconds=60 * settings.reconcile_minutes)
        signal.signal(signal.SIGTERM, _stop(scheduler))
        signal.signal(signal.SIGINT, _stop(scheduler))
        log.info("clock_ready")
        scheduler.start()
    return 0


def _every(scheduler: BlockingScheduler, task: Callable[[], object], *, seconds: float) -> None:
    scheduler.add_job(task, "interval", seconds=seconds, name=getattr(task, "__name__", "sweep"))


def _stop(scheduler: BlockingScheduler) -> Callable[[int, FrameType | None], None]:
    return lambda _signal, _frame: scheduler.shutdown(wait=False)


def _say_what_failed(event: JobExecutionEvent) -> None:
    log.error("clock_task_failed", exc_info=event.exception)


if __name__ == "__main__":
    sys.exit(main())
