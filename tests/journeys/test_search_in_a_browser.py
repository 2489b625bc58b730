"""Search in a real browser, without scripts: results appear while it goes on, and a click stops it without losing them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from handlers.desk.search.searching import Run
from tests.gateway.console.conftest import Desk
from tests.journeys.test_console_in_a_browser import Screen, address, chromium, desk, lookups, pytestmark

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["address", "chromium", "desk", "lookups", "pytestmark"]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A search that waits after its first reports until it is let go on, or is stopped."""
    go_on, walk = threading.Event(), Run._walk

    def slowly(self: Run, shelf: Any) -> Iterator[Any]:
        for number, event in enumerate(walk(self, shelf)):
            if number > 2:
                go_on.wait(0.05)
            yield event
        while not go_on.wait(0.05):
            yield self._progress(0, 0)

    monkeypatch.setattr(Run, "_walk", slowly)
    yield go_on
    go_on.set()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1100, 320])
def test_a_coordinator_searches_without_scripts(desk: Desk, address: str, chromium: Browser, width: int, dark: bool) -> None:
    desk.tell("Two exavators came to the river at Chirasika.")
    report_id = desk.tell(
        "The excavators of the company dig at Chirasika, headman Chitsinde asked them to stop. Soldiers beat him."
    )
    desk.tell()
    screen = Screen(chromium, address, width=width, dark=dark)
    screen.sign_in("tariro")
    page = screen.page

    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("Words").fill("excavators")
    page.keyboard.press("Enter")
    page.get_by_text("That is all").wait_for()

    assert page.url == f"{address}/desk/search"
    assert page.get_by_role("article").count() == 2
    assert page.locator("mark.of-search").first.inner_text() == "excavators"
    assert page.get_by_role("heading", name="One letter off").is_visible()
    assert not page.get_by_role("button", name="Stop the search").is_visible()
    screen.keep(f"search-{width}-{'dark' if dark else 'light'}")
    page.get_by_role("article").first.get_by_role("link").click()
    assert page.url.endswith(report_id)
    assert screen.problems == []


def test_results_appear_while_it_goes_on_and_stay_when_it_is_stopped(
    desk: Desk, address: str, chromium: Browser, held: threading.Event, eventually: Callable[..., Any]
) -> None:
    report_id = desk.tell()
    screen = Screen(chromium, address)
    screen.sign_in("tariro")
    page = screen.page
    page.goto("/desk/search")
    page.get_by_label("Words").fill("masoja")
    page.get_by_role("button", name="Search").click(no_wait_after=True)

    page.get_by_role("article").first.wait_for()
    assert not page.get_by_text("The search was stopped").is_visible()
    screen.keep("search-going-on")
    page.get_by_role("button", name="Stop the search").click(no_wait_after=True)
    eventually(lambda: desk.app.extensions["izwi_console"].shelves.held() == 1)  # it has put back what it had in hand

    assert page.url == f"{address}/desk/search"
    assert page.locator(f"a[href$='{report_id}']").count() == 1
