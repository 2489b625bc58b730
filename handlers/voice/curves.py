"""Curves: random ones that wander slowly, and go on where they were left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handlers.voice.bands import FRAMES_A_SECOND, Array


class Slow:
    """A curve with a random knot every so many seconds, within so far of nought to both sides, and no corner."""

    def __init__(self, random: np.random.Generator, seconds: float, reach: float, *, width: int = 1) -> None:
        self._random = random.spawn(1)[0]  # its own, so that no other curve depends on how far this one was read
        self._spacing = seconds * FRAMES_A_SECOND
        self._reach, self._width = reach, width
        self._at = 0  # the next frame
        self._first = 0  # the knot that `_knots` begins with
        self._knots = self._draw(2)

    def read(self, count: int) -> Array:
        """Give the next so many frames (count x width)."""
        place = (self._at + np.arange(count)) / self._spacing
        self._at += count
        knot = place.astype(int)
        wanted = int(self._at / self._spacing) + 2 - self._first
        if wanted > len(self._knots):
            self._knots = np.concatenate([self._knots, self._draw(wanted - len(self._knots))])
        part = (0.5 - 0.5 * np.cos(np.pi * (place - knot)))[:, np.newaxis]
        knot -= self._first
        values = self._knots[knot] * (1.0 - part) + self._knots[knot + 1] * part
        passed = int(self._at / self._spacing) - self._first
        self._knots, self._first = self._knots[passed:], self._first + passed
        return np.asarray(values, dtype=np.float32)

    def line(self, count: int) -> Array:
        """Give the next so many frames of a curve of width one, as a plain line."""
        return self.read(count)[:, 0]

    def _draw(self, count: int) -> NDArray[np.float64]:
        return self._random.uniform(-self._reach, self._reach, (count, self._width))
