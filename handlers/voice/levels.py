"""Levels: whether a prompt that a speaker recorded can be understood on a telephone, and the prompt made fit to be played."""

from __future__ import annotations

import wave
from io import BytesIO

import numpy as np

from handlers.voice.decoding import decode
from handlers.voice.sound import RATE, Samples
from handlers.voice.terms import PROMPT_LIMITS, Limits, Prompt

_SHORTEST, _LONGEST = 0.3, 60.0  # seconds
_PIECE = RATE // 50
_SPEECH = 10 ** (-26 / 20)  # beside its loud parts; what is softer is a pause
_TOO_QUIET = 10 ** (-45 / 20)  # of full scale: brought up from there, its noise would be as loud as its words
_CLIPPED = 0.995
_FLAT = 0.002  # a share of samples at full scale beyond this is heard as rasping
_LOUDNESS, _PEAK = 10 ** (-19 / 20), 10 ** (-1.5 / 20)  # of full scale: as loud as the networks' own voices


def check_prompt(data: bytes, *, limits: Limits = PROMPT_LIMITS) -> tuple[str, ...]:
    """Say what is wrong with a recorded prompt: `too_short`, `too_long`, `too_quiet`, `clipped`; nothing if it is good.

    Raise `SoundError` if it is no sound at all.
    """
    return prepare_prompt(data, limits=limits).faults


def normalise_prompt(data: bytes, *, limits: Limits = PROMPT_LIMITS) -> bytes:
    """Give it as every provider plays it, as loud as all others: WAV, 8 kHz, one channel, 16 bits, and nothing but sound."""
    return prepare_prompt(data, limits=limits).wav


def prepare_prompt(data: bytes, *, limits: Limits = PROMPT_LIMITS) -> Prompt:
    """Do both."""
    sound = np.concatenate(list(decode(data, limits=limits)))
    sound -= sound.mean()
    seconds = round(len(sound) / RATE, 2)
    loudness, peak = _loudness(sound), float(np.abs(sound).max(initial=0.0))
    gain = min(_LOUDNESS / loudness, _PEAK / peak) if loudness > 0.0 else 0.0
    return Prompt(wav=_wav(sound * np.float32(gain)), seconds=seconds, faults=_faults(sound, seconds, loudness))


def _faults(sound: Samples, seconds: float, loudness: float) -> tuple[str, ...]:
    found = {
        "too_short": seconds < _SHORTEST,
        "too_long": seconds > _LONGEST,
        "too_quiet": loudness < _TOO_QUIET,
        "clipped": float((np.abs(sound) >= _CLIPPED).mean()) > _FLAT if len(sound) else False,
    }
    return tuple(fault for fault, is_so in found.items() if is_so)


def _loudness(sound: Samples) -> float:
    """Give the root mean square of what is spoken, pauses left out."""
    whole = len(sound) // _PIECE * _PIECE
    if not whole:
        return float(np.sqrt(np.square(sound).mean())) if len(sound) else 0.0
    power = np.square(sound[:whole].reshape(-1, _PIECE)).mean(axis=1)
    loud = np.quantile(power, 0.95)
    return float(np.sqrt(power[power >= loud * _SPEECH**2].mean()))


def _wav(sound: Samples) -> bytes:
    written = BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(sound * 32767.0).astype("<i2").tobytes())
    return written.getvalue()
