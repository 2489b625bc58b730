"""A session's keys need both halves; either alone opens nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.errors import SealError
from handlers.protection.sealing import KEY_BYTES, new_key
from handlers.protection.sessions import join_session, split_session

KEYS = {"desk": b"d" * 32, "log": b"l" * 32}


def test_both_halves_give_the_keys_back() -> None:
    halves = split_session("s1", KEYS)

    assert join_session("s1", halves) == KEYS


@pytest.mark.parametrize("missing", ["cookie", "server"])
@pytest.mark.parametrize("stand_in", [new_key(), bytes(KEY_BYTES), b""], ids=["random", "zeros", "nothing"])
def test_either_half_alone_opens_nothing(missing: str, stand_in: bytes) -> None:
    halves = split_session("s1", KEYS)

    with pytest.raises(SealError):
        join_session("s1", replace(halves, **{missing: stand_in}))


def test_the_halves_in_each_others_place_open_nothing() -> None:
    halves = split_session("s1", KEYS)

    with pytest.raises(SealError):
        join_session("s1", replace(halves, cookie=halves.server, server=halves.cookie))


def test_one_persons_cookie_does_not_open_anothers_session() -> None:
    mine, theirs = split_session("s1", KEYS), split_session("s2", KEYS)

    with pytest.raises(SealError):
        join_session("s2", replace(theirs, cookie=mine.cookie))
    with pytest.raises(SealError):
        join_session("s2", mine)


def test_an_altered_session_is_noticed() -> None:
    halves = split_session("s1", KEYS)
    altered = halves.sealed[:-1] + bytes([halves.sealed[-1] ^ 1])

    with pytest.raises(SealError):
        join_session("s1", replace(halves, sealed=altered))


def test_two_sessions_of_one_person_share_no_half() -> None:
    one, other = split_session("s1", KEYS), split_session("s1", KEYS)

    assert len({one.cookie, one.server, other.cookie, other.server}) == 4


def test_a_person_without_compartments_has_a_session_too() -> None:
    assert join_session("s1", split_session("s1", {})) == {}


def test_neither_half_holds_or_shows_a_key() -> None:
    halves = split_session("s1", KEYS)

    assert KEYS["desk"] not in halves.cookie + halves.server + halves.sealed
    assert repr(halves) == "SessionHalves()"
