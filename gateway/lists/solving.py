"""Solving: logistic regression over many pieces and few texts, for all codes at once, with numpy alone.

With fewer texts than pieces everything can be said of the texts' likeness to each other (a matrix of texts by texts), which is
small; the weights of the pieces follow from it at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
_FREQUENT = 24  # a piece of more texts is multiplied densely, a rarer one pair by pair
_AT_ONCE = 2048
_JITTER = 1e-4
_REMEMBERED = 8
_ENOUGH = 1e-3


@dataclass(frozen=True)
class Texts:
    """Texts by the pieces in them: `rows[i]`, `pieces[i]`, `values[i]` say that a piece stands in a text and what it is worth."""

    rows: NDArray[np.int64]
    pieces: NDArray[np.int64]
    values: Numbers
    count: int
    names: Sequence[str]

    def only(self, kept: Flags) -> Texts:
        """Give the texts with some of the pieces alone."""
        stays = kept[self.pieces]
        new = np.cumsum(kept) - 1
        names = [name for name, stay in zip(self.names, kept, strict=True) if stay]
        return Texts(self.rows[stays], new[self.pieces[stays]], self.values[stays], self.count, names)

    def weights(self, shares: Numbers) -> Numbers:
        """Give the weight of each piece for each code, from the share of each text in them."""
        found = np.zeros((len(self.names), shares.shape[1]))
        for code in range(shares.shape[1]):
            found[:, code] = np.bincount(self.pieces, self.values * shares[self.rows, code], len(self.names))
        return found


def likeness(texts: Texts) -> Numbers:
    """Give how alike each two texts are: the sum over the pieces that both hold."""
    order = np.argsort(texts.pieces, kind="stable")
    rows, pieces, values = texts.rows[order], texts.pieces[order], texts.values[order]
    counts = np.bincount(pieces, minlength=len(texts.names))
    found = np.zeros((texts.count, texts.count))
    frequent = np.flatnonzero(counts > _FREQUENT)
    column = np.full(len(texts.names), -1)
    for at in range(0, len(frequent), _AT_ONCE):
        part = frequent[at : at + _AT_ONCE]
        column[:] = -1
        column[part] = np.arange(len(part))
        inside = column[pieces] >= 0
        dense = np.zeros((texts.count, len(part)), dtype=np.float32)
        dense[rows[inside], column[pieces[inside]]] = values[inside]
        found += dense @ dense.T
    starts = np.concatenate([[0], np.cumsum(counts)])
    for size in range(1, _FREQUENT + 1):
        firsts = starts[:-1][counts == size]
        if not len(firsts):
            continue
        spots = firsts[:, None] + np.arange(size)
        products = values[spots][:, :, None] * values[spots][:, None, :]
        flat = (rows[spots][:, :, None] * texts.count + rows[spots][:, None, :]).ravel()
        found += np.bincount(flat, products.ravel(), texts.count**2).reshape(texts.count, texts.count)
    return found


def coordinates(like: Numbers) -> Numbers:
    """Give each text as a point, so that two points' product is how alike the two texts are."""
    like = like + np.eye(len(like)) * _JITTER * max(1.0, float(np.mean(np.diag(like))))
    return np.asarray(np.linalg.cholesky(like), dtype=np.float64)


def fit(
    points: Numbers, told: Flags, *, strictness: float, care: float, begin: Numbers | None = None, most: int = 120
) -> Numbers:
    """Find weights by which points tell what is told: the last row is the bias. What is told counts `care` times what is not."""
    signs = np.where(told, 1.0, -1.0)
    counts = np.where(told, care, 1.0)
    half = points.astype(np.float32)  # twice as fast, and far finer than what the texts can tell

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        margins = signs * (half @ weights[:-1].astype(np.float32) + weights[-1])
        value = float((counts * np.logaddexp(0.0, -margins)).sum() + strictness / 2 * (weights[:-1] ** 2).sum())
        pull = -counts * signs / (1.0 + np.exp(np.clip(margins, -50.0, 50.0)))
        return value, np.vstack([half.T @ pull.astype(np.float32) + strictness * weights[:-1], pull.sum(0)])

    start = np.zeros((points.shape[1] + 1, told.shape[1])) if begin is None else begin
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


def shares_of(points: Numbers, weights: Numbers) -> Numbers:
    """Give the share of each text in the weights (without the bias)."""
    return np.asarray(np.linalg.solve(points.T, weights[:-1]), dtype=np.float64)
