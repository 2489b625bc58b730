"""The voice bench: its judge can recognise people, its controls do what they say, and the command says what it does not show."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from bench.voice import privacy, run, understanding
from bench.voice import speech as speech_of_nobody
from bench.voice.calls import through_a_call
from bench.voice.controls import mcadams, pitch_shift
from bench.voice.cost import Memory, Speed
from bench.voice.judge import Judge, describe, equal_error, first_guess
from bench.voice.people import invent, say
from bench.voice.privacy import QUICK, Privacy, Size, veil
from bench.voice.report import DOES_NOT_SHOW, Report, table, values
from bench.voice.run import faults
from bench.voice.understanding import Understanding
from gateway.cli.benching import bench
from handlers.voice.sound import RATE, Samples
from tests.handlers.voice.making import speech, tone


def judged(change=lambda sound, random: sound) -> tuple[float, float]:
    """Have a judge who learned from twelve people tell eight others apart."""
    random = np.random.default_rng(4)
    features = []
    for number in range(20):
        person = invent(np.random.default_rng(number))
        said = [through_a_call(say(person, random, seconds=2.5), random) for _ in range(4)]
        features.append([describe(change(one, random)) for one in said])
    table_ = np.array(features)
    judge = Judge.trained(table_[:12].reshape(48, -1), np.repeat(np.arange(12), 4))
    people = np.repeat(np.arange(8), 2)
    likeness = judge.likeness(table_[12:, 2:].reshape(16, -1), table_[12:, :2].mean(axis=1))
    return equal_error(likeness, people), first_guess(likeness, people)


@pytest.mark.slow
def test_the_judge_recognises_people_as_they_are_and_guesses_where_they_are_disguised() -> None:
    natural, disguised = judged(), judged(veil("standard"))

    assert natural[0] < 0.15 and natural[1] > 0.7
    assert disguised[0] > 0.25 and disguised[1] < 0.5


def test_rates_are_reckoned_right() -> None:
    people = np.array([0, 1, 2])

    assert equal_error(np.eye(3), people) == 0.0
    assert first_guess(np.eye(3), people) == 1.0
    assert equal_error(1.0 - np.eye(3), people) > 0.9
    assert first_guess(1.0 - np.eye(3), people) == 0.0


@pytest.mark.parametrize("semitones", [-4.0, 3.0])
def test_the_pitch_control_shifts_the_pitch_and_keeps_the_length(semitones: float) -> None:
    shifted = pitch_shift(tone(400.0, seconds=2.0), semitones)

    found = int(np.abs(np.fft.rfft(shifted[4000:12_000])).argmax())
    assert found == pytest.approx(400 * 2 ** (semitones / 12), rel=0.01)
    assert len(shifted) == 2 * RATE


def test_the_mcadams_control_moves_resonances_and_is_undone_by_the_opposite() -> None:
    said = speech()

    changed, same = mcadams(said, 0.8), mcadams(said, 1.0)

    def unlike(one: Samples, other: Samples) -> float:
        spectra = [
            np.log(np.abs(np.fft.rfft(sound[: len(sound) // 256 * 256].reshape(-1, 256))).mean(axis=0)) for sound in (one, other)
        ]
        return float(np.abs(spectra[0] - spectra[1]).mean())

    assert unlike(said, same) < 0.1
    assert unlike(said, changed) > 0.3
    assert len(changed) == len(said)


def test_words_missed_are_counted_as_distance() -> None:
    said = ("soldiers", "near", "river")

    assert understanding._errors(said, ["soldiers", "near", "river"]) == 0
    assert understanding._errors(said, ["soldiers", "river"]) == 1
    assert understanding._errors(said, []) == 3
    assert understanding._errors(said, ["miners", "near", "near", "river"]) == 2


def report(**informed: tuple[float, float]) -> Report:
    rates = {
        "none": (0.05, 0.9),
        "McAdams": (0.12, 0.7),
        "standard": (0.36, 0.1),
        "standard + tone": (0.36, 0.1),
        "strong": (0.4, 0.1),
    }
    privacy = tuple(Privacy(name, (0.45, 0.05), (0.45, 0.05), rate) for name, rate in (rates | informed).items())
    heard = (Understanding("standard", 384, 0.15, 0.15),)
    memory = (Memory(1, 88.0, 50.0, 0.3), Memory(60, 105.0, 50.0, 17.0))
    return Report("espeak-ng", QUICK, privacy, heard, None, Speed(60.0, 400.0, 500.0, 300.0, 120.0), memory)


def test_a_disguise_that_hides_less_than_it_did_is_a_fault_and_so_is_a_judge_that_recognises_nobody() -> None:
    assert faults(report()) == []

    (weak,) = faults(report(standard=(0.2, 0.1)))
    (blind,) = faults(report(none=(0.5, 0.05)))

    assert weak == "standard: an informed judge has 20% equal error and guesses 10%"
    assert "the judge does not recognise people" in blind


def test_what_the_figures_do_not_show_stands_beside_them() -> None:
    shown, plain = table(report()), values(report())

    assert all(each in shown for each in DOES_NOT_SHOW)
    assert plain["does_not_show"] == list(DOES_NOT_SHOW)
    assert json.loads(json.dumps(plain)) == plain
    assert max(map(len, shown.splitlines())) < 140


def test_where_there_is_no_espeak_words_are_not_measured_and_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(understanding, "espeak", lambda: None)

    reason = understanding.not_measured()

    assert reason is not None and "espeak-ng is not installed" in reason


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_command_measures_without_espeak_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (understanding, speech_of_nobody, run):
        monkeypatch.setattr(module, "espeak", lambda: None)
    monkeypatch.setattr(privacy, "QUICK", Size(people=6, known=4, utterances=2))
    monkeypatch.setattr(run, "_QUICK_MINUTES", (1, 3))

    ended = CliRunner().invoke(bench, ["voice", "--quick", "--json"])

    assert ended.exit_code == 0, ended.output
    measured = json.loads(ended.stdout)
    assert measured["speech"] == "formants"
    assert measured["words_missed"] == {}
    assert "espeak-ng is not installed" in measured["words_not_measured"]
    assert set(measured["privacy"]) == set(privacy.METHODS)
    assert measured["times_real_time"]["whole"] > 5
    short, long = measured["memory_mb"]
    assert long["peak"] - short["peak"] < 3 * (long["files"] - short["files"]) + 15  # the files, copied, and what varies
