"""The pictures and the incident board in a real browser, with scripts and without, on a screen, on a telephone and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.gateway.console.conftest import BEATING, Desk
from tests.journeys.test_console_in_a_browser import Screen, address, chromium, desk, lookups, pytestmark

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["address", "chromium", "desk", "lookups", "pytestmark"]

TOLD = (
    *(BEATING, "Amasotsha abotshe abantu abalitshumi eTinoengana, kasikaziukuthi bakuphi."),
    "Guards at the gate ask $20 from each group to enter at night.",
    "Rwizi Odzi rwachinja ruvara, mombe nhatu dzafa svondo rino kwaTonhorai.",
    "Mugodhi wadhirika kuBetera izvozvi, vanhu vashanu vari mukati.",
    "Buyer with white Land Cruiser collects stones at Hot Springs every Friday, goes to the border.",
)


def full(desk: Desk) -> None:
    """Fill a desk with the reports of four weeks; some were worked on, some joined to an incident."""
    incident_id = ""
    for day in range(27):
        desk.rooms.clock.go_on(seconds=24 * 3600)
        told = [desk.tell(TOLD[(day * 3 + number) % len(TOLD)]) for number in range(day * 7 % 5 + 1)]
        if day % 3 == 0:
            desk.rooms.clock.go_on(seconds=3600 * (day % 5))
            browser = desk.signed_in()
            for report_id in told[:2]:
                browser.act(f"/desk/reports/{report_id}", "join", incident=incident_id)
                incident_id = str(desk.report(report_id).incident_id) if day % 9 else ""


WINDOWS = pytest.mark.parametrize(
    ("width", "dark", "scripts"), [(1100, False, False), (1100, True, True), (320, False, True), (320, True, False)]
)


@WINDOWS
def test_a_coordinator_looks_at_pictures(
    desk: Desk, address: str, chromium: Browser, width: int, dark: bool, scripts: bool
) -> None:
    full(desk)
    screen = Screen(chromium, address, width=width, dark=dark, scripts=scripts)
    screen.sign_in("tariro")
    page = screen.page

    page.get_by_role("link", name="Pictures", exact=True).click()

    for title in ("Reports by day", "What the reports tell of", "How long reports waited", "The field", "Where"):
        page.get_by_role("heading", name=title, exact=True).wait_for()
    page.get_by_role("heading", name="Incidents through time").wait_for()
    assert page.get_by_role("img").count() == 7
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    screen.keep(f"pictures-{width}-{'dark' if dark else 'light'}")
    page.get_by_text("The numbers of: Reports by day").click()
    assert page.get_by_role("table", name="Reports by day").is_visible()
    page.get_by_role("link", name="To share or print").click()
    page.get_by_role("heading", name="Incidents", exact=True).wait_for()
    assert page.get_by_role("cell", name="fewer than 5").first.is_visible()
    screen.keep(f"pictures-shared-{width}-{'dark' if dark else 'light'}")
    assert screen.problems == []


def test_small_counts_are_banded_on_paper(desk: Desk, address: str, chromium: Browser) -> None:
    full(desk)
    screen = Screen(chromium, address, dark=True)
    screen.sign_in("tariro")
    page = screen.page
    page.goto("/desk/pictures")
    page.get_by_role("heading", name="Incidents through time").wait_for()

    page.emulate_media(media="print")

    assert page.get_by_role("img").count() == 0
    on_paper = page.locator("main").inner_text()
    counts = {line.strip() for row in on_paper.splitlines() for line in row.split("\t")[1:]}
    assert "fewer than 5" in counts and not any(count.isdecimal() for count in counts)
    assert page.get_by_role("button").count() == 0
    screen.keep("pictures-on-paper")


def an_incident(desk: Desk) -> str:
    """Join three reports: two of one beating in two languages, and one that differs."""
    browser = desk.signed_in()
    ids = [
        desk.tell(),
        desk.tell("Three men were beaten by soldiers at Chirasika this morning, I saw it from my door. Headman Chitsinde knows."),
        desk.tell("Varindi varova vanhu vashanu kwaTonhorai nezuro"),
    ]
    browser.act(f"/desk/reports/{ids[0]}", "join", incident="")
    incident_id = str(desk.report(ids[0]).incident_id)
    for report_id in ids[1:]:
        browser.act(f"/desk/reports/{report_id}", "join", incident=incident_id)
    for report_id in ids[:2]:
        browser.act(f"/desk/reports/{report_id}", "grade", source="C", information="2", text="saw it", first_hand="yes")
    return incident_id


@WINDOWS
def test_a_coordinator_works_on_the_board_of_an_incident(
    desk: Desk, address: str, chromium: Browser, width: int, dark: bool, scripts: bool
) -> None:
    incident_id = an_incident(desk)
    screen = Screen(chromium, address, width=width, dark=dark, scripts=scripts)
    screen.sign_in("tariro")
    page = screen.page
    page.goto(f"/desk/incidents/{incident_id}")

    assert page.get_by_role("article").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    screen.keep(f"board-{width}-{'dark' if dark else 'light'}")
    page.get_by_role("link", name="Change its standing").click()
    for standing in ("reasonable suspicion (watch)", "reasonable grounds (may be forwarded)"):
        page.locator("select[name=standing]").select_option(standing)
        page.get_by_role("textbox", name="Reason").fill("Two tell it.")
        page.get_by_role("button", name="Set the standing").click()
    page.get_by_role("link", name="Propose from report").first.click()
    assert page.get_by_role("heading", name="Propose for the case log").is_visible()
    assert screen.problems == []
