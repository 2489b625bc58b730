"""What a caller hears: every key in English, the rest in their language or in English, recorded where a speaker did."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from config.lists import PROMPTS as LISTED
from config.settings import ROOT
from gateway.lists.merging import compile_lists
from handlers.commands import LANGUAGES
from handlers.errors import ListError
from handlers.voice.composing import Composer, Made
from handlers.voice.menu import Line, Turn
from handlers.voice.prompts import FIXED, LONGEST, build_prompts
from handlers.voice.speech import Ask, Pause, Speak
from handlers.voice.tokens import Memory, Tokens
from tests.shipped import shipped_lists

LISTS = shipped_lists()
PROMPTS = build_prompts(LISTS.prompts, LISTS.categories)


@dataclass(frozen=True)
class Written:
    """A line of a list."""

    key: str
    entry: str
    language: str = "en"
    list_name: str = "prompts/voice.en.txt"
    line: int = 7


def test_the_keys_that_are_listed_are_the_keys_that_are_spoken() -> None:
    assert set(FIXED) == {key for key in LISTED if not key.startswith("group_")}


def test_a_prompt_is_spoken_in_its_language_and_in_english_where_it_has_no_words() -> None:
    assert PROMPTS.speak("bye", "nd") == (Speak(text="Siyabonga. Usale kuhle.", language="nd"),)
    assert PROMPTS.speak("category_KILL", "ndau")[0].text == "Killing, shooting, or a body:"
    assert "category_KILL" in PROMPTS.missing()["ndau"]
    assert PROMPTS.missing()["sn"] == PROMPTS.missing()["nd"] == ()


def test_what_fills_a_slot_is_spoken_digit_by_digit_behind_the_words() -> None:
    assert [said.text for said in PROMPTS.speak("press", "en", key="10")] == ["press one zero"]


def test_a_recorded_prompt_is_played_and_so_is_each_recorded_digit() -> None:
    recorded = replace(PROMPTS, recorded=lambda key, language: f"https://h/{language}/{key}" if key != "digit_0" else None)

    assert [said.address for said in recorded.speak("press", "sn", key="10")] == [
        "https://h/sn/press",
        "https://h/sn/digit_1",
        None,
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_is_read_out_twice_with_pauses(language: str) -> None:
    composer = Composer(PROMPTS, Tokens(b"t" * 32), language="sn")
    turn = Turn(says=(Line("@sent"),), memory=Memory(state="sent", began=0, language=language))  # type: ignore[arg-type]

    (ask,) = composer.compose(turn, Made(receipt="4821553907"), call_id="c", provider="twilio", now=0)

    assert isinstance(ask, Ask)
    digits = [text for each in "4821553907" for text in [PROMPTS.text(f"digit_{each}", language)]]
    spoken = [said.text for said in ask.speak if isinstance(said, Speak)]
    assert [text for text in spoken if text in digits] == digits * 2
    assert sum(isinstance(said, Pause) for said in ask.speak) >= 6


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (Written("press", "press"), "{key} once, at the end"),
        (Written("press", "press {key} now"), "{key} once, at the end"),
        (Written("press", "{key} {key}"), "{key} once, at the end"),
        (Written("bye", "Goodbye {name}"), "no slot in bye"),
        (Written("bye", "Goodbye }"), "no slot in bye"),
        (Written("bye", "x" * (LONGEST + 1)), "at most"),
    ],
)
def test_a_text_that_cannot_be_spoken_is_refused_with_its_place(line: Written, wrong: str) -> None:
    with pytest.raises(ListError) as refused:
        build_prompts([*LISTS.prompts, line], LISTS.categories)

    assert str(refused.value).startswith("prompts/voice.en.txt:7: expected ")
    assert wrong in str(refused.value)


def test_every_missing_key_is_named_at_once() -> None:
    with pytest.raises(ListError) as refused:
        build_prompts([each for each in LISTS.prompts if each.key not in ("bye", "digit_3")], LISTS.categories)

    assert [line.split("for ")[1] for line in str(refused.value).splitlines()] == ["bye, came none", "digit_3, came none"]


def test_a_kind_of_incident_that_an_operator_made_is_spoken_by_its_label() -> None:
    @dataclass(frozen=True)
    class Kind:
        code: str = "FIRE"
        label: str = "Fire"

    prompts = build_prompts(LISTS.prompts, [*LISTS.categories, Kind()])

    assert prompts.speak("category_FIRE", "sn")[0].text == "Fire"
    assert "category_FIRE" in prompts.missing()["sn"]
    assert prompts.speak("group_9", "sn")[0].text == "Something else:"


def test_a_changed_list_of_prompts_is_in_force_with_all_others() -> None:
    text = (ROOT / "config/prompts/voice.en.txt").read_text("utf-8").replace("Thank you. Goodbye.", "Thanks.")

    assert compile_lists(ROOT / "config", {"prompts/voice.en.txt": text}).prompts.text("bye", "en") == "Thanks."
