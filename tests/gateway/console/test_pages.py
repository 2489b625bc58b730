import re

import pytest

from tests.gateway.console.conftest import BEATING, NUMBER_SHAPES, Desk


@pytest.fixture
def pages(desk: Desk) -> dict[str, str]:
    """Every page of a desk with a whole story in it, by path."""
    first, second = desk.signed_in("tariro"), desk.signed_in("rudo")
    proposal_id = desk.proposed(first)
    with desk.rooms.reading() as unit:
        report_id = unit.proposals.get(proposal_id).report_id
        incident_id = unit.reports.get(report_id).incident_id
    first.act(f"/desk/reports/{report_id}", "reply", reply="Thank you. Where was it?", why="question")
    waiting = second.get(f"/desk/proposals/{proposal_id}").text
    second.act(f"/desk/proposals/{proposal_id}", "approve")
    paths = (
        "/desk/",
        "/desk/?state=logged",
        f"/desk/reports/{report_id}",
        f"/desk/reports/{report_id}?words=written",
        f"/desk/reports/{report_id}/propose",
        f"/desk/proposals/{proposal_id}",
        "/desk/incidents",
        f"/desk/incidents/{incident_id}",
        "/log/",
        "/log/entries/0",
        "/log/export.json",
        "/desk/nothing",
    )
    found = {path: first.get(path).text for path in paths}
    return {**found, "/sign-in": desk.browser().get("/sign-in").text, "waiting": waiting}


def test_no_page_holds_a_number_of_a_source(pages: dict[str, str]) -> None:
    shown = [
        (path, shape) for path, page in pages.items() for shape in NUMBER_SHAPES if shape in re.sub(r"[0-9a-f]{16,}", "", page)
    ]

    assert shown == []


def test_no_page_has_a_script_or_style_of_its_own(pages: dict[str, str]) -> None:
    for path, page in pages.items():
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page), path
        assert set(re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)) <= {""}, path
        assert all(src.startswith("/static/") for src in re.findall(r'<script[^>]*src="([^"]+)"', page)), path


def test_every_field_has_a_label(pages: dict[str, str]) -> None:
    for path, page in pages.items():
        outside = re.sub(r"<label.*?</label>", "", page, flags=re.DOTALL)
        fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", outside)
        assert [field for field in fields if 'type="hidden"' not in field] == [], path


def test_every_page_carries_the_headers(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()

    for path in ("/sign-in", "/desk/", f"/desk/reports/{report_id}", "/log/", "/nowhere"):
        headers = browser.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers


def test_the_static_files_are_there(desk: Desk) -> None:
    for name in ("izwi.css", "desk.js"):
        with desk.browser().get(f"/static/{name}") as answer:
            assert answer.status_code == 200


def test_pages_are_small(pages: dict[str, str], desk: Desk) -> None:
    assert len(pages["/desk/"]) < 20_000
    with desk.browser().get("/static/izwi.css", headers={"Accept-Encoding": "gzip"}) as answer:
        assert len(answer.data) < 8 * 1024


def test_a_page_that_is_not_there_says_so_without_repeating_the_address(desk: Desk) -> None:
    answer = desk.signed_in().get("/desk/reports/0770000042")

    assert answer.status_code == 404
    assert "Nothing here" in answer.text
    assert "0770000042" not in answer.text


def test_a_fault_of_ours_shows_nothing_of_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = desk.signed_in()

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(BEATING)

    monkeypatch.setattr("gateway.console.listing.inbox", fails)
    answer = browser.get("/desk/")

    assert answer.status_code == 500
    assert "the fault is ours" in answer.text
    assert "Masoja" not in answer.text
