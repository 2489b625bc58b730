"""Decoding: every kind a telephone or messenger writes comes in, everything else stays out, and nothing gets the better of it."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from handlers.errors import SoundError
from handlers.voice.decoding import decode
from handlers.voice.sound import RATE, Samples
from handlers.voice.terms import Limits
from tests.handlers.voice.hostile import OK, crafted, flac_of_zeros, fuzzed, repeated_flac_frame
from tests.handlers.voice.making import file_of, speech, tone

LIMITS = Limits()
CRAFTED = crafted()


def decoded(data: bytes, limits: Limits = LIMITS) -> Samples:
    return np.concatenate(list(decode(data, limits=limits)))


def loudness(sound: Samples) -> float:
    return float(np.sqrt(np.square(sound).mean()))


@pytest.mark.parametrize(
    ("container", "codec", "rate"),
    [
        ("wav", "pcm_s16le", 8000),
        ("wav", "pcm_u8", 8000),
        ("wav", "pcm_s24le", 44_100),
        ("wav", "pcm_f32le", 48_000),
        ("wav", "pcm_mulaw", 8000),
        ("wav", "pcm_alaw", 8000),
        ("wav", "adpcm_ima_wav", 8000),
        ("mp3", "libmp3lame", 44_100),
        ("ogg", "libopus", 48_000),
        ("webm", "libopus", 48_000),
        ("mp4", "aac", 44_100),
        ("mp4", "alac", 44_100),
        ("adts", "aac", 16_000),
        ("flac", "flac", 22_050),
        ("amr", "libopencore_amrnb", 8000),
        ("3gp", "libopencore_amrnb", 8000),
        ("caf", "pcm_s16be", 16_000),
    ],
)
def test_what_telephones_and_messengers_write_is_heard(container: str, codec: str, rate: int) -> None:
    said = tone(600.0, seconds=3.0)

    heard = decoded(file_of(said, container, codec, rate=rate))

    assert heard.dtype == np.float32
    assert len(heard) / RATE == pytest.approx(3.0, abs=0.15)
    assert loudness(heard) == pytest.approx(loudness(said), rel=0.4)  # a telephone's codec has its own idea of a pure tone
    spectrum = np.abs(np.fft.rfft(heard[:RATE]))
    assert abs(int(spectrum.argmax()) - 600) <= 2


def test_of_two_channels_the_louder_is_taken_and_never_the_average() -> None:
    said = tone(500.0, seconds=2.0)

    against_each_other = decoded(file_of([said, -said]))
    second = decoded(file_of([0.1 * tone(900.0, seconds=2.0), said]))

    assert loudness(against_each_other) == pytest.approx(loudness(said), rel=0.05)
    assert int(np.abs(np.fft.rfft(second[:RATE])).argmax()) == 500


def test_it_comes_in_blocks_of_about_a_second() -> None:
    blocks = list(decode(file_of(tone(seconds=9.5), "ogg", "libopus", rate=48_000), limits=LIMITS))

    assert 9 <= len(blocks) <= 12
    assert max(map(len, blocks)) <= 1.2 * RATE


@pytest.mark.parametrize("name", CRAFTED)
def test_a_file_that_means_harm_is_refused_in_a_fixed_word_or_yields_sound(name: str) -> None:
    data, expected = CRAFTED[name]
    began = time.process_time()

    try:
        heard = decoded(data)
    except SoundError as error:
        outcome = error.reason
        assert error.__cause__ is None
    else:
        outcome = OK
        assert np.isfinite(heard).all()
        assert np.abs(heard).max() <= 1.0

    assert outcome == expected
    assert time.process_time() - began < 5.0


def test_two_hundred_damaged_files_yield_sound_or_one_kind_of_error() -> None:
    outcomes = {OK: 0, "other": 0}
    for data in fuzzed(200):
        try:
            heard = decoded(data)
        except SoundError:
            outcomes["other"] += 1
        else:
            outcomes[OK] += 1
            assert np.isfinite(heard).all() and np.abs(heard).max() <= 1.0

    assert sum(outcomes.values()) == 200
    assert outcomes[OK] > 50  # or the damage would be too great to tell anything


def test_what_is_larger_or_longer_than_allowed_is_refused() -> None:
    data = file_of(tone(seconds=4.0))

    with pytest.raises(SoundError, match="too_large"):
        decoded(data, replace(LIMITS, size=len(data) - 1))
    with pytest.raises(SoundError, match="too_long"):
        decoded(data, replace(LIMITS, seconds=3.0))


def test_an_honest_silence_is_no_bomb_and_an_endless_one_is() -> None:
    assert len(decoded(flac_of_zeros(300))) == 300 * RATE
    with pytest.raises(SoundError, match="too_long"):
        decoded(repeated_flac_frame(100_000))


def test_eight_channels_at_a_high_rate_cost_no_more_than_an_hour_of_stereo() -> None:
    data = flac_of_zeros(20, rate=96_000, channels=8)

    with pytest.raises(SoundError, match="bomb"):
        decoded(data, replace(LIMITS, seconds=30.0))


def test_the_words_of_a_file_are_in_no_error() -> None:
    for data, expected in CRAFTED.values():
        if expected == OK:
            continue
        with pytest.raises(SoundError) as caught:
            decoded(data)
        assert str(caught.value) == caught.value.reason == expected


def test_speech_survives_being_cut_anywhere() -> None:
    data = file_of(speech(seconds=8.0), "ogg", "libopus", rate=48_000)

    lengths = [len(decoded(data[: int(len(data) * share)])) for share in (0.3, 0.6, 0.9, 1.0)]

    assert lengths == sorted(lengths)
    assert lengths[0] > RATE
