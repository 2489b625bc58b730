"""Windows of a real Chromium, with scripts or without."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import PASSWORD
from tests.gateway.console.conftest import NUMBER_SHAPES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = Path("/usr/bin/chromium")
needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed on this machine"),
]
playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


class Screen:
    """A browser window that keeps a picture of every page it is told to, in a folder that the tester names."""

    def __init__(self, browser: Browser, address: str, *, width: int = 1280, dark: bool = False, scripts: bool = False):
        self.context = browser.new_context(
            base_url=address,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.problems: list[str] = []
        self.page.on("console", lambda message: self.problems.append(message.text))

    def sign_in(self, login: str, password: str = PASSWORD) -> None:
        self.page.goto("/sign-in")
        self.page.get_by_label("Name").fill(login)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def keep(self, name: str) -> None:
        """Check what every page owes, and take its picture."""
        assert not any(shape in self.page.content() for shape in NUMBER_SHAPES[:3])
        folder = os.environ.get("IZWI_TEST_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
