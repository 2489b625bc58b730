import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.desk.lengths import measure

ACCENTS_AND_ALL = "Tatenda @£$¥èéùìòÇ ÄÖÑÜ§¿äöñüà"


@pytest.mark.parametrize(
    ("text", "used", "parts"),
    [
        ("", 0, 0),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("{" * 80, 160, 1),
        ("a" * 152 + "{" + "a" * 10, 164, 2),
        ("ŵ" * 70, 70, 1),
        ("ŵ" * 71, 71, 2),
        ("😀" * 35, 70, 1),
        ("😀" * 36, 72, 2),
    ],
)
def test_texts_are_counted_as_the_network_counts_them(text: str, used: int, parts: int) -> None:
    length = measure(text)

    assert (length.used, length.parts) == (used, parts)


def test_the_characters_that_make_a_text_long_are_named_once() -> None:
    assert measure("a–b–c’").odd == "–’"
    assert measure(ACCENTS_AND_ALL).is_7bit


@given(st.text(max_size=400))
def test_no_text_uses_more_than_its_messages_hold(text: str) -> None:
    length = measure(text)

    assert length.used <= length.room
    assert length.parts >= (1 if text else 0)
