"""The pages of field monitors: what they show once, what they never show, and what the desk sees of them."""

from __future__ import annotations

import re
from html import unescape

import pytest

from handlers.records import Monitor, MonitorState
from handlers.voice.monitors import Monitors
from tests.gateway.console.conftest import Desk

PAGE = "/desk/monitors"
SECRET = re.compile(r'<strong class="secret">([^<]+)</strong>')


def added(desk: Desk, name: str = "Shumba", **form: str) -> tuple[str, list[str]]:
    """Add a monitor; give their id and what was shown of them."""
    answer = desk.signed_in().post(f"{PAGE}/add", page=PAGE, name=name, **{"language": "sn", "grade": "B", **form})
    assert answer.status_code == 200, answer.text
    found = re.search(r"/desk/monitors/([0-9a-f]{24})", answer.text)
    assert found is not None
    return found.group(1), [each.replace(" ", "") for each in SECRET.findall(answer.text)]


def row(desk: Desk, monitor_id: str) -> Monitor:
    with desk.rooms.reading() as unit:
        found: Monitor = unit.monitors.get(monitor_id)
        return found


def monitors(desk: Desk) -> Monitors:
    keys = desk.app.extensions["izwi_console"].given.spoken.monitor_keys
    return Monitors(writing=desk.rooms.writing, reading=desk.rooms.reading, keys=keys, clock=desk.rooms.clock)


def told_by(desk: Desk, monitor_id: str, *, flags: str = "") -> str:
    report_id = desk.tell()
    with desk.rooms.writing() as unit:
        unit.reports.change(report_id, monitor_id=monitor_id, flags=flags, priority=100 if flags else 40)
        unit.commit()
    return report_id


def test_what_a_monitor_learns_by_heart_is_shown_once_and_works(desk: Desk) -> None:
    monitor_id, (code, pin, duress_pin) = added(desk)

    assert monitors(desk).check(code, pin).outcome == "right"
    assert monitors(desk).check(code, duress_pin).outcome == "duress"
    browser = desk.signed_in()
    for page in (PAGE, f"{PAGE}/{monitor_id}", f"{PAGE}/card/sn", f"{PAGE}/card/sn?line=%2B12065550100"):
        shown = browser.get(page).text
        assert pin not in shown and duress_pin not in shown and f">{code}<" not in shown
    assert "Shumba" in browser.text(PAGE)


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"name": "  "}, "needs a code name"),
        ({"name": "0770000042"}, "no telephone number"),
        ({"name": "x" * 41}, "at most 40"),
        ({"language": "fr"}, "The language is one of"),
        ({"grade": "Z"}, "The grade is one of"),
    ],
)
def test_what_will_not_do_is_said_and_what_was_typed_stays(desk: Desk, form: dict[str, str], says: str) -> None:
    answer = desk.signed_in().post(f"{PAGE}/add", page=PAGE, **{"name": "Nzou", "language": "sn", **form})

    assert answer.status_code == 400
    assert says in unescape(answer.text)
    with desk.rooms.reading() as unit:
        assert unit.monitors.all() == []


def test_new_pins_take_the_place_of_the_old_ones_and_unlock(desk: Desk) -> None:
    monitor_id, (code, pin, duress_pin) = added(desk)
    for _ in range(6):
        monitors(desk).check(code, "314159" if pin != "314159" else "271828")

    answer = desk.signed_in().act(f"{PAGE}/{monitor_id}", "pins")
    again, new_pin, _ = (each.replace(" ", "") for each in SECRET.findall(answer.text))

    assert again == code
    assert monitors(desk).check(code, new_pin).outcome == "right"
    assert monitors(desk).check(code, pin).outcome == "wrong"
    assert monitors(desk).check(code, duress_pin).outcome == "wrong"


def test_a_locked_code_is_told_on_the_inbox_until_somebody_looks_after_it(desk: Desk) -> None:
    monitor_id, (code, pin, _) = added(desk)
    browser = desk.signed_in()
    for _ in range(5):
        monitors(desk).check(code, "314159" if pin != "314159" else "271828")

    assert "Wrong PINs were tried with a field monitor's code" in browser.text("/desk/")
    assert "5 wrong PINs" in browser.text(f"{PAGE}/{monitor_id}")

    browser.act(f"{PAGE}/{monitor_id}", "unlock")
    assert "Wrong PINs" not in browser.text("/desk/")
    assert monitors(desk).check(code, pin).outcome == "right"


def test_a_word_is_shown_once(desk: Desk) -> None:
    monitor_id, _ = added(desk)

    answer = desk.signed_in().act(f"{PAGE}/{monitor_id}", "word")
    (word,) = SECRET.findall(answer.text)

    assert word.encode() not in (row(desk, monitor_id).word_tag or b"")
    assert word not in desk.signed_in().get(f"{PAGE}/{monitor_id}").text
    assert "a word waits" in desk.signed_in().text(PAGE)


