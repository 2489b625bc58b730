"""Every text we send fits one SMS, is neutral, and exists in every language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from handlers.commands import LANGUAGES
from handlers.errors import ListError
from handlers.replies import KEYS, LONGEST, Replies, build_replies, septets
from tests.shipped import shipped_lists

LINES = shipped_lists().replies
RECEIPT = "4821553907"
DELETE_THIS = {"en": "Delete this message", "sn": "Dzimai meseji ino", "ndau": "Dzimayi mashoko aya", "nd": "Cima lumbiko"}
NEVER = frozenset(
    {"izwi", "tip", "report", "diamond", "ngoda", "marange", "chiadzwa", "kimberley", "focal", "police", "soldier", "abuse"}
)


@dataclass(frozen=True)
class Line:
    key: str
    entry: str
    language: str = "en"
    list_name: str = "prompts/replies.en.txt"
    line: int = 7


@pytest.fixture
def replies() -> Replies:
    return build_replies(LINES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_a_reply_is_one_neutral_sms_that_says_delete_this(key: str, language: str, replies: Replies) -> None:
    text = replies.text(key, language, receipt=RECEIPT)

    length = septets(text)
    assert length is not None and length <= LONGEST
    assert (key, language) in replies.texts
    assert DELETE_THIS[language] in text
    assert NEVER.isdisjoint(re.findall(r"\w+", text.casefold()))
    assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_acknowledgement_carries_the_receipt_in_groups(language: str, replies: Replies) -> None:
    assert "482 155 3907" in replies.text("acknowledgement", language, receipt=RECEIPT)


def test_help_says_what_cannot_be_hidden(replies: Replies) -> None:
    text = replies.text("help", "en").casefold()

    assert "phone company can see" in text
    assert "borrow a phone" in text
    assert "do not give names" in text


def test_an_unknown_language_is_answered_in_english(replies: Replies) -> None:
    assert replies.text("stopped", "fr") == replies.text("stopped", "en")


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_texts_not_yet_checked_by_a_speaker_say_so(language: str) -> None:
    assert "CHECKED BY A LOCAL SPEAKER" in Path(f"config/prompts/replies.{language}.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (Line("help", "x" * 161), "at most 160"),
        (Line("help", "€" * 81), "at most 160"),
        (Line("help", "Ŵ"), "GSM alphabet"),
        (Line("help", "{receipt}"), "{receipt}"),
        (Line("acknowledgement", "Thank you"), "{receipt}"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused_with_its_line(line: Line, why: str) -> None:
    others = [kept for kept in LINES if (kept.key, kept.language) != (line.key, "en")]

    with pytest.raises(ListError) as refused:
        build_replies([*others, line])

    assert "prompts/replies.en.txt:7: " in str(refused.value)
    assert why in str(refused.value)


def test_a_missing_text_is_named() -> None:
    with pytest.raises(ListError, match="deleted"):
        build_replies([line for line in LINES if line.key != "deleted"])
