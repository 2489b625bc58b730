import re
from html import unescape

import pytest

from handlers.protection.keyring import DeskKeyring
from handlers.protection.sealing import Place, open_json
from handlers.records import MessageKind, MessageState, WorkKind
from handlers.reports import ReportState
from tests.gateway.console.conftest import NUMBER, Desk

NAMED = "Mupurisa Tendai Moyo 0712000033 arova vanhu paChirasika nhasi"


def thread(page: str) -> str:
    found = re.search(r'<ol class="thread">(.*?)</ol>', page, re.DOTALL)
    assert found
    return unescape(found.group(1))


def test_the_words_of_a_finding_are_marked_in_the_text(desk: Desk) -> None:
    page = thread(desk.signed_in().get(f"/desk/reports/{desk.tell()}").text)

    assert re.search(r'<mark class="of-place"[^>]*>paChirasika</mark>', page)
    assert re.search(r'<mark class="of-category"[^>]*>arova</mark>', page)


def test_numbers_in_a_text_are_hidden_until_somebody_asks_and_that_is_noted(desk: Desk) -> None:
    report_id = desk.tell(NAMED)
    browser = desk.signed_in()

    hidden = thread(browser.get(f"/desk/reports/{report_id}").text)
    written = thread(browser.get(f"/desk/reports/{report_id}?words=written").text)

    assert "0712000033" not in hidden and "[number]" in hidden
    assert "0712000033" in written
    assert "tariro read as written" in browser.text(f"/desk/reports/{report_id}")


def test_a_person_says_which_words_are_hidden(desk: Desk) -> None:
    report_id = desk.tell(NAMED)
    browser = desk.signed_in()

    browser.act(f"/desk/reports/{report_id}", "hide", words="0712000033\r\nChirasika", reason="few live there")

    shown = thread(browser.get(f"/desk/reports/{report_id}").text)
    assert "Chirasika" not in shown and "0712000033" not in shown and "[hidden]" in shown


def test_markup_in_a_text_is_shown_as_text(desk: Desk) -> None:
    report_id = desk.tell('<script>alert(1)</script> <b>arova</b> "\x00\ud800 \u202egnorw')

    page = desk.signed_in().get(f"/desk/reports/{report_id}").text

    assert "&lt;script&gt;" in re.sub("</?mark[^>]*>", "", page) and "<script>alert" not in page
    assert "\u202e" not in page and "\x00" not in page


def test_the_thread_is_in_the_order_in_which_things_were_said(desk: Desk) -> None:
    report_id = desk.tell("first words")
    for words in ("second words", "third words", "fourth words"):
        desk.rooms.clock.go_on(seconds=60)
        desk.follow(report_id, words)

    page = thread(desk.signed_in().get(f"/desk/reports/{report_id}").text)

    order = [page.index(f"{word} words") for word in ("first", "second", "third", "fourth")]
    assert order == sorted(order)


def test_what_can_no_longer_be_opened_says_so(desk: Desk) -> None:
    report_id = desk.tell()
    with desk.rooms.writing() as unit:
        (message,) = unit.messages.all(report_id=report_id)
        unit.periods.change(message.period, desk_seal=None)
        unit.commit()

    page = desk.signed_in().text(f"/desk/reports/{report_id}")

    assert "no longer readable (its key was destroyed)" in page
    assert desk.signed_in().get("/desk/").status_code == 200


def test_what_could_not_be_understood_is_shown_without_its_numbers(desk: Desk) -> None:
    report_id = desk.tell("", sender="withheld", why="no_text", fields={"From": NUMBER, "Wieght": "<b>", "Id": "AT-12"})

    page = desk.signed_in().get(f"/desk/reports/{report_id}").text

    assert NUMBER not in page and "Wieght" in page and "[number]" in page


def test_a_corrected_category_wins_and_weighs_the_priority_anew(desk: Desk) -> None:
    report_id = desk.tell()
    before = desk.report(report_id).priority
    browser = desk.signed_in()

    answer = browser.act(f"/desk/reports/{report_id}", "correct", stage="category", values=["POLL"], reason="read it again")
    browser.act(f"/desk/reports/{report_id}", "correct", stage="urgency", values="not urgent", reason="it is over")

    assert answer.status_code == 303
    assert desk.report(report_id).priority < before
    page = browser.text(f"/desk/reports/{report_id}")
    assert "corrected by tariro" in page and "read it again" in page
    assert "ollution" in page[: page.index("Thread")] or "iver" in page[: page.index("Thread")]


