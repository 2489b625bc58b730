"""One command, several processes: started in order, started again when one dies, stopped in order, and none outlives this one."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from config.logs import get_log
from config.process import close_process, die_with_parent
from config.settings import Settings
from gateway.children import CannotStart, Child, children_for

__all__ = ["CannotStart", "Child", "Supervisor"]

log = get_log(__name__)

_READY_SECONDS = 10.0
_STOP_SECONDS = 8.0  # all must be gone within ten
_KILL_SECONDS = 1.0
_FIRST_DELAY, _LONGEST_DELAY = 0.2, 10.0
_STEADY_SECONDS = 30.0  # what has run so long may fall again without waiting longer
_TICK = 0.05


@dataclass(slots=True)
class _Running:
    child: Child
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    delay: float = _FIRST_DELAY
    due_at: float | None = None


class Supervisor:
    """Runs children until told to stop by SIGINT or SIGTERM; a second one hurries it."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        doors: ExitStack | None = None,
        held: ExitStack | None = None,
        stop_seconds: float = _STOP_SECONDS,
    ) -> None:
        """Take the children, and what to close when stopping begins (`doors`) and when all have ended (`held`)."""
        self._running = [_Running(child) for child in sorted(children, key=lambda child: child.stage)]
        self._doors, self._held = doors or ExitStack(), held or ExitStack()
        self._stop_seconds = stop_seconds
        self._stops_asked = 0

    @classmethod
    def for_settings(cls, settings: Settings, *, env: Mapping[str, str] | None = None) -> Supervisor:
        """Prepare what `./izwi serve` runs; raise `CannotStart`, with nothing started, if something stands in the way."""
        with ExitStack() as doors, ExitStack() as held:
            children = children_for(settings, os.environ if env is None else env, doors=doors, held=held)
            return cls(children, doors=doors.pop_all(), held=held.pop_all())

    def run(self, on_ready: Callable[[], None] | None = None) -> int:
        """Run until stopped, telling once when all are ready; 0 if stopped on request, 1 if an early stage did not get ready."""
        close_process()
        with self._held, _signals(self._on_signal) as wakeup:
            try:
                is_up = self._start_all(wakeup)
                while is_up and not self._stops_asked:
                    on_ready = self._tell_if_ready(on_ready)
                    self._tend(wakeup, longest=_TICK if on_ready else 1.0)
            finally:
                self._doors.close()
                self._stop_all(wakeup)
        log.info("supervisor_stopped")
        return 0 if is_up or self._stops_asked else 1

    def _tell_if_ready(self, on_ready: Callable[[], None] | None) -> Callable[[], None] | None:
        if on_ready is None or not all(each.child.is_ready() for each in self._running if each.child.is_ready):
            return on_ready
        on_ready()
        return None

    def close(self) -> None:
        """Let go of what was prepared, if it is not to be run after all."""
        self._doors.close()
        self._held.close()

    def _on_signal(self) -> None:
        self._stops_asked += 1

    def _start_all(self, wakeup: int) -> bool:
        """Start stage after stage, each when the one before is ready; the last need not be waited for."""
        stages = sorted({running.child.stage for running in self._running})
        for stage in stages:
            members = [running for running in self._running if running.child.stage == stage]
            for running in members:
                self._start(running)
            if stage != stages[-1] and not self._wait_until_ready(members, wakeup):
                return False
        return True

    def _wait_until_ready(self, members: Sequence[_Running], wakeup: int) -> bool:
        deadline = time.monotonic() + _READY_SECONDS
        waited_for = [running.child for running in members if running.child.is_ready]
        while not self._stops_asked and time.monotonic() < deadline:
            waited_for = [child for child in waited_for if child.is_ready and not child.is_ready()]
            if not waited_for:
                return True
            self._tend(wakeup, longest=_TICK)
        if not self._stops_asked:
            log.error("child_not_ready", child=waited_for[0].name)
        return False

    def _start(self, running: _Running) -> None:
        child, me = running.child, os.getpid()
        running.process = subprocess.Popen(
            list(child.command),
            stdin=subprocess.DEVNULL,
            env=None if child.env is None else dict(child.env),
            pass_fds=tuple(child.keep_open),
            start_new_session=True,  # Ctrl-C reaches this process alone, which then stops the others in order
            preexec_fn=lambda: die_with_parent(me),  # noqa: PLW1509  # there are no threads here
        )
        running.started_at, running.due_at = time.monotonic(), None
        log.info("child_started", child=child.name, pid=running.process.pid)

    def _tend(self, wakeup: int, *, longest: float = 1.0) -> None:
        """Bury the dead, start again what is due, and sleep until something happens."""
        now = time.monotonic()
        for running in self._running:
            if running.process is not None and _has_ended(running.process):
                self._bury(running, now)
            elif running.due_at is not None and running.due_at <= now:
                self._start(running)
        due = [running.due_at - now for running in self._running if running.due_at is not None]
        _sleep(wakeup, max(0.0, min([longest, *due])))

    def _bury(self, running: _Running, now: float) -> None:
        assert running.process is not None  # noqa: S101  # for the type checker; the caller has just looked
        pid, status = running.process.pid, _reap(running.process)
        running.process = None
        if now - running.started_at >= _STEADY_SECONDS:
            running.delay = _FIRST_DELAY
        log.warning("child_died", child=running.child.name, pid=pid, status=status, seconds=running.delay)
        running.due_at, running.delay = now + running.delay, min(running.delay * 2, _LONGEST_DELAY)

    def _stop_all(self, wakeup: int) -> None:
        """End the stages in reverse: ask all of a stage, wait, and kill what has not gone."""
        deadline = time.monotonic() + self._stop_seconds
        for stage in sorted({running.child.stage for running in self._running}, reverse=True):
            processes = [each.process for each in self._running if each.process is not None and each.child.stage == stage]
            for process in processes:
                _signal_group(process, signal.SIGTERM)
            self._wait_for(processes, wakeup, deadline)
            for process in processes:
                _reap(process)
            deadline = max(deadline, time.monotonic() + _KILL_SECONDS)

    def _wait_for(self, processes: Sequence[subprocess.Popen[bytes]], wakeup: int, deadline: float) -> None:
        while self._stops_asked < 2 and not all(map(_has_ended, processes)):
            left = deadline - time.monotonic()
            if left <= 0:
                return
            _sleep(wakeup, min(left, _TICK))


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Tell whether it has ended without reaping it, so that its process group stays ours."""
    if process.returncode is not None:
        return True
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)


def _reap(process: subprocess.Popen[bytes]) -> int:
    """Kill what is left of its group while its id is certainly not another's, and take its status."""
    _signal_group(process, signal.SIGKILL)
    return process.wait()


@contextmanager
def _signals(on_stop: Callable[[], None]) -> Iterator[int]:
    """Wake the loop at each signal, by a pipe, and count those that ask to stop; put all back afterwards."""
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    os.set_blocking(write_end, False)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)}
    for number in before:
        signal.signal(number, (lambda *_: None) if number == signal.SIGCHLD else (lambda *_: on_stop()))
    woken_before = signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    try:
        yield read_end
    finally:
        signal.set_wakeup_fd(woken_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(read_end)
        os.close(write_end)


def _sleep(wakeup: int, seconds: float) -> None:
    if select.select([wakeup], [], [], seconds)[0]:
        with suppress(BlockingIOError):
            os.read(wakeup, 4096)
