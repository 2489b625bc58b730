"""The sandbox: what strangers sent is decoded in a child process that holds no key, opens nothing, and is bounded.

FFmpeg reads a hundred formats in C, and is the largest thing here that an attacker can reach. So it runs where there is nothing
to have: an empty environment, bounds on memory and time, no file, no connection. Bytes go in, bytes come out, and those are read
as a stranger's too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from config.settings import ROOT
from gateway.voice.framing import Request, read_prompt, read_rendered, written_request
from gateway.voice.talking import talk
from handlers.errors import SoundError
from handlers.voice.terms import PROMPT_LIMITS, Limits, Prompt, Rendered, Strength

# Nothing of our own environment goes along. One thread: a pool of them reserves address space, and could do no more.
_ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    "PYTHONSAFEPATH": "1",
    "PYTHONNOUSERSITE": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
}
_COMMAND = (sys.executable, "-m", "gateway.voice.sandbox")
_LARGEST_ANSWER = 64_000_000  # hours of MP3


def render_apart(data: bytes, *, limits: Limits, strength: Strength = "standard", tone: float = 0.0) -> Rendered:
    """Render a recording in a child process; raise `SoundError` for whatever goes wrong with either."""
    return read_rendered(_answer(Request("render", limits, strength, tone), data))


def normalise_prompt_apart(data: bytes, *, limits: Limits = PROMPT_LIMITS) -> Prompt:
    """Check and normalise a recorded prompt in a child process; raise `SoundError` for what is no sound."""
    return read_prompt(_answer(Request("prompt", limits), data))


def _answer(request: Request, data: bytes) -> bytes:
    if not data:
        raise SoundError("empty")
    if len(data) > request.limits.size:
        raise SoundError("too_large")  # before a process is started for it
    child = subprocess.Popen(
        _COMMAND,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a traceback may quote the file
        env=_ENVIRONMENT,
        cwd=os.sep,
        start_new_session=True,  # Ctrl-C is for the worker, which ends this one itself
    )
    with child:
        try:
            answer = talk(child, [written_request(request), data], seconds=request.limits.wall_seconds, at_most=_LARGEST_ANSWER)
        finally:
            child.kill()  # nothing, if it has ended
    if answer is None:
        raise SoundError("timeout", permanent=False)  # with less to do, the machine might have managed
    if child.returncode != 0:
        raise _ended(child.returncode)
    return answer


def _ended(status: int) -> SoundError:
    """Say what became of a child that did not answer."""
    if status == -signal.SIGXCPU:
        return SoundError("timeout")
    if status == -signal.SIGKILL:
        return SoundError("killed", permanent=False)
    return SoundError("corrupt")  # FFmpeg fell over it


if __name__ == "__main__":
    from gateway.voice.apart import main

    main()
