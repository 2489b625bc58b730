"""The judge: an attacker who tells speakers apart by what is classically measured of voices, trained on other people's.

A stand-in: weaker than what a state has, and so of use for comparing disguises, and for seeing that none has become worse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from handlers.voice.analysis import PITCH, VOICING, analyse
from handlers.voice.sound import RATE, Samples

Matrix = NDArray[np.float64]

_FRAME, _HOP, _FILTERS, _KEPT = 256, 80, 24, 14
_SHRUNK = 0.1


def _mel_filters() -> Matrix:
    edges = 700.0 * (10.0 ** (np.linspace(np.log10(1 + 150 / 700), np.log10(1 + 3700 / 700), _FILTERS + 2)) - 1.0)
    bins = np.fft.rfftfreq(_FRAME, 1.0 / RATE)[:, np.newaxis]
    rising, falling = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2]), (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.asarray(np.clip(np.minimum(rising, falling), 0.0, None))


_MEL = _mel_filters()
_COSINES = np.cos(np.pi / _FILTERS * (np.arange(_FILTERS)[:, np.newaxis] + 0.5) * np.arange(1, _KEPT))


def describe(sound: Samples) -> Matrix:
    """Measure one utterance: spectrum, its movement, its shape of both, pitch, tempo; about seventy numbers."""
    frames = sliding_window_view(np.pad(sound, _FRAME), _FRAME)[::_HOP] * np.hamming(_FRAME)
    power = np.abs(np.fft.rfft(frames)) ** 2 @ _MEL
    loud = power.sum(axis=1)
    power = power[loud > loud.max() * 10**-3.0]
    cepstrum = np.log(power + 1e-8) @ _COSINES
    movement = cepstrum[4:] - cepstrum[:-4] if len(cepstrum) > 8 else np.zeros((2, _KEPT - 1))
    track = np.concatenate(list(analyse([sound])))
    voiced = track[:, VOICING] > 0.5
    pitch = track[voiced, PITCH] if voiced.sum() > 3 else np.zeros(4)
    spread = np.subtract(*np.percentile(pitch, [75, 25]))
    overall = [np.median(pitch), spread, voiced.mean(), np.abs(movement).mean(), len(sound) / RATE]
    return np.concatenate(
        [cepstrum.mean(axis=0), np.log(cepstrum.std(axis=0) + 1e-6), np.log(movement.std(axis=0) + 1e-6), overall]
    )


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody who learned to tell people apart (linear discriminant analysis)."""

    mean: Matrix
    scale: Matrix
    axes: Matrix

    @classmethod
    def trained(cls, features: Matrix, people: NDArray[np.int64]) -> Judge:
        """Learn from utterances of known people."""
        mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-9
        scaled = (features - mean) / scale
        within = np.zeros((scaled.shape[1],) * 2)
        centres = []
        for person in np.unique(people):
            of_one = scaled[people == person]
            centres.append(of_one.mean(axis=0))
            within += (of_one - centres[-1]).T @ (of_one - centres[-1])
        within = within / len(scaled)
        within = (1 - _SHRUNK) * within + _SHRUNK * np.eye(len(within)) * np.trace(within) / len(within)
        values, vectors = np.linalg.eigh(within)
        whitening = vectors / np.sqrt(values)
        _, _, axes = np.linalg.svd(np.array(centres) @ whitening, full_matrices=False)
        return cls(mean, scale, whitening @ axes[: min(30, len(axes) - 1)].T)

    def likeness(self, tests: Matrix, enrolled: Matrix, *, centred: bool = True) -> Matrix:
        """Say how like each test is to each enrolled person (tests x people); each side is centred if it is of another kind."""
        one, other = ((side - self.mean) / self.scale @ self.axes for side in (tests, enrolled))
        if centred:
            one, other = one - one.mean(axis=0), other - other.mean(axis=0)
        one, other = (side / (np.linalg.norm(side, axis=1, keepdims=True) + 1e-9) for side in (one, other))
        return np.asarray(one @ other.T)


def equal_error(likeness: Matrix, people: NDArray[np.int64]) -> float:
    """Give the rate at which the judge is as often wrong about one person as about two: 0.5 is guessing."""
    own = np.zeros(likeness.shape, dtype=bool)
    own[np.arange(len(people)), people] = True
    targets, others = np.sort(likeness[own]), np.sort(likeness[~own])
    levels = np.concatenate([targets, others])
    missed = np.searchsorted(targets, levels, side="left") / len(targets)
    taken = 1.0 - np.searchsorted(others, levels, side="left") / len(others)
    at = int(np.argmin(np.abs(missed - taken)))
    return float((missed[at] + taken[at]) / 2.0)


def first_guess(likeness: Matrix, people: NDArray[np.int64]) -> float:
    """Give how often the likeliest person is the right one."""
    return float((likeness.argmax(axis=1) == people).mean())
