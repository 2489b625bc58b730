"""Privacy: how well a judge knows people again before and after each disguise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.voice.calls import through_a_call
from bench.voice.controls import mcadams, pitch_shift
from bench.voice.judge import Judge, describe, equal_error, first_guess
from bench.voice.speech import sentence, voices
from handlers.voice.disguise import disguise
from handlers.voice.sound import Samples
from handlers.voice.terms import Strength

Change = Callable[[Samples, np.random.Generator], Samples]
Features = NDArray[np.float64]  # people x utterances x measures

_PITCHES = (-5.0, -4.0, -3.0, -2.0, 2.0, 3.0, 4.0, 5.0)
_ALPHAS = (1.1, 1.25, 1.4, 1.6, 1.8)


@dataclass(frozen=True, slots=True)
class Size:
    """How many people, of whom so many are the judge's to learn from, and how much each says."""

    people: int
    known: int
    utterances: int

    @property
    def suspects(self) -> int:
        """Those whom the judge has to tell apart, and has never heard before."""
        return self.people - self.known


FULL, QUICK = Size(61, 41, 8), Size(31, 19, 4)


@dataclass(frozen=True, slots=True)
class Privacy:
    """What the judge achieved: equal error (0.5: guessing) and how often the first guess was right."""

    method: str
    ignorant: tuple[float, float]  # knows people's natural speech, and nothing of the disguise
    undone: tuple[float, float]  # the same, after trying to undo it by every pitch and every shift of resonances of a list
    informed: tuple[float, float]  # has the tool, and people's disguised speech to learn from


def veil(strength: Strength, tone: float = 0.0) -> Change:
    """Give our own disguise as a change."""

    def change(sound: Samples, random: np.random.Generator) -> Samples:
        entropy = int(random.integers(2**62))
        return np.concatenate(list(disguise(lambda: [sound], strength=strength, tone=tone, entropy=lambda: entropy).blocks()))

    return change


METHODS: dict[str, Change] = {
    "none": lambda sound, _: sound,
    "pitch shift": lambda sound, random: pitch_shift(sound, float(random.choice([-1, 1]) * random.uniform(3, 5))),
    "McAdams": lambda sound, random: mcadams(sound, float(random.uniform(0.5, 0.9))),
    "standard": veil("standard"),
    "standard + tone": veil("standard", 0.8),
    "strong": veil("strong"),
}


def utterances(size: Size, seed: int, tick: Callable[[], None]) -> list[list[Samples]]:
    """Have everybody speak, each time over another line."""
    random = np.random.default_rng(seed)
    spoken = []
    for voice in voices(size.people, random):
        spoken.append([through_a_call(voice.say(" ".join(sentence(random)), random), random) for _ in range(size.utterances)])
        tick()
    return spoken


def measure(
    method: str, spoken: list[list[Samples]], natural: Features, size: Size, seed: int, tick: Callable[[], None]
) -> Privacy:
    """Judge one method, on what was spoken and what was measured of that."""
    change, random = METHODS[method], np.random.default_rng(seed)
    changed = []
    for one in spoken:
        changed.append([change(sound, random) for sound in one])
        tick()
    disguised = features(changed)
    half, known = size.utterances // 2, size.known
    people = np.repeat(np.arange(size.suspects), size.utterances - half)
    naive, learned = _judge(natural[:known]), _judge(disguised[:known])
    tests = disguised[known:, half:].reshape(-1, disguised.shape[2])
    ignorant = naive.likeness(tests, natural[known:, :half].mean(axis=1))
    undone = _undone(naive, changed[known:], natural[known:], half)
    informed = learned.likeness(tests, disguised[known:, :half].mean(axis=1))
    rates = [(equal_error(one, people), first_guess(one, people)) for one in (ignorant, undone, informed)]
    return Privacy(method, *rates)


def _undone(judge: Judge, changed: list[list[Samples]], natural: Features, half: int) -> Features:
    """Try everything of a list on each recording, and take whoever it then is most like."""
    enrolled = natural[:, :half].mean(axis=1)
    tries: list[Callable[[Samples], Samples]] = [lambda sound: sound]
    tries += [lambda sound, by=by: pitch_shift(sound, by) for by in _PITCHES]  # type: ignore[misc]
    tries += [lambda sound, by=by: mcadams(sound, by) for by in _ALPHAS]  # type: ignore[misc]
    found = []
    for attempt in tries:
        tests = np.array([describe(attempt(sound)) for one in changed for sound in one[half:]])
        found.append(judge.likeness(tests, enrolled, centred=False))
    return np.asarray(np.max(found, axis=0))


def features(spoken: list[list[Samples]]) -> Features:
    """Measure everything that everybody said."""
    return np.array([[describe(sound) for sound in one] for one in spoken])


def _judge(features: Features) -> Judge:
    people = np.repeat(np.arange(features.shape[0]), features.shape[1])
    return Judge.trained(features.reshape(-1, features.shape[2]), people)
