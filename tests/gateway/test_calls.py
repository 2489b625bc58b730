"""Calls over the real web views, at both providers: what is heard, what is kept, and that a hang-up loses nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from handlers.commands import read_receipt
from handlers.protection.pseudonyms import receipt_tag
from handlers.records import CallState, RecordingState, WorkKind
from tests.exchange import Exchange

if TYPE_CHECKING:
    from tests.conftest import Rooms

BOTH = pytest.mark.parametrize("provider", ["twilio", "africastalking"])


@pytest.fixture
def exchange(rooms: Rooms, tmp_path: Path) -> Exchange:
    return Exchange(rooms, tmp_path)


def digits_heard(words: str) -> str:
    names = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return "".join(str(names.index(word)) for word in words.replace(".", " ").split() if word in names)


@BOTH
def test_a_report_is_spoken_sent_and_its_receipt_read_out_twice(exchange: Exchange, provider: str) -> None:
    phone = exchange.telephone(provider).dial()
    assert "chiManyika" in phone.words and "English, press 3" in phone.words

    phone.press("3")
    assert "telephone company" in phone.words and "press 1" in phone.words
    phone.press("1")
    assert phone.waits_for == "speech"
    phone.speak()
    assert "To send it, press 1" in phone.words and "To listen to it, press 4" in phone.words
    phone.press("1")

    receipts = digits_heard(phone.words)
    assert receipts[:10] == receipts[10:] and read_receipt(receipts[:10]) == (receipts[:10], "")
    phone.wait()
    assert phone.is_over
    (recording,) = exchange.recordings()
    (report,) = exchange.reports()
    assert (recording.state, recording.report_id) == (RecordingState.ANNOUNCED, report.id)
    assert exchange.work(WorkKind.FETCH) == [recording.id]
    assert report.receipt_tag == receipt_tag(exchange.rooms.boot.derive("receipt tag"), receipts[:10])
    assert exchange.known()["outcome"] == "sent"
    assert exchange.known()["language"] == "en"


@BOTH
def test_who_hangs_up_while_speaking_is_kept(exchange: Exchange, provider: str) -> None:
    phone = exchange.telephone(provider).dial().press("3").press("1")
    phone.hang_up()

    assert len(exchange.recordings()) == 1
    assert exchange.call().state is CallState.ENDED
    assert exchange.known()["outcome"] == "recorded"
    assert exchange.work(WorkKind.TRIAGE) == [exchange.messages()[0].id]
