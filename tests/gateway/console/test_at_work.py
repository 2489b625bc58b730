"""Two people at one desk: who looks at what, claims that end, a page that renews itself, and no lost update."""

from __future__ import annotations

import pytest

from tests.gateway.console.conftest import Desk

QUIET = {"X-Izwi-Refresh": "1"}


def test_who_looks_at_a_report_is_shown_to_the_others_for_a_while(desk: Desk) -> None:
    report_id = desk.tell()
    tariro, rudo = desk.signed_in(), desk.signed_in("rudo")

    rudo.get(f"/desk/reports/{report_id}")

    assert "rudo is looking" in tariro.text("/desk/")
    assert "rudo is looking at this report too." in tariro.text(f"/desk/reports/{report_id}")
    assert "rudo is looking" not in rudo.text("/desk/")
    desk.rooms.clock.go_on(seconds=46)
    assert "rudo is looking" not in tariro.text("/desk/")


def test_a_report_says_while_it_is_open_who_else_is_there_and_what_they_did(desk: Desk) -> None:
    report_id = desk.tell()
    tariro, rudo = desk.signed_in(), desk.signed_in("rudo")
    pulse = f"/desk/reports/{report_id}/pulse?version={desk.report(report_id).version}"
    assert tariro.get(pulse, headers=QUIET).json == {"looking": [], "done": []}

    rudo.act(f"/desk/reports/{report_id}", "note", note="I rang the clinic")

    assert tariro.get(pulse, headers=QUIET).json == {"looking": ["rudo"], "done": ["rudo: wrote a note"]}
    assert "I rang the clinic" not in tariro.get(pulse).text
    assert tariro.get("/desk/reports/00112233445566778899aabb/pulse").status_code == 404


@pytest.mark.parametrize(
    ("action", "form", "kept"),
    [
        ("note", {"note": "my own note"}, ">my own note</textarea>"),
        ("reply", {"reply": "Tatenda chose", "why": "answer"}, ">Tatenda chose</textarea>"),
        ("reject", {"rejection": "told twice"}, ">told twice</textarea>"),
        ("grade", {"source": "B", "information": "2", "text": "told before"}, ">told before</textarea>"),
        ("correct", {"stage": "language", "values": "sn", "reason": "I speak it"}, ">I speak it</textarea>"),
    ],
)
def test_who_comes_second_is_shown_what_changed_and_keeps_their_words(
    desk: Desk, action: str, form: dict[str, str], kept: str
) -> None:
    report_id = desk.tell()
    page = f"/desk/reports/{report_id}"
    tariro, rudo = desk.signed_in(), desk.signed_in("rudo")
    version = str(desk.report(report_id).version)
    rudo.act(page, "grade", source="F", information="3", text="first time")
    rudo.act(page, "join", incident="")

    answer = tariro.post(f"{page}/{action}", page=page, version=version, **form)

    assert answer.status_code == 409
    assert "What changed while you had it open" in answer.text
    assert "rudo: graded" in answer.text and "rudo: joined to incident" in answer.text and kept in answer.text
    with desk.rooms.reading() as unit:
        assert [note.kind for note in unit.notes.all(report_id=report_id)] == ["grade"]
    again = tariro.act(page, action, **form)
    assert again.status_code == 303


def test_a_claim_ends_after_an_hour_unless_its_owner_goes_on_working(desk: Desk) -> None:
    report_id = desk.tell()
    page = f"/desk/reports/{report_id}"
    tariro, rudo = desk.signed_in(), desk.signed_in("rudo")
    tariro.act(page, "claim")

    desk.rooms.clock.go_on(seconds=800)
    tariro.act(page, "note", note="still at it")
    renewed = desk.report(report_id).claimed_until
    assert renewed == int(desk.rooms.clock()) + 3600
    rudo.act(page, "note", note="me too")
    assert desk.report(report_id).claimed_until == renewed
    assert "Another hour" in tariro.text(page) and "Another hour" not in rudo.text(page)


def test_the_next_report_is_the_one_behind_and_passes_over_what_another_has(desk: Desk) -> None:
    ids = [desk.tell() for _ in range(4)]
    with desk.rooms.writing() as unit:
        for number, name in enumerate(ids):
            unit.reports.change(name, priority=90 - number)
        unit.commit()
    tariro = desk.signed_in()
    desk.signed_in("rudo").act(f"/desk/reports/{ids[1]}", "claim")

    assert tariro.get("/desk/next").location == f"/desk/reports/{ids[0]}"
    assert tariro.get(f"/desk/next?after={ids[0]}").location == f"/desk/reports/{ids[2]}"
    assert tariro.get(f"/desk/next?after={ids[3]}").location == "/desk/"
    assert "That was the last one of this list." in tariro.text("/desk/")


def test_the_next_report_is_of_the_filter_that_one_came_from(desk: Desk) -> None:
    desk.tell("Guards at the gate ask $20 from each group to enter at night.")
    beating = desk.tell()
    tariro = desk.signed_in()
    tariro.get("/desk/?category=BEAT")

    assert tariro.get("/desk/next").location == f"/desk/reports/{beating}"
    assert 'href="/desk/?category=BEAT" aria-keyshortcuts="i"' in tariro.get(f"/desk/reports/{beating}").text


def test_an_inbox_that_is_as_it_was_is_answered_with_nothing(desk: Desk) -> None:
    desk.tell()
    tariro, rudo = desk.signed_in(), desk.signed_in("rudo")
    first = tariro.get("/desk/pulse?page=1", headers=QUIET)
    mark = {**QUIET, "If-None-Match": first.headers["ETag"]}

    again = tariro.get("/desk/pulse?page=1", headers=mark)
    assert (first.status_code, first.data, again.status_code) == (200, b"", 304)
    assert f'data-mark="{first.headers["ETag"].strip(chr(34))}"' in tariro.get("/desk/").text
    report_id = desk.tell()
    assert tariro.get("/desk/pulse?page=1", headers=mark).status_code == 200
    mark = {**QUIET, "If-None-Match": tariro.get("/desk/pulse?page=1").headers["ETag"]}
    rudo.act(f"/desk/reports/{report_id}", "claim")
    assert tariro.get("/desk/pulse?page=1", headers=mark).status_code == 200


def test_looking_again_and_again_keeps_no_session_alive(desk: Desk) -> None:
    report_id = desk.tell()
    tariro = desk.signed_in()

    for _ in range(4):
        desk.rooms.clock.go_on(seconds=300)
        answers = [tariro.get(path, headers=QUIET) for path in ("/desk/pulse", f"/desk/reports/{report_id}/pulse")]

    assert [answer.location for answer in answers] == ["/sign-in", "/sign-in"]
