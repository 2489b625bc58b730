"""Analysis: what is kept of a voice: a coarse spectrum every 8 ms, how voiced it is, and, if asked, how high."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from handlers.voice.bands import BANDS, FRAME, HOP, QUIETEST, Array, filters
from handlers.voice.sound import RATE, Samples, in_blocks_of

# A track is rows of this: the bands' log energies, then:
VOICING = BANDS  # 0 noise .. 1 a perfect period
PITCH = BANDS + 1  # log Hz, meaningless where nothing is voiced
COLUMNS = BANDS + 2

FRAMES_AT_ONCE = 1024  # eight seconds: fits a processor's cache
_WIDE = 320  # 40 ms: three periods of the deepest voice
_FOURIER = 512
_LAGS = np.arange(RATE // 400, RATE // 70 + 1)
_DOUBLING = (0.06 * np.log2(_LAGS / _LAGS[0])).astype(np.float32)  # two periods are as like each other as one: the shorter counts
_HUM = 60.0  # Hz below which nothing is speech

_WINDOW = np.hanning(FRAME + 1)[:-1].astype(np.float32)
_WIDE_WINDOW = np.hanning(_WIDE + 1)[:-1].astype(np.float32)
_FILTERS = filters() * np.float32(2.0 / (FRAME * np.square(_WINDOW).sum()))  # so that the bands of a sound sum to its mean square
_OWN = np.fft.irfft(np.abs(np.fft.rfft(_WIDE_WINDOW, _FOURIER)) ** 2)
_OWN = (_OWN / _OWN[0]).astype(np.float32)  # the window's own share in every autocorrelation
_HUMMING = np.fft.rfftfreq(_FOURIER, 1.0 / RATE) < _HUM


def analyse(blocks: Iterable[Samples], *, with_voicing: bool = True) -> Iterator[Array]:
    """Give the track of a sound, some seconds at a time, however its blocks are cut."""
    size = FRAMES_AT_ONCE * HOP
    rest = np.zeros(0, dtype=np.float32)
    for block in in_blocks_of(size, blocks):
        if not len(rest):
            rest = np.repeat(block[:1], _WIDE // 2)  # not nought: a constant would begin with a click
        rest = np.concatenate([rest, block])
        if len(block) == size:
            ready = (len(rest) - _WIDE) // HOP + 1
            yield _track(rest, ready, with_voicing=with_voicing)
            rest = rest[ready * HOP :]
    left = -(-(len(rest) - _WIDE // 2) // HOP)
    if left > 0:
        yield _track(np.concatenate([rest, np.repeat(rest[-1:], _WIDE)]), left, with_voicing=with_voicing)


def _track(samples: Samples, frames: int, *, with_voicing: bool) -> Array:
    track = np.zeros((frames, COLUMNS), dtype=np.float32)
    wide = sliding_window_view(samples, _WIDE)[::HOP][:frames]
    inner = (_WIDE - FRAME) // 2
    spectrum = np.fft.rfft(wide[:, inner : inner + FRAME] * _WINDOW)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    track[:, :BANDS] = np.log(power @ _FILTERS + np.float32(QUIETEST))
    if with_voicing:
        track[:, VOICING], track[:, PITCH] = _voicing(wide)
    return track


def _voicing(wide: Array) -> tuple[Array, Array]:
    """Find the highest peak of the autocorrelation where the period of a voice may be."""
    spectrum = np.fft.rfft(wide * _WIDE_WINDOW, _FOURIER)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    power[:, _HUMMING] = 0.0
    correlation = np.fft.irfft(power)[:, : _LAGS[-1] + 2]
    correlation /= _OWN[: _LAGS[-1] + 2] * (correlation[:, :1] + np.float32(1e-9))
    at = (correlation[:, _LAGS] - _DOUBLING).argmax(axis=1) + _LAGS[0]
    index = np.arange(len(wide))
    left, peak, right = (correlation[index, at + step] for step in (-1, 0, 1))
    bend = np.minimum(left - 2.0 * peak + right, np.float32(-1e-6))
    between = np.clip(0.5 * (left - right) / bend, -0.5, 0.5)
    return np.clip(peak, 0.0, 1.0), np.log(RATE / (at + between)).astype(np.float32)
