"""Encoding and rendering: a file that plays everywhere, and holds the sound and not one thing beside it."""

from __future__ import annotations

import numpy as np
import pytest

from handlers.errors import SoundError
from handlers.voice.decoding import decode
from handlers.voice.encoding import Kind, encode
from handlers.voice.rendering import render
from handlers.voice.sound import RATE
from handlers.voice.terms import Limits
from tests.handlers.voice.making import file_of, speech, tone

LIMITS = Limits()
TELLING = {
    "title": "Tendai at the river",
    "artist": "Canary Phone 263770001234",
    "comment": "recorded 2026-11-24",
    "date": "2026",
}


@pytest.mark.parametrize(("kind", "magic"), [("mp3", b"\xff\xf3"), ("opus", b"OggS")])
def test_what_was_encoded_is_heard_again(kind: Kind, magic: bytes) -> None:
    said = tone(440.0, seconds=4.0)

    made = b"".join(encode(np.split(said, 8), kind=kind))
    heard = np.concatenate(list(decode(made, limits=LIMITS)))

    assert made.startswith(magic)
    assert len(heard) / RATE == pytest.approx(4.0, abs=0.2)
    assert int(np.abs(np.fft.rfft(heard[RATE : 2 * RATE])).argmax()) == 440


@pytest.mark.parametrize("kind", ["mp3", "opus"])
def test_the_same_sound_gives_the_same_bytes_without_a_date_or_a_tool(kind: Kind) -> None:
    said = speech()

    one, other = (b"".join(encode(np.split(said, parts), kind=kind)) for parts in (4, 4))

    assert one == other
    for mark in (b"Lavf", b"Lavc6", b"ID3", b"TAG", b"Xing", b"Info", b"2026"):
        assert mark not in one


def test_it_is_given_piece_by_piece() -> None:
    pieces = list(encode((tone(seconds=1.0) for _ in range(20)), kind="mp3"))

    assert len(pieces) > 15
    assert sum(map(len, pieces)) == pytest.approx(20 * 3000, rel=0.02)  # 24 kbit/s


@pytest.mark.parametrize(
    ("container", "codec"), [("mp3", "libmp3lame"), ("ogg", "libopus"), ("mp4", "aac"), ("flac", "flac"), ("webm", "libopus")]
)
def test_nothing_that_a_file_said_of_itself_survives(container: str, codec: str) -> None:
    data = file_of(speech(), container, codec, rate=48_000 if codec == "libopus" else 16_000, metadata=TELLING)
    assert b"Tendai" in data

    rendered = render(data, limits=LIMITS)

    for said in TELLING.values():
        assert said.encode() not in rendered.mp3
    assert b"Lav" not in rendered.mp3
    assert b"ID3" not in rendered.mp3


def test_a_rendering_comes_with_what_its_page_shows() -> None:
    said = np.concatenate([speech(1, seconds=2.0), np.zeros(3 * RATE, dtype=np.float32), speech(2, seconds=2.0)])

    rendered = render(file_of(said, "ogg", "libopus", rate=48_000), limits=LIMITS)

    heard = np.concatenate(list(decode(rendered.mp3, limits=LIMITS)))
    assert len(heard) / RATE == pytest.approx(rendered.seconds, abs=0.2)
    assert rendered.seconds == round(rendered.seconds, 1)
    assert len(rendered.waveform) == 600
    assert all(-100 <= low <= high <= 100 for low, high in rendered.waveform)
    assert any(end - start > 0.6 for start, end in rendered.silences)
    for start, end in rendered.silences:
        assert 0 <= start < end <= rendered.seconds
        columns = rendered.waveform[int((start + 0.2) / rendered.seconds * 600) : int((end - 0.2) / rendered.seconds * 600)]
        assert all(high < 10 for _, high in columns)


def test_a_rendering_shows_nothing_of_its_sound_when_printed() -> None:
    rendered = render(file_of(speech()), limits=LIMITS)

    assert repr(rendered) == f"Rendered(seconds={rendered.seconds})"


def test_what_is_no_sound_is_not_rendered() -> None:
    with pytest.raises(SoundError) as caught:
        render(b"no sound", limits=LIMITS)

    assert caught.value.reason == "not_audio"
    assert caught.value.permanent
