from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.caselog.grading import (
    INFORMATION_GRADES,
    SOURCE_GRADES,
    TellingFacts,
    change_standing,
    independence,
    may_approve,
    may_be_logged,
    standings_after,
)
from handlers.errors import NotAllowed
from handlers.records import Standing


def told(source: str | None, **facts: object) -> TellingFacts:
    return TellingFacts(**({"source": source, "is_first_hand": True} | facts))  # type: ignore[arg-type]  # facts of several kinds


def test_the_grades_are_the_twelve_of_the_scale() -> None:
    assert "".join(SOURCE_GRADES) == "ABCDEF"
    assert tuple(INFORMATION_GRADES) == (1, 2, 3, 4, 5, 6)


def test_a_standing_rises_one_step_at_a_time() -> None:
    assert Standing.REASONABLE_SUSPICION in standings_after(Standing.LEAD)
    assert Standing.REASONABLE_GROUNDS not in standings_after(Standing.LEAD)
    assert Standing.CORROBORATED in standings_after(Standing.REASONABLE_GROUNDS)


@given(st.sampled_from(Standing), st.data())
def test_every_change_of_standing_can_be_taken_back_in_the_end(standing: Standing, data: st.DataObject) -> None:
    after = data.draw(st.sampled_from(standings_after(standing)))
    reached, waiting = set(), {after}
    while waiting:
        step = waiting.pop()
        reached.add(step)
        waiting |= set(standings_after(step)) - reached

    assert standing in reached
    assert after is not standing


def test_a_change_names_who_and_why_or_is_refused() -> None:
    change = change_standing(Standing.LEAD, Standing.UNFOUNDED, person_id="p1", reason=" no such place ")

    assert (change.before, change.after, change.person_id, change.reason) == ("lead", "unfounded", "p1", "no such place")
    for before, after, person, reason, sentence in (
        (Standing.LEAD, Standing.CORROBORATED, "p1", "because", "one step"),
        (Standing.LEAD, Standing.LEAD, "p1", "because", "one step"),
        (Standing.LEAD, Standing.UNFOUNDED, "p1", "  ", "Say why"),
        (Standing.LEAD, Standing.UNFOUNDED, "", "because", "signed in"),
    ):
        with pytest.raises(NotAllowed, match=sentence):
            change_standing(before, after, person_id=person, reason=reason)


def test_only_grounds_and_corroborated_may_be_logged() -> None:
    assert {standing for standing in Standing if may_be_logged(standing)} == {"reasonable_grounds", "corroborated"}


@pytest.mark.parametrize(
    ("proposer", "approver", "may"), [("a", "b", True), ("a", "a", False), ("a", " A ", False), ("a", "", False), ("", "", False)]
)
def test_nobody_approves_what_they_proposed(proposer: str, approver: str, may: bool) -> None:
    assert may_approve(proposer, approver) is may


def test_two_first_hand_strangers_count_as_two() -> None:
    found = independence([told("s1"), told("s2")])

    assert found.count == 2
    assert found.supports_corroborated


def test_hearsay_counts_for_nothing() -> None:
    found = independence([told("s1"), told("s2", is_first_hand=False)])

    assert found.count == 1
    assert not found.supports_corroborated
    assert "Not noted as told at first hand, so not counted: 1." in found.reasons


def test_one_person_telling_twice_counts_once() -> None:
    found = independence([told("s1"), told("s1")])

    assert found.count == 1
    assert "More than one telling comes from the same person." in found.reasons


def test_one_forwarded_text_counts_once_whoever_sends_it() -> None:
    found = independence([told("s1", text_group="t"), told("s2", text_group="t"), told("s3", text_group="u")])

    assert found.count == 2
    assert "Some tellings are one forwarded text and count once." in found.reasons


def test_sources_in_contact_count_once_also_through_a_third() -> None:
    found = independence(
        [told("s1", in_contact_with=frozenset({"s9"})), told("s2", in_contact_with=frozenset({"s9"})), told("s3")]
    )

    assert found.count == 2
    assert "Some sources were in contact about it and count once." in found.reasons


def test_unknown_people_count_once_at_most() -> None:
    found = independence([told(None), told(None), told("s1")])

    assert found.count == 2
    assert any("unknown people" in reason for reason in found.reasons)


def test_one_source_and_a_record_are_enough() -> None:
    assert independence([told("s1", with_record=True)]).supports_corroborated
    assert not independence([told("s1", is_first_hand=False, with_record=True)]).supports_corroborated
    assert not independence([]).supports_corroborated


tellings = st.lists(
    st.builds(
        TellingFacts,
        source=st.none() | st.sampled_from("abcd"),
        is_first_hand=st.booleans(),
        text_group=st.sampled_from(["", "t", "u"]),
        in_contact_with=st.frozensets(st.sampled_from("abcd"), max_size=2),
    ),
    max_size=8,
)


@given(tellings, st.randoms())
def test_the_count_does_not_depend_on_order_and_never_passes_the_number_of_people(
    facts: list[TellingFacts], chance: object
) -> None:
    shuffled = sorted(facts, key=lambda _: chance.random())  # type: ignore[attr-defined]  # a Random of hypothesis

    count = independence(facts).count

    assert count == independence(shuffled).count
    assert count <= len({telling.source for telling in facts if telling.is_first_hand})


@given(tellings)
def test_more_contact_never_makes_more_independent_sources(facts: list[TellingFacts]) -> None:
    joined = [told(fact.source, is_first_hand=fact.is_first_hand, in_contact_with=frozenset("abcd")) for fact in facts]

    assert independence(joined).count <= max(1, independence(facts).count)
