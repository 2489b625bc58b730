"""Matrices: the few operations on covariances that the disguise is made of, each in closed form."""

from __future__ import annotations

import numpy as np

from handlers.voice.bands import Matrix

_FLOOR = 2e-3  # of the greatest eigenvalue: what moves less is noise, and would be blown up


def root(covariance: Matrix) -> tuple[Matrix, Matrix]:
    """Give the square root of a covariance, and the root's inverse."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2.0)
    values = np.sqrt(np.maximum(values, max(_FLOOR * values[-1], 1e-12)))
    return (vectors * values) @ vectors.T, (vectors / values) @ vectors.T


def transport(source: Matrix, target: Matrix) -> Matrix:
    """Give the map that moves the one covariance to the other with the least movement of what is said (optimal transport)."""
    half, inverse = root(source)
    return inverse @ root(half @ target @ half)[0] @ inverse


def likeness(one: Matrix, other: Matrix) -> float:
    """Say how alike two covariances are: 1 if one is a multiple of the other.

    A divergence of distributions would not do: shapes of a spectrum sum to nought, so these have no inverse.
    """
    return float((one * other).sum() / np.sqrt((one * one).sum() * (other * other).sum()))
