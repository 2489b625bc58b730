"""Understanding: how many words a machine that knows every possible sentence hears right. No person listened."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any

import numpy as np

from bench.voice.calls import through_a_call
from bench.voice.privacy import METHODS
from bench.voice.speech import SLOTS, espeak, sentence, voices
from handlers.voice.sound import RATE, Samples

_UP = 2  # pocketsphinx's own model is for 16 kHz, of Americans
_CLEAR = ("m1", "m2", "m3", "m4", "f1", "f2", "f3", "f4")
_DITHER = 1e-3  # perfect silence, and perfectly nothing above 4 kHz, are sounds that it was never taught


@dataclass(frozen=True, slots=True)
class Understanding:
    """How many of the words were missed, in a quiet room and over a call."""

    method: str
    words: int
    missed: float
    missed_in_a_call: float


def not_measured() -> str | None:
    """Say why it cannot be measured here, if so."""
    if espeak() is None:
        return "espeak-ng is not installed (apt install espeak-ng), and our own formants say no words"
    try:
        _listener()
    except ImportError:
        return "pocketsphinx is not installed (.venv/bin/python -m pip install pocketsphinx)"
    return None


def measure(method: str, speakers: int, sentences: int, seed: int, tick: Callable[[], None]) -> Understanding:
    """Have some voices say some sentences, and count what is heard."""
    random, listener, change = np.random.default_rng(seed), _listener(), METHODS[method]
    said = missed = missed_in_a_call = 0
    for number, one in enumerate(voices(speakers, random)):
        voice = replace(one, accent="en-us", variant=_CLEAR[number % len(_CLEAR)], speed=int(random.integers(125, 150)))
        for _ in range(sentences):
            words = sentence(random)
            spoken = voice.say(" ".join(words), random)
            called = through_a_call(spoken, random)
            said += len(words)
            missed += _errors(words, _heard(listener, change(spoken, random)))
            missed_in_a_call += _errors(words, _heard(listener, change(called, random)))
        tick()
    return Understanding(method, said, missed / said, missed_in_a_call / said)


def _listener() -> Any:
    # Not among the test tools: its version 5.1.1 has no wheel for Python 3.12, and nothing is ever compiled here.
    from pocketsphinx import Decoder

    listener = Decoder(lm=None, loglevel="FATAL", samprate=16000.0)
    slots = " ".join(f"( {' | '.join(slot)} )" for slot in SLOTS)
    listener.add_jsgf_string("tip", f"#JSGF V1.0; grammar tip; public <tip> = {slots} ;")
    listener.activate_search("tip")
    return listener


def _heard(listener: Any, sound: Samples) -> list[str]:
    padded = np.pad(sound / max(0.01, 2.0 * float(np.abs(sound).max())), RATE // 4)
    wide = _UP * np.fft.irfft(np.pad(np.fft.rfft(padded), (0, (_UP - 1) * len(padded) // 2)), _UP * len(padded))
    wide += np.random.default_rng(len(sound)).standard_normal(len(wide)) * _DITHER
    raw = (wide * 30000).astype("<i2").tobytes()
    with redirect_stderr(StringIO()):
        listener.start_utt()
        listener.process_raw(raw, full_utt=True)
        listener.end_utt()
    found = listener.hyp()
    return str(found.hypstr).split() if found else []


def _errors(said: tuple[str, ...], heard: list[str]) -> int:
    """Count words that were missed, taken for others, or made up (Levenshtein's distance)."""
    row = list(range(len(heard) + 1))
    for index, word in enumerate(said, 1):
        previous, row[0] = row[0], index
        for at, other in enumerate(heard, 1):
            previous, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, previous + (word != other))
    return row[-1]


if __name__ == "__main__":
    sys.exit(not_measured() or 0)
