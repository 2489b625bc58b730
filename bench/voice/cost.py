"""Cost: how many seconds of sound a second of one processor renders, and what memory an hour takes beside a minute."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sized
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.problem import BenchProblem
from bench.voice.people import invent, say
from config.settings import ROOT
from handlers.voice.decoding import decode
from handlers.voice.disguise import disguise
from handlers.voice.encoding import encode
from handlers.voice.rendering import render
from handlers.voice.sound import Samples
from handlers.voice.terms import Limits

_LIMITS = Limits(seconds=7200.0)


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds of sound for one second of one processor."""

    seconds: float  # of the recording that was measured
    decode: float
    disguise: float
    encode: float
    whole: float


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process held at most, in MB, and of that the file that came in and the one that went out."""

    minutes: int
    peak: float
    loaded: float  # before it began
    files: float


def minute(random: np.random.Generator) -> Samples:
    """Give a minute of somebody who was made up."""
    return say(invent(random), random, seconds=60.0)


def recording(minutes: int, random: np.random.Generator) -> bytes:
    """Give a voice note as a messenger sends it, of so many minutes."""
    said = minute(random)
    return b"".join(encode((piece for _ in range(minutes) for piece in np.array_split(said, 60)), kind="opus"))


def speed(minutes: int, random: np.random.Generator, tick: Callable[[], None]) -> Speed:
    """Measure each stage by processor time, so that what else the machine does matters little."""
    data = recording(minutes, random)
    seconds = 60.0 * minutes
    blocks = list(decode(data, limits=_LIMITS))
    tick()
    sound = list(disguise(lambda: blocks).blocks())
    tick()
    taken = [
        _processor_seconds(lambda: decode(data, limits=_LIMITS)),
        _processor_seconds(lambda: disguise(lambda: blocks).blocks()),
        _processor_seconds(lambda: encode(sound, kind="mp3")),
        _processor_seconds(lambda: [render(data, limits=_LIMITS).mp3]),
    ]
    tick()
    return Speed(seconds, *(seconds / one for one in taken))


def _processor_seconds(work: Callable[[], Iterable[Sized]]) -> float:
    began = time.process_time()
    for _ in work():
        pass
    return time.process_time() - began


def memory(minutes: int, random: np.random.Generator) -> Memory:
    """Render in a new process, and ask it what it held."""
    data = recording(minutes, random)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
    ended = subprocess.run([sys.executable, "-m", "bench.voice.cost"], input=data, env=env, capture_output=True, check=False)
    if ended.returncode != 0:
        raise BenchProblem(f"the process that rendered {minutes} minutes ended with {ended.returncode}.")
    told = json.loads(ended.stdout)
    return Memory(minutes, told["peak"], told["loaded"], (len(data) + told["out"]) / 1e6)


def main() -> None:
    """Be that process."""
    data = sys.stdin.buffer.read()
    loaded = _peak()
    out = len(render(data, limits=_LIMITS).mp3)
    print(json.dumps({"loaded": loaded, "peak": _peak(), "out": out}))


def _peak() -> float:
    """Give what this process held at most; getrusage would give what the one that started it held, if that was more."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    main()
