"""Words in the forms and spellings that people write: stems with affixes, keypads, slips, words that count only together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from handlers.reports import Finding
from handlers.triage.lookups import Lookups
from handlers.triage.pipeline import Telling, triage

Tell = Callable[..., Telling]


def of(stage: str, telling: Telling, lookups: Lookups) -> list[Finding]:
    return [finding for finding in triage(telling, lookups, ()).findings if finding.stage == stage]


def kinds(text: str, lookups: Lookups, tell: Tell) -> set[str]:
    return {finding.value for finding in of("category", tell(text), lookups) if finding.weight >= 0.4}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("akarohwa", "BEAT"),
        ("takarohwa", "BEAT"),
        ("vakatirova", "BEAT"),
        ("wakarohwa", "BEAT"),
        ("valohwa", "BEAT"),
        ("ndakarowerwa", "BEAT"),
        ("akasungirwa", "DETN"),
        ("vakatisunga", "DETN"),
        ("akapfurirwa", "KILL"),
        ("utshayiwe", "BEAT"),
        ("bangitshayile", "BEAT"),
        ("ubotshelwe", "DETN"),
        ("bayabulawa", "KILL"),
    ],
)
def test_a_stem_is_found_with_its_prefixes_and_endings(text: str, kind: str, lookups: Lookups, tell: Tell) -> None:
    assert kind in kinds(text, lookups, tell)


@pytest.mark.parametrize("text", ["murume", "varume", "phangisani", "kuChishingwi", "muromo"])
def test_a_word_that_only_looks_like_a_stem_speaks_of_nothing(text: str, lookups: Lookups, tell: Tell) -> None:
    assert kinds(text, lookups, tell) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("soljas btn ppl 2day", "BEAT"),
        ("they arrstd my son", "DETN"),
        ("he was killd", "KILL"),
        ("vkrhwa", "BEAT"),
        ("akrova vanhu", "BEAT"),
        ("MASOJA ARKUROVA VANHU", "BEAT"),
        ("wakamanikijwa kuchera", "LABR"),
        ("mbuji dzakatorwa", "PROP"),
    ],
)
def test_a_keypad_spelling_is_read_as_the_word_it_stands_for(text: str, kind: str, lookups: Lookups, tell: Tell) -> None:
    assert kind in kinds(text, lookups, tell)


@pytest.mark.parametrize("text", ["Eleven miners were fined", "we approve of it", "they bound the book"])
def test_another_word_is_not_taken_for_a_slip(text: str, lookups: Lookups, tell: Tell) -> None:
    assert "KILL" not in kinds(text, lookups, tell)
    assert "BEAT" not in kinds(text, lookups, tell)


def test_a_slip_says_how_it_was_read(lookups: Lookups, tell: Tell) -> None:
    (finding,) = of("category", tell("they arrstd him"), lookups)

    assert finding.evidence[0].words == "arrstd"
    assert finding.evidence[0].rule == "read as arrested"


@pytest.mark.parametrize("text", ["mari pagedhi", "pay at the gate", "imali esangweni", "madhora at the gate"])
def test_words_that_say_nothing_alone_say_something_together(text: str, lookups: Lookups, tell: Tell) -> None:
    assert "EXTO" in kinds(text, lookups, tell)


def test_words_far_from_each_other_say_nothing_together(lookups: Lookups, tell: Tell) -> None:
    far = "the money " + "of my old uncle who lives " * 5 + "at the gate"

    assert "EXTO" not in kinds(far, lookups, tell)


def test_what_may_come_is_a_threat_and_no_event(lookups: Lookups, tell: Tell) -> None:
    assert kinds("Anyone who refuses achapfurwa", lookups, tell) == {"THRT"}
    assert kinds("Bathi bazasibulala", lookups, tell) == {"THRT"}


@pytest.mark.parametrize(
    "text",
    [
        "Nobody was beaten",
        "Havana kurohwa",
        "haarohwi",
        "kabatshaywanga",
        "It is not true that they were beaten",
        "Akarohwa? Inhema",
    ],
)
def test_a_denial_is_a_finding_of_its_own(text: str, lookups: Lookups, tell: Tell) -> None:
    telling = tell(text)

    (negation,) = of("negation", telling, lookups)
    assert negation.reasons[0].startswith("What it denies: ")
    assert "BEAT" not in kinds(text, lookups, tell)
    assert of("urgency", telling, lookups)[0].value == "not urgent"


@pytest.mark.parametrize(
    "text", ["They beat us and nobody helped", "no one knows where they took the man they beat", "I was beaten for no reason"]
)
def test_a_no_about_something_else_denies_nothing(text: str, lookups: Lookups, tell: Tell) -> None:
    assert "BEAT" in kinds(text, lookups, tell)


@pytest.mark.parametrize(
    "text", ["In 2008 they beat us", "ngo2008 basitshaya", "Makore maviri apfuura takarohwa", "two years ago they beat us"]
)
def test_years_ago_is_a_finding_of_its_own(text: str, lookups: Lookups, tell: Tell) -> None:
    (past,) = of("past", tell(text), lookups)

    assert past.value == "past"
    assert past.evidence


def test_a_story_of_years_ago_goes_on_until_it_speaks_of_now(lookups: Lookups, tell: Tell) -> None:
    told = "In 2008 soldiers came. They killed my brother."

    assert of("urgency", tell(told), lookups)[0].value == "not urgent"
    assert of("urgency", tell(told + " Now they came and arrested my son."), lookups)[0].value == "urgent"


def test_a_mixed_text_says_which_words_are_of_which_language(lookups: Lookups, tell: Tell) -> None:
    parts = of("segment", tell("The police came to our house and vakarova vanhu vose pamusha"), lookups)

    assert {part.value: part.evidence[0].words for part in parts} == {
        "en": "The police came to our house and",
        "sn": "vakarova vanhu vose pamusha",
    }


def test_where_people_come_from_stands_behind_where_it_happened(lookups: Lookups, tell: Tell) -> None:
    names = [finding.value for finding in of("place", tell("Isu vekuChiadzwa takarohwa kuBetera"), lookups)]

    assert names == ["betera-village", "chiadzwa-village"]
