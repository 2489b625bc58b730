"""What every process of Izwi does to itself first: it closes itself to others, and dies with the one that started it."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PR_SET_DUMPABLE = 4
_PRIVATE = 0o077
# Not 0: Linux ignores a limit of 0 where core dumps are piped to a program, and takes 1 as "none, not even to a pipe" (core(5)).
# It stays with programs that we start, such as Redis, for which PR_SET_DUMPABLE does not.
_NO_CORE = 1

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def close_process() -> None:
    """Keep what this process knows out of core dumps, debuggers and other people's eyes: call it before any secret is read."""
    os.umask(_PRIVATE)
    hardest = resource.getrlimit(resource.RLIMIT_CORE)[1]
    limit = _NO_CORE if hardest == resource.RLIM_INFINITY else min(_NO_CORE, hardest)
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
    if _libc is not None:
        _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def die_with_parent(parent: int, *, by: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel end this process when its parent, whose id is given, ends in whatever way; end now if it already has.

    It outlives `exec`. Elsewhere than on Linux nothing happens: there the parent's own orderly stop must do.
    """
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, int(by), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(128 + by)
