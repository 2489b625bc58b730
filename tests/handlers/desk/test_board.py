from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.caselog.grading import TellingFacts, independence
from handlers.desk.board.comparing import Agreement, Said, agreement
from handlers.desk.board.reckoning import reckon


def said(*keys: tuple[str, ...]) -> list[Said]:
    return [Said(each) for each in keys]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((("BEAT",), ("BEAT", "DOG")), Agreement.ALL),
        ((("BEAT",), ("BEAT",), ()), Agreement.THOSE),
        ((("BEAT",), ("BEAT",), ("DOG",)), Agreement.PART),
        ((("BEAT", "DOG"), ("BEAT", "EXTO"), ("DOG", "EXTO")), Agreement.PART),
        ((("BEAT",), ("DOG",)), Agreement.DIFFER),
        ((("BEAT",), ()), Agreement.ONE),
        ((("BEAT",),), Agreement.ONE),
        (((), ()), Agreement.NONE),
        ((), Agreement.NONE),
    ],
)
def test_agreement_is_told_in_words(keys: tuple[tuple[str, ...], ...], expected: Agreement) -> None:
    assert agreement(said(*keys), str.__eq__) is expected


def telling(source: str | None, *, hand: bool = True, text: str = "", met: frozenset[str] = frozenset()) -> TellingFacts:
    return TellingFacts(source=source, is_first_hand=hand, text_group=text, in_contact_with=met)


def test_each_pair_says_whether_it_counts_as_two_and_why() -> None:
    facts = [
        telling("a"),
        telling("b"),
        telling("a"),
        telling("c", text="x"),
        telling("d", text="x"),
        telling("e", met=frozenset({"b"})),
        telling("f", hand=False),
    ]

    found = reckon(facts, [True] * 6 + [False])
    pairs = {(pair.one, pair.other): pair for pair in found.pairs}

    assert pairs[0, 1].is_two and "two different people" in pairs[0, 1].why
    assert pairs[0, 2].why == "Both come from the same source."
    assert "one text passed on" in pairs[3, 4].why
    assert "in contact" in pairs[1, 5].why
    assert found.groups == ((0, 2), (3, 4), (1, 5)) or set(found.groups) == {(0, 2), (3, 4), (1, 5)}
    assert found.standing[6] == "Not graded yet, so it is not counted."
    assert not any(6 in (pair.one, pair.other) for pair in found.pairs)


def test_two_that_each_go_together_with_a_third_are_one() -> None:
    found = reckon([telling("a", text="x"), telling("b", text="x", met=frozenset({"c"})), telling("c")], [True] * 3)

    assert found.pairs[1].why == "Each of them goes together with a third." and not found.pairs[1].is_two


FACTS = st.builds(
    TellingFacts,
    source=st.sampled_from(["a", "b", "c", "d", None]),
    is_first_hand=st.booleans(),
    text_group=st.sampled_from(["", "x", "y"]),
    in_contact_with=st.sampled_from([frozenset(), frozenset({"a"}), frozenset({"b", "c"})]),
)


@given(st.lists(FACTS, max_size=7))
def test_no_more_groups_are_shown_than_sources_are_counted_unless_somebody_outside_ties_them(facts: list[TellingFacts]) -> None:
    found, counted = reckon(facts, [True] * len(facts)), independence(facts)

    assert len(found.groups) >= counted.count
    sources = {telling.source for telling in facts if telling.is_first_hand}
    met = frozenset().union(*(telling.in_contact_with for telling in facts if telling.is_first_hand))
    if met <= sources:
        assert len(found.groups) == counted.count
