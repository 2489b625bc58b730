"""Prompts that speakers record: checked, made equally loud, and of one kind."""

from __future__ import annotations

import wave
from io import BytesIO

import numpy as np
import pytest

from handlers.errors import SoundError
from handlers.voice.levels import check_prompt, normalise_prompt, prepare_prompt
from handlers.voice.sound import RATE, Samples
from tests.handlers.voice.making import file_of, speech, tone


def played(wav: bytes) -> Samples:
    with wave.open(BytesIO(wav)) as opened:
        assert (opened.getnchannels(), opened.getsampwidth(), opened.getframerate()) == (1, 2, RATE)
        return np.asarray(np.frombuffer(opened.readframes(-1), dtype="<i2") / 32768, dtype=np.float32)


def level(sound: Samples) -> float:
    pieces = np.square(sound[: len(sound) // 160 * 160].reshape(-1, 160)).mean(axis=1)
    return float(10 * np.log10(pieces[pieces > np.quantile(pieces, 0.95) / 400].mean()))


@pytest.mark.parametrize("loud", [0.15, 0.5, 1.9])
@pytest.mark.parametrize(
    ("container", "codec", "rate"), [("wav", "pcm_s16le", 44_100), ("ogg", "libopus", 48_000), ("mp4", "aac", 44_100)]
)
def test_however_loud_it_was_recorded_it_is_played_equally_loud(container: str, codec: str, rate: int, loud: float) -> None:
    data = file_of(speech(seconds=3.0) * loud, container, codec, rate=rate, metadata={"title": "canary"})

    wav = normalise_prompt(data)

    sound = played(wav)
    assert check_prompt(data) == ()
    assert np.abs(sound).max() <= 0.85
    assert level(sound) == pytest.approx(-19.0, abs=2.5) or np.abs(sound).max() > 0.8
    assert len(wav) == 44 + 2 * len(sound)  # a header and the sound: no room for a tag
    assert b"canary" not in wav


@pytest.mark.parametrize(
    ("sound", "faults"),
    [
        (speech()[:1600], ("too_short",)),
        (np.tile(speech(seconds=4.0), 16), ("too_long",)),
        (speech() * 0.004, ("too_quiet",)),
        (np.zeros(RATE, dtype=np.float32), ("too_quiet",)),
        (np.clip(speech() * 20, -1, 1), ("clipped",)),
        (tone(seconds=0.1, loud=1e-4), ("too_short", "too_quiet")),
    ],
)
def test_what_is_wrong_with_it_is_told(sound: Samples, faults: tuple[str, ...]) -> None:
    prompt = prepare_prompt(file_of(sound))

    assert prompt.faults == faults
    assert prompt.seconds == pytest.approx(len(sound) / RATE, abs=0.02)


def test_what_is_no_sound_is_refused() -> None:
    with pytest.raises(SoundError, match="not_audio"):
        check_prompt(b"%PDF-1.7")
    with pytest.raises(SoundError, match="too_long"):
        check_prompt(file_of(np.zeros(150 * RATE, dtype=np.float32)))
