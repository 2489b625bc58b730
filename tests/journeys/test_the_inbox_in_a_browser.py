"""The inbox in a real browser: by keys and by buttons, with scripts and without, by two people, and on a bad line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.gateway.console.conftest import BEATING, Desk
from tests.journeys.screens import Screen
from tests.journeys.test_console_in_a_browser import address, chromium, desk, lookups, pytestmark

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["address", "chromium", "desk", "lookups", "pytestmark"]

BRIBE = "Guards at the gate ask $20 from each group to enter at night."
RIVER = "Rwizi Odzi rwachinja ruvara, mombe nhatu dzafa svondo rino kwaTonhorai."


def told(desk: Desk, *priorities: int) -> list[str]:
    """Keep reports of these priorities."""
    ids = [desk.tell((BEATING, BRIBE, RIVER)[number % 3]) for number in range(len(priorities))]
    with desk.rooms.writing() as unit:
        for name, priority in zip(ids, priorities, strict=True):
            unit.reports.change(name, priority=priority)
        unit.commit()
    return ids


def focused(page: Page) -> str:
    """Give the id of the report whose row has the focus."""
    return str(page.evaluate("document.activeElement.closest('[data-id]')?.dataset.id ?? ''"))


def test_the_inbox_is_worked_by_keys_alone(desk: Desk, address: str, chromium: Browser) -> None:
    first, second, third = told(desk, 90, 80, 70)
    screen = Screen(chromium, address, scripts=True)
    screen.sign_in("tariro")
    page = screen.page
    page.locator("[data-id]").first.wait_for()

    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == second
    page.keyboard.press("k")
    assert focused(page) == first
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("c")
    page.get_by_text("You took on 2 reports").wait_for()
    assert [bool(desk.report(name).claimed_by) for name in (first, second, third)] == [True, True, False]
    page.keyboard.press("u")
    page.get_by_text("2 reports stand as they stood before.").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("g")
    page.wait_for_url("**#grade")
    page.locator("#grade :focus").wait_for()
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    page.wait_for_url(f"**/{second}")
    page.keyboard.press("c")
    page.get_by_text("You are working on it.").wait_for()
    page.keyboard.press("i")
    page.wait_for_url("**/desk/")
    page.keyboard.press("/")
    page.wait_for_url("**/desk/search")
    assert screen.problems == []


def test_no_key_is_taken_in_a_field_and_all_can_be_turned_off(desk: Desk, address: str, chromium: Browser) -> None:
    (report_id,) = told(desk, 90)
    screen = Screen(chromium, address, scripts=True)
    screen.sign_in("tariro")
    page = screen.page
    page.goto(f"/desk/reports/{report_id}")

    page.locator("textarea[name=note]").fill("")
    page.locator("textarea[name=note]").type("cnu?/ jx")
    assert page.locator("textarea[name=note]").input_value() == "cnu?/ jx"
    assert desk.report(report_id).claimed_by is None and page.url.endswith(report_id)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_text("take it on").wait_for()
    page.get_by_label("Keys are on in this browser").uncheck()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.keyboard.press("n")
    page.wait_for_timeout(300)

    assert page.url.endswith(report_id)
    assert screen.problems == []


@pytest.mark.parametrize("scripts", [False, True])
def test_reports_are_chosen_closed_and_put_back_by_buttons(desk: Desk, address: str, chromium: Browser, scripts: bool) -> None:
    first, second = told(desk, 90, 80)
    screen = Screen(chromium, address, width=320, scripts=scripts)
    screen.sign_in("tariro")
    page = screen.page

    for box in page.get_by_role("checkbox", name=re.compile("Choose report")).all():
        box.check()
    page.get_by_text("Close…").click()
    page.get_by_label("Why they are closed").fill("told twice")
    page.get_by_role("button", name="Close them").click()
    page.get_by_text("You closed 2 reports.").wait_for()
    screen.keep(f"inbox-closed-{'with' if scripts else 'without'}-scripts")
    assert {desk.report(name).state.value for name in (first, second)} == {"rejected"}
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("2 reports stand as they stood before.").wait_for()

    assert {desk.report(name).state.value for name in (first, second)} == {"open"}
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert screen.problems == []


@pytest.mark.parametrize("scripts", [False, True])
def test_the_inbox_is_narrowed_kept_and_left_again(desk: Desk, address: str, chromium: Browser, scripts: bool) -> None:
    beating, bribe = told(desk, 90, 80)
    screen = Screen(chromium, address, scripts=scripts)
    screen.sign_in("tariro")
    page = screen.page

    page.get_by_role("link", name="Filter…").click()
    page.get_by_label("Category").select_option("BEAT")
    screen.keep("inbox-filter")
    page.get_by_role("button", name="Show these").click()
    page.get_by_text("One report", exact=True).wait_for()
    assert page.locator(f'[data-id="{beating}"]').count() == 1 and page.locator(f'[data-id="{bribe}"]').count() == 0
    page.get_by_text("Keep this filter").click()
    page.get_by_label("Name").fill("Beatings")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("link", name=re.compile("take this filter away")).click()
    page.locator(f'[data-id="{bribe}"]').wait_for()
    page.get_by_role("link", name="Beatings").click()
    page.get_by_text("This is your filter “Beatings”.").wait_for()

    assert page.url == f"{address}/desk/?category=BEAT"
    assert screen.problems == []


def test_new_reports_are_offered_and_move_nothing_under_somebodys_hands(desk: Desk, address: str, chromium: Browser) -> None:
    first, second = told(desk, 90, 80)
    screen = Screen(chromium, address, scripts=True)
    page = screen.page
    page.clock.install()
    screen.sign_in("tariro")
    page.locator("[data-id]").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == second

    (third,) = told(desk, 95)
    desk.signed_in("rudo").act(f"/desk/reports/{first}", "claim")
    page.clock.run_for(5100)
    page.get_by_role("button", name="1 new report. Show it").wait_for()
    page.locator(f'[data-id="{first}"]').get_by_text("rudo is on it").wait_for()  # in its place, meanwhile
    assert page.locator(f'[data-id="{third}"]').count() == 0 and focused(page) == second
    screen.keep("inbox-new")
    page.get_by_role("button", name="1 new report. Show it").click()

    assert page.locator("[data-id]").first.get_attribute("data-id") == third
    assert page.locator(".fresh button").count() == 0
    assert screen.problems == []


def test_a_hidden_page_asks_nothing_and_one_that_is_as_it_was_is_not_fetched(desk: Desk, address: str, chromium: Browser) -> None:
    told(desk, 90)
    screen = Screen(chromium, address, scripts=True)
    page = screen.page
    page.clock.install()
    screen.sign_in("tariro")
    page.locator("[data-id]").wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.clock.run_for(5100)
    page.wait_for_timeout(300)
    assert asked == [f"{address}/desk/pulse?page=1"]
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.clock.run_for(30_000)

    assert len(asked) == 1
    assert screen.problems == []


def test_two_people_on_one_report_are_told_of_each_other_and_lose_nothing(desk: Desk, address: str, chromium: Browser) -> None:
    (report_id,) = told(desk, 90)
    first, second = Screen(chromium, address, scripts=True), Screen(chromium, address, scripts=True)
    first.page.clock.install()
    for screen, login in ((first, "tariro"), (second, "rudo")):
        screen.sign_in(login)
        screen.page.goto(f"/desk/reports/{report_id}")
    second.page.get_by_text("tariro is looking at this report too.").wait_for()

    first.page.locator("textarea[name=note]").fill("I rang the clinic, nobody answers")
    second.page.locator("textarea[name=note]").fill("The clinic answered me")
    second.page.get_by_role("button", name="Keep the note").click()
    second.page.get_by_text("Noted.").wait_for()
    first.page.clock.run_for(15_100)
    first.page.get_by_text("rudo is looking at this report too.").wait_for()
    first.page.get_by_text("Changed since you opened it: rudo: wrote a note.").wait_for()
    first.keep("two-people-told")
    first.page.get_by_role("button", name="Keep the note").click()
    first.page.get_by_role("heading", name="What changed while you had it open").wait_for()
    assert first.page.locator("textarea[name=note]").input_value() == "I rang the clinic, nobody answers"
    first.keep("two-people-second")
    first.page.get_by_role("button", name="Keep the note").click()
    first.page.get_by_text("Noted.").wait_for()

    with desk.rooms.reading() as unit:
        assert unit.notes.count(report_id=report_id) == 2
    assert [problem for problem in first.problems if "409" not in problem] == second.problems == []


def test_the_inbox_is_painted_soon_on_a_line_of_the_second_generation(desk: Desk, address: str, chromium: Browser) -> None:
    told(desk, *range(90, 60, -1))
    screen = Screen(chromium, address, scripts=True)
    screen.sign_in("tariro")
    page = screen.page
    page.wait_for_url("**/desk/")
    line = screen.context.new_cdp_session(page)
    line.send("Network.enable")
    speed = {"downloadThroughput": 250_000 / 8, "uploadThroughput": 50_000 / 8, "latency": 300, "offline": False}
    line.send("Network.emulateNetworkConditions", speed)
    painted = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"

    line.send("Network.clearBrowserCache")
    page.goto("/desk/")
    page.locator("[data-id]").last.wait_for()
    first = page.evaluate(painted)
    page.goto("/desk/?state=high")
    page.locator("[data-id]").last.wait_for()
    print(f"first contentful paint at 250 kbit/s and 300 ms: {first:.0f} ms, then {page.evaluate(painted):.0f} ms")  # noqa: T201

    assert page.locator("[data-id]").count() == 25
