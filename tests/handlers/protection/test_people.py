"""A person's key opens with their password alone; what is sealed to them, with their key alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.errors import SealError, WrongPassword
from handlers.protection.people import USUAL_COST, Cost, new_compartment, new_person, open_person, open_with, seal_to, wrap_person
from tests.conftest import CHEAP, PASSWORD


def test_the_password_opens_the_key() -> None:
    kept, private = new_person("p1", PASSWORD, CHEAP)

    assert open_person("p1", kept, PASSWORD) == private


@pytest.mark.parametrize("guess", ["", PASSWORD + " ", PASSWORD.upper(), "another password"])
def test_another_password_does_not(guess: str) -> None:
    kept, _ = new_person("p1", PASSWORD, CHEAP)

    with pytest.raises(WrongPassword) as raised:
        open_person("p1", kept, guess)

    assert not guess or guess not in str(raised.value)
    assert raised.value.__suppress_context__


def test_a_key_put_in_the_place_of_another_person_does_not_open() -> None:
    kept, _ = new_person("p1", PASSWORD, CHEAP)

    with pytest.raises(WrongPassword):
        open_person("p2", kept, PASSWORD)


@pytest.mark.parametrize("change", [{"salt": bytes(16)}, {"passes": 2}, {"memory": 16384 * 1024}])
def test_other_salt_or_cost_than_it_was_wrapped_with_does_not_open(change: dict[str, object]) -> None:
    kept, _ = new_person("p1", PASSWORD, CHEAP)

    with pytest.raises(WrongPassword):
        open_person("p1", replace(kept, **change), PASSWORD)


def test_a_new_password_opens_the_same_key_and_the_old_one_no_more() -> None:
    kept, private = new_person("p1", PASSWORD, CHEAP)

    anew = wrap_person("p1", private, "four other random words", CHEAP)

    assert anew.public_key == kept.public_key
    assert open_person("p1", anew, "four other random words") == private
    with pytest.raises(WrongPassword):
        open_person("p1", anew, PASSWORD)


def test_the_same_password_of_two_people_is_kept_differently() -> None:
    one, _ = new_person("p1", PASSWORD, CHEAP)
    other, _ = new_person("p1", PASSWORD, CHEAP)

    assert one.salt != other.salt
    assert one.wrapped_private != other.wrapped_private


def test_a_compartment_sealed_to_a_person_opens_with_their_key_alone() -> None:
    mine, mine_private = new_person("p1", PASSWORD, CHEAP)
    _, theirs_private = new_person("p2", PASSWORD, CHEAP)
    _, compartment = new_compartment()

    sealed = seal_to(mine.public_key, compartment)

    assert open_with(mine_private, sealed) == compartment
    for wrong in (theirs_private, b"short"):
        with pytest.raises(SealError):
            open_with(wrong, sealed)


@pytest.mark.parametrize("cut", [0, 10, 47, -1])
def test_an_altered_or_cut_grant_does_not_open(cut: int) -> None:
    public, private = new_compartment()
    sealed = seal_to(public, b"k" * 32)

    with pytest.raises(SealError):
        open_with(private, sealed[:cut])


def test_a_guess_costs_what_libsodium_calls_moderate_or_more_than_interactive() -> None:
    assert USUAL_COST.passes >= 3
    assert USUAL_COST.memory >= 64 * 1024 * 1024
    assert Cost(1, 8192 * 1024) != USUAL_COST


def test_nothing_private_shows_in_a_repr() -> None:
    kept, _ = new_person("p1", PASSWORD, CHEAP)

    assert "wrapped_private" not in repr(kept)
    assert "salt" not in repr(kept)
