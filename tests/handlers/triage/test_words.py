"""What is kept of the words of a text, and what is shown of them: as little as can be."""

from __future__ import annotations

import gc
from collections.abc import Callable

from handlers.triage.lookups import Lookups
from handlers.triage.pipeline import Telling, triage
from handlers.triage.reading import read
from handlers.triage.words import Met, tokens


def test_nothing_with_a_digit_is_kept_of_the_words_that_were_met(taught: Lookups, tell: Callable[..., Telling]) -> None:
    triage(tell("Zita rangu Tendai, fona o77ooo0011 kana 0770000011, ID 63000111A42, akarohwatu paChirasika"), taught, ())

    kept = {word for each in gc.get_objects() if isinstance(each, Met) for word in each}
    assert "akarohwatu" in kept
    assert not [word for word in kept if any(letter.isdigit() for letter in word)]


def test_what_was_found_out_of_a_word_is_kept_of_so_many_words_and_given_for_all() -> None:
    met: Met[int] = Met()
    words = ["".join("abcdefghij"[int(digit)] for digit in f"{number:05}") for number in range(50_001)]

    assert [met.keep(word, at) for at, word in enumerate(words)] == list(range(50_001))
    assert len(met) == 50_000


def test_a_word_shows_where_it_stands_and_not_what_it_is() -> None:
    (first, second) = tokens("Chitsinde 0770000011")

    assert (repr(first), repr(second)) == ("Token(0:9)", "Token(10:20)")


def test_what_was_kept_or_found_shows_no_word(taught: Lookups, tell: Callable[..., Telling]) -> None:
    met: Met[str] = Met()
    met.keep("chitsinde", "x")
    reading = read(tell("Akarohwa nemasoja"), taught)

    assert repr(met) == "Met(1 words)"
    assert {repr(hit) for hit in reading.of_kind("category")} == {"Hit(category 0:1)"}
