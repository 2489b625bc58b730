"""The pictures: what they count, who may see them, what they leave behind, and what of them may be shared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
import redis

from handlers.records import Role
from handlers.triage.lookups import Lookups
from tests.conftest import Rooms
from tests.gateway.console.conftest import BEATING, PASSWORD, Browser, Desk, build_desk
from tests.gateway.console.test_people import under_duress

GATE = "Guards at the gate ask $20 from each group to enter at night."
PAGE = "/desk/pictures"


def table(page: str, title: str) -> dict[str, list[str]]:
    """Give the first table of this title: what stands in each row, by what its row is called."""
    found = re.search(rf'<caption class="sr">{title}</caption>(.*?)</table>', page, re.DOTALL)
    assert found is not None, title
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', found.group(1), re.DOTALL)
    return {name: re.findall(r"<td[^>]*>(.*?)</td>", cells) for name, cells in rows}


@pytest.fixture
def both(rooms: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str) -> Iterator[Desk]:
    """A desk on each of the two engines."""
    yield build_desk(rooms, lookups, redis_connection, redis_url)


def test_reports_are_counted_by_day_by_kind_by_place_and_by_how_long_they_wait(both: Desk) -> None:
    first = both.tell()
    both.rooms.clock.go_on(seconds=3600 * 26)
    both.tell(), both.tell(GATE)
    browser = both.signed_in()
    browser.act(f"/desk/reports/{first}", "join", incident="")

    page = browser.get(PAGE).text

    days = [cells for cells in table(page, "Reports by day").values() if any(cell != "0" for cell in cells)]
    assert sorted(sorted(cells) for cells in days) == [["0", "1"], ["1", "1"]]
    kinds = table(page, "What the reports tell of")
    assert kinds["Beating, torture or forced postures"] == ["2"]
    assert kinds["Bribe, entry fee or roadblock money"] == ["1"]
    assert table(page, "Where")["Chirasika (village, Marange)"] == ["2"]
    waited = table(page, "How long reports waited")
    assert waited["1 to 2 days"] == ["1", "0"] and waited["Within the hour"] == ["0", "2"]
    assert ["1"] in table(page, "Incidents through time").values()
    assert "Marange 2" in page


def test_a_correction_counts_in_place_of_what_the_program_found(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{report_id}", "correct", stage="category", values="DOG", reason="it was a dog")

    assert table(browser.get(PAGE).text, "What the reports tell of") == {"Dog set on a person": ["1"]}


def test_what_was_deleted_is_not_counted_and_what_has_no_key_says_so(desk: Desk) -> None:
    gone = desk.tell()
    with desk.rooms.writing() as unit:
        (row,) = unit.findings.all(report_id=gone)
        unit.periods.change(row.period, desk_seal=None)
        unit.commit()

    page = desk.signed_in().get(PAGE).text

    assert table(page, "What the reports tell of") == {"No longer readable": ["1"]}


def test_a_period_is_chosen_in_the_address_and_a_wrong_one_is_told(desk: Desk) -> None:
    desk.tell()
    browser = desk.signed_in()

    assert "<strong>0 reports</strong>" in browser.get(f"{PAGE}?since=2026-01-01&until=2026-01-31").text
    assert "<strong>1 report</strong>" in browser.get(f"{PAGE}?days=7").text
    for wrong in (
        "since=2020-01-01&until=2026-01-01",
        "since=yesterday",
        "since=2026-02-01&until=2026-01-01",
        "since=0001-01-01",
    ):
        answer = browser.get(f"{PAGE}?{wrong}")
        assert answer.status_code == 400 and 'role="alert"' in answer.text, wrong


def test_looking_is_noted_and_leaves_nothing_else(
    desk: Desk, redis_connection: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    desk.tell()
    browser = desk.signed_in()
    caplog.set_level("DEBUG")

    browser.get(PAGE)

    with desk.rooms.reading() as unit:
        (noted,) = [audit for audit in unit.audits.all() if audit.action == "looked at the pictures"]
    assert noted.subject_id == noted.person_id
    left = b"".join(redis_connection.dump(key) or b"" for key in redis_connection.scan_iter())
    for word in ("Chirasika", "chirasika", "BEAT", "Beating", "arova"):
        assert word not in caplog.text and word.encode() not in left


def test_only_a_coordinator_looks_and_under_duress_there_is_nothing_to_see(desk: Desk) -> None:
    desk.tell()

    assert desk.signed_in("focal").get(PAGE).status_code == 403
    desk.rooms.people.add("chipo", Role.APPROVER, PASSWORD, held=desk.rooms.private)
    assert desk.signed_in("chipo").get(PAGE).status_code == 403
    forced = under_duress(desk)
    for path in (PAGE, f"{PAGE}?share=1"):
        page = forced.get(path)
        assert page.status_code == 200 and "Chirasika" not in page.text
    assert "<strong>0 reports</strong>" in forced.get(PAGE).text


def shared(browser: Browser) -> str:
    return str(browser.get(f"{PAGE}?share=1").text)


def test_what_is_shared_holds_no_small_count_no_pseudonym_and_no_place_that_few_name(desk: Desk) -> None:
    reports = [desk.tell(GATE) for _ in range(7)]
    beaten = desk.tell()

    page = shared(desk.signed_in())

    assert table(page, "What the reports tell of") == {"Bribe, entry fee or roadblock money": ["about 5"]}
    assert "Chirasika" not in page and "Beating" not in page and "<strong>about 10 reports</strong>" in page
    for report_id in (*reports, beaten):
        source_id = desk.report(report_id).source_id
        assert report_id not in page and source_id[:4].upper() not in re.sub(r"<[^>]+>", " ", page)
    numbers = {
        cell
        for title in ("Reports by week", "How long reports waited", "Incidents")
        for cells in table(page, title).values()
        for cell in cells
    }
    assert numbers <= {"fewer than 5", "about 5", "about 10"}


def test_a_week_with_one_report_looks_like_one_with_none_where_it_is_shared(desk: Desk) -> None:
    browser = desk.signed_in()
    without = shared(browser)
    desk.tell()

    def bare(page: str) -> str:
        return re.sub(r'name="csrf_token" value="[^"]+"', "", page)

    assert bare(shared(browser)) == bare(without)


def test_on_paper_the_page_of_all_numbers_shows_what_may_be_shared(desk: Desk) -> None:
    desk.tell()

    page = desk.signed_in().get(PAGE).text

    printed = page.split('<div class="printed">')[1]
    assert "Chirasika" not in printed and "fewer than 5" in printed


def test_pictures_need_nothing_that_the_policy_of_the_pages_forbids(desk: Desk) -> None:
    desk.tell(BEATING + " <b>&amp;")
    browser = desk.signed_in()

    for path in (PAGE, f"{PAGE}?share=1"):
        answer = browser.get(path)
        assert "style-src 'self'" in answer.headers["Content-Security-Policy"]
        assert not re.search(
            r"<style|<script(?! src)|\sstyle=|\son\w+=|javascript:|https?://(?!www\.w3\.org|www\.bbc\.com)", answer.text
        )
        drawings = re.findall(r"<svg.*?</svg>", answer.text, re.DOTALL)
        assert len(drawings) >= 4
        for drawing in drawings:
            svg = ElementTree.fromstring(drawing)  # noqa: S314 - our own page
            title, desc = (child for child in list(svg)[:2])
            assert svg.get("role") == "img" and svg.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
            assert title.text and desc.text
        ids = re.findall(r'\sid="([^"]+)"', answer.text)
        assert len(ids) == len(set(ids))
