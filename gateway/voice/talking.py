"""Talking with a child process: all that is asked goes in while the answer comes out, within a time and a size."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress

from handlers.errors import SoundError

_AT_ONCE = 65_536


def talk(child: subprocess.Popen[bytes], said: Sequence[bytes], *, seconds: float, at_most: int) -> bytes | None:
    """Say it all, hear all the answer, and wait for the end; None if that took longer than so many seconds.

    A child that stops listening is no error yet, since it may have answered already. One that does not stop answering is.
    """
    assert child.stdin is not None and child.stdout is not None  # noqa: S101  # for the type checker: both are pipes
    deadline = time.monotonic() + seconds
    unsaid = [memoryview(piece) for piece in said if piece]
    heard = bytearray()
    with selectors.DefaultSelector() as selector:
        for pipe, event in ((child.stdin, selectors.EVENT_WRITE), (child.stdout, selectors.EVENT_READ)):
            os.set_blocking(pipe.fileno(), False)
            selector.register(pipe, event)
        while selector.get_map():
            for key, _ in selector.select(max(0.0, deadline - time.monotonic())):
                pipe = child.stdin if key.fileobj is child.stdin else child.stdout
                is_over = _say(key.fd, unsaid) if pipe is child.stdin else _hear(key.fd, heard)
                if is_over:
                    selector.unregister(pipe)
                    pipe.close()
            if len(heard) > at_most:
                raise SoundError("corrupt")
            if time.monotonic() >= deadline:
                return None
    with suppress(subprocess.TimeoutExpired):
        child.wait(max(0.0, deadline - time.monotonic()))
        return bytes(heard)
    return None


def _say(pipe: int, unsaid: list[memoryview]) -> bool:
    """Say as much as fits now; true when all is said, or nobody listens."""
    try:
        count = os.write(pipe, unsaid[0][:_AT_ONCE])
    except BlockingIOError:
        return False
    except BrokenPipeError:
        return True
    unsaid[0] = unsaid[0][count:]
    if not unsaid[0]:
        del unsaid[0]
    return not unsaid


def _hear(pipe: int, heard: bytearray) -> bool:
    """Hear what there is now; true at the end."""
    try:
        piece = os.read(pipe, _AT_ONCE)
    except BlockingIOError:
        return False
    heard += piece
    return not piece
