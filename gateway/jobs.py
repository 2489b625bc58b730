"""RQ's jobs: an id in, one piece of work done, nothing else.

A job never raises: RQ would keep the traceback, with the words of the error, in Redis and in its log.
"""

from __future__ import annotations

from typing import Protocol

from config.logs import get_log
from handlers.records import Work, WorkKind
from handlers.work.workbench import Outcome, Unforeseen, lease_of

log = get_log(__name__)

QUEUE = "izwi"
VOICE_QUEUE = "izwi-voice"  # an hour of speech takes a while, and no text that asks for help should wait for it
JOB = "gateway.jobs.do"
_VOICE = (WorkKind.FETCH, WorkKind.DISGUISE)


def queue_of(kind: WorkKind) -> str:
    """Give the queue that work of a kind goes to."""
    return VOICE_QUEUE if kind in _VOICE else QUEUE


def seconds_of(kind: WorkKind) -> int:
    """Give how long a job may take. It must not outlive its lease: another worker would take it up beside it."""
    return lease_of(kind) - 10


class Bench(Protocol):
    """Does work, as `Workbench` does."""

    def do(self, work_id: str) -> tuple[Outcome, Work | None]: ...
    def put_off(self, work: Work, *, reason: str, permanent: bool = False) -> Outcome: ...


_workbenches: list[Bench] = []  # RQ calls a function by its name, so what it works with is laid here once, at start


def use(workbench: Bench) -> None:
    """Lay out what the jobs of this process work with."""
    _workbenches[:] = [workbench]


def do(work_id: str) -> None:
    """Do a piece of work by its id."""
    (workbench,) = _workbenches
    try:
        _do(workbench, work_id)
    except Exception as error:
        # The database is away: the work stays as it is, and is handed out again once its lease is over.
        log.error("work_broke_off", work=work_id, exc_info=error)


def _do(workbench: Bench, work_id: str) -> None:
    try:
        outcome, work = workbench.do(work_id)
    except Unforeseen as error:
        log.error("work_went_wrong", work=work_id, kind=error.work.kind.value, exc_info=error.__cause__)
        workbench.put_off(error.work, reason=type(error.__cause__).__name__)
        return
    if work is not None and outcome is not Outcome.DONE:
        log.warning("work_put_off", work=work_id, kind=work.kind.value, outcome=outcome.value, attempt=work.attempts)
