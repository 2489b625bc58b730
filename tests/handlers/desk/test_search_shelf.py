"""The shelf of a session: sealed in memory, opened by the desk's key alone, and gone in time."""

from __future__ import annotations

import secrets

import pytest

from handlers.desk.search.shelf import Shelf, Shelves
from handlers.errors import SealError
from tests.conftest import Clock

LINES = "a\x1f\x1fmukoma wangu akarohwa\nb\x1f\x1flone \ud800 surrogate"
DESK_KEY = secrets.token_bytes(32)


def filled(shelf: Shelf) -> Shelf:
    shelf.put(shelf.key(DESK_KEY), LINES, (9, "b"), (9, "a"), 2)
    return shelf


@pytest.fixture
def shelves(clock: Clock) -> Shelves:
    return Shelves(idle_seconds=900, clock=clock)


def test_what_is_put_there_opens_with_the_desks_key_and_no_other(shelves: Shelves) -> None:
    shelf = filled(shelves.take("one", hour=9))

    assert shelf.lines(shelf.key(DESK_KEY), 0) == LINES
    assert b"akarohwa" not in shelf.blocks[0].sealed
    with pytest.raises(SealError):
        shelf.lines(shelf.key(secrets.token_bytes(32)), 0)
    with pytest.raises(SealError):
        shelf.lines(shelves.take("two", hour=9).key(DESK_KEY), 0)


def test_only_its_own_session_gets_it_and_one_search_at_a_time(shelves: Shelves) -> None:
    shelf = filled(shelves.take("one", hour=9))
    shelves.put_back("one", shelf)

    assert shelves.take("two", hour=9).blocks == []
    assert shelves.take("one", hour=9) is shelf
    assert shelves.take("one", hour=9) is not shelf


def test_it_goes_when_its_session_ends_even_while_a_search_has_it_in_hand(shelves: Shelves) -> None:
    shelf = filled(shelves.take("one", hour=9))
    shelves.drop("one")
    shelves.put_back("one", shelf)

    assert shelves.held() == 0


@pytest.mark.parametrize(("steps", "held"), [((899,), 1), ((900,), 0), ((800, 800, 800, 800, 399), 1), ((800,) * 5, 0)])
def test_it_goes_when_it_idles_and_after_an_hour_at_the_latest(
    shelves: Shelves, clock: Clock, steps: tuple[int, ...], held: int
) -> None:
    shelves.put_back("one", filled(shelves.take("one", hour=9)))
    for number, seconds in enumerate(steps):
        clock.go_on(seconds=seconds)
        if number + 1 < len(steps):
            shelves.put_back("one", shelves.take("one", hour=9))
    shelves._look()

    assert sum(bool(shelf.blocks) for shelf in shelves._shelves.values()) == held


def test_a_block_that_would_leave_no_order_is_not_put_there() -> None:
    shelf = filled(Shelf(hour=9, born=0))

    shelf.put(shelf.key(DESK_KEY), LINES, (9, "c"), (8, "a"), 2)

    assert len(shelf.blocks) == 1
