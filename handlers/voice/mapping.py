"""Mapping: the track of the speaker becomes that of the stranger, frame by frame, with wandering changes that never repeat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from handlers.voice.analysis import PITCH, VOICING
from handlers.voice.bands import BANDS, CENTRES, CENTRES_MEL, FRAMES_A_SECOND, MEL_STEP, Array, decibel, mel
from handlers.voice.curves import Slow
from handlers.voice.speaker import Speaker, smooth
from handlers.voice.stranger import Stranger

# A mapped track is rows of this: the bands' new log energies, then:
VOICED = BANDS  # 0 noise .. 1 a tone
MELODY = BANDS + 1  # how high above or below the speaker's usual pitch, in spreads
OPEN = BANDS + 2  # 0 a pause .. 1 speech
LASTS = BANDS + 3  # how many frames it lasts in the output

MARGIN = 20  # frames before and after that a frame is seen with
_PAUSE = 19  # frames at each end of a pause that keep their length: 0.15 s
_LOUDNESSES = tuple(decibel(level) for level in (-22.0, -9.0, 0.0))
_SOFTEST, _LOUDEST = decibel(-30.0), decibel(3.0)
_CLOSED = decibel(-36.0)
_EDGE = decibel(3.0)  # the gate opens within so much
_MOST = 6.0  # what lies further out is a click
_MELODIC = 25  # frames that a melody is smoothed over
_SHORTER, _SHORTER_REACH = 0.64, 0.46  # logarithms: pauses become 1.2 to 3 times as short


class Mapper:
    """Maps one recording from its beginning to its end."""

    def __init__(self, random: np.random.Generator, speaker: Speaker, stranger: Stranger) -> None:
        self._speaker, self._stranger = speaker, stranger
        self._contrast = Slow(random, 1.0, 0.1)
        self._drift = Slow(random, 1.2, 0.05)
        self._wobbles = (Slow(random, 0.3, decibel(2.0)), Slow(random, 2.0, decibel(2.0)))
        self._jitter = Slow(random, 0.25, 0.4, width=BANDS)
        self._tempos = (Slow(random, 0.7, 0.12), Slow(random, 0.18, 0.10))
        self._pauses = Slow(random, 1.5, _SHORTER_REACH)

    def map(self, track: Iterable[Array]) -> Iterator[Array]:
        """Give the mapped track, in pieces as long as those that come."""
        for piece in with_margins(track, MARGIN):
            yield self._map(piece)

    def _map(self, wide: Array) -> Array:
        inner = slice(MARGIN, len(wide) - MARGIN)
        levels = wide[:, :BANDS]
        energy = levels.mean(axis=1)
        is_open = 1.0 / (1.0 + np.exp(np.clip((self._speaker.gate - smooth(levels.max(axis=1))) * 2.0 / _EDGE, -50.0, 50.0)))
        voiced = self._voiced(wide[:, VOICING]) * is_open
        rows = np.zeros((len(wide) - 2 * MARGIN, BANDS + 4), dtype=np.float32)
        open_rows = is_open[inner]
        shape = self._shape((levels - energy[:, np.newaxis])[inner]) * open_rows[:, np.newaxis]
        loud = self._loudness(smooth(energy)[inner], open_rows)
        rows[:, :BANDS] = self._stepped(shape + loud[:, np.newaxis])
        rows[:, VOICED] = voiced[inner]
        rows[:, MELODY] = self._melody(wide)
        rows[:, OPEN] = open_rows
        rows[:, LASTS] = self._lasts(is_open, voiced[inner])
        return rows

    def _voiced(self, voicing: Array) -> Array:
        return np.asarray(np.clip((voicing - np.float32(0.35 + self._stranger.doubt)) / np.float32(0.3), 0.0, 1.0))

    def _shape(self, shape: Array) -> Array:
        """Move the shapes of the spectrum to the stranger's, and along the frequencies."""
        moved = np.clip((shape - self._speaker.mean) @ self._stranger.shape.T, -_MOST, _MOST)
        moved *= self._stranger.contrast * np.exp(self._contrast.read(len(shape)))
        shift = self._stranger.warp + self._drift.read(len(shape))
        place = np.clip((mel(CENTRES * np.exp(-shift)) - CENTRES_MEL[0]) / MEL_STEP, 0.0, BANDS - 1.0)
        lower = np.minimum(place.astype(int), BANDS - 2)
        part = place - lower
        low, high = (np.take_along_axis(moved, lower + step, axis=1) for step in (0, 1))
        return np.asarray(low * (1.0 - part) + high * part, dtype=np.float32)

    def _loudness(self, energy: Array, is_open: Array) -> Array:
        """Give every recording the same loudnesses: how far it was from the microphone, and its room, are gone."""
        points = np.add(self._speaker.energies, (0.0, 1e-3, 2e-3))  # rising, even where all are one
        mapped = np.interp(energy, points, _LOUDNESSES)
        below, above = np.minimum(energy - points[0], 0.0), np.maximum(energy - points[2], 0.0)
        mapped = np.clip(mapped + below + above, _SOFTEST, _LOUDEST)
        wobble = sum(curve.line(len(energy)) for curve in self._wobbles)
        return np.asarray(is_open * mapped + (1.0 - is_open) * _CLOSED + wobble, dtype=np.float32)

    def _stepped(self, levels: Array) -> Array:
        """Round to steps of 4 dB, after a jitter that differs from band to band: finer differences are a fingerprint."""
        jittered = levels + self._jitter.read(len(levels)) + self._stranger.colour - self._stranger.offsets
        return np.asarray(np.round(jittered) + self._stranger.offsets, dtype=np.float32)

    def _melody(self, wide: Array) -> Array:
        """Say how high the voice is beside its own usual height, smoothly, and nought where it is not voiced."""
        mean, spread = self._speaker.pitch
        is_sure = (wide[:, VOICING] > 0.5).astype(np.float32)
        height = np.clip((wide[:, PITCH] - mean) / spread, -2.5, 2.5) * is_sure
        half = _MELODIC // 2
        seen = slice(MARGIN - half, len(wide) - MARGIN + half)
        total, weight = (np.convolve(line[seen], np.ones(_MELODIC), mode="valid") for line in (height, is_sure))
        return np.asarray(total / (weight + 2.0), dtype=np.float32)

    def _lasts(self, is_open: Array, voiced: Array) -> Array:
        """Draw how long each frame lasts: rhythm tells people apart as pitch does."""
        count = len(voiced)
        general, of_voiced, of_unvoiced = self._stranger.tempo
        rate = general + of_voiced * voiced + of_unvoiced * (1.0 - voiced) + sum(curve.line(count) for curve in self._tempos)
        closed = (is_open < 0.5).astype(np.float32)
        around = slice(MARGIN - _PAUSE, len(is_open) - MARGIN + _PAUSE)
        is_inside = sliding_window_view(closed[around], 2 * _PAUSE + 1).min(axis=1) > 0.0
        rate = rate + np.where(is_inside, _SHORTER + self._pauses.line(count), 0.0)
        return np.exp(-rate).astype(np.float32)


def with_margins(track: Iterable[Array], margin: int) -> Iterator[Array]:
    """Give each piece with so many rows before and after it; the first and last rows stand in for what is not there."""
    held: Array | None = None  # what was given last as margin before, and all that is not given yet
    for piece in track:
        if not len(piece):
            continue
        held = np.concatenate([np.repeat(piece[:1], margin, axis=0) if held is None else held, piece])
        if len(held) > 2 * margin:
            yield held
            held = held[-2 * margin :]
    if held is not None:
        yield np.concatenate([held, np.repeat(held[-1:], margin, axis=0)])


def seconds_of(frames: float) -> float:
    """Give the seconds that so many frames last."""
    return frames / FRAMES_A_SECOND
