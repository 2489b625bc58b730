"""A coordinator mends a list while the line runs: the next report is read with it; a broken line changes nothing."""

from __future__ import annotations

import html
import re
from typing import Any

from gateway.providers.simulator.side import TypedText
from tests.journeys.browsing import Browser

PASSWORD = "correct horse battery"
PAGE = "/desk/lists/categories/words.sn.txt"
TOLD = "Vanhu vatatu vakazumbungurwa paChirasika nhasi"


def test_a_line_edited_on_the_page_changes_the_next_report_within_seconds(line: Any, eventually: Any) -> None:
    tariro = Browser(line.url).sign_in("tariro", PASSWORD)
    first = _tell(line, tariro, eventually, "+263770000051", f"{TOLD} mangwanani")
    assert "Beating" not in _heading(tariro, first)

    # When a line is tried, saved, and the next text comes in
    text = _text(tariro)
    edited = f"{text}BEAT: vakazumbungurwa\n"
    tried = tariro.act(PAGE, "try", text=edited)
    assert "1 open report would move" in tried.text and first in tried.text
    tariro.act(PAGE, "save", text=edited, tried=_digest(tried.text), reason="heard in Bocha")
    eventually(lambda: _is_read_with_it(line, tariro, eventually), seconds=3)

    # Then a broken line is refused, and what is in force stays
    refused = tariro._session.post(
        f"{line.url}{PAGE}/save",
        data={"csrf_token": _token(tariro), "version": "1", "text": f"{edited}BEET: kurohwa\n", "reason": "no"},
        timeout=20,
    )
    assert refused.status_code == 422
    assert f"Line {edited.count(chr(10)) + 1}</a>: expected" in refused.text
    assert _text(tariro) == edited
    last = _tell(line, tariro, eventually, "+263780000053", f"{TOLD} manheru")
    assert "Beating" in _heading(tariro, last)
    assert "Beating" not in _heading(tariro, first)
    line.run("check", check=False)
    assert "version 1, tariro" in line.run("lists", "show").stdout

    # And no word of it is on disk
    assert b"vakazumbungurwa" not in b"".join(path.read_bytes() for path in line.state.rglob("*") if path.is_file())


_SENDERS = iter(f"+26371000005{digit}" for digit in range(10))


def _is_read_with_it(line: Any, browser: Browser, eventually: Any) -> bool:
    return "Beating" in _heading(browser, _tell(line, browser, eventually, next(_SENDERS), f"{TOLD} masikati"))


def _tell(line: Any, browser: Browser, eventually: Any, number: str, text: str) -> str:
    """Send a text and give the page of its report once that is triaged."""
    known = set(browser.reports())
    phone = line.simulator.network.phones.find(number)
    _, outcomes = line.simulator.desk.type_text(TypedText(phone=phone, line="twilio", text=text))
    assert all(outcome.is_taken for outcome in outcomes)
    new = eventually(lambda: set(browser.reports()) - known)
    page: str = new.pop()
    eventually(lambda: "It is being read" not in browser.get(page).text)
    return page


def _heading(browser: Browser, page: str) -> str:
    """Give what a report is called: its categories."""
    found = re.search(r"<h1>(.*?)</h1>", browser.get(page).text, re.DOTALL)
    assert found is not None
    return found.group(1)


def _text(browser: Browser) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", browser.get(PAGE).text, re.DOTALL)
    assert found is not None
    return html.unescape(found.group(1))


def _digest(page: str) -> str:
    found = re.search(r'name="tried" value="([0-9a-f]+)"', page)
    assert found is not None
    return found.group(1)


def _token(browser: Browser) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(PAGE).text)
    assert found is not None
    return found.group(1)
