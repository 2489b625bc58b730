"""Passkeys, leaving and an invitation in a real browser: what needs scripts, and what does without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyotp

from handlers.records import StepKind
from tests.conftest import PASSWORD
from tests.gateway.console.conftest import Desk
from tests.journeys.test_console_in_a_browser import Screen, address, chromium, desk, lookups, pytestmark

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["address", "chromium", "desk", "lookups", "pytestmark"]

NEW = "another horse staple"


def give_authenticator(screen: Screen) -> None:
    """Plug a security key into a window, as Chromium's own tests do."""
    session = screen.context.new_cdp_session(screen.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def complaints(*screens: Screen) -> list[str]:
    """Give what the browser complained of, but for its advice on forms."""
    advice = ("Autofocus", "[DOM]")
    return [words for screen in screens for words in screen.problems if not words.startswith(advice)]


def away_to_a_page(page: Page) -> None:
    """Stand in for the harmless page: no test asks the real one."""
    page.route("https://www.bbc.com/**", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))


def test_a_passkey_is_made_and_is_the_second_step_from_then_on(desk: Desk, address: str, chromium: Browser) -> None:
    screen = Screen(chromium, address.replace("127.0.0.1", "localhost"), scripts=True)
    give_authenticator(screen)
    page = screen.page
    screen.sign_in("tariro")
    page.goto("/account/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("A name for it").fill("laptop")
    page.get_by_label("Your present password").fill(PASSWORD)
    screen.keep("account-passkey")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert page.locator(".codes li").count() == 8
    screen.keep("account-codes")
    page.get_by_role("button", name="Sign out").click()

    screen.sign_in("tariro")
    page.get_by_role("heading", name="Second step").wait_for()
    screen.keep("second-step")
    page.get_by_role("button", name="Use a passkey").click()

    page.get_by_role("heading", name="Inbox").wait_for()
    page.goto("/account/")
    page.get_by_text("Passkey: laptop").wait_for()
    screen.keep("account")
    with desk.rooms.reading() as unit:
        (kept,) = unit.second_steps.all(kind=StepKind.PASSKEY.value)
    assert kept.counter > 1 and b"laptop" not in kept.content
    assert complaints(screen) == []


def test_without_scripts_a_code_is_the_second_step(desk: Desk, address: str, chromium: Browser) -> None:
    screen = Screen(chromium, address, width=320)
    page = screen.page
    screen.sign_in("tariro")
    page.goto("/account/app")
    screen.keep("account-app-320")
    secret = page.locator("input[name=secret]").get_attribute("value") or ""
    page.get_by_label("Code that the app shows now").fill(pyotp.TOTP(secret).at(int(desk.rooms.clock())))
    page.get_by_label("Your present password").fill(PASSWORD)
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.goto("/account/")
    screen.keep("account-320")
    page.get_by_role("button", name="Sign out").click()
    desk.rooms.clock.go_on(seconds=60)

    screen.sign_in("tariro")
    page.get_by_label("Code from your app").fill(pyotp.TOTP(secret).at(int(desk.rooms.clock())))
    page.get_by_role("button", name="Go on").click()

    page.get_by_role("heading", name="Inbox").wait_for()


def test_escape_pressed_twice_leaves_and_ends_the_session(desk: Desk, address: str, chromium: Browser) -> None:
    screen = Screen(chromium, address, scripts=True)
    page = screen.page
    away_to_a_page(page)
    screen.sign_in("tariro")
    page.get_by_role("heading", name="Inbox").wait_for()

    page.keyboard.press("Escape")
    page.wait_for_timeout(900)
    page.keyboard.press("Escape")
    page.wait_for_timeout(900)
    assert page.url.endswith("/desk/")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    page.get_by_role("heading", name="Weather").wait_for()
    page.goto(f"{address}/desk/")
    assert page.url.endswith("/sign-in")
    assert not list(desk.redis.scan_iter("izwi:session:*"))


def test_without_scripts_a_button_leaves(desk: Desk, address: str, chromium: Browser) -> None:
    screen = Screen(chromium, address)
    away_to_a_page(screen.page)
    screen.sign_in("tariro")

    screen.page.get_by_role("button", name="Leave").click()

    screen.page.get_by_role("heading", name="Weather").wait_for()
    assert not list(desk.redis.scan_iter("izwi:session:*"))


def test_a_newcomer_follows_a_link_whose_code_no_server_sees_before_it_is_sent(
    desk: Desk, address: str, chromium: Browser
) -> None:
    inviter, newcomer = Screen(chromium, address), Screen(chromium, address, scripts=True, dark=True)
    inviter.sign_in("tariro")
    inviter.page.goto("/people/")
    inviter.page.get_by_label("Their name here").fill("chipo")
    inviter.page.get_by_label("Approver").check()
    inviter.page.get_by_role("button", name="Make an invitation").click()
    link = inviter.page.get_by_label("Link").input_value()
    inviter.keep("invited")
    code = link.partition("#")[2]

    newcomer.page.goto(f"/invitation#{code}")
    assert newcomer.page.get_by_label("Code of the invitation").input_value() == code
    assert "#" not in newcomer.page.url
    newcomer.page.get_by_label("Your new password").fill(NEW)
    newcomer.page.get_by_label("The same again").fill(NEW)
    newcomer.keep("invitation-dark")
    newcomer.page.get_by_role("button", name="Come in").click()
    newcomer.page.get_by_label("Name").fill("chipo")
    newcomer.page.get_by_label("Password").fill(NEW)
    newcomer.page.get_by_role("button", name="Sign in").click()
    newcomer.page.get_by_role("heading", name="Almost there").wait_for()
    newcomer.keep("waiting-dark")
    inviter.page.goto("/people/")
    inviter.keep("people")
    inviter.page.get_by_role("button", name="They are the same: give the keys").click()
    inviter.page.get_by_text("Given.").wait_for()
    inviter.page.goto("/trail/")
    inviter.keep("trail")
    narrow = Screen(chromium, address, width=320, dark=True)
    narrow.sign_in("rudo")
    for name in ("people", "trail", "account"):
        narrow.page.goto(f"/{name}/")
        narrow.keep(f"{name}-320-dark")
        assert narrow.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert complaints(inviter, newcomer, narrow) == []
