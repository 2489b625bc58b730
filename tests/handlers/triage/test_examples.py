"""What the example reports say beside the lists, how it is told, and what they may not do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.lists import read_lists
from handlers.reports import Finding
from handlers.triage.lookups import Lookups, build_lookups
from handlers.triage.pipeline import Telling, triage
from handlers.triage.voices import build_voices
from tests.shipped import shipped_lists, shipped_lookups

Tell = Callable[..., Telling]

DENIED_WITHOUT_A_NO = "Vanoti Tendai akaurayiwa nemasoja, asi ndamuona nhasi achitengesa muriwo pamusika."
UNLISTED = "Vakamuzvambaradza neshamhu kusvikira aenda mudzimbabwe, musana wese wakasvuuka."


def of(stage: str, text: str, lookups: Lookups, tell: Tell) -> tuple[Finding, ...]:
    return tuple(finding for finding in triage(tell(text), lookups, ()).findings if finding.stage == stage)


def kinds(text: str, lookups: Lookups, tell: Tell) -> dict[str, float]:
    return {finding.value: finding.weight for finding in of("category", text, lookups, tell)}


@pytest.fixture
def added(tmp_path: Path) -> Callable[[str, str], Lookups]:
    """Give the lists as they ship, with a line that a coordinator added after the weights were learned."""

    def add(name: str, line: str) -> Lookups:
        folder = tmp_path / "lists"
        shutil.copytree("config", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        return build_lookups(read_lists(folder))

    return add


def test_a_word_that_a_coordinator_adds_changes_the_next_report(added: Callable[[str, str], Lookups], tell: Tell) -> None:
    text = "Mangwanani vakazvikwinyurisa mukomana uya."

    assert "BEAT" not in kinds(text, shipped_lookups(), tell)
    assert kinds(text, added("categories/words.sn.txt", "BEAT: -kwinyuris-"), tell)["BEAT"] >= 0.8


def test_an_added_line_is_not_outvoted_by_the_examples(added: Callable[[str, str], Lookups], tell: Tell) -> None:
    text = "Rwizi Odzi rwachinja ruvara, mombe nhatu dzafa svondo rino, mvura yakaita dwambuka."

    assert kinds(text, added("categories/words.sn.txt", "DOG: dwambuka"), tell)["DOG"] >= 0.8


def test_an_added_sign_of_now_is_not_outvoted_by_the_examples(added: Callable[[str, str], Lookups], tell: Tell) -> None:
    text = "Masoja arova baba vangu zvimbwazvimbwa paBetera svondo rapera."
    (urgency,) = of("urgency", text, added("lexicons/signs.sn.txt", "NOW: zvimbwazvimbwa"), tell)

    assert urgency.weight >= 0.45


def test_what_the_examples_say_is_told_with_their_words(taught: Lookups, lookups: Lookups, tell: Tell) -> None:
    text = "Pane muviri wawanikwa wakarereka pasi pebhiriji, hapana anouziva."
    by_lists = kinds(text, lookups, tell)
    findings = [finding for finding in of("category", text, taught, tell) if finding.value not in by_lists]
    for finding in findings:
        assert finding.reasons[0].startswith("The example reports use '")
        for item in finding.evidence:
            assert text[item.start : item.end] == item.words
            assert f"'{item.words}'" in finding.reasons[0]


def test_every_suggestion_shows_words_of_the_text(taught: Lookups, tell: Tell) -> None:
    for example in shipped_lists().examples[::40]:
        for finding in of("category", example.text, taught, tell):
            assert finding.evidence, example.text
            assert finding.reasons, example.text
            assert all(example.text[item.start : item.end] == item.words for item in finding.evidence)


def test_what_is_outvoted_says_so_and_counts_for_little(taught: Lookups, lookups: Lookups, tell: Tell) -> None:
    outvoted = []
    for example in shipped_lists().examples[::10]:
        believed = {code for code, weight in kinds(example.text, lookups, tell).items() if weight >= 0.4}
        findings = {finding.value: finding for finding in of("category", example.text, taught, tell)}
        assert believed <= findings.keys()
        outvoted += [findings[code] for code in believed if findings[code].weight < 0.4]

    assert outvoted
    why = ("But in the example reports ", "But the example reports use ")
    assert all(finding.reasons[-1].startswith(why) for finding in outvoted)


@pytest.mark.parametrize(
    "text",
    [
        "In 2008 soldiers shot our sons near the fence and we buried them at night.",
        "Muna 2009 masoja akapfura vakomana vedu, takavaviga usiku.",
        "Nobody was beaten at Chirasika, nobody was arrested, it is not true.",
        "Hapana akarohwa, hapana akasungwa.",
        "test test",
        "fourth words",
        "Win a car today! Send your PIN now to claim your prize, promotion ends tonight",
    ],
)
def test_the_examples_make_nothing_urgent_that_is_past_denied_or_no_report(text: str, taught: Lookups, tell: Tell) -> None:
    (urgency,) = of("urgency", text, taught, tell)

    assert urgency.value == "not urgent"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Ndichiri mwana mudiki masoja akapfura baba vangu pamberi pedu, iye zvino ndava nevazukuru.", " of years ago."),
        ("I heard that the girl was raped last night, I asked her mother, nothing like that happened", " where it is denied."),
    ],
)
def test_why_strong_words_do_not_make_it_urgent_is_told(text: str, why: str, taught: Lookups, tell: Tell) -> None:
    (urgency,) = of("urgency", text, taught, tell)

    assert urgency.value == "not urgent"
    assert any(reason.startswith("Less urgent: ") and reason.endswith(why) for reason in urgency.reasons), urgency.reasons


def test_a_person_who_says_that_it_is_of_now_is_not_outvoted_by_what_sounds_past(taught: Lookups, tell: Tell) -> None:
    text = "Ndichiri mwana mudiki masoja akapfura baba vangu pamberi pedu, iye zvino ndava nevazukuru."
    by_itself, said = (triage(tell(text), taught, (), said).findings for said in ({}, {"past": ()}))

    (before,), (after,) = ([each for each in findings if each.stage == "urgency"] for findings in (by_itself, said))
    assert after.weight > before.weight
    assert not any(reason.endswith(" of years ago.") for reason in after.reasons)


def test_a_person_who_says_that_it_is_of_years_ago_is_not_outvoted_by_strong_words(taught: Lookups, tell: Tell) -> None:
    text = "They are shooting at us right now, my brother is bleeding, help"
    years_ago = Finding(stage="past", value="past", label="Years ago", weight=1.0, evidence=(), reasons=("A person says so.",))
    (urgency,) = [each for each in triage(tell(text), taught, (), {"past": (years_ago,)}).findings if each.stage == "urgency"]

    assert urgency.value == "not urgent"


def test_what_is_denied_without_a_no_is_found_to_deny_something_and_its_kind_counts_for_little(
    taught: Lookups, tell: Tell
) -> None:
    (killing,) = [each for each in of("category", DENIED_WITHOUT_A_NO, taught, tell) if each.value == "KILL"]
    (denial,) = of("negation", DENIED_WITHOUT_A_NO, taught, tell)
    (urgency,) = of("urgency", DENIED_WITHOUT_A_NO, taught, tell)

    assert killing.weight < 0.4
    assert killing.reasons[-1].startswith("But the example reports use '")
    assert denial.value == "denied"
    assert denial.reasons[0].endswith(" where it is denied.")
    assert urgency.value == "not urgent"
    assert "Not counted, since it sounds denied: killing, shooting or unexplained body." in urgency.reasons


def test_where_a_person_says_that_nothing_is_denied_the_kind_counts_again(taught: Lookups, tell: Tell) -> None:
    findings = triage(tell(DENIED_WITHOUT_A_NO), taught, (), {"negation": ()}).findings
    (killing,) = [each for each in findings if each.stage == "category" and each.value == "KILL"]
    (urgency,) = [each for each in findings if each.stage == "urgency"]

    assert killing.weight >= 0.8
    assert urgency.value == "urgent"
    assert not [reason for each in (killing, urgency) for reason in each.reasons if "denied" in reason]


def test_what_is_told_of_years_ago_without_a_year_is_found_to_be_of_then(taught: Lookups, tell: Tell) -> None:
    text = "Ndichiri mwana mudiki masoja akapfura baba vangu pamberi pedu, iye zvino ndava nevazukuru."
    (past,) = of("past", text, taught, tell)

    assert past.value == "past"
    assert past.reasons[0].endswith(" of years ago.")


def test_a_year_beside_what_happens_now_makes_nothing_past(taught: Lookups, tell: Tell) -> None:
    assert of("past", "In 2006 they beat my father to death, and today they have taken my brother", taught, tell) == ()


def test_where_nothing_is_told_nothing_is_denied(taught: Lookups, tell: Tell) -> None:
    for text in ("Please stop sending me messages, I never asked for them", "Handina airtime, munozondifonera here?"):
        assert of("negation", text, taught, tell) == ()


def test_an_urgent_report_in_words_of_the_examples_says_which(taught: Lookups, tell: Tell) -> None:
    text = "Mwana wangu haasati adzoka kubva zuro, foni yake haichapindi, tiri kutya zvikuru."
    (urgency,) = of("urgency", text, taught, tell)

    assert urgency.value == "urgent"
    assert any(reason.startswith("The example reports use '") for reason in urgency.reasons)


def test_the_same_text_is_given_the_same_findings(taught: Lookups, tell: Tell) -> None:
    build_voices.cache_clear()
    again = build_lookups(shipped_lists())  # with nothing kept of the words that it has seen

    assert triage(tell(UNLISTED), taught, ()) == triage(tell(UNLISTED), again, ())


def test_a_text_without_words_is_no_trouble(taught: Lookups, tell: Tell) -> None:
    for text in ("", "...", "077 000 0011", "😀"):
        assert kinds(text, taught, tell) == {}
