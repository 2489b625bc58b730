"""Synthesis: sound from a track, by pulses and noise that never were in anybody's throat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from handlers.voice.bands import BANDS, BINS, FRAME, HOP, Array, spread
from handlers.voice.curves import Slow
from handlers.voice.mapping import MELODY, VOICED
from handlers.voice.matrices import root
from handlers.voice.sound import RATE, Samples
from handlers.voice.stranger import Stranger
from handlers.voice.terms import Strength

_LOUD = 0.22  # root mean square of a loud frame: leaves room for its peaks
_KEPT = FRAME - HOP
_WINDOW = np.sqrt(np.hanning(FRAME + 1)[:-1] / 2.0).astype(np.float32)  # squared and overlapped four times, it sums to one
_SPREAD = spread()
_PER_SPREAD = 0.10  # log Hz of melody for one spread of the speaker's
_WANDER_BESIDE_MELODY = 0.4
_SAMPLE = 4000  # frames that the loudness of a stranger is reckoned from


class Synthesiser:
    """Makes one recording's sound from its beginning to its end."""

    def __init__(
        self, random: np.random.Generator, noise: np.random.Generator, stranger: Stranger, *, strength: Strength, tone: float
    ) -> None:
        self._noise, self._pitch, self._tone = noise, stranger.pitch, tone
        self._is_whisper = strength == "strong"
        self._wander = (Slow(random, 0.45, 0.10), Slow(random, 0.12, 0.015))
        self._gain = np.float32(_LOUD / np.sqrt(_power(random, stranger)))
        self._phase = float(random.uniform())
        self._pulses = np.zeros(_KEPT, dtype=np.float32)
        self._hiss = np.zeros(_KEPT, dtype=np.float32)
        self._tail = np.zeros(_KEPT, dtype=np.float32)

    def sound(self, track: Iterable[Array]) -> Iterator[Samples]:
        """Give the sound of a track, as long as its frames; it begins with the middle of the first."""
        early = FRAME // 2
        for rows in track:
            made = self._make(rows)
            yield made[early:]
            early = max(0, early - len(made))
        yield self._finish(self._tail[early : FRAME // 2])

    def _make(self, rows: Array) -> Samples:
        envelope = np.exp(rows[:, :BANDS] @ _SPREAD * np.float32(0.5))
        voiced = rows[:, VOICED : VOICED + 1] * np.float32(0.0 if self._is_whisper else 1.0)
        share = voiced / (1.0 + np.exp((BINS.astype(np.float32) - 800.0 - 1800.0 * voiced) / np.float32(250.0)))
        spectrum = self._hissing(len(rows)) * np.sqrt(1.0 - share)
        if not self._is_whisper:
            spectrum += self._pulsing(rows[:, MELODY]) * np.sqrt(share)
        pieces = np.fft.irfft(spectrum * envelope, FRAME) * _WINDOW
        return self._finish(self._overlapped(pieces.astype(np.float32)))

    def _hissing(self, frames: int) -> NDArray[np.complex64]:
        new = self._noise.standard_normal(frames * HOP, dtype=np.float32)
        line = np.concatenate([self._hiss, new])
        self._hiss = line[-_KEPT:]
        return np.fft.rfft(sliding_window_view(line, FRAME)[::HOP] * _WINDOW).astype(np.complex64)

    def _pulsing(self, melody: Array) -> NDArray[np.complex64]:
        """Beat the pulses, each so high that the train is as loud as the noise, and between two samples where it falls there."""
        wander = sum(curve.line(len(melody)) for curve in self._wander)
        if self._tone > 0.0:
            wander = _WANDER_BESIDE_MELODY * wander + self._tone * _PER_SPREAD * melody
        pace = np.repeat(self._pitch * np.exp(wander) / RATE, HOP).astype(np.float64)
        phase = self._phase + pace.cumsum()
        beats = np.flatnonzero(np.diff(np.floor(phase), prepend=np.floor(self._phase)) > 0.0)
        self._phase = float(phase[-1] % 1.0)
        late = (phase[beats] % 1.0) / pace[beats]
        height = np.sqrt(1.0 / pace[beats])
        line = np.concatenate([self._pulses, np.zeros(len(pace), dtype=np.float32)])
        np.add.at(line, _KEPT + beats, (height * (1.0 - late)).astype(np.float32))
        np.add.at(line, _KEPT + beats - 1, (height * late).astype(np.float32))
        self._pulses = line[-_KEPT:]
        return np.fft.rfft(sliding_window_view(line, FRAME)[::HOP] * _WINDOW).astype(np.complex64)

    def _overlapped(self, pieces: Array) -> Samples:
        made = np.zeros(len(pieces) * HOP + _KEPT, dtype=np.float32)
        made[:_KEPT] = self._tail
        in_hops = made.reshape(-1, HOP)
        for hop in range(FRAME // HOP):
            in_hops[hop : hop + len(pieces)] += pieces[:, hop * HOP : (hop + 1) * HOP]
        self._tail = made[-_KEPT:]
        return made[:-_KEPT]

    def _finish(self, made: Samples) -> Samples:
        return np.asarray(np.tanh(made * self._gain) * np.float32(0.98), dtype=np.float32)


def _power(random: np.random.Generator, stranger: Stranger) -> float:
    """Reckon the mean power of a stranger's loud frames, so that all strangers are equally loud."""
    drawn = (random.standard_normal((_SAMPLE, BANDS)) @ root(stranger.covariance)[0]).clip(-6.0, 6.0)
    return float(np.exp((drawn + stranger.colour) @ _SPREAD).mean())
