"""Bands: how the spectrum is cut, too coarsely for the harmonics of a voice to show, and how bands become a spectrum again."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handlers.voice.sound import RATE

Array = NDArray[np.float32]
Matrix = NDArray[np.float64]

FRAME = 256  # 32 ms
HOP = 64  # 8 ms
FRAMES_A_SECOND = RATE / HOP
BANDS = 14  # with 24, the attackers of the bench find more
QUIETEST = 1e-7  # energy of a band below which nothing is told apart: -70 dB of full scale
_LOWEST, _HIGHEST = 100.0, 3800.0
_NARROWEST = 140.0  # Hz to each side
_NEUTRAL = Path(__file__).with_name("neutral_covariance.txt")


def mel(hertz: NDArray[np.floating] | float) -> Matrix:
    """Give pitches as far apart as ears have them."""
    return 2595.0 * np.log10(1.0 + np.asarray(hertz, dtype=np.float64) / 700.0)


def hertz(mels: Matrix) -> Matrix:
    """Give the frequencies of such pitches."""
    return 700.0 * (10.0 ** (mels / 2595.0) - 1.0)


_EDGES = np.linspace(float(mel(_LOWEST)), float(mel(_HIGHEST)), BANDS + 2)
CENTRES_MEL = _EDGES[1:-1]
MEL_STEP = float(_EDGES[1] - _EDGES[0])
CENTRES = hertz(CENTRES_MEL)
BINS = np.fft.rfftfreq(FRAME, 1.0 / RATE)


def filters() -> Array:
    """Give the triangles that sum the bins of a frame into bands (bins x bands)."""
    edges = hertz(_EDGES)
    below = np.maximum(CENTRES - edges[:-2], _NARROWEST)
    above = np.maximum(edges[2:] - CENTRES, _NARROWEST)
    away = BINS[:, np.newaxis] - CENTRES
    return np.clip(1.0 - np.abs(away) / np.where(away < 0, below, above), 0.0, None).astype(np.float32)


def spread() -> Array:
    """Give the lines that make a curve over the bins of a frame out of bands (bands x bins)."""
    place = np.clip((mel(BINS) - CENTRES_MEL[0]) / MEL_STEP, 0.0, BANDS - 1.0)
    return _lines(place).astype(np.float32)


def warped(shift: Matrix | float) -> Matrix:
    """Give the matrix by which each band reads from a frequency exp(-shift) times its own."""
    return _lines(places(shift)).T


def places(shift: Matrix | float) -> Matrix:
    """Say at which band, in fractions, each band reads that is shifted so."""
    read = mel(CENTRES * np.exp(-np.asarray(shift)))
    return np.asarray(np.clip((read - CENTRES_MEL[0]) / MEL_STEP, 0.0, BANDS - 1.0))


def _lines(place: Matrix) -> Matrix:
    """Give the weights (bands x places) of a linear interpolation."""
    lower = np.minimum(place.astype(int), BANDS - 2)
    part, index = place - lower, np.arange(len(place))
    weights = np.zeros((BANDS, len(place)))
    weights[lower, index] = 1.0 - part
    weights[lower + 1, index] = part
    return weights


@cache
def neutral_covariance() -> Matrix:
    """Read how the bands of a voice that is nobody's move together: the mean of nine synthetic voices."""
    return np.loadtxt(_NEUTRAL, dtype=np.float64)


def decibel(value: float) -> float:
    """Give a level in dB as the natural logarithm of an energy."""
    return value * math.log(10.0) / 10.0
