"""Remove the blobs that nothing opens any more: their row is gone, or the key of the original is."""

from __future__ import annotations

from handlers.ports import Blobs, OpenUnit, UnitOfWork
from handlers.records import Recording, RecordingState
from handlers.records.spoken import DISGUISED, ORIGINAL


class Sweeping:
    """Sweeps blobs. What it does not know by its name it leaves alone."""

    def __init__(self, *, reading: OpenUnit, blobs: Blobs) -> None:
        self._reading = reading
        self._blobs = blobs

    def sweep(self) -> int:
        """Remove what is dead, and what killed writers left; say how many blobs.

        A blob is written after the row that opens it is committed, so one without such a row is never a new one.
        """
        removed = 0
        for name in self._blobs.names():
            if not self._is_alive(name):
                self._blobs.remove(name)
                removed += 1
        self._blobs.tidy()
        return removed

    def _is_alive(self, name: str) -> bool:
        recording_id, dot, ending = name.partition(".")
        if dot + ending not in (ORIGINAL, DISGUISED):
            return True
        with self._reading() as unit:
            recording = unit.recordings.first(id=recording_id)
            if recording is None:
                return False
            return recording.state is not RecordingState.ABSENT if dot + ending == DISGUISED else _has_key(unit, recording)


def _has_key(unit: UnitOfWork, recording: Recording) -> bool:
    """Say whether anybody can still open the original."""
    if recording.original_key is None or recording.original_period is None:
        return False
    period = unit.periods.first(id=recording.original_period)
    return period is not None and (period.desk_seal is not None or period.intake_wrap is not None)
