"""What decides the order of the inbox besides urgency, and which reports may be of one incident."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.reports import Finding, ReportState
from handlers.triage.ageing import LONGEST_BEHIND, gained, rank, waits_since
from handlers.triage.lookups import Lookups
from handlers.triage.pipeline import Telling, aged, prioritise, triage, with_gist

Tell = Callable[..., Telling]


def of(stage: str, telling: Telling, lookups: Lookups, recent: tuple[Telling, ...] = ()) -> list[Finding]:
    return [finding for finding in triage(telling, lookups, recent).findings if finding.stage == stage]


@pytest.mark.parametrize(
    "text",
    [
        "test test 123",
        "Testing",
        "Congratulations! You have won a prize, send your PIN",
        "Buy 1 get 1 airtime bundle promo",
        "  ",
    ],
)
def test_a_test_or_an_advertisement_sinks_with_its_reason(text: str, lookups: Lookups, tell: Tell) -> None:
    assessment = triage(tell(text), lookups, ())

    assert [finding.stage for finding in assessment.findings if finding.stage == "spam"] == ["spam"]
    assert assessment.priority <= 5


@pytest.mark.parametrize(
    "text",
    [
        "Test. Masoja arova vanhu kuChiadzwa nhasi",
        "They killed two men at the airtime shop, claim what they like, we bet on nobody",
    ],
)
def test_a_report_of_harm_never_sinks_for_the_look_of_its_words(text: str, lookups: Lookups, tell: Tell) -> None:
    assert not any("Sunk" in reason for reason in of("priority", tell(text), lookups)[0].reasons)


def test_what_sank_rises_when_a_person_takes_the_finding_away(lookups: Lookups, tell: Tell) -> None:
    sunk = triage(tell("This is a test: people were beaten at Chiadzwa today"), lookups, ())

    raised = prioritise([finding for finding in sunk.findings if finding.stage != "spam"], lookups)

    assert sunk.priority < 20 < raised.priority


def test_the_longer_a_report_waits_the_higher_it_stands_and_none_starves() -> None:
    assert aged(40, 0) == 40
    assert aged(40, 10) > aged(40, 9)
    assert aged(0, 201) > aged(100, 0)
    assert aged(40, -5) == 40
    assert [gained(hours) for hours in (-3, 0, 1, 2, 8, 200)] == [0, 0, 0, 1, 4, 100]


@given(old=st.integers(0, 100), new=st.integers(0, 100), later=st.integers(LONGEST_BEHIND + 1, 5000), now=st.integers(0, 5000))
def test_any_report_stands_above_any_that_comes_more_than_eight_days_and_eight_hours_later(
    old: int, new: int, later: int, now: int
) -> None:
    assert LONGEST_BEHIND == 8 * 24 + 8
    assert rank(old, later + now) > rank(new, now)


@given(one=st.tuples(st.integers(0, 100), st.integers(0, 500)), other=st.tuples(st.integers(0, 100), st.integers(0, 500)))
def test_two_reports_never_change_places_by_waiting(one: tuple[int, int], other: tuple[int, int]) -> None:
    orders = {rank(one[0], one[1] + more) - rank(other[0], other[1] + more) for more in (0, 1, 7, 300)}

    assert len(orders) == 1


def test_what_stands_in_the_case_log_waits_since_the_last_text_to_it() -> None:
    assert waits_since(ReportState.OPEN, opened_hour=10, updated_hour=90) == 10
    assert waits_since(ReportState.LOGGED, opened_hour=10, updated_hour=90) == 90


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        ("Masoja arova vanhu vatatu paChirasika nhasi", "Soldiers beat three people at Chirasika this morning"),
        ("Umgodi udilikile eBetera abantu abahlanu baphakathi", "Mugodhi wadhirika kuBetera, vanhu vashanu vari mukati"),
    ],
)
def test_one_incident_is_suggested_across_languages(mine: str, other: str, lookups: Lookups, tell: Tell) -> None:
    known = with_gist(tell(other, report="r2", source="s2"), lookups)

    (finding,) = of("incidents", tell(mine, source="s1"), lookups, (known,))

    assert finding.value == "r2"
    assert any(reason.startswith("The same place: ") for reason in finding.reasons)
    assert any("people" in reason for reason in finding.reasons)


@pytest.mark.parametrize(
    "other",
    [
        "Soldiers beat three people at Nyanyadzi today",
        "Rwizi rwasviba paChirasika",
        "Soldiers beat 40 people at Chirasika in 2008",
        "Help",
    ],
)
def test_another_place_kind_or_year_is_another_incident(other: str, lookups: Lookups, tell: Tell) -> None:
    known = with_gist(tell(other, report="r2"), lookups)

    assert of("incidents", tell("Masoja arova vanhu vatatu paChirasika nhasi"), lookups, (known,)) == []


def test_nearer_in_time_is_likelier(lookups: Lookups, tell: Tell) -> None:
    text = "Masoja arova vanhu vatatu paChirasika"
    telling = tell(text)
    known = [
        with_gist(tell(text, report=f"r{days}", at=telling.received_at - timedelta(days=days)), lookups) for days in (0, 2, 9)
    ]

    found = of("incidents", telling, lookups, tuple(known))

    assert [finding.value for finding in found] == ["r0", "r2", "r9"]
    assert found[0].weight > found[2].weight


def test_a_forwarded_text_is_compared_without_the_words_that_forward_it(lookups: Lookups, tell: Tell) -> None:
    words = "Soldiers came to the village at night and took three men"
    first = tell(words, report="r2", source="s2")

    (finding, _) = (
        finding
        for finding in triage(tell(f"Fwd: Please share. {words}", source="s1"), lookups, (first,)).findings
        if finding.stage in ("duplicates", "forwarded")
    )

    assert finding.weight > 0.95
    assert any("counts once" in reason for reason in finding.reasons)


def test_a_gist_never_shows_in_a_repr(lookups: Lookups, tell: Tell) -> None:
    telling = with_gist(tell("Masoja arova vanhu paChirasika"), lookups)

    assert "hirasika" not in repr(telling) + repr(telling.gist)


def test_two_people_may_both_plead_in_the_same_words(lookups: Lookups, tell: Tell) -> None:
    plea = "Tibatsireiwo tapota vakomana"
    known = with_gist(tell(plea, report="r2", source="s2"), lookups)

    assert of("duplicates", tell(plea, source="s1"), lookups, (known,)) == []


def test_two_texts_passed_on_with_other_words_before_them_are_one_telling(lookups: Lookups, tell: Tell) -> None:
    words = "Soldiers came to the village at night and took three men"
    known = with_gist(tell(f"Forwarded as received. {words}", report="r2"), lookups)

    (finding, _) = (
        finding
        for finding in triage(tell(f"Fwd: {words}"), lookups, (known,)).findings
        if finding.stage in ("duplicates", "forwarded")
    )

    assert finding.value == "r2" and finding.weight > 0.9


@pytest.mark.parametrize(
    "text",
    ["test test 123", "Masoja auraya vanhu 60 kuChiadzwa izvozvi, batsirai, mwana ari mukati", "", "Rwizi rwasviba paChirasika"],
)
def test_the_points_of_a_priority_add_up_to_it(text: str, lookups: Lookups, tell: Tell) -> None:
    (priority,) = of("priority", tell(text), lookups)

    assert sum(worth for _, worth in priority.points) == int(priority.value)
    assert all(sentence for sentence, _ in priority.points)


def test_what_a_person_says_of_a_text_stands_and_the_stages_behind_follow(lookups: Lookups, tell: Tell) -> None:
    telling = tell("Gore rapfuura masoja arova vanhu paChirasika")

    of_now = triage(telling, lookups, (), {"past": ()})

    assert of_now.priority > triage(telling, lookups, ()).priority
    assert not any("years ago" in reason for finding in of_now.findings for reason in finding.reasons)
    assert triage(telling, lookups, (), {}) == triage(telling, lookups, ())
