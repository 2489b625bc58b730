"""Tokens open for the call they were made for, for two hours, and give back exactly what was put in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.commands import LANGUAGES
from handlers.voice.menu import STATES
from handlers.voice.tokens import LIFETIME_SECONDS, Memory, Tokens, WrongToken, as_memory, as_plain

TOKENS = Tokens(b"t" * 32)
NOW = 1_790_000_000.0
IDS = st.text("0123456789abcdef", min_size=24, max_size=24)
MEMORIES = st.builds(
    Memory,
    state=st.sampled_from(sorted(STATES)),
    began=st.integers(0, 2**31),
    language=st.sampled_from([None, *LANGUAGES]),
    steps=st.integers(0, 60),
    tries=st.integers(0, 3),
    answers=st.dictionaries(
        st.sampled_from(["group", "category", "place", "when", "how_many", "help"]), st.text("0123456789", max_size=3)
    ),
    code=st.text("0123456789", max_size=10),
    monitor=st.none() | IDS,
    report=st.none() | IDS,
    reply=st.none() | IDS,
)


def sealed(memory: Memory, *, call_id: str = "c1", provider: str = "twilio") -> str:
    return TOKENS.seal(memory, call_id=call_id, provider=provider, now=NOW)


@given(memory=MEMORIES)
def test_a_token_gives_back_what_was_put_in(memory: Memory) -> None:
    token = sealed(memory)

    assert TOKENS.open(token, call_id="c1", provider="twilio", now=NOW + LIFETIME_SECONDS - 1) == memory
    assert as_memory(as_plain(memory)) == memory
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@settings(deadline=None)  # a busy machine is no fault of the tokens
@given(memory=MEMORIES, other=MEMORIES)
def test_a_token_tells_nothing_by_its_length(memory: Memory, other: Memory) -> None:
    assert len(sealed(memory)) in (396, 738)
    if len(str(as_plain(memory))) < 200 and len(str(as_plain(other))) < 200:
        assert len(sealed(memory)) == len(sealed(other))


@pytest.mark.parametrize(
    ("call_id", "provider", "after"),
    [("c2", "twilio", 0), ("c1", "africastalking", 0), ("c1", "twilio", LIFETIME_SECONDS), ("c1", "twilio", 10**9)],
)
def test_a_token_opens_for_no_other_call_and_not_for_ever(call_id: str, provider: str, after: float) -> None:
    token = sealed(Memory(state="main", began=int(NOW)))

    with pytest.raises(WrongToken):
        TOKENS.open(token, call_id=call_id, provider=provider, now=NOW + after)


def test_a_token_of_another_key_does_not_open() -> None:
    token = Tokens(b"u" * 32).seal(Memory(state="main", began=0), call_id="c1", provider="twilio", now=NOW)

    with pytest.raises(WrongToken):
        TOKENS.open(token, call_id="c1", provider="twilio", now=NOW)


@given(memory=MEMORIES, where=st.integers(0, 395), letter=st.sampled_from("AZaz09-_"))
def test_an_altered_token_does_not_open(memory: Memory, where: int, letter: str) -> None:
    token = sealed(memory)
    altered = token[:where] + letter + token[where + 1 :]

    # The last letter of a token may differ in bits that say nothing.
    if altered != token and where < 395:
        with pytest.raises(WrongToken):
            TOKENS.open(altered, call_id="c1", provider="twilio", now=NOW)


@given(token=st.text(max_size=3000))
def test_whatever_comes_as_a_token_is_none(token: str) -> None:
    with pytest.raises(WrongToken):
        TOKENS.open(token, call_id="c1", provider="twilio", now=NOW)


def test_a_token_of_the_largest_memory_fits_an_address() -> None:
    answers = {"group": "9", "category": "9", "place": "999", "when": "5", "how_many": "999", "help": "4"}
    largest = Memory(
        state="how_many",
        began=2**31,
        language="ndau",
        steps=60,
        tries=3,
        answers=answers,
        code="1" * 10,
        monitor="f" * 24,
        report="f" * 24,
        reply="f" * 24,
    )

    assert len(sealed(largest)) < 1000
