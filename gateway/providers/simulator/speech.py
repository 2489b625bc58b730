"""Test speech: nobody's voice. Spoken by espeak-ng where it is installed, else made of formants; the same for the same words.

`babble` never asks another program: its samples are the same on every machine, for tests that compare. Neither is language;
both have what a telephone hears in speech: pitch, vowels, pauses, a voice of its own for each number.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gateway.providers.simulator.sound import RATE, NotSound, Samples, read, to_wav

# The first three formants of five vowels, in hertz.
_VOWELS = ((730, 1090, 2440), (530, 1840, 2480), (270, 2290, 3010), (570, 840, 2410), (300, 870, 2240))
_WIDTHS = (90.0, 110.0, 170.0)
_LOUDNESS = (1.0, 0.5, 0.25)
_VOICES = ("en+m3", "en+f2", "en+m7", "en+f4", "sw+m1", "sw+f3", "tn+m5", "tn+f1")
_PEAK = 0.6 * 32767

# What a phone of the page can say without a microphone: name -> (voice, words). Made up, like the texts of the demo.
SAMPLES = {
    "beaten": (4, "Masoja arova vanhu vatatu paChirasika nhasi mangwanani. Mumwe akatyoka ruoko. Batsirai."),
    "dogs": (1, "Guards set dogs on a boy of fifteen at the fence this morning. He is at the clinic in Mukwada."),
    "river": (5, "Rwizi rwachinja ruvara. Mombe nhatu dzafa svondo rino."),
    "short": (2, "Yes. Three people."),
}

_Floats = npt.NDArray[np.float64]


def say(words: str, *, voice: int = 0) -> bytes:
    """Give words as a WAV file: spoken where espeak-ng is installed, else babble that is the same for the same words."""
    return _spoken(words, voice) or babble(words, seconds=max(1.0, len(words) / 14), voice=voice)


def babble(seed: str, *, seconds: float, voice: int = 0) -> bytes:
    """Give a WAV file of syllables without meaning, the same on every machine for the same seed."""
    return to_wav(babbled(seed, seconds=seconds, voice=voice))


def babbled(seed: str, *, seconds: float, voice: int = 0) -> Samples:
    """Give the samples of `babble`."""
    random = np.random.default_rng(int.from_bytes(hashlib.sha256(f"{voice}:{seed}".encode()).digest()[:8], "big"))
    wanted, parts, made = int(seconds * RATE), [], 0
    while made < wanted:
        parts += [_syllable(random, voice), _pause(random)]
        made += len(parts[-2]) + len(parts[-1])
    track = np.concatenate([*parts, np.zeros(0)])[:wanted]
    track = track + random.normal(0.0, 0.002, len(track))  # no line is quite silent
    loudest = float(np.max(np.abs(track), initial=1e-9))
    return (track / loudest * _PEAK).astype(np.int16)


def _syllable(random: np.random.Generator, voice: int) -> _Floats:
    """Sum the harmonics of one voice, each as loud as the vowel's formants make it, after a breath of noise."""
    length = int(random.uniform(0.11, 0.26) * RATE)
    time = np.arange(length) / RATE
    base = (105, 190, 120, 215, 95, 175, 135, 230)[voice % 8] * random.uniform(0.92, 1.1)
    pitch = base * (1 - random.uniform(-0.08, 0.14) * time / time[-1])
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    tract = 0.9 + 0.06 * (voice % 5)
    formants = np.array(_VOWELS[random.integers(len(_VOWELS))]) * tract * random.uniform(0.95, 1.05, 3)
    sound = np.zeros(length)
    for harmonic in range(1, int(0.95 * RATE / 2 / base)):
        at = harmonic * base
        loud = sum(
            weight / (1 + ((at - formant) / width) ** 2)
            for weight, formant, width in zip(_LOUDNESS, formants, _WIDTHS, strict=True)
        )
        sound += (loud + 0.01) / harmonic**0.5 * np.sin(harmonic * phase)
    breath = random.normal(0.0, 0.25, length) * np.exp(-time / 0.02)
    return (sound + breath) * np.sin(np.pi * np.linspace(0, 1, length)) ** 0.6 * random.uniform(0.6, 1.0)


def _pause(random: np.random.Generator) -> _Floats:
    """Rest between syllables, now and then as long as between words."""
    return np.zeros(int((random.uniform(0.15, 0.4) if random.random() < 0.25 else random.uniform(0.01, 0.05)) * RATE))


@lru_cache(maxsize=64)
def _spoken(words: str, voice: int) -> bytes | None:
    """Let espeak-ng say it; None where it is not installed or fails. It is told words by a pipe, never on its command line."""
    program = shutil.which("espeak-ng")
    if program is None:
        return None
    command = [program, "--stdin", "--stdout", "-v", _VOICES[voice % len(_VOICES)], "-s", "150"]
    try:
        done = subprocess.run(command, input=words.encode(), capture_output=True, timeout=20, check=True)
        return to_wav(read(done.stdout))
    except (OSError, subprocess.SubprocessError, NotSound):
        return None
