"""Every suggestion on a report's page is corrected by a person in one act; what was found first stays beside it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.gateway.console.conftest import BEATING, Browser, Desk
from tests.gateway.console.test_report import NAMED, thread

TEST = "This is a test: people were beaten at Chiadzwa today"
PAST = "Gore rapfuura masoja arova vanhu paChirasika"
DENIED = "Hapana akaurayiwa kuChiadzwa nhasi"
SPOKEN = "Soldiers came to the village at Chirasika at night and beat three men from their homes near the river"


def section(page: str, stage: str) -> str:
    """Give what a page says of one finding, without its tags."""
    found = re.search(rf'<dt id="found-{stage}">(.*?)(?:<dt |</dl>)', page, re.DOTALL)
    assert found is not None, stage
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found.group(1))).split())


def test_a_person_lifts_what_sank_a_report_and_its_priority_follows(desk: Desk) -> None:
    report_id = desk.tell(TEST)
    page, browser = f"/desk/reports/{report_id}", desk.signed_in()
    assert desk.report(report_id).priority < 20
    assert "It is a report" in browser.text(page)

    browser.act(page, "correct", stage="spam", values="", reason="she is asking for help")

    assert desk.report(report_id).priority > 40
    shown = section(browser.get(page).text, "spam")
    assert "corrected by tariro" in shown and "she is asking for help" in shown
    assert "The program had found: A test." in shown
    assert str(desk.report(report_id).priority) in browser.text(page).split("Why it stands at ")[1][:4]


def test_a_person_says_that_a_report_is_a_test_and_takes_it_back(desk: Desk) -> None:
    report_id = desk.tell(BEATING)
    page, browser = f"/desk/reports/{report_id}", desk.signed_in()
    before = desk.report(report_id).priority

    browser.act(page, "correct", stage="spam", values="test", reason="our own drill")
    sunk = desk.report(report_id).priority
    desk.rooms.clock.go_on(seconds=1)
    browser.act(page, "correct", stage="spam", values="", reason="the drill was another text")

    assert sunk < 20
    assert desk.report(report_id).priority == before


def test_what_was_read_as_of_years_ago_is_of_now_when_a_person_says_so(desk: Desk) -> None:
    report_id = desk.tell(PAST)
    page, browser = f"/desk/reports/{report_id}", desk.signed_in()
    before = desk.report(report_id).priority

    browser.act(page, "correct", stage="past", values="", reason="gore rapfuura is the name of a song")

    text = browser.get(page).text
    assert desk.report(report_id).priority > before
    assert "The program had found: Years ago." in section(text, "past")
    assert "years ago" not in section(text, "urgency")


def test_a_person_says_that_a_report_is_of_years_ago(desk: Desk) -> None:
    report_id = desk.tell(BEATING)
    page, browser = f"/desk/reports/{report_id}", desk.signed_in()
    before = desk.report(report_id).priority

    browser.act(page, "correct", stage="past", values="past", reason="she says that it was in 2019")

    assert desk.report(report_id).priority < before
    assert "it speaks of years ago" in section(browser.get(page).text, "urgency")


def test_what_was_read_as_denied_counts_when_a_person_says_so(desk: Desk) -> None:
    report_id = desk.tell(DENIED)
    page, browser = f"/desk/reports/{report_id}", desk.signed_in()
    before = desk.report(report_id).priority
    assert "<h1>Report</h1>" in browser.get(page).text, "what is denied stands in no heading"

    browser.act(page, "correct", stage="negation", values="", reason="a question, not a denial")

    assert desk.report(report_id).priority > before
    assert "Killing" in browser.get(page).text.split("</h1>")[0]
    assert "The program had found: Denies something." in section(browser.get(page).text, "negation")


@pytest.mark.parametrize(
    ("stage", "value", "label"),
    [
        ("urgency", "not urgent", "Not urgent"),
        ("language", "nd", "Ndebele"),
        ("place", "", "None"),
        ("category", "POLL", "Rivers"),
    ],
)
def test_a_correction_stands_with_who_made_it_and_what_was_found_first(desk: Desk, stage: str, value: str, label: str) -> None:
    report_id = desk.tell(BEATING)
    page, browser = f"/desk/reports/{report_id}", desk.signed_in()
    first = section(browser.get(page).text, stage)

    assert browser.act(page, "correct", stage=stage, values=value, reason="I asked her").status_code == 303

    shown = section(browser.get(page).text, stage)
    assert label in shown and "corrected by tariro" in shown and "I asked her" in shown
    assert "The program had found:" in shown
    assert re.findall(r"'\w+'", first), "the words that it was found by"
    assert all(word in shown for word in re.findall(r"'\w+'", first))


def test_urgency_follows_from_a_corrected_category(desk: Desk) -> None:
    report_id = desk.tell("Vanhu vatatu vakazumbungurwa paChirasika nhasi")
    page, browser = f"/desk/reports/{report_id}", desk.signed_in()

    browser.act(page, "correct", stage="category", values=["KILL"], reason="zumbungura is to kill, in Bocha")

    assert "Danger to life or freedom" in section(browser.get(page).text, "urgency")
    assert desk.report(report_id).priority >= 90


def test_a_test_beside_a_report_does_not_sink_it_when_something_else_is_corrected(desk: Desk) -> None:
    report_id = desk.tell("test test 123")
    desk.follow(report_id, BEATING)
    browser = desk.signed_in()
    before = desk.report(report_id).priority

    browser.act(f"/desk/reports/{report_id}", "correct", stage="language", values="sn", reason="I speak it")

    assert desk.report(report_id).priority == before


def test_what_is_off_the_list_is_not_taken(desk: Desk) -> None:
    page, browser = f"/desk/reports/{desk.tell()}", desk.signed_in()

    for stage, value in (("spam", "nonsense"), ("past", "tomorrow"), ("negation", "x"), ("incidents", "x"), ("redaction", "x")):
        assert browser.act(page, "correct", stage=stage, values=value, reason="why").status_code == 400, stage


def section_or_nothing(browser: Browser, page: str, stage: str) -> str:
    found = re.search(rf'<dt id="found-{stage}">(.*?)(?:<dt |</dl>)', browser.get(page).text, re.DOTALL)
    return found.group(1) if found else ""


def two_alike(desk: Desk) -> tuple[str, str]:
    desk.compares = True
    first = desk.tell(SPOKEN)
    return first, desk.tell(f"Fwd: {SPOKEN}")


def test_a_suggestion_that_is_set_aside_is_made_no_more_on_either_page(desk: Desk) -> None:
    first, second = two_alike(desk)
    page, browser = f"/desk/reports/{second}", desk.signed_in()
    assert all(first in section_or_nothing(browser, page, stage) for stage in ("duplicates", "incidents"))

    for stage in ("duplicates", "incidents"):
        assert browser.act(page, "set-aside", stage=stage, other=first, reason="other men").status_code == 303
    desk.follow(first, SPOKEN + " again")

    shown = browser.text(page)
    assert "Set aside by tariro, not the same: report" in shown and "other men" in shown
    assert "Not the same" not in browser.get(page).text.replace("not the same", "")
    assert f"/desk/reports/{second}" not in browser.get(f"/desk/reports/{first}").text
    history = browser.text(f"/desk/reports/{first}")
    assert f"not the same as report {second[:4].upper()}" in history


def test_what_was_set_aside_can_be_suggested_again(desk: Desk) -> None:
    first, second = two_alike(desk)
    page, browser = f"/desk/reports/{second}", desk.signed_in()
    browser.act(page, "set-aside", stage="incidents", other=first)
    desk.rooms.clock.go_on(seconds=1)

    browser.act(page, "suggest-again", stage="incidents", other=first)

    assert first in section_or_nothing(browser, page, "incidents")
    assert browser.act(page, "set-aside", stage="incidents", other="0" * 24).status_code == 400
    assert browser.act(page, "set-aside", stage="place", other=first).status_code == 400


def test_a_suggestion_is_joined_in_one_act_split_again_and_both_are_in_the_history(desk: Desk) -> None:
    first, second = two_alike(desk)
    page, browser = f"/desk/reports/{second}", desk.signed_in()

    assert browser.act(page, "join-with", other=first).status_code == 303

    incident_id = desk.report(second).incident_id
    assert incident_id is not None and desk.report(first).incident_id == incident_id
    assert "The two are joined in incident" in browser.text(page)
    joined = f"tariro joined to incident {incident_id[:4].upper()}"
    assert joined in browser.text(page) and joined in browser.text(f"/desk/reports/{first}")
    browser.act(page, "split")
    assert desk.report(second).incident_id is None and desk.report(first).incident_id == incident_id
    assert f"split from incident {incident_id[:4].upper()}" in browser.text(page)
    assert "The same incident: join them" in browser.text(page)


def test_two_reports_of_two_incidents_are_not_joined_by_the_way(desk: Desk) -> None:
    first, second = two_alike(desk)
    browser = desk.signed_in()
    for report_id in (first, second):
        browser.act(f"/desk/reports/{report_id}", "join", incident="")

    answer = browser.act(f"/desk/reports/{second}", "join-with", other=first)

    assert answer.status_code == 403 and "Take one of them out first" in answer.text


def test_a_chain_of_texts_passed_on_is_one_telling(desk: Desk) -> None:
    ways = ("{}", "Fwd: {}", "Forwarded as received: {}", "Please share with all: {}", "{} Send it on.", "FW {}", "{}", "{}!!")
    reports = [desk.tell(way.format(SPOKEN)) for way in ways]
    other = desk.tell("Three men were beaten by soldiers at Chirasika, I saw it from my door")
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{other}", "join", incident="")
    incident_id = desk.report(other).incident_id
    for report_id in reports:
        browser.act(f"/desk/reports/{report_id}", "join", incident=incident_id)
    for report_id in (*reports, other):
        browser.act(f"/desk/reports/{report_id}", "grade", source="C", information="2", text="saw it", first_hand="yes")

    page = browser.text(f"/desk/incidents/{incident_id}")

    assert "Independent first-hand sources: 2." in page
    assert "Some tellings are one forwarded text and count once." in page


def test_two_people_who_both_say_help_are_two(desk: Desk) -> None:
    desk.compares = True
    one, other = desk.tell("Tibatsireiwo tapota vakomana"), desk.tell("Tibatsireiwo tapota vakomana")
    browser = desk.signed_in()

    assert "found-duplicates" not in browser.get(f"/desk/reports/{other}").text
    assert "found-incidents" not in browser.get(f"/desk/reports/{other}").text
    browser.act(f"/desk/reports/{one}", "join", incident="")
    browser.act(f"/desk/reports/{other}", "join", incident=desk.report(one).incident_id)
    for report_id in (one, other):
        browser.act(f"/desk/reports/{report_id}", "grade", source="C", information="2", text="saw it", first_hand="yes")
    assert "Independent first-hand sources: 2." in browser.text(f"/desk/incidents/{desk.report(one).incident_id}")


def test_words_that_a_person_hid_do_not_uncover_what_comes_later(desk: Desk) -> None:
    report_id = desk.tell(NAMED)
    page, browser = f"/desk/reports/{report_id}", desk.signed_in()

    browser.act(page, "hide", words="Chirasika")
    desk.follow(report_id, "Fonai 0712000044 kuChirasika")

    shown = thread(browser.get(page).text)
    assert "0712000033" not in shown and "0712000044" not in shown and "Chirasika" not in shown


def test_a_mark_is_taken_away_with_a_reason_where_the_words_are_seen(desk: Desk) -> None:
    report_id = desk.tell(NAMED)
    page, browser = f"/desk/reports/{report_id}", desk.signed_in()
    assert "Show it again" not in browser.get(page).text
    assert 'name="words" value="0712000033"' in browser.get(f"{page}?words=written").text

    assert browser.act(page, "show-again", words="0712000033", reason=" ").status_code == 400
    assert browser.act(page, "show-again", words="paChirasika", reason="why").status_code == 400
    browser.act(page, "show-again", words="0712000033", reason="it is the number of a case")

    assert "0712000033" in thread(browser.get(page).text)
    assert "tariro had hidden words shown again" in browser.text(page)


def test_words_that_do_not_stand_in_the_text_are_not_taken_for_hidden(desk: Desk) -> None:
    page, browser = f"/desk/reports/{desk.tell()}", desk.signed_in()

    answer = browser.act(page, "hide", words="Muchaneta")

    assert answer.status_code == 400 and "stands in none of its texts" in answer.text and "Muchaneta</textarea>" in answer.text
