"""Solving: logistic regression over many pieces and many texts, for all codes at once, with numpy alone.

Nothing is held that grows with texts times texts or with texts times pieces: only which piece stands in which text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
_Index = NDArray[np.int64]
_AT_ONCE = 400_000  # entries that are multiplied at once: some 30 MB
_REMEMBERED = 8
_ENOUGH = 1e-3


@dataclass(frozen=True)
class Texts:
    """Texts by the pieces in them: `rows[i]`, `pieces[i]`, `values[i]` say that a piece stands in a text and what it is worth."""

    rows: _Index
    pieces: _Index
    values: Numbers
    count: int
    names: Sequence[str]

    def only(self, kept: Flags) -> Texts:
        """Give the texts with some of the pieces alone."""
        stays = kept[self.pieces]
        new = np.cumsum(kept) - 1
        names = [name for name, stay in zip(self.names, kept, strict=True) if stay]
        return Texts(self.rows[stays], new[self.pieces[stays]], self.values[stays], self.count, names)

    def some(self, kept: Flags) -> Texts:
        """Give some of the texts, with all pieces."""
        stays = kept[self.rows]
        new = np.cumsum(kept) - 1
        return Texts(new[self.rows[stays]], self.pieces[stays], self.values[stays], int(kept.sum()), self.names)

    def sums(self, weights: Numbers) -> Numbers:
        """Give what the pieces of each text say for each code; the last row of the weights is the bias."""
        found: Numbers = _Product(self.rows, self.pieces, self.values, self.count)(weights[:-1]) + weights[-1]
        return found


class _Product:
    """Adds up, for each thing, the rows of a table that it is made of: of each text its pieces, of each piece its texts."""

    def __init__(self, things: _Index, parts: _Index, values: Numbers, count: int) -> None:
        order = np.argsort(things, kind="stable")
        self._parts = parts[order]
        self._values = values[order].astype(np.float32)  # far finer than what the texts can tell
        counts = np.bincount(things, minlength=count)
        self._there = np.flatnonzero(counts)
        self._starts = (np.cumsum(counts) - counts)[self._there]
        self._count = count

    def __call__(self, table: Numbers) -> Numbers:
        columns = np.ascontiguousarray(table.T, dtype=np.float32)
        found = np.zeros((len(columns), self._count))
        ends = np.append(self._starts[1:], len(self._parts))
        first = 0
        while first < len(self._starts):
            begin = self._starts[first]
            last = max(first + 1, int(np.searchsorted(ends, begin + _AT_ONCE, side="right")))
            stretch = slice(begin, ends[last - 1])
            part = columns[:, self._parts[stretch]] * self._values[stretch]
            found[:, self._there[first:last]] = np.add.reduceat(part, self._starts[first:last] - begin, axis=1)
            first = last
        return found.T


def fit(texts: Texts, told: Flags, *, strictness: float, care: float, begin: Numbers | None = None, most: int = 120) -> Numbers:
    """Find weights of the pieces that tell what is told: the last row is the bias. What is told counts `care` times what is
    not."""
    signs = np.where(told, 1.0, -1.0)
    counts = np.where(told, care, 1.0)
    by_text = _Product(texts.rows, texts.pieces, texts.values, texts.count)
    by_piece = _Product(texts.pieces, texts.rows, texts.values, len(texts.names))

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        margins = signs * (by_text(weights[:-1]) + weights[-1])
        value = float((counts * np.logaddexp(0.0, -margins)).sum() + strictness / 2 * (weights[:-1] ** 2).sum())
        pull = -counts * signs / (1.0 + np.exp(np.clip(margins, -50.0, 50.0)))
        return value, np.vstack([by_piece(pull) + strictness * weights[:-1], pull.sum(0)])

    start = np.zeros((len(texts.names) + 1, told.shape[1])) if begin is None else begin
    return _descend(loss, start, most)


def _descend(loss: Callable[[Numbers], tuple[float, Numbers]], weights: Numbers, most: int) -> Numbers:
    """Go downhill (L-BFGS) until it is nearly flat, `most` steps at the most."""
    value, slope = loss(weights)
    steps: list[tuple[Numbers, Numbers, float]] = []
    enough = _ENOUGH * max(1.0, float(np.abs(slope).max()))
    for _ in range(most):
        direction = -_turned(slope, steps)
        along = float((direction * slope).sum())
        length = 1.0 if steps else 1.0 / max(1.0, float(np.linalg.norm(slope)))
        for _ in range(25):
            tried = weights + length * direction
            new_value, new_slope = loss(tried)
            if new_value <= value + 1e-4 * length * along:
                break
            length /= 2
        else:
            return weights
        step, change = tried - weights, new_slope - slope
        curve = float((step * change).sum())
        if curve > 0:
            steps = [*steps[1 - _REMEMBERED :], (step, change, curve)]
        weights, value, slope = tried, new_value, new_slope
        if float(np.abs(slope).max()) < enough:
            break
    return weights


def _turned(slope: Numbers, steps: Sequence[tuple[Numbers, Numbers, float]]) -> Numbers:
    """Turn the slope by what the last steps showed of the curve."""
    turned, parts = slope.copy(), []
    for step, change, curve in reversed(steps):
        part = float((step * turned).sum()) / curve
        parts.append(part)
        turned -= part * change
    if steps:
        _, change, curve = steps[-1]
        turned *= curve / float((change**2).sum())
    for (step, change, curve), part in zip(steps, reversed(parts), strict=True):
        turned += (part - float((change * turned).sum()) / curve) * step
    return turned
