"""Search: what is found, in which forms, by whom; and that nothing of it is left anywhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
import redis

from handlers.desk.search.searching import MOST_HITS
from handlers.reports import ReportState
from handlers.triage.lookups import Lookups
from tests.canary import hits
from tests.conftest import Rooms
from tests.gateway.console.conftest import Browser, Desk, build_desk

QUIET = "The road to the clinic is open again."


@pytest.fixture
def desk(rooms: Rooms, lookups: Lookups, redis_connection: redis.Redis, redis_url: str) -> Desk:
    """A desk on either engine."""
    return build_desk(rooms, lookups, redis_connection, redis_url)


def search(browser: Browser, **form: Any) -> str:
    return browser.post("/desk/search", **form).text


def found(page: str) -> list[str]:
    """Give the reports that a page of results leads to, in its order."""
    return re.findall(r"<h3>.*?/desk/reports/([0-9a-f]+)", page, re.DOTALL)


def test_a_word_finds_its_reports_the_most_pressing_first(desk: Desk) -> None:
    calm = desk.tell("Somebody sold a lorry of stones at the border.")
    grave = desk.tell("A lorry ran over two boys at the gate and soldiers beat them, please help now.")
    desk.tell(QUIET)

    page = search(desk.signed_in(), words="Lorry")

    assert found(page) == [grave, calm]
    assert '<mark class="of-search" title="search: the word itself">lorry</mark>' in page
    assert "That is all" in page


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("kurohwa", "Mukoma wangu akarohwa zuro pamugwagwa."),
        ("masoja", "Takaona nemasoja mana."),
        ("ukutshaywa", "Umfowethu batshaya ebusuku."),
        ("beating", "They were beaten by the guards."),
        ("cafe", "We met at the café."),
        ("n'anga", "Akaenda kunanga kumusha."),
        ("стрельба", "Ночью была Стрельба у реки."),
    ],
)
def test_a_word_is_found_in_another_form_and_in_any_writing(desk: Desk, words: str, text: str) -> None:
    report_id = desk.tell(text)
    desk.tell(QUIET)

    assert found(search(desk.signed_in(), words=words)) == [report_id]


def test_what_is_one_letter_off_comes_last_and_under_a_heading_of_its_own(desk: Desk) -> None:
    misspelt = desk.tell("Two exavators came and soldiers beat people, help us now please.")
    right = desk.tell("The excavators stand idle.")

    page = search(desk.signed_in(), words="excavators")

    assert found(page) == [right, misspelt]
    assert page.index(right) < page.index("One letter off") < page.index(misspelt)


def test_all_the_words_must_stand_in_one_report_but_not_in_one_text(desk: Desk) -> None:
    both = desk.tell("They dug at the river.")
    desk.follow(both, "The tractor is blue.")
    desk.tell("A tractor passed.")

    assert found(search(desk.signed_in(), words="tractor river")) == [both]


def test_notes_replies_and_what_triage_found_are_looked_through(desk: Desk) -> None:
    report_id, other = desk.tell(), desk.tell(QUIET)
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{report_id}", "note", note="The magistrate was told.")
    browser.act(f"/desk/reports/{other}", "reply", reply="Thank you, we shall telephone the surgeon.", why="answer")

    assert found(search(browser, words="magistrate")) == [report_id]
    assert found(search(browser, words="surgeon")) == [other]
    assert found(search(browser, words="Beating")) == [report_id]


def test_place_category_language_state_time_and_source_narrow_it(desk: Desk) -> None:
    beaten, closed = desk.tell(), desk.tell(QUIET)
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{closed}", "reject", rejection="Not about the fields.")
    source = desk.report(beaten).source_id
    (place,) = (each.id for each in desk.lookups.gazetteer.by_id.values() if each.name == "Chirasika")

    assert found(search(browser, category="BEAT")) == [beaten]
    assert found(search(browser, place=place)) == [beaten]
    assert found(search(browser, language="en")) == [closed]
    assert found(search(browser, words="road", state="open")) == []
    assert found(search(browser, words="road", state="closed")) == [closed]
    assert found(search(browser, words="road", since="2026-09-21", until="2026-09-21")) == [closed]
    assert found(search(browser, words="road", until="2026-09-20")) == []
    assert found(search(browser, words="road", since="2026-09-22")) == []
    assert found(search(browser, source=f"source {source[:4].upper()}")) == [beaten]
    assert found(search(browser, words="road", source=source[:4])) == []


def test_a_corrected_finding_counts_in_place_of_what_triage_found(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{report_id}", "correct", stage="category", values=["KILL"], reason="it was graver")

    assert found(search(browser, category="BEAT")) == []
    assert found(search(browser, category="KILL")) == [report_id]


def test_private_words_are_hidden_as_on_the_report(desk: Desk) -> None:
    report_id = desk.tell("The miller of Gwindingwi lane was asked for money by the gatekeeper.")
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{report_id}", "hide", words="Gwindingwi")

    by_other, by_name = search(browser, words="gatekeeper"), search(browser, words="Gwindingwi")

    assert found(by_other) == found(by_name) == [report_id]
    assert "Gwindingwi" not in by_other and "[hidden]" in by_other
    assert by_name.count("Gwindingwi") == 1  # in the field that it was typed into
    assert "A match stands among the words that are hidden" in by_name


def test_a_second_search_finds_what_came_was_written_and_was_deleted_since_the_first(desk: Desk) -> None:
    old, gone = desk.tell("A tractor at the river."), desk.tell("Another tractor at the gate.")
    browser = desk.signed_in()
    assert set(found(search(browser, words="tractor"))) == {old, gone}

    new = desk.tell("A third tractor.")
    desk.follow(old, "It was an ambulance.")
    with desk.rooms.writing() as unit:
        unit.reports.change(gone, state=ReportState.DELETED)
        unit.commit()

    assert set(found(search(browser, words="tractor"))) == {old, new}
    assert found(search(browser, words="ambulance")) == [old]
    assert found(search(desk.signed_in("rudo"), words="ambulance")) == [old]


def test_no_more_than_a_hundred_are_shown_and_the_page_says_so(desk: Desk) -> None:
    first = desk.tell("A lorry.")
    for _ in range(MOST_HITS):
        desk.follow(desk.tell(QUIET), "One lorry.")

    page = search(desk.signed_in(), words="lorry")

    assert len(found(page)) == MOST_HITS
    assert "there may be more" in page
    assert first


def test_what_cannot_be_looked_for_is_said_and_what_was_typed_stays(desk: Desk) -> None:
    browser = desk.signed_in()

    for form, sentence in (
        ({"words": " !? "}, "Say what to look for"),
        ({"words": "x" * 300}, "more than 200 characters"),
        ({"words": "road", "place": "atlantis"}, "Choose a place"),
        ({"words": "road", "source": "Tariro"}, "Write a source as the pages do"),
        ({"words": "road", "since": "yesterday"}, "Write a day as"),
        ({"words": "road", "until": "9999-12-31"}, "Write a day as"),
    ):
        answer = browser.post("/desk/search", **form)
        assert answer.status_code == 400 and sentence in answer.text
        assert f'value="{form["words"].strip()}"' in answer.text or len(form["words"]) < 5


def test_only_coordinators_search(desk: Desk) -> None:
    report_id = desk.tell()
    focal = desk.signed_in("focal")

    assert focal.get("/desk/search").status_code == 403
    assert focal.post("/desk/search", page="/log/", words="Masoja").status_code == 403
    assert "/desk/search" not in focal.get("/log/").text
    assert desk.browser().client.post("/desk/search", data={"words": "Masoja"}).location == "/sign-in"
    assert report_id not in focal.get("/desk/search").text


def test_a_word_in_the_address_is_not_looked_for(desk: Desk) -> None:
    report_id = desk.tell()

    assert report_id not in desk.signed_in().get("/desk/search?words=Masoja").text


def test_results_come_bit_by_bit_and_are_kept_by_nobody(desk: Desk) -> None:
    for _ in range(3):
        desk.tell()

    answer = desk.signed_in().post("/desk/search", words="Masoja")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert "Content-Length" not in answer.headers
    pieces = list(answer.response)
    assert len(pieces) > 4
    assert b"<h1>Search" in pieces[0] and b"/desk/reports/" not in pieces[0]


def test_another_search_or_a_stop_ends_the_one_before(desk: Desk, redis_connection: redis.Redis) -> None:
    for _ in range(3):
        desk.tell()
    browser = desk.signed_in()

    first = browser.post("/desk/search", words="Masoja")
    pieces = iter(first.response)
    next(pieces)
    assert found(search(browser, words="Masoja"))
    assert b"was stopped" in b"".join(pieces)

    second = browser.post("/desk/search", words="Masoja")
    pieces = iter(second.response)
    next(pieces)
    answer = browser.post("/desk/search/stop", page="/desk/search")
    assert (answer.status_code, answer.data) == (204, b"")
    assert b"was stopped" in b"".join(pieces)


def test_a_search_is_noted_without_what_was_looked_for(desk: Desk) -> None:
    desk.tell()

    search(desk.signed_in(), words="Masoja")

    with desk.rooms.reading() as unit:
        (noted,) = [audit for audit in unit.audits.all() if audit.action == "searched the reports"]
    assert noted.subject_id == noted.person_id


def test_nothing_of_what_was_looked_for_or_found_is_left_in_redis_the_log_or_the_memory_of_searches(
    desk: Desk, redis_connection: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    words = ("Vakarohwazzq", "Mudzimbaxqy")
    desk.tell(f"Masoja arova {words[0]} paChirasika.")
    caplog.set_level("DEBUG")

    page = search(desk.signed_in(), words=f"{words[0]} {words[1][:-1]}") + search(desk.signed_in(), words=words[0])

    assert found(page)
    kept = b"".join(
        bytes(value) for key in redis_connection.scan_iter() if isinstance(value := redis_connection.dump(key), bytes)
    )
    assert hits(kept, words) == []
    assert hits(caplog.text.encode(), words) == []
    shelves = desk.app.extensions["izwi_console"].shelves
    blocks = [block.sealed for shelf in shelves._shelves.values() for block in shelf.blocks]
    assert blocks and hits(b"".join(blocks), words) == []


def test_what_a_session_opened_is_forgotten_when_it_ends(desk: Desk) -> None:
    desk.tell()
    browser = desk.signed_in()
    search(browser, words="Masoja")
    shelves = desk.app.extensions["izwi_console"].shelves
    assert shelves.held() == 1

    browser.post("/sign-out", page="/desk/")

    assert shelves.held() == 0
