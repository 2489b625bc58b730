"""The speaker: what is particular to a voice over the whole recording, measured so that it can be taken away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handlers.voice.analysis import PITCH, VOICING
from handlers.voice.bands import BANDS, QUIETEST, Array, Matrix, decibel, neutral_covariance

_STEP = 0.1  # of the levels counted: 0.4 dB
_LEAST = float(np.log(QUIETEST)) - 0.05
_STEPS = 190
_SPEECH = decibel(26.0)  # below the loud frames, down to which it is speech
_GATE = decibel(30.0)  # and down to which it is let through
_QUIET_PART = decibel(35.0)  # below the very loudest there is no use in counting: a caller may be silent for most of an hour
_NOTHING = float(np.log(4e-7))  # a recording whose loud frames are below this holds only the noise of its own numbers
_FIRM = 250.0  # frames that weigh as much as what is known of voices in general: two seconds
_VOICED = 0.5


@dataclass(frozen=True, slots=True)
class Speaker:
    """One voice as it was; it exists in memory, while its recording is rendered."""

    frames: int  # of speech that this is known from
    mean: Matrix
    covariance: Matrix
    energies: tuple[float, float, float]  # low, middle, high
    gate: float  # the loudest band of a frame must reach it
    pitch: tuple[float, float]  # mean and spread of log Hz
    is_silent: bool


class Listener:
    """Hears a track of any length in one memory: sums by level; which levels were speech is known at the end."""

    def __init__(self) -> None:
        self._counts = np.zeros(_STEPS)
        self._sums = np.zeros((_STEPS, BANDS))
        self._products = np.zeros((_STEPS, BANDS * BANDS))
        self._energies = np.zeros((_STEPS, _STEPS))
        self._pitches = np.zeros((_STEPS, 3))

    def hear(self, track: Array) -> None:
        """Take in some more of it."""
        levels = track[:, :BANDS]
        energy = levels.mean(axis=1)
        shape = (levels - energy[:, np.newaxis]).astype(np.float64)
        step = _steps(levels.max(axis=1))
        within = np.zeros((_STEPS, len(track)))
        within[step, np.arange(len(track))] = 1.0
        self._counts += within.sum(axis=1)
        self._sums += within @ shape
        self._products += within @ (shape[:, :, np.newaxis] * shape[:, np.newaxis, :]).reshape(len(track), -1)
        np.add.at(self._energies, (step, _steps(smooth(energy))), 1.0)
        pitch = track[:, PITCH].astype(np.float64)
        voiced = track[:, VOICING] > _VOICED
        self._pitches += within @ (np.stack([np.ones_like(pitch), pitch, pitch**2], axis=1) * voiced[:, np.newaxis])

    def speaker(self) -> Speaker:
        """Say whose voice it was."""
        very_loud = _at_share(self._counts, 0.999)
        heard = np.where(_values() > very_loud - _QUIET_PART, self._counts, 0.0)
        loud = _at_share(heard, 0.95)
        speech = _values() >= loud - _SPEECH
        count = float(self._counts[speech].sum())
        mean = self._sums[speech].sum(axis=0) / max(count, 1.0)
        products = self._products[speech].sum(axis=0).reshape(BANDS, BANDS) / max(count, 1.0)
        trust = count / (count + _FIRM)
        energies = self._energies[speech].sum(axis=0)
        return Speaker(
            frames=int(count),
            mean=mean,
            covariance=trust * (products - np.outer(mean, mean)) + (1.0 - trust) * neutral_covariance(),
            energies=(_at_share(energies, 0.08), _at_share(energies, 0.5), _at_share(energies, 0.95)),
            gate=loud - _GATE,
            pitch=_pitch(self._pitches[speech].sum(axis=0)),
            is_silent=loud < _NOTHING,
        )


def smooth(energy: Array) -> Array:
    """Average each frame with its neighbours."""
    padded = np.pad(energy, 1, mode="edge")
    return (padded[:-2] + padded[1:-1] + padded[2:]) / np.float32(3.0)


def _pitch(sums: Matrix) -> tuple[float, float]:
    count, total, squares = (float(value) for value in sums)
    if count < 1.0:
        return 0.0, 1.0
    mean = total / count
    return mean, max(0.05, float(np.sqrt(max(0.0, squares / count - mean**2))))


def _steps(levels: Array) -> NDArray[np.int64]:
    return np.asarray(np.clip((levels - _LEAST) / _STEP, 0, _STEPS - 1), dtype=np.int64)


def _values() -> Matrix:
    return np.asarray(_LEAST + _STEP * (np.arange(_STEPS) + 0.5), dtype=np.float64)


def _at_share(counts: Matrix, share: float) -> float:
    """Give the level below which this share of what was counted lies."""
    total = counts.cumsum()
    if total[-1] == 0.0:
        return _LEAST
    return float(_values()[int(np.searchsorted(total, share * total[-1]).clip(0, _STEPS - 1))])
