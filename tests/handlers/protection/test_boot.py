"""The boot secret gives each purpose a key of its own, the same in every process."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.protection.boot import BOOT_SECRET_BYTES, BootPurpose, BootSecret, tag

PARTS = st.lists(st.binary(max_size=8), max_size=4)


def test_each_purpose_has_a_key_of_its_own() -> None:
    keys = {BootSecret(bytes(32)).derive(purpose) for purpose in get_args(BootPurpose)}

    assert len(keys) == len(get_args(BootPurpose)) >= 6
    assert all(len(key) == 32 for key in keys)
    assert bytes(32) not in keys


def test_the_keys_are_the_same_in_every_process_and_version() -> None:
    """What was tagged or wrapped before an upgrade must be known after it."""
    secret = BootSecret(bytes(range(32)))

    assert secret.derive("period wrap").hex() == "f769b3959a5a77ac4399ec8afdac0af895081927a35c50b0a63203f6b445e2ee"
    assert secret.derive("delivery tag").hex() == "d96aacfe986f163898164c6da54ba5d2a601c20e4d12bda705d9b9a8cf4278a3"


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_another_secret_gives_other_keys(one: bytes, other: bytes) -> None:
    same = BootSecret(one).derive("spool") == BootSecret(other).derive("spool")

    assert same is (one == other)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_secret_of_another_length_is_refused_without_showing_it(length: int) -> None:
    with pytest.raises(ValueError, match=f"{BOOT_SECRET_BYTES} bytes, it is {length}") as raised:
        BootSecret(b"\x07" * length)

    assert "\\x07" not in str(raised.value)


def test_a_secret_does_not_show_in_its_repr() -> None:
    assert repr(BootSecret(b"s" * 32)) == "BootSecret()"


@given(PARTS, PARTS)
def test_two_lists_of_parts_share_a_tag_only_if_they_are_the_same(one: list[bytes], other: list[bytes]) -> None:
    assert (tag(bytes(32), *one) == tag(bytes(32), *other)) is (one == other)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=3), st.integers(0, 12))
def test_where_one_part_ends_and_the_next_begins_is_part_of_the_tag(parts: list[bytes], cut: int) -> None:
    joined = b"".join(parts)
    shifted = [joined[:cut], joined[cut:]]

    assert (tag(bytes(32), *shifted) == tag(bytes(32), *parts)) is (shifted == parts)
