"""Calls: what a line does to speech. Each utterance gets its own, so that no microphone or room stands in for a speaker."""

from __future__ import annotations

import numpy as np

from handlers.voice.sound import RATE, Samples


def through_a_call(sound: Samples, random: np.random.Generator) -> Samples:
    """Give it as a telephone far away would: coloured, narrow, noisy, at some level, in mu-law."""
    length = len(sound)
    spectrum = np.fft.rfft(sound)
    frequency = np.fft.rfftfreq(length, 1.0 / RATE)
    knots = np.linspace(0.0, 4000.0, 9)
    decibels = np.interp(frequency, knots, random.uniform(-3.0, 3.0, 9)) + random.uniform(-2.0, 2.0) * np.log2(
        np.maximum(frequency, 100.0) / 1000.0
    )
    low, high = random.uniform(150.0, 320.0), random.uniform(3300.0, 3750.0)
    band = 1.0 / np.sqrt((1.0 + (low / np.maximum(frequency, 1.0)) ** 8) * (1.0 + (frequency / high) ** 20))
    shaped = np.fft.irfft(spectrum * band * 10.0 ** (decibels / 20.0), length)
    hiss = np.fft.irfft(np.fft.rfft(random.standard_normal(length)) * band / np.sqrt(1.0 + (frequency / 800.0) ** 2), length)
    loud = np.sqrt(np.square(shaped).mean())
    hiss *= loud / np.sqrt(np.square(hiss).mean()) * 10.0 ** (-random.uniform(20.0, 34.0) / 20.0)
    made = shaped + hiss
    made *= random.uniform(0.25, 0.8) / np.abs(made).max()
    return _mu_law(made)


def _mu_law(sound: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Samples:
    """Round as a telephone exchange does."""
    coded = np.round(127.0 * np.sign(sound) * np.log1p(255.0 * np.abs(sound)) / np.log(256.0)) / 127.0
    return np.asarray(np.sign(coded) * (256.0 ** np.abs(coded) - 1.0) / 255.0, dtype=np.float32)
