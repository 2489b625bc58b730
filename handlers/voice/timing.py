"""Timing: the mapped track at the stranger's tempo, which changes all the time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from handlers.voice.bands import Array
from handlers.voice.mapping import LASTS


def retime(mapped: Iterable[Array]) -> Iterator[Array]:
    """Give the frames of the output: each row lasts as long as it says, and what lies between two rows is drawn between them."""
    before: Array | None = None  # the last row of what came before
    end, due = 0.0, 0  # where that row stands in the output, and the next frame to give
    for piece in mapped:
        if not len(piece):
            continue
        rows = piece if before is None else np.concatenate([before, piece])
        steps = rows[:-1, LASTS].astype(np.float64)
        places = end + np.concatenate([[0.0], steps.cumsum()])
        before, end = rows[-1:], float(places[-1])
        wanted = np.arange(due, int(end) + 1)
        if len(wanted):
            yield _at(rows, places, wanted)
            due = int(end) + 1


def _at(rows: Array, places: NDArray[np.float64], wanted: NDArray[np.int64]) -> Array:
    upper = np.clip(np.searchsorted(places, wanted, side="left"), 1, max(1, len(rows) - 1))
    if len(rows) == 1:
        return np.repeat(rows, len(wanted), axis=0)
    part = (wanted - places[upper - 1]) / (places[upper] - places[upper - 1])
    part = np.clip(part, 0.0, 1.0)[:, np.newaxis].astype(np.float32)
    return np.asarray(rows[upper - 1] * (1.0 - part) + rows[upper] * part, dtype=np.float32)
