"""Acts on many reports at once: each for itself, and taken back where nothing changed meanwhile."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from handlers.reports import ReportState
from tests.gateway.console.conftest import Browser, Desk
from tests.gateway.console.test_people import under_duress


def act(browser: Browser, *ids: str, do: str, **form: Any) -> TestResponse:
    """Choose reports as they stand on the page, and press a button."""
    page = browser.get("/desk/").text
    values = [found.group(1) for name in ids if (found := re.search(rf'value="({name}:\d+)"', page))]
    assert len(values) == len(ids)
    return browser.post("/desk/act", page="/desk/", chosen=values, **{do: "", **form})


def undo(browser: Browser) -> str:
    """Press the button that takes the last act back; give what the next page says."""
    found = re.search(r'name="mark" value="([0-9a-f]+)"', browser.get("/desk/").text)
    browser.post("/desk/undo", page="/desk/", mark=found.group(1) if found else "")
    return browser.text("/desk/")


def test_several_reports_are_taken_on_and_let_go_again(desk: Desk) -> None:
    ids = [desk.tell(), desk.tell()]
    browser = desk.signed_in()

    act(browser, *ids, do="claim")
    assert "You took on 2 reports" in browser.text("/desk/")
    assert all(desk.report(name).claimed_by for name in ids)
    page = undo(browser)

    assert "2 reports stand as they stood before." in page and "Take it back" not in page
    assert not any(desk.report(name).claimed_by for name in ids)


@pytest.mark.parametrize(
    ("do", "form"), [("claim", {}), ("close", {"reason": "told twice"}), ("spam", {}), ("join", {"into": ""})]
)
def test_every_act_is_taken_back_to_where_it_was(desk: Desk, do: str, form: dict[str, str]) -> None:
    report_id = desk.tell()
    before = desk.report(report_id)
    browser = desk.signed_in()

    act(browser, report_id, do=do, **form)
    after = desk.report(report_id)
    desk.rooms.clock.go_on(seconds=1)  # of two corrections at one moment neither would be the newer
    undo(browser)
    back = desk.report(report_id)

    assert after.version == before.version + 1 and after != before
    kept = ("state", "priority", "claimed_by", "claimed_until", "incident_id")
    assert {name: getattr(back, name) for name in kept} == {name: getattr(before, name) for name in kept}
    with desk.rooms.reading() as unit:
        assert unit.incidents.count() == 0


def test_a_release_is_taken_back_with_its_time(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()
    act(browser, report_id, do="claim")
    until = desk.report(report_id).claimed_until

    act(browser, report_id, do="release")
    assert desk.report(report_id).claimed_by is None
    undo(browser)

    assert desk.report(report_id).claimed_until == until


def test_closing_needs_a_reason_and_what_was_chosen_stays_chosen(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()

    answer = act(browser, report_id, do="close")

    assert answer.status_code == 400 and "Say why they are closed." in answer.text
    assert re.search(rf'value="{report_id}:\d+"[^>]* checked', answer.text)
    assert desk.report(report_id).state is ReportState.OPEN


def test_reports_are_joined_in_one_new_incident(desk: Desk) -> None:
    ids = [desk.tell(), desk.tell(), desk.tell()]
    browser = desk.signed_in()

    act(browser, *ids, do="join", into="")

    assert len({desk.report(name).incident_id for name in ids}) == 1
    other = desk.tell()
    act(browser, other, do="join", into="")
    act(browser, ids[0], do="join", into=desk.report(other).incident_id)
    assert desk.report(ids[0]).incident_id != desk.report(other).incident_id
    assert "It stands in another incident already." in browser.text("/desk/")


def test_who_comes_second_is_told_who_did_what_and_the_others_are_done(desk: Desk) -> None:
    first, second = desk.tell(), desk.tell()
    browser, rudo = desk.signed_in(), desk.signed_in("rudo")
    page = browser.get("/desk/").text
    rudo.act(f"/desk/reports/{first}", "note", note="I rang the clinic")

    values = [re.search(rf'value="({name}:\d+)"', page).group(1) for name in (first, second)]  # type: ignore[union-attr]
    browser.post("/desk/act", page="/desk/", chosen=values, claim="")

    said = browser.text("/desk/")
    assert "left as it is, because it changed meanwhile (rudo: wrote a note)" in said
    assert (desk.report(first).claimed_by, bool(desk.report(second).claimed_by)) == (None, True)


def test_what_changed_since_an_act_is_not_taken_back_and_that_is_said(desk: Desk) -> None:
    first, second = desk.tell(), desk.tell()
    browser, rudo = desk.signed_in(), desk.signed_in("rudo")
    act(browser, first, second, do="close", reason="told twice")
    rudo.act(f"/desk/reports/{first}", "reopen", reopening="it is another day")
    rudo.act(f"/desk/reports/{first}", "claim")

    page = undo(browser)

    assert "One report stands as it stood before." in page
    assert "rudo: reopened, rudo: claimed" in page
    assert desk.report(first).claimed_by is not None and desk.report(second).state is ReportState.OPEN
    assert "There is nothing to take back any more." in undo(browser)


def test_nobody_takes_back_what_another_did(desk: Desk) -> None:
    report_id = desk.tell()
    act(desk.signed_in(), report_id, do="claim")

    assert "Take it back" not in desk.signed_in("rudo").text("/desk/")


def test_under_duress_nothing_shows_of_what_was_done_looked_through_or_kept_before(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()
    browser.post("/desk/filters/?category=BEAT", page="/desk/?category=BEAT", name="Beatings")
    act(browser, report_id, do="claim")
    desk.signed_in("rudo").get(f"/desk/reports/{report_id}")

    forced = under_duress(desk)

    page = forced.get("/desk/").text
    assert "Take it back" not in page and "Beatings" not in page and report_id not in page
    assert forced.get("/desk/next").location == "/desk/"
    assert forced.get(f"/desk/reports/{report_id}/pulse").status_code == 404
    assert forced.get("/desk/?filters=&category=BEAT").status_code == 200


def test_nothing_of_a_report_stands_in_redis(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()
    act(browser, report_id, do="spam")
    browser.get(f"/desk/reports/{report_id}")

    kept = [desk.redis.dump(key) for key in desk.redis.keys("*")]  # type: ignore[union-attr]
    values = b" ".join(each for each in kept if isinstance(each, bytes))
    assert b"Chirasika" not in values and b"BEAT" not in values and report_id.encode() in values


def test_an_act_on_nothing_or_of_no_kind_is_answered_with_the_inbox(desk: Desk) -> None:
    browser = desk.signed_in()

    for form in ({"claim": ""}, {"chosen": "x:y", "claim": ""}, {"chosen": "0000:1"}):
        assert browser.post("/desk/act", page="/desk/", **form).status_code == 400
