"""What is asked of a rendering, its bounds, and what it gives: plain Python, so that who asks loads neither numpy nor FFmpeg."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

Strength = Literal["mild", "standard", "strong"]
Column = tuple[int, int]  # lowest and highest of a stretch of sound, -100..100
Stretch = tuple[float, float]  # from and to, in seconds


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a recording may be, and cost."""

    size: int = 40_000_000  # bytes that come in
    seconds: float = 3660.0  # an hour, and what an answering machine adds
    ratio: int = 400  # bytes that come out for one that went in; Opus's silence comes to 160, a bomb to thousands
    cpu_seconds: int = 300  # an hour of sound takes 30 on one core of 2024, and a small rented server may have a fifth of that
    wall_seconds: float = 900.0  # on a machine that has other things to do
    memory: int = 1_000_000_000  # bytes of address space, of which numpy's and FFmpeg's libraries take a third


# Nobody needs more than a minute to be told which key to press.
PROMPT_LIMITS = Limits(size=20_000_000, seconds=120.0, cpu_seconds=20, wall_seconds=60.0)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A recorded prompt as it is played, and what is wrong with the recording."""

    wav: bytes = field(repr=False)
    seconds: float
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A disguised recording, and what its page shows of it; all of it from the disguised sound, nothing from the original."""

    mp3: bytes = field(repr=False)
    seconds: float
    waveform: tuple[Column, ...] = field(repr=False)
    silences: tuple[Stretch, ...] = field(repr=False)


class Renders(Protocol):
    """Disguises a recording, in a place apart; raises `SoundError`."""

    def __call__(self, data: bytes, *, strength: Strength, tone: float) -> Rendered: ...
