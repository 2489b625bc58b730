"""The desk's day in a real browser, without scripts: sign in, read, correct, grade, propose; a second person approves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import redis
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from handlers.triage.lookups import Lookups
from tests.conftest import Rooms
from tests.gateway.console.conftest import BEATING, Desk, build_desk, lookups
from tests.journeys.screens import Screen, chromium, needs_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["chromium", "lookups"]

pytestmark = needs_chromium


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def desk(sqlite_rooms: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str) -> Desk:
    return build_desk(sqlite_rooms, lookups, redis_connection, redis_url)


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    server: BaseWSGIServer = make_server("127.0.0.1", 0, desk.app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


def test_a_report_becomes_an_entry_without_scripts(desk: Desk, address: str, chromium: Browser) -> None:
    desk.tell("Guards at the gate ask $20 from each group to enter at night. It is the same two since last week.")
    report_id = desk.tell(BEATING + " 0712000033")
    first, second = Screen(chromium, address), Screen(chromium, address, dark=True)
    first.page.goto("/")
    first.keep("sign-in")

    first.sign_in("tariro")
    first.keep("inbox")
    first.page.goto(f"/desk/reports/{report_id}")
    first.keep("report")
    _judge(first)
    _propose(first, report_id)
    second.sign_in("rudo")
    second.keep("inbox-dark")
    second.page.get_by_role("link", name="waits for approval").click()
    second.keep("proposal-dark")
    second.page.get_by_role("button", name="Approve").click()

    second.page.get_by_role("heading", name="Entry 0").wait_for()
    second.keep("entry-dark")
    with desk.rooms.reading() as unit:
        assert unit.log_entries.count() == 1
    assert first.problems == second.problems == []


def _judge(screen: Screen) -> None:
    page = screen.page
    page.get_by_role("button", name="I take this one").click()
    page.get_by_text("Correct the language").first.click()
    form = page.locator("form", has=page.get_by_role("button", name="Correct the language"))
    form.get_by_role("combobox", name="Language").select_option(label="Shona")
    form.get_by_label("Why").fill("I speak it")
    form.get_by_role("button").click()
    grade = page.locator("#grade")
    grade.get_by_role("combobox", name="Source").select_option("B")
    grade.get_by_role("combobox", name="Information").select_option("2")
    grade.get_by_label("First-hand: victim or witness").check()
    grade.get_by_label("Why").fill("Told rightly before; the clinic says the same.")
    grade.get_by_role("button", name="Grade").click()
    page.locator("#incident").get_by_role("button", name="Join").click()
    reply = page.locator("#reply")
    reply.get_by_role("textbox", name="Text").fill("Tatenda. Pane anoda rubatsiro izvozvi here? Dzimai meseji iyi.")
    reply.get_by_role("button", name="Count and check it").click()
    reply.get_by_text("of 160 characters").wait_for()
    reply.get_by_role("button", name="Send").click()
    screen.keep("report-judged")
    page.locator("#incident").get_by_role("link").click()
    for standing in ("reasonable_suspicion", "reasonable_grounds"):
        page.get_by_role("combobox", name="Standing").select_option(standing)
        page.get_by_role("textbox", name="Reason").fill("Two clinics tell of the same.")
        page.get_by_role("button", name="Set the standing").click()
    screen.keep("incident")


def _propose(screen: Screen, report_id: str) -> None:
    page = screen.page
    page.goto(f"/desk/reports/{report_id}")
    page.get_by_role("link", name="Propose for the case log").click()
    page.get_by_label("What happened, in your words").fill("Diggers were beaten by guards; one was taken to a clinic.")
    page.get_by_role("combobox", name="People").select_option("1 to 4")
    page.get_by_text("Another day").click()
    page.get_by_role("textbox", name="Day").fill("2026-09-21")
    page.get_by_label("army").check()
    page.get_by_label("I have read these texts").check()
    screen.keep("propose")
    page.get_by_role("button", name="Propose", exact=True).click()
    screen.keep("proposal")
    page.get_by_text("You proposed it, so another person must approve it.").wait_for()


def test_words_selected_in_the_thread_are_hidden_with_two_presses(desk: Desk, address: str, chromium: Browser) -> None:
    report_id = desk.tell()
    screen = Screen(chromium, address, scripts=True)
    screen.sign_in("tariro")
    page = screen.page
    page.goto(f"/desk/reports/{report_id}")

    page.evaluate(
        """() => {
          const words = [...document.querySelectorAll(".thread .in mark")].find((mark) => mark.textContent === "akatyoka");
          document.getSelection().selectAllChildren(words);
        }"""
    )
    page.get_by_role("button", name="Take the words selected in the thread").click()
    assert page.get_by_label("Words to hide besides").input_value() == "akatyoka"
    page.get_by_role("button", name="Hide these words").click()

    page.locator(".thread").get_by_text("[hidden]").wait_for()
    assert "akatyoka" not in page.locator(".thread").inner_text()
    assert screen.problems == []


def test_the_pages_fit_a_narrow_screen(desk: Desk, address: str, chromium: Browser) -> None:
    report_id = desk.tell()
    screen = Screen(chromium, address, width=320, scripts=True)
    screen.sign_in("tariro")

    for name, path in (
        ("inbox", "/desk/"),
        ("report", f"/desk/reports/{report_id}"),
        ("propose", f"/desk/reports/{report_id}/propose"),
        ("incidents", "/desk/incidents"),
        ("lists", "/desk/lists"),
        ("list", "/desk/lists/categories/words.sn.txt"),
        ("list-version", "/desk/lists/categories/words.sn.txt/versions/0"),
        ("log", "/log/"),
    ):
        screen.page.goto(path)
        screen.keep(f"{name}-narrow")
        assert screen.page.evaluate("document.documentElement.scrollWidth") <= 320, path
    assert screen.problems == []


def test_the_inbox_renews_itself_but_not_under_somebodys_hands(desk: Desk, address: str, chromium: Browser) -> None:
    screen = Screen(chromium, address, scripts=True)
    page = screen.page
    page.clock.install()
    screen.sign_in("tariro")
    page.get_by_text("Nothing waits").wait_for()

    desk.tell()
    page.clock.run_for(5100)
    page.get_by_text("Chirasika").first.wait_for()
    page.locator("#list th a").first.focus()
    second = desk.tell("Amasotsha abotshe abantu abalitshumi eTinoengana")
    page.clock.run_for(5100)
    page.get_by_role("button", name="1 new report. Show it").wait_for()
    assert page.locator(f'a[href="/desk/reports/{second}"]').count() == 0
    page.evaluate("document.activeElement.blur()")
    page.clock.run_for(5100)

    page.locator(f'a[href="/desk/reports/{second}"]').wait_for()
    assert page.get_by_role("button", name="1 new report. Show it").count() == 0
    assert screen.problems == []


def test_the_first_stop_of_the_keyboard_skips_to_the_content(desk: Desk, address: str, chromium: Browser) -> None:
    screen = Screen(chromium, address, scripts=True)
    screen.sign_in("tariro")
    screen.page.wait_for_url("**/desk/")

    screen.page.keyboard.press("Tab")
    screen.page.keyboard.press("Enter")

    assert screen.page.evaluate("document.activeElement.id") == "main"
