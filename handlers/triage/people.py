"""People: how many a text speaks of, and whether one of them is a child."""

from __future__ import annotations

from handlers.reports import Evidence
from handlers.triage.lookups import Lookups
from handlers.triage.reading import Reading

_REACH = 2  # words between a number and the people that it counts
_GROWN = 18
_NO_COUNT = 1900  # from here on a number is a year or a code


def number_at(reading: Reading, lookups: Lookups, index: int) -> tuple[int, bool] | None:
    """Read the number at a word, and whether its form counts people; a year, a sum of money and a zero are no count."""
    token = reading.tokens[index]
    if token.digits is not None:
        return None if token.is_money or not 0 < token.digits < _NO_COUNT else (token.digits, False)
    word = lookups.numbers.get(reading.words[index])
    return (word.value, word.counts_people) if word and word.value else None


def count_people(reading: Reading, lookups: Lookups) -> tuple[int, Evidence] | None:
    """Find the greatest number that counts people: by its form (vatatu), or with a word for people close by."""
    people = {index for hit in reading.of_kind("sign", "PERSON", "CHILD") for index in range(hit.first, hit.last)}
    ages = {index for hit in reading.of_kind("sign", "AGE") for index in (hit.first - 1, hit.last)}
    best: tuple[int, Evidence] | None = None
    for index in range(len(reading.tokens)):
        number = number_at(reading, lookups, index)
        if number is None or index in ages or _is_label(reading, lookups, index):
            continue
        near = not people.isdisjoint(range(index - _REACH, index + _REACH + 1))
        if (number[1] or near) and (best is None or number[0] > best[0]):
            best = number[0], reading.span(index, index + 1)
    return best


def _is_label(reading: Reading, lookups: Lookups, index: int) -> bool:
    """Say whether a number names something: ward 29."""
    before = reading.named[index - 1] if index else None
    return before is not None and before[1] > 1


def young(reading: Reading, lookups: Lookups) -> tuple[str, tuple[Evidence, ...]] | None:
    """Find an age below eighteen: makore 15, 15 years old."""
    for hit in reading.of_kind("sign", "AGE"):
        for index in (hit.last, hit.first - 1):
            if 0 <= index < len(reading.tokens) and reading.tokens[index].sentence == reading.tokens[hit.first].sentence:
                number = number_at(reading, lookups, index)
                if number and number[0] < _GROWN:
                    evidence = reading.span(min(index, hit.first), max(index + 1, hit.last))
                    return f"'{evidence.words}'", (evidence,)
    return None
