"""Solving: logistic regression over many pieces and many texts, for all codes at once; scipy multiplies and goes downhill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
_REMEMBERED = 8  # steps that L-BFGS looks back on


@dataclass(frozen=True)
class Texts:
    """Texts by the pieces in them: a row for each text, a column for each piece, in it what the piece is worth there."""

    table: csr_array
    names: Sequence[str]

    def some(self, kept: Flags) -> Texts:
        """Give some of the texts, with all pieces."""
        return Texts(self.table[np.flatnonzero(kept)], self.names)

    def most(self) -> Numbers:
        """Give for each piece the most that it is worth in any text."""
        found: Numbers = self.table.max(axis=0).toarray().ravel()
        return found

    def sums(self, weights: Numbers) -> Numbers:
        """Give what the pieces of each text say for each code; the last row of the weights is the bias."""
        found: Numbers = self.table @ weights[:-1] + weights[-1]
        return found


def eases(texts: Texts, told: Flags, *, least: float, power: float) -> Numbers:
    """Say for each piece and code how easily it is given weight: a piece that stands with a code far more often than without it,
    or far more seldom, more easily than one that is everywhere (the log-count ratios of Wang and Manning, 2012: NB-SVM)."""
    there = (texts.table > 0).astype(np.float32)
    with_code = there.T @ told.astype(np.float32) + 1.0
    without = there.T @ (~told).astype(np.float32) + 1.0
    ratios = (with_code / (told.sum(axis=0) + 2.0)) / (without / ((~told).sum(axis=0) + 2.0))
    found: Numbers = np.maximum(np.abs(np.log(ratios)), least) ** power
    return found


def fit(texts: Texts, told: Flags, *, ease: Numbers, strictness: float, care: float, most: int) -> Numbers:
    """Find weights of the pieces that tell what is told, in `most` steps at the most: the last row is the bias. What is told
    counts `care` times what is not; a piece that has no ease for a code gets no weight for it."""
    pieces, codes = ease.shape
    signs = np.where(told, 1.0, -1.0).astype(np.float32)
    counts = np.where(told, care, 1.0).astype(np.float32)
    scale = (ease / np.sqrt(strictness)).astype(np.float32)  # the penalty is on what stands before the scale
    table, turned = texts.table, texts.table.T.tocsr()

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        free = flat.reshape(pieces + 1, codes).astype(np.float32)
        margins = signs * (table @ (free[:-1] * scale) + free[-1])
        value = (counts * np.logaddexp(0.0, -margins)).sum(dtype=np.float64) + (free[:-1] ** 2).sum(dtype=np.float64) / 2
        pull = -counts * signs / (1.0 + np.exp(np.clip(margins, -50.0, 50.0)))
        slope = np.vstack([(turned @ pull) * scale + free[:-1], pull.sum(axis=0)])
        return float(value), slope.ravel().astype(np.float64)

    start = np.zeros((pieces + 1) * codes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": most, "maxcor": _REMEMBERED})
    weights: Numbers = found.x.reshape(pieces + 1, codes)
    weights[:-1] *= scale
    return weights
