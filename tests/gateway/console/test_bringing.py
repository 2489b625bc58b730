"""A report is graded, joined, raised and proposed with one form; every rule of each holds, and it is all or nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from handlers.records import Standing
from handlers.reports import ReportState
from tests.gateway.console.conftest import BEATING, Browser, Desk

MOVED = "Takatamiswa kuArda Transau gore rapfuura, hatisati tapihwa muripo kana mvura."
JUDGED: dict[str, Any] = {
    "judges": "yes",
    "source": "F",
    "information": "3",
    "first_hand": "yes",
    "has_grounds": "yes",
    "grounds": ["detailed", "fits"],
    "incident": "",
}


def filled_in(page: str) -> dict[str, Any]:
    """Give what the form holds before anybody has touched it."""
    form = page.split("/propose", 1)[1]
    chosen = {
        name: re.search(
            r'<option(?: value="([^"]*)")? selected>([^<]*)', form.split(f'<select name="{name}"')[1].split("</select>")[0]
        )
        for name in ("place", "people", "when")
    }
    values = {name: (found.group(1) or found.group(2)) if found else "" for name, found in chosen.items()}
    summary = re.search(r'<textarea name="summary"[^>]*>([^<]*)', form)
    seal = re.search(r'name="confirmed" value="([0-9a-f]+)"', form)
    assert summary and seal
    categories = re.findall(r'name="categories" value="(\w+)" checked', form)
    return {**values, "summary": summary.group(1), "confirmed": seal.group(1), "categories": categories}


def bring(browser: Browser, report_id: str, **changes: Any) -> TestResponse:
    page = f"/desk/reports/{report_id}/propose"
    return browser.act(page, "", **{**filled_in(browser.get(page).text), **JUDGED, **changes})


def test_one_form_grades_joins_raises_and_proposes(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()

    answer = bring(browser, report_id)

    assert answer.status_code == 303 and "/desk/proposals/" in str(answer.location)
    report = desk.report(report_id)
    assert report.state is ReportState.PROPOSED
    with desk.rooms.reading() as unit:
        assert unit.incidents.get(report.incident_id).standing is Standing.REASONABLE_GROUNDS
        assert unit.notes.count(incident_id=report.incident_id, kind="standing") == 2  # each step of the ladder by itself
    page = browser.text(f"/desk/reports/{report_id}")
    assert "Grade F3" in page and "It fits what is known of the place and the time." in page
    proposal = browser.text(str(answer.location))
    assert "You proposed it, so another person must approve it." in proposal and "1 to 4" in proposal


def test_the_form_holds_nothing_finer_than_a_ward_a_week_and_a_band(desk: Desk) -> None:
    report_id = desk.tell()

    form = filled_in(desk.signed_in().get(f"/desk/reports/{report_id}/propose").text)

    place = desk.lookups.gazetteer.by_id[form["place"]]
    assert place.level in ("ward", "district", "province", "country")
    assert form["when"].startswith("week ") and form["people"] == "1 to 4" and form["categories"] == ["BEAT"]
    assert not any(word in form["summary"] for word in ("Masoja", "Chirasika", "vatatu"))


def test_what_is_of_years_ago_is_given_no_time_by_the_program(desk: Desk) -> None:
    report_id = desk.tell(MOVED)
    browser = desk.signed_in()
    assert filled_in(browser.get(f"/desk/reports/{report_id}/propose").text)["when"] == ""

    assert "Write the time" in bring(browser, report_id).text
    assert bring(browser, report_id, when="2025").status_code == 303


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"information": ""}, "Choose a grade"),
        ({"grounds": [], "why": " "}, "Say in a few words why"),
        ({"grounds": ["sure"]}, "from the list"),
        ({"has_grounds": None}, "must be “reasonable grounds”"),
        ({"confirmed": "0" * 32}, "Read what is hidden"),
        ({"summary": "It was at Chirasika."}, "finer than"),
    ],
)
def test_if_anything_is_refused_nothing_is_kept(desk: Desk, changes: dict[str, Any], sentence: str) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()
    given = {name: value for name, value in changes.items() if value is not None}
    form = {**filled_in(browser.get(f"/desk/reports/{report_id}/propose").text), **JUDGED, **given}
    for name in set(changes) - set(given):
        del form[name]

    answer = browser.act(f"/desk/reports/{report_id}/propose", "", **form)

    assert answer.status_code == 400 and sentence in answer.text
    report = desk.report(report_id)
    assert report.state is ReportState.OPEN and report.incident_id is None
    with desk.rooms.reading() as unit:
        assert unit.notes.count(report_id=report_id) == unit.incidents.count() == unit.proposals.count() == 0


def test_what_was_chosen_stands_in_the_form_that_comes_back(desk: Desk) -> None:
    report_id = desk.tell()

    page = bring(desk.signed_in(), report_id, summary="It was at Chirasika.", why="a nurse said so").text

    assert "It was at Chirasika." in page and "a nurse said so" in page
    assert 'name="information" value="3" required checked' in page and 'value="fits" checked' in page


def test_what_was_typed_is_not_lost_where_somebody_changed_the_report_meanwhile(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()
    page = f"/desk/reports/{report_id}/propose"
    form = {**filled_in(browser.get(page).text), **JUDGED, "summary": "Diggers were beaten at night."}
    desk.signed_in("rudo").act(f"/desk/reports/{report_id}", "note", note="a second look")

    answer = browser.post(page, page=page, version="0", **form)

    assert answer.status_code == 409
    assert "Somebody changed this report meanwhile" in answer.text and "Diggers were beaten at night." in answer.text


def test_an_incident_that_was_closed_is_not_opened_in_passing(desk: Desk) -> None:
    one, other = desk.tell(), desk.tell(BEATING + " Futi.")
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{one}", "join", incident="")
    incident_id = desk.report(one).incident_id
    browser.act(f"/desk/incidents/{incident_id}", "standing", standing="unfounded", reason="it was a film")

    assert "was closed" in bring(browser, other, incident=incident_id).text
