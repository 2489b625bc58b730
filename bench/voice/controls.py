"""Controls: the disguises that are usual, to see that the judge recognises people through them. The product uses none of them."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from handlers.voice.sound import RATE, Samples

_FRAME, _HOP = 512, 128
_WINDOW = np.hanning(_FRAME + 1)[:-1]
_ORDER, _SHORT, _STEP = 14, 256, 64


def pitch_shift(sound: Samples, semitones: float) -> Samples:
    """Speak higher or lower: stretched without a change of pitch, then played faster."""
    ratio = 2.0 ** (semitones / 12.0)
    stretched = _stretched(np.pad(sound, _FRAME), ratio)
    place = np.arange(int(len(stretched) / ratio)) * ratio
    made = np.interp(place, np.arange(len(stretched)), stretched)[_FRAME : _FRAME + len(sound)]
    return np.asarray(np.clip(made, -1, 1), dtype=np.float32)


def _stretched(sound: Samples, ratio: float) -> NDArray[np.float64]:
    """Make it so many times as long, by a phase vocoder."""
    step = _HOP / ratio
    starts = np.arange(0, len(sound) - _FRAME - _HOP, step).astype(int)
    views = sliding_window_view(sound, _FRAME)
    now, before = (np.fft.rfft(views[at] * _WINDOW) for at in (starts + _HOP, starts))
    turn = np.angle(now) - np.angle(before)
    phase = np.angle(before[0]) + np.concatenate([np.zeros((1, turn.shape[1])), turn[:-1].cumsum(axis=0)])
    pieces = np.fft.irfft(np.abs(before) * np.exp(1j * phase), _FRAME) * _WINDOW
    made = np.zeros(len(pieces) * _HOP + _FRAME)
    for index, piece in enumerate(pieces):
        made[index * _HOP : index * _HOP + _FRAME] += piece
    return made / 1.5


def mcadams(sound: Samples, alpha: float) -> Samples:
    """Move the resonances of the throat by McAdams's coefficient: the second baseline of the VoicePrivacy challenge."""
    padded = np.pad(sound.astype(np.float64), _SHORT)
    frames = sliding_window_view(padded, _SHORT)[::_STEP] * np.sqrt(np.hanning(_SHORT + 1)[:-1] / 2.0)
    poles = _poles(frames)
    angle = np.angle(poles)
    moved = np.abs(poles) * np.exp(1j * np.sign(angle) * np.where(np.abs(angle) > 1e-3, np.abs(angle) ** alpha, np.abs(angle)))
    grid = np.exp(-1j * np.linspace(0.0, np.pi, _SHORT + 1))  # of a transform twice as long: room for the echo
    old, new = (np.prod(1.0 - which[:, np.newaxis, :] * grid[:, np.newaxis], axis=2) for which in (poles, moved))
    pieces = np.fft.irfft(np.fft.rfft(frames, 2 * _SHORT) * old / new)[:, :_SHORT] * np.sqrt(np.hanning(_SHORT + 1)[:-1] / 2.0)
    made = np.zeros(len(pieces) * _STEP + _SHORT)
    for index, piece in enumerate(pieces):
        made[index * _STEP : index * _STEP + _SHORT] += piece
    made = made[_SHORT : _SHORT + len(sound)]
    made *= np.sqrt(np.square(sound).sum() / max(np.square(made).sum(), 1e-9))
    return np.asarray(np.clip(made, -1, 1), dtype=np.float32)


def _poles(frames: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Find the resonances of each frame by linear prediction."""
    power = np.abs(np.fft.rfft(frames, 2 * _SHORT)) ** 2
    lags = np.fft.irfft(power)[:, : _ORDER + 1]
    lags[:, 0] = lags[:, 0] * 1.0001 + 1e-9
    index = np.abs(np.arange(_ORDER)[:, np.newaxis] - np.arange(_ORDER))
    predictor = np.linalg.solve(lags[:, index], lags[:, 1:, np.newaxis])[:, :, 0]
    companion = np.zeros((len(frames), _ORDER, _ORDER))
    companion[:, 0, :] = predictor
    companion[:, np.arange(1, _ORDER), np.arange(_ORDER - 1)] = 1.0
    return np.asarray(np.linalg.eigvals(companion))


assert RATE == 8000  # the orders above are for it
