"""A sender that is a number is read in any of its forms; nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.protection.numbers import SenderKind, read_sender


@pytest.mark.parametrize(
    "raw",
    ["+263770000011", " 263770000011", "263770000011", "00263770000011", "0770000011", "+263 77 000 0011", "+263-77-000-0011"],
)
def test_every_form_of_a_number_is_one_number(raw: str) -> None:
    sender = read_sender(raw)

    assert (sender.kind, sender.value) == (SenderKind.NUMBER, "+263770000011")


def test_a_number_that_the_library_calls_invalid_is_a_number_all_the_same() -> None:
    assert read_sender("+263730000011").value == "+263730000011"


@pytest.mark.parametrize(
    "raw",
    [
        *("", " ", "anonymous", "Anonymous", "+anonymous", "unknown", "restricted", "unavailable", "private"),
        *("+266696687", "+7378742833", "+86282452253", "+2562533", "+8656696", " 86282452253"),
    ],
)
def test_a_withheld_sender_is_withheld_in_all_its_spellings(raw: str) -> None:
    assert read_sender(raw).kind is SenderKind.WITHHELD
    assert read_sender(raw).value == ""


@pytest.mark.parametrize("raw", ["MTN", "33000", "CC.123abc", "sip:someone@example.org", "client:x", "+26377000001111111111"])
def test_what_is_no_number_is_a_name(raw: str) -> None:
    assert read_sender(raw).kind is SenderKind.NAME


@given(st.text())
def test_any_text_is_read_as_something(raw: str) -> None:
    sender = read_sender(raw)

    assert sender.kind is not SenderKind.NUMBER or sender.value.startswith("+")


def test_a_sender_does_not_show_in_its_repr() -> None:
    assert "0011" not in repr(read_sender("+263770000011"))