def test_a_suspended_monitor_can_be_let_in_again(desk: Desk) -> None:
    monitor_id, (code, pin, _) = added(desk)
    browser = desk.signed_in()

    browser.act(f"{PAGE}/{monitor_id}", "suspend")
    assert row(desk, monitor_id).state is MonitorState.SUSPENDED
    assert monitors(desk).check(code, pin).outcome == "suspended"

    browser.act(f"{PAGE}/{monitor_id}", "resume")
    assert monitors(desk).check(code, pin).outcome == "right"


def test_two_people_at_one_monitor_do_not_undo_each_other(desk: Desk) -> None:
    monitor_id, _ = added(desk)
    browser = desk.signed_in()
    browser.act(f"{PAGE}/{monitor_id}", "suspend")

    answer = browser.post(f"{PAGE}/{monitor_id}/resume", page=f"{PAGE}/{monitor_id}", version="0")

    assert answer.status_code == 409


def test_a_monitors_report_says_who_told_it_and_begins_with_their_grade(desk: Desk) -> None:
    monitor_id, _ = added(desk)
    report_id = told_by(desk, monitor_id)
    browser = desk.signed_in()

    page = browser.text(f"/desk/reports/{report_id}")
    assert "told by monitor Shumba" in page
    assert "B is what the desk gave this monitor" in page
    assert '<option value="B" selected>' in browser.get(f"/desk/reports/{report_id}").text
    assert "monitor" in browser.text("/desk/") and "Shumba" not in browser.text("/desk/")


def test_duress_is_told_plainly_and_stays_on_top_whatever_is_corrected(desk: Desk) -> None:
    monitor_id, _ = added(desk)
    report_id = told_by(desk, monitor_id, flags="duress")
    browser = desk.signed_in()

    assert "this monitor was made to call" in browser.text(f"/desk/reports/{report_id}")
    assert "duress" in browser.text("/desk/")
    browser.act(f"/desk/reports/{report_id}", "correct", stage="urgency", values="ordinary", reason="not so")
    assert desk.report(report_id).priority == 100


def test_only_coordinators_see_monitors(desk: Desk) -> None:
    added(desk)

    for page in (PAGE, f"{PAGE}/card/sn"):
        assert desk.signed_in("focal").get(page).status_code == 403


def test_what_was_done_is_written_down_and_no_name_with_it(desk: Desk) -> None:
    monitor_id, _ = added(desk)
    desk.signed_in().act(f"{PAGE}/{monitor_id}", "word")
    desk.signed_in().act(f"{PAGE}/{monitor_id}", "suspend")

    with desk.rooms.reading() as unit:
        actions = [(audit.action, audit.subject_id) for audit in unit.audits.all(subject_id=monitor_id)]
    assert sorted(actions) == sorted(
        (action, monitor_id) for action in ("added a monitor", "gave a monitor a word", "suspended a monitor")
    )


@pytest.mark.parametrize("language", ["sn", "ndau", "nd", "en"])
def test_a_card_has_every_key_and_names_nobody(desk: Desk, language: str) -> None:
    added(desk)
    compiled = desk.app.extensions["izwi_console"].given.editing.in_force().compiled

    shown = unescape(desk.signed_in().get(f"{PAGE}/card/{language}").text)

    for key, codes in compiled.keypad.groups.items():
        assert f"<b>{key}</b>" in shown
        for place in range(1, len(codes) + 1 if len(codes) > 1 else 1):
            assert f"<b>{key} {place}</b>" in shown
    for code, (_, name) in compiled.keypad.places.items():
        assert f"<b>{code}</b> {name}" in shown
    assert "Shumba" not in shown and "12065550100" not in shown and "izwi" not in shown.casefold().replace("izwi.", "")
    assert "{" not in shown


def test_a_number_that_is_not_ours_is_on_no_card(desk: Desk) -> None:
    assert "+12065550100" in desk.signed_in().get(f"{PAGE}/card/en?line=%2B12065550100").text
    assert desk.signed_in().get(f"{PAGE}/card/en?line=%2B263770000042").status_code == 404
    assert desk.signed_in().get(f"{PAGE}/card/fr").status_code == 404


def test_duress_is_above_what_has_waited_for_days(desk: Desk) -> None:
    monitor_id, _ = added(desk)
    old = desk.tell()
    with desk.rooms.writing() as unit:
        unit.reports.change(old, priority=99, opened_hour=int(desk.rooms.clock() // 3600) - 48)
        unit.commit()
    report_id = told_by(desk, monitor_id, flags="duress")

    shown = desk.signed_in().get("/desk/").text
    assert shown.index(report_id) < shown.index(old)
