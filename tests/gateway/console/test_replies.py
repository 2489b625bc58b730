"""Writing to a source from the page: a text to begin with, what may give them away, when it goes out, taking it back."""

from __future__ import annotations

import re
from html import unescape

from handlers.records import Call, CallState, Direction, MessageKind, MessageState, WorkKind
from tests.gateway.console.conftest import Browser, Desk

NEUTRAL = "Tatenda. Zvakaitika rini? Dzimai meseji iyi."


def due(desk: Desk) -> list[int]:
    with desk.rooms.reading() as unit:
        return [work.due_at for work in unit.work.all(kind=WorkKind.SEND.value)]


def notes(desk: Desk, report_id: str, kind: str) -> int:
    with desk.rooms.reading() as unit:
        return int(unit.notes.count(report_id=report_id, kind=kind))


def test_a_text_that_may_give_somebody_away_is_shown_with_why_and_goes_once_a_person_says_so(desk: Desk) -> None:
    page = f"/desk/reports/{desk.tell()}"
    browser = desk.signed_in()
    text = "Pamberi Trust asks: was it kuChirasika?"

    warned = browser.act(page, "reply", reply=text)

    assert warned.status_code == 400 and due(desk) == []
    told = " ".join(unescape(re.sub(r"<[^>]+>", " ", warned.text)).split())
    assert "pamberi trust It names who writes" in told and "It names a place of the report" in told and text in told
    seal = re.search(r'name="anyway" value="([0-9a-f]+)"', warned.text)
    assert seal is not None
    assert browser.act(page, "reply", reply=f"{text}!", anyway=seal.group(1)).status_code == 400  # of another text
    assert browser.act(page, "reply", reply=text, anyway=seal.group(1)).status_code == 303
    assert len(due(desk)) == 1
    assert "had a reply sent in spite of warnings" in browser.text(page)


def test_counting_shows_what_may_give_somebody_away_before_it_is_sent(desk: Desk) -> None:
    page = f"/desk/reports/{desk.tell()}"

    assert "This may give somebody away" in desk.signed_in().act(page, "reply/count", reply="Izwi asks.").text


def test_a_reply_waits_for_its_moment_and_can_be_taken_back_until_then(desk: Desk) -> None:
    report_id = desk.tell()
    page = f"/desk/reports/{report_id}"
    browser = desk.signed_in()
    browser.act(page, "reply", reply=NEUTRAL)
    with desk.rooms.reading() as unit:
        (message,) = unit.messages.all(kind=MessageKind.REPLY.value)
    assert "Goes out" in browser.text(page) and due(desk)[0] >= desk.rooms.clock() + 180

    answer = browser.act(page, f"replies/{message.id}/take-back")

    assert answer.status_code == 303 and due(desk) == []
    assert "not sent: it was taken back before it went out" in browser.text(page)
    assert browser.act(page, f"replies/{message.id}/take-back").status_code == 409
    with desk.rooms.reading() as unit:
        assert unit.messages.get(message.id).state is MessageState.WITHHELD and unit.messages.get(message.id).envelope is None


def test_what_goes_at_once_goes_with_a_reason_that_is_kept(desk: Desk) -> None:
    report_id = desk.tell()
    page = f"/desk/reports/{report_id}"
    browser = desk.signed_in()

    refused = browser.act(page, "reply", reply=NEUTRAL, when="now", urgency=" ")
    assert refused.status_code == 400 and "Say why it must go at once." in refused.text and due(desk) == []
    browser.act(page, "reply", reply=NEUTRAL, when="now", urgency="they are at her door")

    assert due(desk) == [int(desk.rooms.clock())]
    assert notes(desk, report_id, "urgent") == 1 and "they are at her door" in browser.text(page)


def test_a_text_off_the_list_is_put_into_no_form(desk: Desk) -> None:
    page = f"/desk/reports/{desk.tell()}"

    assert desk.signed_in().act(page, "reply/fill", answer="xx/where").status_code == 400


def test_why_a_call_of_ours_was_not_made_is_told_in_plain_words(desk: Desk) -> None:
    report_id = desk.tell()
    report = desk.report(report_id)
    with desk.rooms.writing() as unit:
        for name, state, reason in (("a" * 24, CallState.WITHHELD, "capped"), ("b" * 24, CallState.FAILED, "balance")):
            unit.calls.add(
                Call(
                    id=name,
                    source_id=report.source_id,
                    report_id=report_id,
                    message_id=None,
                    direction=Direction.OUT,
                    state=state,
                    hour=report.opened_hour,
                    reason=reason,
                )
            )
        unit.commit()

    page = Browser.text(desk.signed_in(), f"/desk/reports/{report_id}")

    assert "Nobody was called back. As many calls as a day may cost had been made already" in page
    assert "The call back failed. The provider's account is empty." in page
