"""The recovery key comes back from both sheets, and from nothing less."""

from __future__ import annotations

import pytest

from handlers.errors import WrongPassword
from handlers.protection.recovery import new_recovery_key, read_sheets


def test_both_sheets_in_either_order_give_the_key() -> None:
    key, (first, second) = new_recovery_key()

    assert read_sheets(first.words, second.words) == key
    assert read_sheets(second.words.upper(), f"  {first.words}\n") == key


def test_one_sheet_twice_is_not_the_key() -> None:
    key, (first, _) = new_recovery_key()

    assert read_sheets(first.words, first.words) != key


def test_a_misread_word_is_noticed_and_its_sheet_named() -> None:
    _, (first, second) = new_recovery_key()
    words = second.words.split()
    misread = " ".join([*words[:-1], "abandon" if words[-1] != "abandon" else "ability"])

    with pytest.raises(WrongPassword, match="second sheet"):
        read_sheets(first.words, misread)


@pytest.mark.parametrize("words", ["", "abandon", "notaword " * 24])
def test_what_is_no_sheet_is_refused(words: str) -> None:
    _, (first, _) = new_recovery_key()

    with pytest.raises(WrongPassword, match=r"first sheet|24 words"):
        read_sheets(words, first.words)


def test_a_sheet_can_be_drawn_for_paper_and_terminal() -> None:
    _, (first, _) = new_recovery_key()

    assert first.qr_svg().startswith("<svg")
    assert len(first.qr_for_terminal().splitlines()) > 10
    assert first.words not in repr(first)
