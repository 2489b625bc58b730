"""A sealed value opens in its place, with its key, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.errors import SealError
from handlers.protection.sealing import Place, new_key, open_json, open_sealed, seal, seal_json

KEY = new_key()
PLACE = Place("messages", "content", "a1", "report-1")
NAMES = st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=12)


@given(st.binary(max_size=5000))
def test_what_is_sealed_opens_again(plain: bytes) -> None:
    assert open_sealed(KEY, seal(KEY, plain, PLACE), PLACE) == plain


@given(
    st.recursive(
        st.none() | st.integers() | st.text() | st.text(st.characters(min_codepoint=0xDC00, max_codepoint=0xDFFF)), st.lists
    )
)
def test_any_json_survives_lone_surrogates_and_nuls_included(value: object) -> None:
    assert open_json(KEY, seal_json(KEY, value, PLACE), PLACE) == value


@given(NAMES, NAMES, NAMES, NAMES)
def test_a_value_that_was_moved_does_not_open(table: str, column: str, row: str, period: str) -> None:
    elsewhere = Place(table, column, row, period)

    with pytest.raises(SealError):
        open_sealed(KEY, seal(KEY, b"said", PLACE), elsewhere)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_an_altered_byte_is_noticed(position: int, change: int) -> None:
    sealed = bytearray(seal(KEY, b"said", PLACE))
    sealed[position % len(sealed)] ^= change

    with pytest.raises(SealError):
        open_sealed(KEY, bytes(sealed), PLACE)


@given(st.binary(max_size=400))
def test_bytes_that_were_never_sealed_do_not_open(noise: bytes) -> None:
    with pytest.raises(SealError):
        open_sealed(KEY, noise, PLACE)


def test_another_key_does_not_open() -> None:
    with pytest.raises(SealError):
        open_sealed(new_key(), seal(KEY, b"said", PLACE), PLACE)


@given(st.integers(min_value=0, max_value=255), st.integers(min_value=0, max_value=255))
def test_lengths_do_not_tell(one: int, other: int) -> None:
    assert len(seal(KEY, b"x" * one, PLACE)) == len(seal(KEY, b"x" * other, PLACE))


def test_two_sealings_of_one_value_differ() -> None:
    assert seal(KEY, b"said", PLACE) != seal(KEY, b"said", PLACE)
