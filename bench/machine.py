"""What the machine did meanwhile: processor time of a process and its children, and how long its disk takes to keep a page."""

from __future__ import annotations

import os
import time
from pathlib import Path

_PAGE = b"\0" * 4096
_SESSION, _USER, _SYSTEM = 3, 11, 12  # fields of /proc/PID/stat after the name, see proc_pid_stat(5)


def cpu_seconds(session: int) -> float | None:
    """Sum the processor time of the processes of a session, to a hundredth of a second; None where there is no /proc."""
    ticks, found = 0, False
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        if int(fields[_SESSION]) == session:
            ticks += int(fields[_USER]) + int(fields[_SYSTEM])
            found = True
    return ticks / os.sysconf("SC_CLK_TCK") if found else None


def sync_times(folder: Path, times: int) -> list[float]:
    """Append a page to a file and wait until it is on disk, so many times; give the milliseconds of each."""
    path, taken = folder / "sync", []
    sync = getattr(os, "fdatasync", os.fsync)
    with path.open("wb", buffering=0) as file:
        for _ in range(times):
            began = time.perf_counter()
            file.write(_PAGE)
            sync(file.fileno())
            taken.append(1000 * (time.perf_counter() - began))
    path.unlink()
    return taken
