"""The picture: the same columns however long the sound and however it is cut, and a polygon of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.voice.picture import COLUMNS, Picture
from handlers.voice.sound import RATE, in_blocks_of
from handlers.voice.waveform import polygon
from tests.handlers.voice.making import tone


def pictured(sound: np.ndarray[tuple[int], np.dtype[np.float32]], size: int) -> Picture:
    picture = Picture()
    for _ in picture.watch_samples(in_blocks_of(size, [sound])):
        pass
    return picture


@settings(max_examples=40, deadline=None)
@given(length=st.integers(1, 400_000), size=st.integers(500, 90_000))
def test_the_highest_and_lowest_are_never_lost(length: int, size: int) -> None:
    random = np.random.default_rng(length)
    sound = (random.uniform(-0.3, 0.3, length)).astype(np.float32)
    sound[random.integers(length)] = 0.9

    picture = pictured(sound, size)

    assert len(picture.waveform) == COLUMNS
    assert max(high for _, high in picture.waveform) == 90
    assert picture.seconds == length / RATE


def test_a_column_stands_where_its_sound_is() -> None:
    sound = np.zeros(600 * 3000, dtype=np.float32)
    sound[450 * 3000 : 455 * 3000] = 0.5

    columns = pictured(sound, 65_536).waveform

    heard = [index for index, (_, high) in enumerate(columns) if high > 0]
    assert abs(heard[0] - 450) <= 2 and abs(heard[-1] - 454) <= 2


def test_an_hour_is_watched_in_a_small_memory() -> None:
    picture, minute = Picture(), tone(seconds=60.0)

    for _ in picture.watch_samples(minute for _ in range(60)):
        assert len(picture._columns) <= 8 * COLUMNS + len(minute) // 64

    assert picture.seconds == 3600.0
    assert set(picture.waveform) <= {(-30, 30)}


def test_nothing_has_no_picture() -> None:
    assert pictured(np.zeros(0, dtype=np.float32), 10).waveform == ()
    assert polygon(()) == ""


def test_a_polygon_fills_its_box_and_no_more() -> None:
    points = [
        tuple(map(float, point.split(","))) for point in polygon([(-100, 100), (-50, 0), (0, 0)], width=30, height=10).split()
    ]

    assert points == [(0, 0), (10, 5), (20, 5), (20, 5), (10, 7.5), (0, 10)]
