"""Commands are read from whole messages only, and receipts from whatever way people write them."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands import (
    LANGUAGES,
    ChooseLanguage,
    Command,
    CommandWords,
    Continue,
    Delete,
    Help,
    Start,
    Stop,
    build_command_words,
    format_receipt,
    is_automatic,
    new_receipt,
    read_command,
    read_receipt,
)
from tests.shipped import shipped_lists

LISTS = shipped_lists()
WORDS: CommandWords = build_command_words(LISTS.commands, LISTS.automatic)
SCRIPTS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９")
RECEIPTS = st.binary(min_size=64, max_size=64).map(lambda _: new_receipt(secrets.token_bytes))


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("HELP", Help()),
        (" help! ", Help()),
        ("Rubatsiro", Help()),
        ("usizo", Help()),
        ("lubatsiro", Help()),
        ("STOP.", Stop()),
        ("mira", Stop()),
        ("Musa-pindura", None),
        ("lekai", Stop()),
        ("yekela", Stop()),
        ("START", Start()),
        ("tanga", Start()),
        ("qala", Start()),
        ("delete", Help()),
        ("ChiShona", ChooseLanguage("sn")),
        ("chimanyika", ChooseLanguage("sn")),
        ("Ndau", ChooseLanguage("ndau")),
        ("isiNdebele", ChooseLanguage("nd")),
        ("English please", None),
        ("ENGLISH", ChooseLanguage("en")),
        ("Help us, soldiers are beating people", None),
        ("stop them", None),
        ("Batsirai", None),
        ("", None),
        ("   ", None),
        ("\x00", None),
        ("delete 0770000012", None),
        ("delete +263770000012", None),
        ("delete my cattle 12", None),
    ],
)
def test_a_command_is_the_whole_message(text: str, command: Command | None) -> None:
    assert read_command(text, WORDS) == command


@given(receipt=RECEIPTS, word=st.sampled_from(["delete", "DZIMA", "Cima!", "dzimisa", "Delete my report"]))
def test_delete_takes_its_receipt_before_or_behind(receipt: str, word: str) -> None:
    assert read_command(f"{word} {format_receipt(receipt)}", WORDS) == Delete(receipt)
    assert read_command(f"{receipt} {word}", WORDS) == Delete(receipt)


def test_delete_with_a_mistyped_receipt_is_still_no_report() -> None:
    wrong = f"{new_receipt(secrets.token_bytes)[:9]}"
    wrong += next(digit for digit in "0123456789" if read_receipt(wrong + digit) is None)

    assert read_command(f"delete {wrong}", WORDS) == Delete(wrong)
    assert read_command(f"{format_receipt(wrong)} dzima", WORDS) == Delete(wrong)


@given(receipt=RECEIPTS, script=st.sampled_from(SCRIPTS), gap=st.sampled_from(["", " ", "-", " - ", "  "]))
def test_a_receipt_is_read_in_any_script_and_spacing(receipt: str, script: str, gap: str) -> None:
    written = gap.join(script[int(digit)] for digit in receipt)

    assert read_receipt(written) == (receipt, "")
    assert read_command(f"{written}: vakauya zvakare 5 times", WORDS) == Continue(receipt, "vakauya zvakare 5 times")


@given(receipt=RECEIPTS)
def test_a_number_may_follow_a_receipt_but_not_touch_it(receipt: str) -> None:
    assert read_receipt(f"{receipt} 20 people") == (receipt, "20 people")
    assert read_receipt(f"{receipt}20 people") is None


@given(receipt=RECEIPTS)
def test_a_receipt_is_ten_digits_unlike_a_telephone_number(receipt: str) -> None:
    assert len(receipt) == 10
    assert receipt.isascii() and receipt.isdigit()
    assert receipt[0] not in "07"
    assert not receipt.startswith("263")
    assert read_receipt(format_receipt(receipt)) == (receipt, "")


@given(receipt=RECEIPTS, at=st.integers(0, 9), other=st.integers(1, 9))
def test_one_wrong_digit_is_noticed(receipt: str, at: int, other: int) -> None:
    wrong = receipt[:at] + str((int(receipt[at]) + other) % 10) + receipt[at + 1 :]

    assert read_receipt(wrong) is None


@given(receipt=RECEIPTS, at=st.integers(0, 8))
def test_two_digits_swapped_are_noticed(receipt: str, at: int) -> None:
    swapped = receipt[:at] + receipt[at + 1] + receipt[at] + receipt[at + 2 :]

    assert swapped == receipt or read_receipt(swapped) is None


@given(number=st.integers(0, 99), gap=st.sampled_from(["", " ", "-"]), prefix=st.sampled_from(["0", "263", "+263", "00263", ""]))
def test_a_telephone_number_is_never_a_receipt(number: int, gap: str, prefix: str) -> None:
    written = f"{prefix}{gap}77{gap}000{gap}00{number:02d}"

    for text in (written, f"{written} call me", f"{written} 1 person"):
        assert read_receipt(text) is None
        assert read_command(text, WORDS) is None


@given(text=st.one_of(st.text(), st.text(alphabet="0123456789 -+٠१"), st.text(alphabet=st.characters())))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = read_receipt(text)

    read_command(text, WORDS)
    is_automatic(text, WORDS)
    assert found is None or (len(found[0]) == 10 and found[1] == found[1].rstrip())


def test_a_megabyte_is_no_command() -> None:
    for text in ("help " * 200_000, "1" * 1_000_000, " " * 1_000_000, "1 " * 500_000):
        assert read_command(text, WORDS) is None
        assert not is_automatic(text, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "I'm driving right now, I'll call you later",
        "The subscriber you are calling is not available",
        "Auto-reply: I am out of office until Monday",
        "Message not delivered",
        "This number is not in service",
        "NDIRI KUTYAIRA",
    ],
)
def test_an_automatic_answer_is_recognised(text: str) -> None:
    assert is_automatic(text, WORDS)


@pytest.mark.parametrize(
    "text",
    ["The man who is driving the truck beats people", "Masoja arova vanhu", "help", "We are not in danger", "Batsirai, ndapota"],
)
def test_a_report_is_not_taken_for_an_automatic_answer(text: str) -> None:
    assert not is_automatic(text, WORDS)


def test_every_language_of_the_menu_can_be_chosen_and_every_command_said_in_each() -> None:
    keys = {(line.language, line.key) for line in LISTS.commands}

    for language in LANGUAGES:
        assert f"LANGUAGE_{language.upper()}" in {key for _, key in keys}
        assert {("HELP"), ("STOP"), ("START"), ("DELETE")} <= {key for own, key in keys if own == language}


def test_no_word_stands_for_two_commands() -> None:
    words = {(line.entry.casefold(), line.key) for line in LISTS.commands}

    assert len({word for word, _ in words}) == len(words)


def test_a_receipt_does_not_show_in_a_repr() -> None:
    assert "4821553907" not in repr((Delete("4821553907"), Continue("4821553907", "vakauya")))
    assert "vakauya" not in repr(Continue("4821553907", "vakauya"))
