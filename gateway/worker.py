"""The worker: `python -m gateway.worker` runs RQ over the queue of what is short, `... voice` over that of recordings. One
process, no fork: the work is ours; what strangers sent is decoded in a process of its own."""

from __future__ import annotations

import sys

from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from config.logs import configure_logs, get_log
from config.process import close_process
from config.settings import SettingsError, load_settings
from gateway import jobs, wiring, workbenches
from gateway.carriage import connect

log = get_log(__name__)

_JOBS_BEFORE_RENEWAL = 20_000
_SECONDS_IDLE_BEFORE_RENEWAL = (
    3600  # texts of a day that was closed meanwhile must not stay in the memory of a quiet line's worker
)


def main(queue_name: str = jobs.QUEUE) -> int:
    """Work until told to stop; a new process takes over after some thousand jobs, or an hour without any."""
    close_process()
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    configure_logs(settings.log_level)
    with wiring.open_house(settings) as house:
        jobs.use(workbenches.RenewedWorkbench(house))
        connection = connect(house.redis_url, patient=True)
        queue = Queue(queue_name, connection=connection, serializer=JSONSerializer)
        worker = SimpleWorker(
            [queue],
            connection=connection,
            serializer=JSONSerializer,
            log_job_description=False,
            default_result_ttl=0,
        )
        log.info("worker_ready")
        worker.work(
            max_jobs=_JOBS_BEFORE_RENEWAL,
            max_idle_time=_SECONDS_IDLE_BEFORE_RENEWAL,
            with_scheduler=False,
            logging_level="ERROR",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(jobs.VOICE_QUEUE if sys.argv[1:] == ["voice"] else jobs.QUEUE))
