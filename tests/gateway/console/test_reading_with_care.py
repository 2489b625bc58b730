"""A report's page: what hurts to read is covered, a finding is corrected in one press, drafts and marks are kept."""

from __future__ import annotations

import re

from handlers.protection.sealing import Place
from handlers.records import RecordingState
from tests.gateway.console.conftest import BEATING, Desk
from tests.gateway.console.test_recordings import with_recording

RAPE = "Musikana akabatwa chibharo nemasoja kuChiadzwa nezuro."


def covers(page: str) -> int:
    return page.count("<summary>Covered, since it tells of: ")


def test_texts_that_hurt_to_read_are_covered_until_they_are_opened(desk: Desk) -> None:
    browser = desk.signed_in()
    of_rape, of_beating = desk.tell(RAPE), desk.tell(BEATING)
    of_a_child = desk.tell("Masoja arova mwana paChirasika nhasi.")

    page = browser.get(f"/desk/reports/{of_rape}").text

    assert covers(page) == 1 and "Covered, since it tells of: Rape, sexual violence or harassment" in page
    assert covers(browser.get(f"/desk/reports/{of_beating}").text) == 0
    assert covers(browser.get(f"/desk/reports/{of_a_child}").text) == 1


def test_what_is_covered_is_a_setting(make_desk: object) -> None:
    desk: Desk = make_desk(covered=())  # type: ignore[operator]

    assert covers(desk.signed_in().get(f"/desk/reports/{desk.tell(RAPE)}").text) == 0


def test_a_finding_is_corrected_in_one_press(desk: Desk) -> None:
    report_id = desk.tell()
    page = f"/desk/reports/{report_id}"
    browser = desk.signed_in()
    shown = browser.get(page).text
    form = next(part for part in shown.split("<form")[1:] if "Not this" in part and 'value="category"' in part)
    fields = dict(re.findall(r'name="(stage|reason|values)" value="([^"]*)"', form))

    assert browser.act(page, "correct", **fields).status_code == 303

    assert "The program had found: Beating, torture or forced postures" in browser.text(page)
    assert "Read again by a person." in browser.text(page)


def test_a_draft_is_sealed_and_is_its_author_s_alone_until_it_is_kept(desk: Desk) -> None:
    report_id = desk.tell("")
    recording_id = with_recording(desk, report_id, RecordingState.DISGUISED)
    page, at = f"/desk/reports/{report_id}", f"recordings/{recording_id}"
    first, second = desk.signed_in(), desk.signed_in("rudo")

    first.act(page, f"{at}/draft", transcript="Masoja arova va", translation="")
    saved = first.client.post(
        f"{page}/{at}/draft",
        data={"csrf_token": _token(first.get(page).text), "transcript": "Masoja arova vanhu", "translation": "Soldiers"},
        headers={"X-Izwi-Draft": "1"},
    )

    assert saved.status_code == 200 and re.fullmatch(r"\d\d:\d\d:\d\d", saved.text)
    assert ">Masoja arova vanhu</textarea>" in desk.signed_in().get(page).text  # a session later, on another machine
    assert "Masoja arova vanhu" not in second.get(page).text
    with desk.rooms.reading() as unit:
        (note,) = unit.notes.all(report_id=report_id, kind="draft")
        assert unit.findings.count(report_id=report_id, message_id=None) == 0
    assert b"Masoja" not in note.content and Place("notes", "content", note.id, note.period)
    first.act(page, f"{at}/writing", transcript="Masoja arova vanhu", translation="Soldiers beat people")
    with desk.rooms.reading() as unit:
        assert unit.notes.count(report_id=report_id, kind="draft") == 0
    assert "Masoja" in second.text(page)


def test_a_moment_is_marked_and_the_mark_is_sealed_and_taken_away(desk: Desk) -> None:
    report_id = desk.tell("")
    recording_id = with_recording(desk, report_id, RecordingState.DISGUISED)
    page, at = f"/desk/reports/{report_id}", f"recordings/{recording_id}"
    browser = desk.signed_in()

    assert browser.act(page, f"{at}/mark", at="soon", mark="a dog").status_code == 400
    browser.act(page, f"{at}/mark", at="1:05", mark="a second voice")

    assert "1:05 a second voice tariro" in browser.text(page)
    with desk.rooms.reading() as unit:
        (note,) = unit.notes.all(report_id=report_id, kind="mark")
    assert b"voice" not in note.content
    browser.act(page, f"{at}/marks/{note.id}/remove")
    assert "a second voice" not in browser.text(page)


def test_who_read_and_who_listened_is_told_once_an_hour(desk: Desk) -> None:
    report_id = desk.tell("")
    recording_id = with_recording(desk, report_id, RecordingState.DISGUISED)
    page = f"/desk/reports/{report_id}"
    first, second = desk.signed_in(), desk.signed_in("rudo")
    for _ in range(2):
        first.get(page)
        assert first.get(f"{page}/recordings/{recording_id}/voice").status_code == 200
    second.get(page)

    with desk.rooms.reading() as unit:
        deeds = [audit.action for audit in unit.audits.all(subject_id=report_id)]

    assert sorted(deeds) == ["listened to a recording", "read", "read"]
    assert "rudo read" in first.text(page)


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)
