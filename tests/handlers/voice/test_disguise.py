"""The disguise: what told one voice from another is gone, differs each time, and the words' own shape is left."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.voice.people import invent, say
from handlers.voice.analysis import PITCH, VOICING, analyse
from handlers.voice.bands import BANDS, CENTRES
from handlers.voice.disguise import Disguised, disguise
from handlers.voice.sound import RATE, Samples
from handlers.voice.speaker import Listener
from handlers.voice.stranger import throat
from handlers.voice.terms import Strength
from tests.handlers.voice.making import speech, tone

VOICES = 24
SEED = 20_261_124


def disguised(sound: Samples, *, seed: int = SEED, strength: Strength = "standard", melody: float = 0.0) -> Samples:
    return heard(disguise(lambda: [sound], strength=strength, tone=melody, entropy=lambda: seed))


def heard(one: Disguised) -> Samples:
    return np.concatenate([np.zeros(0, dtype=np.float32), *one.blocks()])


@cache
def pairs(strength: Strength = "standard") -> tuple[tuple[Samples, Samples], ...]:
    """Give many people as they are, and disguised."""
    made = []
    for number in range(VOICES):
        random = np.random.default_rng(number)
        said = say(invent(random), random, seconds=4.0)
        made.append((said, disguised(said, seed=1000 + number, strength=strength)))
    return tuple(made)


def likeness(one: Samples, other: Samples) -> float:
    """Give the highest cross-correlation within a tenth of a second."""
    length = min(len(one), len(other))
    first, second = np.fft.rfft(one[:length], 2 * length), np.fft.rfft(other[:length], 2 * length)
    correlation = np.fft.irfft(first * second.conj())
    near = np.concatenate([correlation[:800], correlation[-800:]])
    return float(np.abs(near).max() / np.sqrt(np.square(one[:length]).sum() * np.square(other[:length]).sum()))


def features(sound: Samples) -> tuple[float, float, float]:
    """Give what is easily measured of a voice: its pitch, how far that moves, and the middle of its spectrum."""
    track = np.concatenate(list(analyse([sound])))
    loud = track[:, :BANDS].max(axis=1) > track[:, :BANDS].max() - 6.0
    pitch = track[loud & (track[:, VOICING] > 0.5), PITCH]
    power = np.exp(track[loud, :BANDS]).mean(axis=0)
    spread = float(np.subtract(*np.percentile(pitch, [75, 25])))
    return float(np.median(pitch)), spread, float((power * CENTRES).sum() / power.sum())


def test_pitch_melody_and_brightness_of_a_voice_say_nothing_of_it_afterwards() -> None:
    before = np.array([features(said) for said, _ in pairs()])
    found = []
    for draw in range(3):  # by chance alone, 24 voices agree by 0.2, and in some measure of three draws by 0.4
        after = np.array([features(disguised(said, seed=1000 * draw + number)) for number, (said, _) in enumerate(pairs())])
        found.append([float(np.corrcoef(before[:, which], after[:, which])[0, 1]) for which in range(3)])

    assert np.abs(np.mean(found, axis=0)).max() < 0.3, found
    assert np.abs(found).max() < 0.6, found


def test_the_same_measures_would_tell_the_voices_apart_if_nothing_was_done() -> None:
    before = np.array([features(said) for said, _ in pairs()])
    again = np.array([features(said[: len(said) // 2]) for said, _ in pairs()])

    found = [float(np.corrcoef(before[:, which], again[:, which])[0, 1]) for which in (0, 2)]

    assert min(found) > 0.8, found


@pytest.mark.parametrize("strength", ["mild", "standard", "strong"])
def test_the_wave_itself_is_another(strength: Strength) -> None:
    likenesses = [likeness(said, hidden) for said, hidden in pairs(strength)]

    assert np.mean(likenesses) < 0.12


def test_two_renderings_of_one_recording_differ() -> None:
    said = speech()

    one, other = heard(disguise(lambda: [said])), heard(disguise(lambda: [said]))

    assert len(one) != len(other)
    assert likeness(one, other) < 0.2


def test_only_a_known_draw_gives_the_same_sound_again() -> None:
    said = speech()

    assert np.array_equal(disguised(said, seed=5), disguised(said, seed=5))
    assert not np.array_equal(disguised(said, seed=5)[:8000], disguised(said, seed=6)[:8000])


def test_the_strong_disguise_whispers() -> None:
    said = speech(3, seconds=5.0)
    random = count()

    def voiced(strength: Strength) -> float:
        track = np.concatenate(list(analyse([disguised(said, seed=next(random), strength=strength)])))
        return float((track[:, VOICING] > 0.6).mean())

    assert voiced("strong") < 0.1 < voiced("standard")


def test_a_melody_is_kept_without_its_pitch_if_asked() -> None:
    rises, heights = [], []
    for base in (100.0, 200.0):
        pitch = base * np.exp(np.linspace(-0.2, 0.2, 4 * RATE))  # a vowel that rises, of a man and of a child
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        said = sum(np.sin(phase * harmonic) / harmonic for harmonic in range(1, 12)) * 0.1
        for melody in (0.0, 0.8):
            track = np.concatenate(list(analyse([disguised(np.asarray(said, dtype=np.float32), melody=melody, seed=0)])))[60:-60]
            voiced = track[:, VOICING] > 0.5
            rises.append(float(np.corrcoef(track[voiced, PITCH], np.flatnonzero(voiced))[0, 1]))
            heights.append(float(track[voiced, PITCH].mean()))

    assert rises[0] < 0.5 and rises[2] < 0.5
    assert rises[1] > 0.8 and rises[3] > 0.8
    assert abs(heights[1] - heights[3]) < 0.1  # an octave apart before: 0.69


def test_the_shape_of_what_is_said_is_left() -> None:
    """Speech and pauses stay speech and pauses, in order, or no word could be understood."""
    said = np.concatenate([speech(1, seconds=2.0), np.zeros(2 * RATE, dtype=np.float32), speech(2, seconds=2.0)])
    one = disguise(lambda: [said], entropy=lambda: 9)

    made = heard(one)

    long_ones = [stretch for stretch in one.silences if stretch[1] - stretch[0] > 0.6]
    assert len(long_ones) == 1
    start, end = long_ones[0]
    assert 1.5 < start < 2.6 and 0.6 < end - start < 2.0  # pauses become shorter
    quiet = made[int((start + 0.2) * RATE) : int((end - 0.2) * RATE)]
    assert np.sqrt(np.square(quiet).mean()) < 0.1 * np.sqrt(np.square(made).mean())


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, 2 * RATE), max_size=12))
def test_how_the_input_is_cut_makes_no_difference(cuts: list[int]) -> None:
    said = speech(seconds=2.0)

    whole = heard(disguise(lambda: [said], entropy=lambda: 1))
    in_pieces = heard(disguise(lambda: np.split(said, sorted(cuts)), entropy=lambda: 1))

    assert np.array_equal(whole, in_pieces)


SOUNDS = {
    "nothing": np.zeros(0),
    "one sample": np.full(1, 0.5),
    "a tenth of a second": speech()[:800],
    "silence": np.zeros(3 * RATE),
    "nothing but a constant": np.full(3 * RATE, 0.7),
    "noise of the last bit": np.random.default_rng(1).integers(-1, 2, 3 * RATE) / 32768,
    "a whisper of a recording": speech() * 1e-3,
    "clipped": np.clip(speech() * 50, -1, 1),
    "off centre": speech() * 0.5 + 0.5,
    "a note": tone(seconds=3.0),
    "white noise": np.random.default_rng(2).uniform(-1, 1, 3 * RATE),
    "a click": np.eye(1, 2 * RATE, RATE)[0],
    "square": np.sign(tone(100.0, seconds=2.0)),
}


@pytest.mark.parametrize("name", SOUNDS)
@pytest.mark.parametrize("strength", ["mild", "standard", "strong"])
def test_whatever_comes_in_sound_comes_out(name: str, strength: Strength) -> None:
    sound = SOUNDS[name].astype(np.float32)

    made = disguised(sound, strength=strength, melody=0.8)

    assert made.dtype == np.float32
    assert np.isfinite(made).all()
    assert np.abs(made).max(initial=0.0) <= 0.98
    assert 0.4 * len(sound) - 400 <= len(made) <= 1.7 * len(sound) + 400


@pytest.mark.parametrize("name", ["silence", "nothing but a constant", "noise of the last bit"])
def test_silence_stays_silence(name: str) -> None:
    one = disguise(lambda: [SOUNDS[name].astype(np.float32)])

    made = heard(one)

    assert not made.any()
    assert one.silences == ((0.0, round(len(made) / RATE, 1)),)
    assert set(one.waveform) == {(0, 0)}


def test_loud_and_soft_speakers_come_out_equally_loud() -> None:
    said = speech(4, seconds=5.0)

    soft, loud = disguised(said * 0.05, seed=8), disguised(said, seed=8)

    assert np.sqrt(np.square(soft).mean()) == pytest.approx(np.sqrt(np.square(loud).mean()), rel=0.2)


def test_every_stranger_can_be_heard() -> None:
    levels = [20 * np.log10(np.sqrt(np.square(hidden).mean())) for _, hidden in pairs()]

    assert min(levels) > -32 and max(levels) < -12


def test_it_is_rendered_once() -> None:
    one = disguise(lambda: [speech()])
    heard(one)

    with pytest.raises(RuntimeError):
        heard(one)


def test_it_listens_twice_and_holds_no_more_than_some_seconds() -> None:
    opened = []

    def blocks() -> Iterator[Samples]:
        opened.append(0)
        for number in range(60):
            opened[-1] = number
            yield speech(number % 3, seconds=1.0)

    stream = disguise(blocks).blocks()
    first = next(stream)

    assert opened[0] == 59  # all of it was heard once
    assert opened[1] < 20  # and it speaks before it has heard all again
    assert len(first) < 20 * RATE
    for block in stream:
        assert len(block) < 20 * RATE


def test_a_short_throat_and_a_long_one_are_brought_together() -> None:
    said, found = speech(12, seconds=8.0), []
    for longer in (0.86, 1.0, 1.16):
        place = np.arange(0, len(said) - 1, 1.0 / longer)
        moved = np.interp(place, np.arange(len(said)), said).astype(np.float32)  # slower: all resonances lower
        listener = Listener()
        for track in analyse([moved]):
            listener.hear(track)
        found.append(throat(listener.speaker()))

    assert found == sorted(found)
    assert found[2] - found[0] > 0.1  # reads from lower where resonances are lower: 0.3 would be all of it
