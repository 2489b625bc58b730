"""Speech of nobody: by espeak-ng where it is installed, by our own formants where it is not."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass

import numpy as np

from bench.voice.people import Person, invent, say
from handlers.voice.decoding import decode
from handlers.voice.sound import Samples
from handlers.voice.terms import Limits

# Eight places in a sentence, each with words that sound unlike each other: the grammar that the listening machine knows.
SLOTS = (
    ("soldiers", "miners", "police", "farmers", "guards"),
    ("followed", "attacked", "chased", "stopped", "robbed"),
    ("seven", "twenty", "four", "nine", "sixty"),
    ("women", "brothers", "children", "traders", "drivers"),
    ("near", "behind", "inside", "across", "below"),
    ("river", "market", "school", "mountain", "bridge"),
    ("monday", "thursday", "saturday", "wednesday", "yesterday"),
    ("morning", "evening", "midnight", "afternoon", "daybreak"),
)
_ACCENTS = ("en-gb", "en-us", "en-gb-scotland", "en-gb-x-rp", "en-029")
_VARIANTS = ("m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5")
_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who can be asked to say something."""

    accent: str
    variant: str
    pitch: int
    speed: int
    person: Person  # who speaks where there is no espeak-ng

    def say(self, words: str, random: np.random.Generator) -> Samples:
        """Say these words; without espeak-ng, something else that takes as long."""
        program = espeak()
        if program is None:
            return say(self.person, random, seconds=0.4 * (1 + words.count(" ")))
        command = [program, "-v", f"{self.accent}+{self.variant}", "-p", str(self.pitch), "-s", str(self.speed), "--stdout"]
        spoken = subprocess.run(command, input=words.encode(), capture_output=True, check=True).stdout
        return np.concatenate(list(decode(spoken, limits=_LIMITS)))


def espeak() -> str | None:
    """Find espeak-ng."""
    return shutil.which("espeak-ng")


def voices(count: int, random: np.random.Generator) -> list[Voice]:
    """Give so many, no two alike."""
    kinds = [(accent, variant) for accent in _ACCENTS for variant in _VARIANTS]
    order = random.permutation(len(kinds))
    made = []
    for number in range(count):
        accent, variant = kinds[order[number % len(kinds)]]
        pitch, speed = int(random.integers(20, 81)), int(random.integers(140, 186))
        made.append(Voice(accent, variant, pitch, speed, invent(random)))
    return made


def sentence(random: np.random.Generator) -> tuple[str, ...]:
    """Choose one word for each place."""
    return tuple(str(random.choice(slot)) for slot in SLOTS)
