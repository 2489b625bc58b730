"""Filters of the inbox: in the address as codes, over what is sealed, and kept under a name."""

from __future__ import annotations

import re

import pytest
import redis

from handlers.desk.inbox.filters import Filter, read_filter
from handlers.triage.lookups import Lookups
from tests.conftest import Rooms
from tests.gateway.console.conftest import BEATING, Browser, Desk, build_desk

BRIBE = "Guards at the gate ask $20 from each group to enter at night."
RIVER = "Rwizi Odzi rwachinja ruvara, mombe nhatu dzafa svondo rino kwaTonhorai."


def shown(browser: Browser, query: str) -> list[str]:
    """Give the ids of the reports on a page of the inbox, in their order."""
    return re.findall(r'<tr data-id="([0-9a-f]+)"', browser.get(f"/desk/?{query}").text)


def test_the_inbox_is_narrowed_by_what_was_found_and_by_how_it_came(
    rooms: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str
) -> None:
    desk = build_desk(rooms, lookups, redis_connection, redis_url)
    beating, bribe, river = desk.tell(BEATING), desk.tell(BRIBE), desk.tell(RIVER, channel="whatsapp")
    browser = desk.signed_in()

    assert shown(browser, "category=BEAT") == [beating]
    assert shown(browser, "language=en") == [bribe]
    assert shown(browser, "channel=whatsapp") == [river]
    assert set(shown(browser, "channel=sms")) == {beating, bribe}
    assert shown(browser, "category=BEAT&language=en") == []
    place = next(code for code in lookups.gazetteer.by_id if code.startswith("chirasika"))
    assert shown(browser, f"place={place}") == [beating]
    assert "One report" in browser.text("/desk/?category=BEAT")


def test_a_correction_and_a_later_text_count_at_once(desk: Desk) -> None:
    report_id = desk.tell(BRIBE)
    browser = desk.signed_in()
    assert shown(browser, "category=BEAT") == []

    browser.act(f"/desk/reports/{report_id}", "correct", stage="category", values="BEAT", reason="the caller said so")
    assert shown(browser, "category=BEAT") == [report_id]
    desk.follow(report_id, "Masoja arova vanhu", channel="whatsapp")

    assert shown(browser, "channel=whatsapp") == [report_id]


def test_the_inbox_is_narrowed_by_who_works_on_it_its_age_and_its_incident(
    rooms: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str
) -> None:
    desk = build_desk(rooms, lookups, redis_connection, redis_url)
    mine, old, joined = desk.tell(BRIBE), desk.tell(BRIBE), desk.tell(BRIBE)
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{mine}", "claim")
    browser.act(f"/desk/reports/{joined}", "join", incident="")
    with desk.rooms.writing() as unit:
        unit.reports.change(old, opened_hour=desk.report(old).opened_hour - 200)
        unit.commit()

    assert shown(browser, "mine=me") == [mine]
    assert set(shown(browser, "mine=nobody")) == {old, joined}
    assert shown(desk.signed_in("rudo"), "mine=me") == []
    assert shown(browser, "age=week") == shown(browser, "age=late") == [old]
    assert set(shown(browser, "age=new")) == {mine, joined}
    assert shown(browser, f"incident={desk.report(joined).incident_id}") == shown(browser, "incident=any") == [joined]
    desk.rooms.clock.go_on(seconds=3601)
    assert shown(browser, "mine=me") == []


@pytest.mark.parametrize(
    ("priority", "hours", "is_late"),
    [(60, 3, False), (60, 4, True), (59, 23, False), (59, 24, True), (10, 71, False), (10, 72, True)],
)
def test_what_waits_too_long_is_told_by_its_priority(desk: Desk, priority: int, hours: int, is_late: bool) -> None:
    report_id = desk.tell()
    with desk.rooms.writing() as unit:
        unit.reports.change(report_id, priority=priority, opened_hour=desk.report(report_id).opened_hour - hours)
        unit.commit()
    browser = desk.signed_in()

    page = browser.text("/desk/")

    assert ("One report waits too long" in page, "too long" in page) == (is_late, is_late)
    assert shown(browser, "age=late") == ([report_id] if is_late else [])


