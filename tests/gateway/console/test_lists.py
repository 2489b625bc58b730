"""The lists on the pages: tried before they are saved, refused line by line, kept in versions."""

import re
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from config.settings import ROOT
from handlers.protection.sealing import Place, open_json
from handlers.records import Purpose
from handlers.reports import ReportState
from tests.gateway.console.conftest import BEATING, Browser, Desk

WORDS = "/desk/lists/categories/words.sn.txt"
NAMES = "/desk/lists/lexicons/names.operator.txt"
SHIPPED = (ROOT / "config/categories/words.sn.txt").read_text(encoding="utf-8")
UNKNOWN = "Vanhu vatatu vakazumbungurwa paChirasika nhasi"
EDITED = f"{SHIPPED}BEAT: kuzumbungurwa, vakazumbungurwa\n"


def text_of(browser: Browser, page: str = WORDS) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", browser.get(page).text, re.DOTALL)
    assert found is not None
    return unescape(found.group(1))


def words(answer: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def save(browser: Browser, text: str, page: str = WORDS, *, reason: str = "heard in Bocha", **form: Any) -> TestResponse:
    """Try a text and save it, as a person does."""
    tried = browser.act(page, "try", text=text)
    digest = re.search(r'name="tried" value="([0-9a-f]+)"', tried.text)
    assert digest is not None, words(tried)
    return browser.act(page, "save", text=text, tried=digest.group(1), reason=reason, **form)


def restore(browser: Browser, page: str, *, reason: str) -> TestResponse:
    """Look at an older version and restore it, as a person does."""
    digest = re.search(r'name="tried" value="([0-9a-f]+)"', browser.get(page).text)
    assert digest is not None
    return browser.act(page, "restore", tried=digest.group(1), reason=reason)


def versions(desk: Desk) -> int:
    with desk.rooms.reading() as unit:
        return int(unit.list_versions.count())


@pytest.fixture
def tariro(desk: Desk) -> Browser:
    return desk.signed_in("tariro")


def test_every_list_is_shown_with_its_meaning_language_and_lines(tariro: Browser) -> None:
    page = tariro.text("/desk/lists")

    for path in (ROOT / "config").glob("[clpw]*/*.txt"):
        assert f"{path.parent.name}/{path.name.removesuffix('.txt')}" in page
    assert "Shona words that say when, who and whether." in page
    assert "as it ships" in page


def test_a_list_is_shown_as_it_stands_with_a_number_beside_every_line(tariro: Browser) -> None:
    assert text_of(tariro) == SHIPPED

    numbers = re.findall(r'<li id="line-(\d+)"', tariro.get(WORDS).text)
    assert numbers == [str(line) for line in range(1, len(numbers) + 1)]
    assert len(numbers) > SHIPPED.count("\n")


def test_trying_says_which_open_reports_would_move_and_saves_nothing(desk: Desk, tariro: Browser) -> None:
    told, other = desk.tell(UNKNOWN), desk.tell(BEATING)
    before = desk.report(told)

    answer = tariro.act(WORDS, "try", text=EDITED)

    shown = words(answer)
    assert "1 open report would move" in shown
    assert "2 open reports were weighed" in shown
    assert f"/desk/reports/{told}" in answer.text and f"/desk/reports/{other}" not in answer.text
    label = desk.lookups.categories["BEAT"].label
    assert f"none {label}" in shown
    assert f"{SHIPPED.count(chr(10)) + 1} + new BEAT: kuzumbungurwa, vakazumbungurwa" in shown
    assert desk.report(told) == before
    assert versions(desk) == 0
    assert "vakazumbungurwa paChirasika" not in shown


def test_a_change_that_moves_nothing_says_so(desk: Desk, tariro: Browser) -> None:
    desk.tell(BEATING)

    assert "No open report would move" in words(tariro.act(WORDS, "try", text=EDITED))


def test_what_is_saved_counts_for_the_next_report_and_leaves_the_others_where_they_stood(desk: Desk, tariro: Browser) -> None:
    told = desk.tell(UNKNOWN)
    before = desk.report(told)

    answer = save(tariro, EDITED)

    assert answer.status_code == 303
    assert desk.report(told) == before
    page = tariro.text(WORDS)
    assert "version 1" in page and "tariro" in page and "heard in Bocha" in page
    assert text_of(tariro) == EDITED
    assert "No open report would move" in words(tariro.act(WORDS, "try", text=f"{EDITED}# a remark\n"))


def test_a_broken_line_is_refused_with_its_number_and_reason_and_the_text_is_kept(desk: Desk, tariro: Browser) -> None:
    broken = f"{EDITED}BEET: kurohwa\nBEAT: -ro-\n"
    number = broken.count("\n") - 1

    for action in ("try", "save"):
        answer = tariro.act(WORDS, action, text=broken, reason="why not", tried="0")

        assert answer.status_code == 422
        shown = words(answer)
        assert "2 lines are not right. Nothing was saved" in shown
        assert f"Line {number} : expected" in shown and "'BEET: kurohwa'" in shown
        assert f"Line {number + 1} : expected a stem of one word and three letters or more" in shown
        assert re.findall(r'id="line-(\d+)" class="wrong"', answer.text) == [str(number), str(number + 1)]
        assert "BEET: kurohwa\nBEAT: -ro-\n</textarea>" in answer.text
    assert versions(desk) == 0
    assert text_of(tariro) == SHIPPED


def test_a_line_that_breaks_another_list_is_refused_by_the_name_of_that_list(tariro: Browser) -> None:
    page = "/desk/lists/categories/categories.txt"
    kept = [line for line in text_of(tariro, page).splitlines() if not line.startswith("BEAT ")]

    answer = tariro.act(page, "try", text="\n".join(kept))

    assert answer.status_code == 422
    assert "categories/words.sn.txt, line" in words(answer)


def test_a_reply_too_long_for_a_text_message_is_refused(tariro: Browser) -> None:
    page = "/desk/lists/prompts/replies.en.txt"

    answer = tariro.act(page, "try", text=text_of(tariro, page).replace("Delete this message.", "Delete this message. " * 9, 1))

    assert answer.status_code == 422
    assert "expected at most 160 letters" in words(answer)
    assert "no report moves by it" in words(tariro.act(page, "try", text=text_of(tariro, page)))


def test_what_was_changed_after_trying_is_tried_again_instead_of_saved(desk: Desk, tariro: Browser) -> None:
    tried = re.search(r'name="tried" value="([0-9a-f]+)"', tariro.act(WORDS, "try", text=EDITED).text)
    assert tried is not None

    answer = tariro.act(WORDS, "save", text=f"{EDITED}# more\n", tried=tried.group(1), reason="because")

    assert answer.status_code == 422
    assert "Not saved yet" in words(answer)
    assert versions(desk) == 0


def test_a_change_needs_a_reason(desk: Desk, tariro: Browser) -> None:
    answer = save(tariro, EDITED, reason=" ")

    assert answer.status_code == 422
    assert "Say in a few words why" in words(answer)
    assert versions(desk) == 0


def test_two_who_edit_at_once_never_overwrite_each_other(desk: Desk, tariro: Browser) -> None:
    rudo = desk.signed_in("rudo")
    save(rudo, f"{SHIPPED}# by rudo\n")

    answer = save(tariro, EDITED, version="0")

    assert answer.status_code == 409
    shown = words(answer)
    assert "Somebody saved this list meanwhile. Nothing of yours is lost" in shown
    assert "− gone # by rudo" in shown
    assert "BEAT: kuzumbungurwa, vakazumbungurwa\n</textarea>" in answer.text
    assert versions(desk) == 1
    assert text_of(tariro).endswith("# by rudo\n")
    assert 'name="version" value="1"' in answer.text


def test_an_older_version_and_the_shipped_one_can_be_restored(desk: Desk, tariro: Browser) -> None:
    save(tariro, EDITED)
    save(tariro, f"{EDITED}# second\n")
    first, shipped = f"{WORDS}/versions/1", f"{WORDS}/versions/0"
    assert "# second" in tariro.text(first)

    assert restore(tariro, first, reason="the second was wrong").status_code == 303
    assert text_of(tariro) == EDITED
    assert restore(tariro, shipped, reason="all of it was wrong").status_code == 303

    assert text_of(tariro) == SHIPPED
    page = tariro.text(WORDS)
    assert "version 1 again" in page and "as it ships again" in page
    assert versions(desk) == 4


def test_an_older_version_that_no_longer_fits_is_not_restored(desk: Desk, tariro: Browser) -> None:
    page = "/desk/lists/categories/categories.txt"
    save(tariro, f"{text_of(tariro, page)}NEWKIND | A new kind | | 10 | ordinary\n", page)
    save(tariro, f"{SHIPPED}NEWKIND: kuzumbungurwa\n")

    shown = tariro.text(f"{page}/versions/0")
    assert "It cannot be restored" in shown and "categories/words.sn.txt, line" in shown
    answer = tariro.post(f"{page}/versions/0/restore", page=page, version="1", reason="no longer wanted")

    assert answer.status_code == 422
    assert "categories/words.sn.txt, line" in words(answer)


def test_before_a_version_is_restored_it_is_shown_which_open_reports_it_would_move(desk: Desk, tariro: Browser) -> None:
    save(tariro, EDITED)
    told = desk.tell(UNKNOWN)
    tariro.post("/desk/lists/weigh", page="/desk/lists")
    before = desk.report(told)

    shown = tariro.get(f"{WORDS}/versions/0").text
    refused = tariro.post(f"{WORDS}/versions/0/restore", page=f"{WORDS}/versions/0", version="1", reason="it was wrong")

    assert "1 open report would move" in shown and told in shown
    assert refused.status_code == 422 and "Not restored yet" in refused.text and told in refused.text
    assert desk.report(told) == before and versions(desk) == 1
    assert restore(tariro, f"{WORDS}/versions/0", reason="it was wrong").status_code == 303
    assert versions(desk) == 2


def test_weighing_anew_moves_open_reports_and_keeps_what_people_corrected(desk: Desk, tariro: Browser) -> None:
    told, corrected = desk.tell("Vakazumbungurwa paChirasika"), desk.tell("Vakazumbungurwa paChirasika")
    tariro.act(f"/desk/reports/{corrected}", "correct", stage="category", values=["MINE"], reason="I asked")
    before, stays = desk.report(told), desk.report(corrected).priority
    save(tariro, EDITED)

    answer = tariro.post("/desk/lists/weigh", page="/desk/lists")

    label = desk.lookups.categories["BEAT"].label
    assert "2 open reports moved" in words(answer), "both are known for Shona now"
    assert desk.report(corrected).priority == stays, "what follows from a correction stays too"
    assert desk.report(told).priority > before.priority
    assert desk.report(told).version == before.version + 1
    assert label in tariro.text(f"/desk/reports/{told}")
    assert "weighed anew" in tariro.text(f"/desk/reports/{told}")
    heading = re.search(r"<h1>(.*?)</h1>", tariro.get(f"/desk/reports/{corrected}").text, re.DOTALL)
    assert heading is not None and heading.group(1).strip() == desk.lookups.categories["MINE"].label
    assert "No open report moved" in words(tariro.post("/desk/lists/weigh", page="/desk/lists"))


def test_weighing_anew_leaves_alone_what_another_works_on(desk: Desk, tariro: Browser) -> None:
    told = desk.tell(UNKNOWN)
    desk.signed_in("rudo").act(f"/desk/reports/{told}", "claim")
    save(tariro, EDITED)
    before = desk.report(told)

    answer = tariro.post("/desk/lists/weigh", page="/desk/lists")

    assert "left as it was: somebody is working on it" in words(answer)
    assert "No open report moved" in words(answer)
    assert desk.report(told) == before


def test_what_is_weighed_anew_is_sealed_to_the_day_of_its_text(desk: Desk, tariro: Browser) -> None:
    told = desk.tell(UNKNOWN)
    day = desk.rooms.keyring.current(Purpose.REPORT)
    desk.rooms.clock.go_on(hours=30)
    tariro = desk.signed_in()
    save(tariro, EDITED)

    tariro.post("/desk/lists/weigh", page="/desk/lists")

    with desk.rooms.reading() as unit:
        (row,) = unit.findings.all(report_id=told)
    assert row.period == day.id
    assert "BEAT" in str(open_json(day.key, row.content, Place("findings", "content", row.id, row.period)))


def test_a_report_that_waits_for_its_second_person_counts_as_open_and_a_closed_one_does_not(desk: Desk, tariro: Browser) -> None:
    proposed, closed = desk.tell(UNKNOWN), desk.tell(UNKNOWN)
    with desk.rooms.writing() as unit:
        unit.reports.change(proposed, state=ReportState.PROPOSED)
        unit.reports.change(closed, state=ReportState.REJECTED)
        unit.commit()

    shown = tariro.act(WORDS, "try", text=EDITED).text

    assert proposed in shown and closed not in shown


def test_a_name_that_is_to_be_hidden_shows_how_many_words_would_be_hidden(desk: Desk, tariro: Browser) -> None:
    desk.tell("Masoja arova Rugondovero nhasi")
    text = f"{text_of(tariro, NAMES)}NAME: Rugondovero\n"

    assert "hidden words: 0 → 1" in words(tariro.act(NAMES, "try", text=text))
    save(tariro, text, NAMES)

    assert "Rugondovero" in text_of(tariro, NAMES)
    assert all("Rugondovero" not in tariro.get(path).text for path in ("/desk/lists", "/desk/", WORDS))
    with desk.rooms.reading() as unit:
        (row,) = unit.list_versions.all()
        audits = [audit.action + audit.subject_id for audit in unit.audits.all()]
    assert b"Rugondovero" not in row.content and "Rugondovero" not in str(row)
    assert any("saved version 1 of a list" in audit for audit in audits)


def test_a_list_that_is_not_there_yet_can_be_begun(desk: Desk, tariro: Browser) -> None:
    page = "/desk/lists/lexicons/signs.ndau.txt"
    assert page in tariro.get("/desk/lists").text

    assert save(tariro, "# Ndau signs.\nNOW: nyamunthasi\n", page).status_code == 303

    assert "Ndau signs." in tariro.text("/desk/lists")
    tried = words(tariro.act(page, "try", text="NOW: nyamunthasi, nyamunthasi\n"))
    assert "each entry once" in tried


@pytest.mark.parametrize(
    "path", ["lexicons/sings.sn.txt", "settings.py/x", "lexicons/..%2f..%2fsettings.py", "places/places.sn.txt"]
)
def test_nothing_but_a_list_is_shown(tariro: Browser, path: str) -> None:
    assert tariro.get(f"/desk/lists/{path}").status_code == 404


def test_only_coordinators_see_lists(desk: Desk) -> None:
    focal = desk.signed_in("focal")

    assert focal.get("/desk/lists").status_code == focal.get(NAMES).status_code == 403


def test_the_pages_hold_no_script_of_their_own_and_every_field_has_a_label(desk: Desk, tariro: Browser) -> None:
    desk.tell(UNKNOWN)
    save(tariro, EDITED)
    pages = [
        tariro.get("/desk/lists").text,
        tariro.get(f"{WORDS}/versions/0").text,
        tariro.act(WORDS, "try", text=SHIPPED).text,
        tariro.act(WORDS, "try", text="BEET: x").text,
    ]

    for page in pages:
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?! src=\"/static/)", page)
        outside = re.sub(r"<label.*?</label>", "", page, flags=re.DOTALL)
        assert [
            field for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", outside) if 'type="hidden"' not in field
        ] == []
        assert len(re.findall(r"<h1\b", page)) == 1
