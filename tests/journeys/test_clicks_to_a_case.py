"""How many clicks and keys it takes from the inbox to a proposed case, counted in a real browser for the eight sample reports.

It is the shortest way that the pages show without being told: open the report, press the one button for it, judge, confirm, send.
Everything that is filled in is left as it is where it is right. A choice in a list counts twice: opening it, and choosing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import redis

from handlers.reports import ReportState
from handlers.triage.lookups import Lookups
from tests.conftest import Rooms
from tests.gateway.console.conftest import Desk, build_desk, lookups
from tests.gateway.console.test_samples import SAMPLES
from tests.journeys.screens import Screen, chromium, needs_chromium
from tests.journeys.test_console_in_a_browser import address

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["address", "chromium", "lookups"]

pytestmark = needs_chromium
MOST = 12
# Who is said to have done it, where the text says so; and a time, where the program leaves that to a person.
ACTORS = {"beating": "army", "dogs": "private security", "bribe": "private security", "arrest": "army", "buyer": "buyers"}
TIMES = {"moved": "2025"}
_COUNT = """
for (const kind of ["pointerdown", "keydown"])
  addEventListener(kind, () => sessionStorage.setItem("pressed", Number(sessionStorage.getItem("pressed") || 0) + 1), true);
"""


@pytest.fixture
def desk(sqlite_rooms: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str) -> Desk:
    return build_desk(sqlite_rooms, lookups, redis_connection, redis_url)


def pressed(page: Page) -> int:
    return int(page.evaluate("sessionStorage.getItem('pressed') || 0"))


def choose(page: Page, label: str, value: str) -> int:
    """Choose from a list, which a headless browser does without a press; give what it costs a person."""
    page.get_by_role("combobox", name=label, exact=True).select_option(value)
    return 2


def test_each_sample_report_is_a_proposed_case_within_twelve_presses(desk: Desk, address: str, chromium: Browser) -> None:
    screen = Screen(chromium, address, scripts=True)
    screen.page.add_init_script(_COUNT)
    screen.sign_in("tariro")
    counts: dict[str, int] = {}
    for name, (text, *_) in SAMPLES.items():
        report_id = desk.tell(text)
        counts[name] = _from_inbox_to_case(screen, name, report_id)
        assert desk.report(report_id).state is ReportState.PROPOSED

    print("clicks and keys from the inbox to a proposed case:", counts)  # noqa: T201 - the figure that this test is for
    assert max(counts.values()) <= MOST
    assert screen.problems == []


def _from_inbox_to_case(screen: Screen, name: str, report_id: str) -> int:
    page = screen.page
    page.goto("/desk/")
    before, unseen = pressed(page), 0
    page.locator(f'a[href="/desk/reports/{report_id}"]').first.click()
    page.get_by_role("link", name="Propose for the case log").click()
    page.get_by_role("group", name="Information").get_by_text("possibly true").click()
    if name != "buyer":
        page.get_by_label("First-hand: victim or witness").click()
    page.get_by_label("There are reasonable grounds").click()
    page.get_by_label("The telling is detailed").click()
    if name in TIMES:
        unseen += choose(page, "When", TIMES[name])
    if name in ACTORS:
        page.get_by_label(ACTORS[name], exact=True).click()
    page.get_by_label("I have read these texts").click()
    if name == "beating":
        screen.keep("bring")
    page.get_by_role("button", name="Propose", exact=True).click()
    page.get_by_text("You proposed it, so another person must approve it.").wait_for()
    return pressed(page) - before + unseen
