"""The board of an incident: reports side by side, what they agree on, who is independent of whom, and the way to the case log."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from tests.gateway.console.conftest import Desk
from tests.gateway.console.test_people import under_duress

SAME = "Three men were beaten by soldiers at Chirasika this morning, I saw it from my door. Headman Chitsinde knows."
OTHER = "Varindi varova vanhu vashanu kwaTonhorai nezuro"


def joined(desk: Desk, *texts: str) -> tuple[str, list[str]]:
    """Tell these texts, each a report of one incident; give its page and the reports."""
    browser = desk.signed_in()
    ids = []
    for text in texts:
        ids.append(desk.tell(text))
        desk.rooms.clock.go_on(seconds=3600 * 5)
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{ids[0]}", "join", incident="")
    incident_id = str(desk.report(ids[0]).incident_id)
    for report_id in ids[1:]:
        browser.act(f"/desk/reports/{report_id}", "join", incident=incident_id)
    return f"/desk/incidents/{incident_id}", ids


def row(page: str, title: str) -> str:
    """Give what the table says about one thing."""
    found = re.search(rf'<th scope="row">{title}</th>(.*?)</tr>', page, re.DOTALL)
    assert found is not None, title
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found.group(1))).split())


def test_reports_stand_side_by_side_with_what_they_agree_and_differ_on(desk: Desk) -> None:
    page, ids = joined(desk, "Masoja arova vanhu vatatu paChirasika nhasi mangwanani", SAME, OTHER)

    shown = desk.signed_in().get(page).text

    assert shown.count('<article class="side"') == 3 and all(f"/desk/reports/{name}" in shown for name in ids)
    happened = row(shown, "What happened")
    assert happened.startswith("= All agree A: Beating") and "“arova”" in happened and "“beaten”" in happened
    assert row(shown, "Where").startswith("≈ They agree in part")
    assert "≠ They differ 10 hours between the first and the last" in row(shown, "Hour it was told")
    assert "A: 3 people “vatatu”" in row(shown, "How many people") and "C: 5 people “vashanu”" in row(shown, "How many people")
    assert "“Masoja”" in row(shown, "Who did it") and "“Varindi”" in row(shown, "Who did it")
    assert "“nhasi”" in row(shown, "Day it was told")


def test_words_that_are_hidden_are_hidden_on_the_board(desk: Desk) -> None:
    page, ids = joined(desk, SAME)
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{ids[0]}", "hide", words="Chirasika this morning")

    shown = browser.get(page).text

    assert "Chitsinde" not in shown
    assert "“Chirasika”" not in shown and "“this morning”" not in shown and "“[hidden]”" in row(shown, "Where")


def test_a_place_agrees_with_the_one_that_it_lies_in(desk: Desk) -> None:
    page, _ = joined(desk, "Soldiers beat people at Chirasika", "Soldiers beat people in Marange")

    assert row(desk.signed_in().get(page).text, "Where").startswith("= All agree")


def test_a_correction_stands_on_the_board_as_a_persons(desk: Desk) -> None:
    page, ids = joined(desk, SAME, OTHER)
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{ids[1]}", "correct", stage="category", values="DOG", reason="a dog did it")

    assert "B: Dog set on a person a person put it there" in row(browser.get(page).text, "What happened")


def test_the_board_says_pair_by_pair_who_counts_as_two(desk: Desk) -> None:
    page, ids = joined(desk, SAME, OTHER, SAME)
    browser = desk.signed_in()
    assert "Not graded yet, so it is not counted." in browser.text(page)
    for report_id in ids:
        browser.act(f"/desk/reports/{report_id}", "grade", source="C", information="2", text="saw it", first_hand="yes")

    shown = browser.text(page)

    assert "A and B count as two. As far as is known two different people" in shown
    assert "A and C count as one. Their words are nearly the same" in shown
    assert "Independent first-hand sources: 2." in shown and "Grade C2 : source fairly reliable" in shown


def test_the_way_to_the_case_log_says_what_is_missing_and_who_may_do_it(desk: Desk) -> None:
    page, ids = joined(desk, SAME)
    first, second = desk.signed_in("tariro"), desk.signed_in("rudo")

    def step(login_page: str) -> str:
        found = re.search(r'<li class="next".*?</li>', login_page, re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", found.group())).split()) if found else ""

    assert step(first.get(page).text).startswith("Grade the reports → next")
    assert f'href="/desk/reports/{ids[0]}#grade"' in first.get(page).text
    first.act(f"/desk/reports/{ids[0]}", "grade", source="B", information="3", text="told before", first_hand="yes")
    assert step(first.get(page).text).startswith("Raise its standing → next")
    for standing in ("reasonable_suspicion", "reasonable_grounds"):
        first.act(page, "standing", standing=standing, reason="two clinics say so")
    assert step(first.get(page).text).startswith("Propose an entry → next")
    assert first.propose(ids[0]).status_code == 303

    assert "You proposed it, so another person must approve it." in step(first.get(page).text)
    theirs = step(second.get(page).text)
    assert "tariro proposed it, so you may approve or return it." in theirs and "May approve: rudo." in theirs
    proposal = re.search(r"/desk/proposals/[0-9a-f]+", second.get(page).text)
    assert proposal is not None
    second.act(proposal.group(), "approve")
    assert step(first.get(page).text) == "" and 'href="/log/entries/0"' in first.get(page).text


def test_words_that_hurt_are_covered_until_somebody_opens_them(desk: Desk) -> None:
    page, _ = joined(desk, "Soldiers shot a man dead at Chirasika", SAME)

    shown = desk.signed_in().get(page).text

    assert shown.count("Open its words. They may be hard to read.") == 1


def test_what_is_covered_on_a_board_is_what_is_covered_on_a_reports_page(make_desk: Any) -> None:
    desk: Desk = make_desk(covered=("DOG",))
    page, _ = joined(desk, "Soldiers shot a man dead at Chirasika", "Their dog bit a boy at Chirasika today")

    assert desk.signed_in().get(page).text.count("Open its words. They may be hard to read.") == 1


def test_more_reports_than_there_is_room_for_are_named_below(desk: Desk) -> None:
    page, ids = joined(desk, *(OTHER for _ in range(14)))

    shown = desk.signed_in().get(page).text

    assert shown.count('<article class="side"') == 12 and "2 more of its reports" in shown
    assert all(f"/desk/reports/{name}" in shown for name in ids)


def test_an_incident_whose_reports_were_all_taken_out_says_so(desk: Desk) -> None:
    page, ids = joined(desk, SAME)
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{ids[0]}", "split")

    assert "All of its reports were taken out again." in browser.text(page)


def test_there_is_no_board_under_duress(desk: Desk) -> None:
    page, _ = joined(desk, SAME)

    assert under_duress(desk).get(page).status_code == 404
