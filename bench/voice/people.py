"""People that were never born: voices by formant synthesis, for tests, and for benches where there is no espeak-ng.

Each has a pitch, a vocal tract, a tilt and a pace of their own, and says sentences of vowels and consonants in a random order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from handlers.voice.sound import RATE, Samples

_FRAME, _HOP = 256, 64
_BINS = np.fft.rfftfreq(_FRAME, 1.0 / RATE)
_WINDOW = np.sqrt(np.hanning(_FRAME + 1)[:-1] / 2.0)
# First four formants of five vowels, and of consonants as they are heard: (formants, how voiced, how loud)
_SOUNDS = (
    ((730, 1090, 2440, 3400), 1.0, 1.0),
    ((530, 1840, 2480, 3500), 1.0, 0.9),
    ((270, 2290, 3010, 3600), 1.0, 0.7),
    ((570, 840, 2410, 3300), 1.0, 0.9),
    ((300, 870, 2240, 3300), 1.0, 0.7),
    ((250, 1200, 2200, 3200), 1.0, 0.25),  # m, n
    ((400, 1600, 2600, 3500), 0.1, 0.30),  # s
    ((350, 1700, 2500, 3300), 0.1, 0.20),  # sh
    ((300, 1400, 2400, 3300), 0.6, 0.05),  # stops
)
_VOWELS = 5


@dataclass(frozen=True, slots=True)
class Person:
    """Nobody: what they would have been known by."""

    pitch: float  # Hz
    liveliness: float  # log Hz that the pitch moves
    tract: float  # all formants times this
    tilt: float  # dB an octave
    pace: float  # sounds a second
    habits: NDArray[np.float64]  # each sound's formants, as this person has them


def invent(random: np.random.Generator) -> Person:
    """Make up a person."""
    is_high = random.uniform() < 0.5
    return Person(
        pitch=float(random.uniform(170, 250) if is_high else random.uniform(90, 150)),
        liveliness=float(random.uniform(0.06, 0.22)),
        tract=float(random.uniform(1.02, 1.22) if is_high else random.uniform(0.88, 1.04)),
        tilt=float(random.uniform(-9, -3)),
        pace=float(random.uniform(8, 13)),
        habits=random.uniform(0.93, 1.07, (len(_SOUNDS), 4)),
    )


def say(person: Person, random: np.random.Generator, *, seconds: float = 4.0) -> Samples:
    """Have them say something new, about so long."""
    frames = int(seconds * RATE / _HOP)
    formants, voiced, loud = _sentence(person, random, frames)
    knots = np.arange(0, frames + 60, 60)
    melody = np.interp(np.arange(frames), knots, random.normal(0, 1, len(knots)))
    pitch = person.pitch * np.exp(person.liveliness * melody)
    noise = random.standard_normal(frames * _HOP + _FRAME)
    pulses = np.zeros(frames * _HOP + _FRAME)
    phase = np.cumsum(np.repeat(pitch / RATE, _HOP))
    beats = np.flatnonzero(np.diff(np.floor(phase), prepend=0.0) > 0)
    pulses[beats] = np.sqrt(RATE / np.repeat(pitch, _HOP)[beats])
    spectrum = _spectra(pulses)[:frames] * np.sqrt(voiced)[:, np.newaxis]
    spectrum = (spectrum + _spectra(noise)[:frames] * np.sqrt(1.0 - voiced * 0.97)[:, np.newaxis]) * _envelope(person, formants)
    pieces = np.fft.irfft(spectrum * loud[:, np.newaxis], _FRAME) * _WINDOW
    made = np.zeros(frames * _HOP + _FRAME)
    for index, piece in enumerate(pieces):
        made[index * _HOP : index * _HOP + _FRAME] += piece
    return np.asarray(0.5 * made / np.abs(made).max(), dtype=np.float32)


def _sentence(
    person: Person, random: np.random.Generator, frames: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Choose sounds, with a pause now and then, and slide from one to the next."""
    places, shapes, voiced, loud, at = [0.0], [np.array(_SOUNDS[0][0], dtype=float)], [1.0], [0.0], 6.0
    while at < frames:
        index = int(random.integers(_VOWELS)) if len(places) % 2 else int(random.integers(_VOWELS, len(_SOUNDS)))
        shape, is_voiced, level = _SOUNDS[index]
        is_pause = random.uniform() < 0.06
        places.append(at)
        shapes.append(np.array(shape) * person.habits[index])
        voiced.append(is_voiced)
        loud.append(0.0 if is_pause else level * random.uniform(0.6, 1.0))
        at += RATE / _HOP / person.pace * random.uniform(0.6, 1.4) * (3.0 if is_pause else 1.0)
    grid, rows = np.arange(frames), np.array(shapes)
    formants = np.stack([np.interp(grid, places, rows[:, which]) for which in range(4)], axis=1)
    return formants * person.tract, np.interp(grid, places, voiced), np.interp(grid, places, loud)


def _envelope(person: Person, formants: NDArray[np.float64]) -> NDArray[np.float64]:
    width = 60.0 + 0.06 * formants[:, :, np.newaxis]
    peaks = 1.0 / (1.0 + ((_BINS - formants[:, :, np.newaxis]) / width) ** 2)
    tilt = 10.0 ** (person.tilt * np.log2(np.maximum(_BINS, 60.0) / 300.0) / 20.0)
    return np.asarray((peaks.sum(axis=1) + 0.02) * tilt)


def _spectra(line: NDArray[np.float64]) -> NDArray[np.complex128]:
    return np.fft.rfft(sliding_window_view(line, _FRAME)[::_HOP] * _WINDOW)
