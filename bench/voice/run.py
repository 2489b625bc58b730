"""One run of the voice bench."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bench.voice import cost, privacy, understanding
from bench.voice.report import Report
from bench.voice.speech import espeak

_SEED = 20_261_124
_SPEAKERS, _SENTENCES = 12, 4
_MINUTES, _QUICK_MINUTES = (1, 60), (1, 10)
_LEAST_INFORMED, _MOST_GUESSED, _MOST_MISSED = 0.30, 0.20, 0.18


def steps(*, quick: bool) -> int:
    """Say how often `run` ticks."""
    size = privacy.QUICK if quick else privacy.FULL
    heard = 0 if understanding.not_measured() else len(privacy.METHODS) * _speakers(quick)
    return size.people * (1 + len(privacy.METHODS)) + heard + 5


def run(*, quick: bool, tick: Callable[[], None]) -> Report:
    """Measure it all; `quick` asks half the people for half as much, and renders minutes where else it would be an hour."""
    size = privacy.QUICK if quick else privacy.FULL
    reason = understanding.not_measured()
    spoken = privacy.utterances(size, _SEED, tick)
    natural = privacy.features(spoken)
    judged = tuple(privacy.measure(method, spoken, natural, size, _SEED + 1, tick) for method in privacy.METHODS)
    heard = tuple(
        understanding.measure(method, _speakers(quick), _SENTENCES, _SEED + 2, tick)
        for method in privacy.METHODS
        if reason is None
    )
    random = np.random.default_rng(_SEED + 3)
    speed = cost.speed(1 if quick else 10, random, tick)
    memory = []
    for minutes in _QUICK_MINUTES if quick else _MINUTES:
        memory.append(cost.memory(minutes, random))
        tick()
    return Report("espeak-ng" if espeak() else "formants", size, judged, heard, reason, speed, tuple(memory))


def faults(report: Report) -> list[str]:
    """Say what of it is worse than it was when this was written, or that the judge is broken; nothing of a quick run is sure."""
    judged = {one.method: one for one in report.privacy}
    heard = {one.method: one for one in report.understanding}
    found = []
    if judged["none"].informed[1] < 0.75 or judged["McAdams"].informed[1] < 0.5:
        found.append("the judge does not recognise people even undisguised, or through McAdams's: its figures are worth nothing")
    for method in ("standard", "standard + tone", "strong"):
        equal_error, guessed = judged[method].informed
        if equal_error < _LEAST_INFORMED or guessed > _MOST_GUESSED:
            found.append(f"{method}: an informed judge has {equal_error:.0%} equal error and guesses {guessed:.0%}")
        if judged[method].undone[0] < judged[method].ignorant[0] - 0.05:
            found.append(f"{method}: trying to undo it helps")
    if "standard" in heard and heard["standard"].missed > _MOST_MISSED:
        found.append(f"standard: {heard['standard'].missed:.0%} of the words are missed")
    return found


def _speakers(quick: bool) -> int:
    return _SPEAKERS // 3 if quick else _SPEAKERS
