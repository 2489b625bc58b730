"""The stranger: the voice of nobody that a recording is given. Drawn for one rendering, kept nowhere, never drawn again."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from handlers.voice.bands import BANDS, CENTRES, Matrix, decibel, neutral_covariance, warped
from handlers.voice.matrices import likeness, transport
from handlers.voice.speaker import Speaker
from handlers.voice.terms import Strength

_KINSHIP = np.exp(-((np.arange(BANDS)[:, np.newaxis] - np.arange(BANDS)) ** 2) / 4.5)  # neighbouring bands change alike
_UNLIKENESS = {"mild": 0.06, "standard": 0.10, "strong": 0.10}
_LENGTHS = np.arange(-0.25, 0.2501, 0.01)  # vocal tracts that a speaker is tried with
_MORE, _LONGEST = 1.4, 0.18  # it finds 0.7 of what was put in
_SURE = 150.0  # frames
_WARP = {"mild": 0.18, "standard": 0.22, "strong": 0.28}
_BEND = {"mild": 0.05, "standard": 0.07, "strong": 0.10}


@dataclass(frozen=True, slots=True)
class Stranger:
    """A voice that nobody has, as changes to one that somebody has."""

    shape: Matrix = field(repr=False)  # makes a frame's spectrum, less the speaker's mean, move as the stranger's does
    contrast: Matrix = field(repr=False)
    warp: Matrix = field(repr=False)  # by how much each band reads lower, in log frequency
    colour: Matrix = field(repr=False)
    offsets: Matrix = field(repr=False)  # where the steps begin that levels are rounded to
    covariance: Matrix = field(repr=False)
    pitch: float = field(repr=False)  # Hz
    tempo: tuple[float, float, float] = field(repr=False)  # of all, of voiced, of unvoiced; logarithms
    doubt: float = field(repr=False)  # how much more, or less, is taken for voiced


def meet(random: np.random.Generator, speaker: Speaker, strength: Strength) -> Stranger:
    """Draw a stranger for this speaker."""
    covariance = _someone(random, strength)
    place = CENTRES / CENTRES[-1]
    bends = random.uniform(-1.0, 1.0, 2)
    bend = _BEND[strength] * (bends[0] * np.sin(np.pi * place) + 0.7 * bends[1] * np.sin(2.0 * np.pi * place))
    shift = random.choice([-1.0, 1.0]) * random.uniform(0.4, 1.0) * _WARP[strength]
    contrast = np.exp(random.uniform(-0.2, 0.2) + random.normal(0.0, 0.12, BANDS))
    return Stranger(
        shape=transport(speaker.covariance, covariance),
        contrast=contrast,
        warp=shift + bend + throat(speaker),
        colour=_colour(random),
        offsets=random.uniform(0.0, 1.0, BANDS),
        covariance=covariance * np.outer(contrast, contrast),
        pitch=float(np.exp(random.uniform(np.log(95.0), np.log(180.0)))),
        tempo=(float(random.uniform(-0.08, 0.08)), float(random.uniform(-0.15, 0.15)), float(random.uniform(-0.15, 0.15))),
        doubt=float(random.uniform(-0.12, 0.12)),
    )


def _someone(random: np.random.Generator, strength: Strength) -> Matrix:
    """Draw how a stranger's bands move together: the neutral way, mixed anew, as lively as before."""
    neutral = neutral_covariance()
    mixing = np.eye(BANDS) + _UNLIKENESS[strength] * _KINSHIP @ random.standard_normal((BANDS, BANDS)) @ _KINSHIP / 3.0
    drawn = mixing @ neutral @ mixing.T
    return np.asarray(drawn * np.trace(neutral) / np.trace(drawn))


def throat(speaker: Speaker) -> float:
    """Say how far to shift so that a short vocal tract and a long one come out alike, before chance moves them again."""
    neutral = neutral_covariance()
    alike = [likeness(warped(shift) @ speaker.covariance @ warped(shift).T, neutral) for shift in _LENGTHS]
    found = _MORE * float(_LENGTHS[int(np.argmax(alike))])
    return float(np.clip(found, -_LONGEST, _LONGEST)) * speaker.frames / (speaker.frames + _SURE)


def _colour(random: np.random.Generator) -> Matrix:
    """Draw the long-term spectrum: that of speech in general, tilted, with two hills that are nobody's."""
    usual = -np.log1p((CENTRES / 600.0) ** 2) - 0.8 * np.log1p((150.0 / CENTRES) ** 2)
    octaves = np.log2(CENTRES / 1000.0)
    tilt = decibel(random.uniform(-3.0, 3.0)) * octaves
    hills = np.zeros(BANDS)
    for _ in range(2):
        middle, width = random.uniform(octaves[0], octaves[-1]), random.uniform(0.4, 1.0)
        hills += decibel(random.uniform(-4.0, 4.0)) * np.exp(-0.5 * ((octaves - middle) / width) ** 2)
    return np.asarray(usual + tilt + hills)