def test_nothing_that_is_no_code_is_repeated_in_a_page(desk: Desk, lookups: Lookups) -> None:
    desk.tell()
    page = (
        desk.signed_in().get("/desk/?category=Chitsinde&place=Chitsinde&incident=Chitsinde&state=Chitsinde&mine=Chitsinde").text
    )

    assert "Chitsinde" not in page
    asked = {"category": "BEAT", "age": "late", "incident": "any", "place": "nowhere"}
    assert read_filter(asked, lookups) == Filter(category="BEAT", age="late", incident="any")
    assert read_filter({"state": "closed", "category": "BEAT"}, lookups) == Filter(state="closed")


def test_the_form_counts_what_there_is_of_each_kind(desk: Desk) -> None:
    desk.tell(BEATING)
    desk.tell(BEATING)

    page = desk.signed_in().text("/desk/?filters=")

    assert "Beating, torture or forced postures (2)" in page and "Text message (2)" in page
    assert "Killing" not in page  # nothing that waits is of that kind


def test_a_filter_is_kept_under_a_name_for_its_person_alone_and_sealed(desk: Desk) -> None:
    desk.tell(BEATING)
    browser = desk.signed_in()

    saved = browser.post("/desk/filters/?category=BEAT", page="/desk/?category=BEAT", name="Headman Chitsinde")

    assert saved.location == "/desk/?category=BEAT"
    assert "Headman Chitsinde" in browser.text("/desk/") and 'href="/desk/?category=BEAT"' in browser.get("/desk/").text
    assert "Headman Chitsinde" not in desk.signed_in("rudo").text("/desk/")
    with desk.rooms.reading() as unit:
        (row,) = unit.saved_filters.all()
    assert b"Chitsinde" not in row.content and b"BEAT" not in row.content
    refused = desk.signed_in("rudo").post(f"/desk/filters/{row.id}/remove", page="/desk/")
    assert refused.status_code == 404
    browser.post(f"/desk/filters/{row.id}/remove", page="/desk/")
    assert "Headman Chitsinde" not in browser.text("/desk/")


def test_a_filter_of_the_same_name_takes_the_place_of_the_one_before(desk: Desk) -> None:
    browser = desk.signed_in()
    for code in ("BEAT", "KILL"):
        browser.post(f"/desk/filters/?category={code}", page=f"/desk/?category={code}", name="grave")

    with desk.rooms.reading() as unit:
        assert unit.saved_filters.count() == 1
    assert browser.post("/desk/filters/?category=BEAT", page="/desk/?category=BEAT", name=" ").status_code == 400


def test_what_was_looked_at_goes_with_the_session(desk: Desk) -> None:
    desk.tell(BEATING)
    browser = desk.signed_in()
    browser.get("/desk/?category=BEAT")
    shelves = desk.app.extensions["izwi_console"].inbox_shelves
    assert shelves.held() == 1

    browser.post("/sign-out", page="/desk/")

    assert shelves.held() == 0


def test_a_long_look_tells_how_far_it_is_and_goes_on_from_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [desk.tell(BEATING) for _ in range(3)]
    monkeypatch.setattr("gateway.console.listing._SECONDS", 0.0)
    monkeypatch.setattr("handlers.desk.inbox.facets._AT_ONCE", 2)
    browser = desk.signed_in()

    first = browser.get("/desk/?category=BEAT").text

    assert "2 of 3 reports were looked at so far" in first
    assert len(re.findall("<tr data-id", first)) == 2
    assert set(shown(browser, "category=BEAT")) == set(ids)
    assert "so far" not in browser.get("/desk/?category=BEAT").text