def test_a_correction_without_a_reason_or_off_the_list_is_not_made(desk: Desk) -> None:
    page = f"/desk/reports/{desk.tell()}"
    browser = desk.signed_in()

    assert browser.act(page, "correct", stage="place", values="", reason=" ").status_code == 400
    assert browser.act(page, "correct", stage="category", values="NONE", reason="why").status_code == 400
    assert browser.act(page, "correct", stage="priority", values="100", reason="why").status_code == 400


def test_a_claimed_report_is_kept_from_others_for_an_hour(desk: Desk) -> None:
    report_id = desk.tell()
    page = f"/desk/reports/{report_id}"
    tariro, rudo = desk.signed_in("tariro"), desk.signed_in("rudo")
    rudo_page = rudo.get(page).text
    tariro.act(page, "claim")

    assert "tariro is working on it" in rudo.text(page)
    assert "tariro is on it" in rudo.text("/desk/")
    version = str(desk.report(report_id).version)
    assert "I take this one" in rudo_page
    refused = rudo.post(f"{page}/claim", page=page, version=version)
    assert refused.status_code == 409 and "Somebody else is working on this report" in refused.text
    desk.rooms.clock.go_on(hours=1)
    rudo = desk.signed_in("rudo")
    assert rudo.act(page, "claim").status_code == 303
    assert rudo.act(page, "release").status_code == 303
    assert desk.report(report_id).claimed_by is None


def test_two_people_at_once_get_a_page_that_says_what_to_do(desk: Desk) -> None:
    report_id = desk.tell()
    page = f"/desk/reports/{report_id}"
    browser = desk.signed_in()
    desk.signed_in("rudo").act(page, "note", note="I rang the clinic")

    answer = browser.post(f"{page}/reject", page=page, version="0", rejection="twice")

    assert answer.status_code == 409
    assert ">twice</textarea>" in answer.text and "rudo: wrote a note" in answer.text
    assert "Look at it again" in answer.text
    assert desk.report(report_id).state is ReportState.OPEN


def test_grades_and_notes_stand_on_the_page_and_are_sealed_in_the_database(desk: Desk) -> None:
    report_id = desk.tell()
    page = f"/desk/reports/{report_id}"
    browser = desk.signed_in()

    browser.act(page, "grade", source="F", information="3", text="first time")
    browser.act(page, "note", note="I rang the clinic <3")

    text = browser.text(page)
    assert "graded F 3" in text or "graded F3" in text
    assert "I rang the clinic <3" in text
    with desk.rooms.reading() as unit:
        assert all(b"clinic" not in note.content for note in unit.notes.all(report_id=report_id))
    assert browser.act(page, "grade", source="G", information="3", text="x").status_code == 400


def test_a_closed_report_can_be_opened_again_with_a_reason(desk: Desk) -> None:
    report_id = desk.tell()
    page = f"/desk/reports/{report_id}"
    browser = desk.signed_in()

    assert browser.act(page, "reject", rejection="").status_code == 400
    browser.act(page, "reject", rejection="told twice")
    assert desk.report(report_id).state is ReportState.REJECTED
    browser.act(page, "reopen", reopening="another witness came")

    assert desk.report(report_id).state is ReportState.OPEN
    assert "told twice" in browser.text(page) and "another witness came" in browser.text(page)


