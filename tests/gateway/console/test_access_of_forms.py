"""What is wrong with a form is tied to its fields, so that a screen reader says it where it is mended."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.settings import ROOT
from tests.gateway.console.conftest import Desk

TEMPLATES = sorted((ROOT / "gateway" / "console" / "templates").glob("*.html"))
STYLES = (ROOT / "gateway" / "console" / "static" / "izwi.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_where_a_page_says_what_is_wrong_a_field_points_to_it(path: Path) -> None:
    page = path.read_text(encoding="utf-8")

    if 'id="problem"' in page:
        assert re.search(r'aria-describedby="(?:problem|[^"]* problem)', page)


def test_a_wrong_password_is_tied_to_its_field_and_so_is_a_wrong_code(desk: Desk) -> None:
    wrong = desk.browser().post("/sign-in", login="tariro", password="wrong").text
    invited = desk.browser().post("/invitation", code="wrong", password="a" * 12, again="b" * 12).text

    assert 'id="problem"' in wrong and re.search(r'name="password"[^>]*aria-describedby="problem"', wrong)
    assert re.search(r'name="code"[^>]*aria-describedby="problem"', invited)
    assert re.search(r'name="password"[^>]*aria-describedby="how problem"', invited)


def test_a_page_without_a_fault_points_to_none(desk: Desk) -> None:
    assert "problem" not in desk.signed_in().get("/account/").text


@pytest.mark.parametrize("wish", ["prefers-contrast: more", "prefers-reduced-motion: reduce", "forced-colors: active"])
def test_the_styles_heed_what_a_reader_wishes(wish: str) -> None:
    assert wish in STYLES


def test_the_focus_is_never_hidden() -> None:
    hidden = re.findall(r"([^{}]+)\{[^{}]*outline:\s*(?:none|0)", STYLES)

    assert [selector.strip() for selector in hidden] == ["main:focus"]  # the skip link leads there: it is no control
