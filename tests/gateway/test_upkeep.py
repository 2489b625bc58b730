"""What the clock calls goes on past what cannot be done."""

from __future__ import annotations

from gateway.upkeep import _forgiving
from handlers.events import InboundText
from handlers.intake import Taken


class _Stumbling:
    """An intake that cannot take in one text."""

    def take_in(self, event: InboundText, *, from_list: bool) -> Taken:
        assert from_list
        if event.text == "poison":
            raise ZeroDivisionError
        return Taken.NEW


def test_one_event_that_cannot_be_taken_in_does_not_keep_out_the_next() -> None:
    take_in = _forgiving(_Stumbling())

    taken = [
        take_in(InboundText(provider="twilio", provider_id=text, line="", sender="", text=text)) for text in ("a", "poison", "b")
    ]

    assert taken == [Taken.NEW, None, Taken.NEW]
