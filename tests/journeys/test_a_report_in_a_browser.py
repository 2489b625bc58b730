"""A report and replies to it in a real browser, with scripts and without: what the pages do, and what they look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import redis

from handlers.desk.lengths import measure
from handlers.records import MessageKind, MessageState, RecordingState, WorkKind
from handlers.triage.lookups import Lookups
from tests.conftest import Rooms
from tests.gateway.console.conftest import BEATING, Desk, build_desk, lookups
from tests.gateway.console.test_reading_with_care import RAPE
from tests.gateway.console.test_recordings import with_recording
from tests.journeys.screens import Screen, chromium, needs_chromium
from tests.journeys.test_console_in_a_browser import address

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["address", "chromium", "lookups"]

pytestmark = needs_chromium
TEXTS = ("Tatenda.", "a" * 161, "Tatenda – kupi?", "{" * 81, "😀" * 36, "é€ok\n" * 40 + ".", "–" * 71)


@pytest.fixture
def desk(sqlite_rooms: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str) -> Desk:
    return build_desk(sqlite_rooms, lookups, redis_connection, redis_url)


def spoken(desk: Desk) -> str:
    """Keep a report that came by telephone; give its id."""
    report_id = desk.tell("")
    with_recording(desk, report_id, RecordingState.DISGUISED)
    return report_id


def test_a_reply_is_picked_counted_live_warned_of_and_taken_back(desk: Desk, address: str, chromium: Browser) -> None:
    report_id = desk.tell()
    screen = Screen(chromium, address, scripts=True)
    page = screen.page
    screen.sign_in("tariro")
    page.goto(f"/desk/reports/{report_id}")
    reply = page.locator("#reply")
    text = page.locator("[name=reply]")
    for written in TEXTS:  # the page counts as the server does
        text.fill(written)
        length = measure(written)
        reply.get_by_text(f"{length.used} of {length.room} characters, {length.parts} ").wait_for()
    text.fill("")

    reply.get_by_label("A text to begin with").select_option("sn/when")
    assert text.input_value() == "Tatenda. Zvakaitika rini? Zuva rakakwana. Dzimai meseji iyi."
    assert reply.get_by_label("To ask").is_checked()
    text.fill("Was it kuChirasika?")
    reply.get_by_role("button", name="Send").click()
    page.get_by_text("This may give somebody away").wait_for()
    screen.keep("reply-warned")
    reply.get_by_label("I have looked at it").check()
    reply.get_by_role("button", name="Send").click()
    page.locator(".going").wait_for()
    screen.keep("reply-waits")
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("it was taken back before it went out").wait_for()

    assert [problem for problem in screen.problems if "400" not in problem] == []
    with desk.rooms.reading() as unit:
        (message,) = unit.messages.all(kind=MessageKind.REPLY.value)
        assert message.state is MessageState.WITHHELD and unit.work.count(kind=WorkKind.SEND.value) == 0


def test_a_reply_is_picked_and_sent_without_scripts(desk: Desk, address: str, chromium: Browser) -> None:
    report_id = desk.tell()
    screen = Screen(chromium, address, width=320)
    page = screen.page
    screen.sign_in("tariro")
    page.goto(f"/desk/reports/{report_id}")

    reply = page.locator("#reply")
    reply.get_by_label("A text to begin with").select_option("nd/where")
    reply.get_by_role("button", name="Put it in").click()
    assert "Kwenzakale ngaphi" in page.locator("[name=reply]").input_value()
    page.locator("#reply").get_by_text("of 160 characters, 1 message").wait_for()
    page.locator("#reply").get_by_role("button", name="Send").click()
    page.locator(".going").wait_for()

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_what_is_typed_saves_itself_and_outlives_the_page_and_the_session(desk: Desk, address: str, chromium: Browser) -> None:
    report_id = spoken(desk)
    screen = Screen(chromium, address, scripts=True)
    page = screen.page
    screen.sign_in("tariro")
    page.goto(f"/desk/reports/{report_id}")
    page.get_by_text("Write down what is said").click()
    page.get_by_label("What is said, in its own language").fill("Masoja arova vanhu")
    page.get_by_text("Saved as your draft").wait_for()
    page.reload()
    assert page.get_by_label("What is said, in its own language").input_value() == "Masoja arova vanhu"

    for found in desk.redis.scan_iter("*session*"):  # as if its time was over
        desk.redis.delete(found)
    page.get_by_label("In English").fill("Soldiers beat people")
    page.get_by_text("your session has ended").wait_for()
    other = screen.context.new_page()
    other.goto("/sign-in")
    other.get_by_label("Name").fill("tariro")
    other.get_by_label("Password").fill("correct horse battery")
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url("**/desk/**")
    page.get_by_text("Saved as your draft").wait_for(timeout=15_000)
    page.reload()

    assert page.get_by_label("In English").input_value() == "Soldiers beat people"
    screen.keep("draft")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_text("The report was weighed anew by it.").wait_for()


def test_a_draft_is_saved_by_a_button_and_a_moment_marked_without_scripts(desk: Desk, address: str, chromium: Browser) -> None:
    report_id = spoken(desk)
    screen = Screen(chromium, address, width=320, dark=True)
    page = screen.page
    screen.sign_in("tariro")
    page.goto(f"/desk/reports/{report_id}")
    page.get_by_text("Write down what is said").click()
    page.get_by_label("In English").fill("Soldiers")
    page.get_by_role("button", name="Save as a draft").click()
    page.get_by_text("Your draft, saved").wait_for()
    page.get_by_text("Mark a moment").click()
    page.get_by_label("At", exact=True).fill("0:12")
    page.get_by_label("What is there").fill("a second voice")
    page.get_by_role("button", name="Mark it").click()

    page.get_by_text("a second voice").wait_for()
    assert page.get_by_label("In English").input_value() == "Soldiers"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    screen.keep("call-320-dark")


def test_the_player_has_speeds_and_a_stretch_to_loop_and_marks_to_go_to(desk: Desk, address: str, chromium: Browser) -> None:
    report_id = spoken(desk)
    screen = Screen(chromium, address, width=1100, scripts=True)
    page = screen.page
    screen.sign_in("tariro")
    page.goto(f"/desk/reports/{report_id}")

    page.get_by_label("Speed").select_option("0.7")
    assert page.evaluate("document.querySelector('audio').playbackRate") == 0.7
    page.get_by_role("button", name="Loop from here").click()
    page.get_by_role("button", name="to here").click()
    page.get_by_text("Looping 0:00 to 0:02").wait_for()
    page.get_by_role("button", name="Stop looping").click()
    page.get_by_text("Mark a moment").click()
    page.get_by_label("What is there").fill("a dog")
    page.get_by_role("button", name="Mark it").click()

    assert page.locator("[data-seek]").is_enabled()
    screen.keep("call")


@pytest.mark.parametrize(
    ("width", "dark", "scripts"), [(1100, False, True), (1100, True, False), (320, False, False), (320, True, True)]
)
def test_a_report_that_hurts_to_read_is_opened_by_hand(
    desk: Desk, address: str, chromium: Browser, width: int, dark: bool, scripts: bool
) -> None:
    report_id = desk.tell(RAPE)
    desk.follow(report_id, BEATING)
    screen = Screen(chromium, address, width=width, dark=dark, scripts=scripts)
    screen.sign_in("tariro")
    screen.page.goto(f"/desk/reports/{report_id}")
    words = screen.page.locator(".covered .words").first
    assert not words.is_visible()
    screen.keep(f"covered-{width}-{'dark' if dark else 'light'}")

    screen.page.get_by_text("Covered, since it tells of").first.press("Enter")

    assert words.is_visible()
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= width
    screen.page.goto(f"/desk/reports/{report_id}/propose")
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= width
    screen.keep(f"propose-{width}-{'dark' if dark else 'light'}")
