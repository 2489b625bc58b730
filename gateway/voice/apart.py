"""What runs apart: it shuts itself in, works on one file, answers, and ends."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import wave
from io import BytesIO

from config.process import close_process, die_with_parent
from gateway.voice.framing import Request, read_request, written_error, written_prompt, written_rendered
from handlers.errors import SoundError
from handlers.voice.terms import Limits

_PR_SET_NO_NEW_PRIVS = 38  # linux/prctl.h
_NOBODY = 65534
_GRACE = 10  # seconds of processor time after which it is not asked any more, but killed


def main() -> None:
    """Do what standard input asks, and write the answer to standard output."""
    die_with_parent(os.getppid())
    close_process()
    request = read_request(sys.stdin.buffer.readline())
    bound(request.limits)
    try:
        answer = _work(request, sys.stdin.buffer.read())
    except SoundError as error:
        answer = written_error(error.reason)
    except MemoryError:
        answer = written_error("memory")
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def bound(limits: Limits) -> None:
    """Bound this process in memory and time, and let it write no file."""
    _at_most(resource.RLIMIT_AS, limits.memory)
    _at_most(resource.RLIMIT_CPU, limits.cpu_seconds, hard=limits.cpu_seconds + _GRACE)
    _at_most(resource.RLIMIT_FSIZE, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def shut() -> None:
    """Open nothing any more: no file, no socket, no pipe, no process; what is open already is standard input and output."""
    if os.geteuid() == 0:  # in a container: root could raise its limits again
        parent = os.getppid()
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
        die_with_parent(parent)  # the kernel forgets it when the user changes
    _at_most(resource.RLIMIT_NOFILE, 0)
    _at_most(resource.RLIMIT_NPROC, 0)


def _work(request: Request, data: bytes) -> bytes:
    # Imported here, within the bounds. Afterwards nothing can be opened, so what numpy loads at a first use is used once before.
    from handlers.voice.levels import prepare_prompt
    from handlers.voice.rendering import render

    limits, trial = request.limits, _second_of_silence()
    prepare_prompt(trial, limits=limits)
    render(trial, limits=limits, strength=request.strength, tone=request.tone)
    shut()
    if request.work == "prompt":
        return written_prompt(prepare_prompt(data, limits=limits))
    return written_rendered(render(data, limits=limits, strength=request.strength, tone=request.tone))


def _second_of_silence() -> bytes:
    """Write a second in stereo at a rate that is not ours: it goes through all that a real recording does."""
    written = BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(64_000))
    return written.getvalue()


def _at_most(which: int, soft: int, *, hard: int | None = None) -> None:
    """Lower a limit, never raise it."""
    allowed = resource.getrlimit(which)[1]
    wanted = soft if hard is None else hard
    ceiling = wanted if allowed == resource.RLIM_INFINITY else min(wanted, allowed)
    resource.setrlimit(which, (min(soft, ceiling), ceiling))