def test_a_reply_is_queued_with_its_number_sealed_and_the_opening_noted(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()

    answer = browser.act(f"/desk/reports/{report_id}", "reply", reply="Tatenda. Kupi?", why="question")

    assert answer.status_code == 303
    with desk.rooms.reading() as unit:
        (message,) = unit.messages.all(report_id=report_id, kind=MessageKind.REPLY.value)
        (work,) = unit.work.all(kind=WorkKind.SEND.value)
        audits = [audit.action for audit in unit.audits.all(subject_id=message.source_id)]
    assert message.state is MessageState.QUEUED and work.subject_id == message.id and message.author_id
    key = desk.rooms.new_keyring().key(message.envelope_period)
    envelope = open_json(key, message.envelope, Place("messages", "envelope", message.id, message.envelope_period))
    assert envelope["number"] == NUMBER and envelope["text"] == "Tatenda. Kupi?" and envelope["provider"] == "simulator"
    content = open_json(
        DeskKeyring(desk.rooms.private["desk"], desk.rooms.reading).key(message.period),
        message.content,
        Place("messages", "content", message.id, message.period),
    )
    assert NUMBER not in str(content)
    assert audits == ["contact opened: question"]
    assert "waiting to be sent" in browser.text(f"/desk/reports/{report_id}")


def test_pressing_send_twice_sends_once(desk: Desk) -> None:
    report_id = desk.tell()
    page = f"/desk/reports/{report_id}"
    browser = desk.signed_in()

    codes = [browser.post(f"{page}/reply", page=page, version="0", reply="Tatenda.").status_code for _ in range(2)]

    assert codes == [303, 409]
    with desk.rooms.reading() as unit:
        assert unit.work.count(kind=WorkKind.SEND.value) == 1


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"sender": "withheld"}, "The number was withheld"),
        ({"sender": "name", "sender_name": "econet"}, "under a name, not a number"),
        ({"stopped": True}, "asked for no more texts"),
    ],
)
def test_who_cannot_be_answered_is_not_answered(desk: Desk, told: dict[str, object], sentence: str) -> None:
    report_id = desk.tell(**told)  # type: ignore[arg-type]
    page = f"/desk/reports/{report_id}"
    browser = desk.signed_in()

    assert sentence in browser.text(page)
    assert "Send" not in browser.get(page).text
    assert browser.act(page, "reply", reply="Tatenda.").status_code == 403
    with desk.rooms.reading() as unit:
        assert unit.work.count(kind=WorkKind.SEND.value) == 0


def test_a_contact_whose_key_is_destroyed_cannot_be_answered(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()
    with desk.rooms.writing() as unit:
        source = unit.sources.get(desk.report(report_id).source_id)
        unit.periods.change(source.contact_period, desk_seal=None)
        unit.commit()

    assert "The way back to this source is no longer there" in browser.text(f"/desk/reports/{report_id}")
    assert browser.act(f"/desk/reports/{report_id}", "reply", reply="Tatenda.").status_code == 403


def test_characters_are_counted_as_the_network_counts_them(desk: Desk) -> None:
    page = f"/desk/reports/{desk.tell()}"
    browser = desk.signed_in()

    assert "160 of 160 characters, 1 message" in unescape(browser.act(page, "reply/count", reply="a" * 160).text)
    long = browser.act(page, "reply/count", reply="a" * 161).text
    odd = unescape(browser.act(page, "reply/count", reply="Tatenda – kupi?").text)

    assert "161 of 306 characters, 2 messages" in long
    assert "of 70 characters" in odd and "Long because of: –" in odd
    assert ">Tatenda – kupi?</textarea>" in odd


def test_a_text_that_is_too_long_is_not_sent_and_not_lost(desk: Desk) -> None:
    page = f"/desk/reports/{desk.tell()}"

    answer = desk.signed_in().act(page, "reply", reply="a" * 700)

    assert answer.status_code == 400
    assert "shorten it" in answer.text and "a" * 700 in answer.text


def test_a_question_is_put_into_the_form_in_the_language_of_the_report(desk: Desk) -> None:
    page = f"/desk/reports/{desk.tell()}"
    browser = desk.signed_in()
    assert "Zvakaitika kupi?" in browser.get(page).text  # as one of the texts to pick

    filled = browser.act(page, "reply/fill", answer="sn/where", reply="what stood there").text

    assert ">Tatenda. Zvakaitika kupi? Zita renzvimbo rakakwana. Dzimai meseji iyi.</textarea>" in filled
    assert 'value="question" checked' in filled


def test_delivery_is_told_in_words(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{report_id}", "reply", reply="Tatenda.")
    with desk.rooms.writing() as unit:
        (message,) = unit.messages.all(kind=MessageKind.REPLY.value)
        unit.messages.change(message.id, state=MessageState.FAILED, reason="bad_number")
        unit.commit()

    assert "not delivered: the network does not know the number" in browser.text(f"/desk/reports/{report_id}")
