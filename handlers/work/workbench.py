"""Claim a piece of work, have it done, and say what becomes of it when it cannot be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from handlers.errors import KeyDestroyed, NotFound, ProviderError, RecipientError, SoundError
from handlers.ports import Clock, OpenUnit
from handlers.records import Work, WorkKind, WorkState

Doer = Callable[[Work], None]

LEASE_SECONDS = 60
_LONGER_LEASES: Mapping[WorkKind, int] = {
    WorkKind.FETCH: 300,  # a large file over a poor line, and once more in another format
    WorkKind.DISGUISE: 1200,  # an hour of speech on a small and busy machine
}
_WAITS = (5, 30, 120, 600, 3600, 3 * 3600, 6 * 3600)
_MOST_ATTEMPTS: Mapping[WorkKind, int] = {
    WorkKind.TRIAGE: 10,
    WorkKind.ANSWER: 10,
    WorkKind.SEND: 8,
    WorkKind.ERASE: 8,
    WorkKind.FORWARD: 64,  # a recipient may be away for a fortnight
    WorkKind.FETCH: 24,  # a provider may be away for days
    WorkKind.DISGUISE: 8,
    WorkKind.CALL_BACK: 8,
}
_MOST_BREAKS = 20  # times more that a worker may be killed over it: what ends every worker must not do so for ever


def lease_of(kind: WorkKind) -> int:
    """Give for how many seconds a worker has a piece of work of this kind to itself."""
    return _LONGER_LEASES.get(kind, LEASE_SECONDS)


class Outcome(StrEnum):
    """What became of a piece of work."""

    DONE = "done"
    NOT_OURS = "not_ours"  # another worker has it, or it is done already
    LATER = "later"
    FAILED = "failed"


class Unforeseen(Exception):
    """An error that nobody foresaw, on the way of this work; its cause is the error."""

    def __init__(self, work: Work) -> None:
        super().__init__(work.id)
        self.work = work


class Workbench:
    """Does work by its id."""

    def __init__(self, *, writing: OpenUnit, clock: Clock, doers: Mapping[WorkKind, Doer]) -> None:
        self._writing = writing
        self._clock = clock
        self._doers = doers

    def do(self, work_id: str) -> tuple[Outcome, Work | None]:
        """Do a piece of work once. An error that nobody foresaw leaves the work claimed and is passed on as `Unforeseen`."""
        with self._writing() as unit:
            waiting = unit.work.first(id=work_id)
            if waiting is None:
                return Outcome.NOT_OURS, None
            work = unit.claim_work(work_id, now=int(self._clock()), lease=lease_of(waiting.kind))
            unit.commit()
        if work is None:
            return Outcome.NOT_OURS, None
        if work.attempts > _MOST_ATTEMPTS[work.kind] + _MOST_BREAKS:
            return self.put_off(work, reason="broke_off", permanent=True), work
        try:
            self._doers[work.kind](work)
        except (ProviderError, RecipientError, SoundError) as error:
            return self.put_off(work, reason=error.reason, permanent=error.permanent), work
        except KeyDestroyed:
            return self.put_off(work, reason="key_destroyed", permanent=True), work
        except Exception as error:
            raise Unforeseen(work) from error
        return Outcome.DONE, work

    def put_off(self, work: Work, *, reason: str, permanent: bool = False) -> Outcome:
        """Have a piece of work tried again later, or mark it failed once it was tried often enough."""
        failed = permanent or work.attempts >= _MOST_ATTEMPTS[work.kind]
        due_at = int(self._clock()) + _WAITS[min(work.attempts, len(_WAITS)) - 1]
        try:
            with self._writing() as unit:
                unit.work.change(
                    work.id,
                    state=WorkState.FAILED if failed else WorkState.DUE,
                    due_at=due_at,
                    enqueued_at=0,
                    reason=reason,
                )
                unit.commit()
        except NotFound:
            return Outcome.DONE
        return Outcome.FAILED if failed else Outcome.LATER
