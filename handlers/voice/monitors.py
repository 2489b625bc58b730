"""Field monitors on the telephone: whether a code and a PIN are theirs, and whether a text begins with their word.

Whoever asks learns nothing from the time that it takes: an unknown code costs as much as a known one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.monitor_keys import MonitorKeys, first_word, is_code, is_pin
from handlers.records import Monitor, MonitorState

Outcome = Literal["right", "duress", "wrong", "locked", "suspended"]

MOST_FAILURES = 5  # one after the other
_FIRST_LOCK_SECONDS = 15 * 60
_LONGEST_LOCK_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a code and a PIN. `monitor_id` is given to who proved to be the monitor."""

    outcome: Outcome
    monitor_id: str | None = None


_WRONG = Checked("wrong")


class Monitors:
    """Knows the field monitors. One object serves all threads of a process."""

    def __init__(self, *, writing: OpenUnit, reading: OpenUnit, keys: MonitorKeys, clock: Clock) -> None:
        self._writing = writing
        self._reading = reading
        self._keys = keys
        self._clock = clock

    def check(self, code: str, pin: str) -> Checked:
        """Check a code and a PIN.

        A try is counted before it is looked at: however many come at once, and wherever a process is killed, no more than so many
        are looked at before the code is locked. While it is locked none is.
        """
        with self._reading() as unit:
            known = unit.monitors.first(code_tag=self._keys.code_tag(code)) if is_code(code) else None
        if known is None:
            self._look(None, pin)
            return _WRONG
        monitor = self._count(known)
        if monitor is None:
            self._look(None, pin)
            return Checked("locked")
        found = self._look(monitor, pin)
        if found == "wrong":
            return _WRONG
        self._forgive(monitor)
        if monitor.state is MonitorState.SUSPENDED:
            return Checked("suspended")
        return Checked(found, monitor.id)

    def _look(self, monitor: Monitor | None, pin: str) -> Literal["right", "duress", "wrong"]:
        """Look at both PINs whatever the first one says, so that a cry for help takes no longer than anything else."""
        keys, name = self._keys, monitor.id if monitor else ""
        is_right = keys.fits(monitor.pin if monitor else None, name, pin)
        is_duress = keys.fits(monitor.duress_pin if monitor else None, name, pin)
        if not is_pin(pin):
            return "wrong"
        return "right" if is_right else "duress" if is_duress else "wrong"

    def _count(self, known: Monitor) -> Monitor | None:
        """Count a try; None while the code is locked."""
        now = int(self._clock())
        with self._writing() as unit:
            monitor = unit.monitors.first(id=known.id, lock=True)
            if monitor is None or monitor.locked_until > now:
                return None
            failures = monitor.failures + 1
            unit.monitors.change(monitor.id, failures=failures, locked_until=locked_until(failures, now))
            unit.commit()
        return monitor

    def _forgive(self, monitor: Monitor) -> None:
        with self._writing() as unit:
            if unit.monitors.first(id=monitor.id, lock=True) is not None:
                unit.monitors.change(monitor.id, failures=0, locked_until=0)
                unit.commit()


def locked_until(failures: int, now: int) -> int:
    """Give until when a code is locked after so many failures; each one beyond doubles the time. 0: it is not."""
    if failures < MOST_FAILURES:
        return 0
    return now + min(_LONGEST_LOCK_SECONDS, _FIRST_LOCK_SECONDS << min(failures - MOST_FAILURES, 16))


def needs_a_look(monitor: Monitor) -> bool:
    """Say whether somebody tried wrong PINs until the code was locked, and nobody gave the right one since."""
    return monitor.failures >= MOST_FAILURES


def tie(unit: UnitOfWork, text: str, keys: MonitorKeys) -> tuple[str, str] | None:
    """Give the monitor whose one-time word a text begins with, and the text without it. From now on the word means nothing.

    A suspended monitor's word is used up as well, and ties nothing.
    """
    cut = first_word(text)
    if cut is None:
        return None
    monitor = unit.monitors.first(word_tag=keys.word_tag(cut[0]), lock=True)
    if monitor is None:
        return None
    unit.monitors.change(monitor.id, word_tag=None)
    return (monitor.id, cut[1]) if monitor.state is MonitorState.ACTIVE else None
