import json
import re

import pytest

from handlers.caselog.verify import verify
from handlers.protection.sealing import Place, open_json
from handlers.records import ProposalState, WorkKind
from handlers.reports import ReportState
from tests.gateway.console.conftest import BEATING, ENTRY, Desk


def test_reports_are_joined_to_an_incident_and_split_again(desk: Desk) -> None:
    one, other = desk.tell(), desk.tell("Amasotsha abotshe abantu abalitshumi eTinoengana")
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{one}", "join", incident="")
    incident_id = desk.report(one).incident_id

    browser.act(f"/desk/reports/{other}", "join", incident=incident_id)
    assert desk.report(other).incident_id == incident_id
    assert all(name in browser.get(f"/desk/incidents/{incident_id}").text for name in (one, other))
    browser.act(f"/desk/reports/{other}", "split")

    assert desk.report(other).incident_id is None


def test_a_standing_rises_one_step_at_a_time_with_a_reason(desk: Desk) -> None:
    report_id = desk.tell()
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{report_id}", "join", incident="")
    page = f"/desk/incidents/{desk.report(report_id).incident_id}"

    assert browser.act(page, "standing", standing="corroborated", reason="sure").status_code == 403
    assert browser.act(page, "standing", standing="reasonable_suspicion", reason="").status_code == 400
    assert browser.act(page, "standing", standing="reasonable_suspicion", reason="two tell it").status_code == 303

    assert "Reasonable suspicion (watch): two tell it" in browser.text(page)


def test_independent_sources_are_counted_from_what_people_noted(desk: Desk) -> None:
    one, other = desk.tell(), desk.tell("Amasotsha abotshe abantu abalitshumi eTinoengana")
    browser = desk.signed_in()
    browser.act(f"/desk/reports/{one}", "join", incident="")
    incident_id = desk.report(one).incident_id
    browser.act(f"/desk/reports/{other}", "join", incident=incident_id)
    page = f"/desk/incidents/{incident_id}"
    assert "Independent first-hand sources: 0." in browser.text(page)

    for report_id in (one, other):
        browser.act(f"/desk/reports/{report_id}", "grade", source="C", information="2", text="saw it", first_hand="yes")

    assert "Independent first-hand sources: 2." in browser.text(page)
    desk.rooms.clock.go_on(seconds=60)
    browser.act(f"/desk/reports/{one}", "grade", source="C", information="2", text="met", first_hand="yes", in_contact="yes")
    assert "Independent first-hand sources: 1." in browser.text(page)


def test_what_is_not_verified_cannot_be_proposed(desk: Desk) -> None:
    report_id = desk.tell()
    page = f"/desk/reports/{report_id}/propose"
    browser = desk.signed_in()

    assert "There are reasonable grounds to believe that it happened" in browser.text(page)
    answer = browser.act(page, "", **ENTRY)

    assert answer.status_code == 400 and "Grade the report first" in answer.text
    assert ENTRY["summary"] in answer.text
    assert desk.report(report_id).state is ReportState.OPEN


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"summary": "Ring 0712 000 033 about it."}, "0712 000 033"),
        ({"summary": "It was at Chirasika."}, "finer than"),
        ({"summary": "Vatatu paChirasika nhasi mangwanani mumwe akatyoka ruoko, they said."}, "own words"),
        ({"summary": ""}, "Write what happened"),
        ({"categories": []}, "at least one category"),
        ({"people": "three"}, "band"),
        ({"day": ""}, "Write the time"),
        ({"actors": ["Sergeant Moyo"]}, "from the list"),
    ],
)
def test_what_could_point_to_somebody_is_kept_back_and_named(desk: Desk, changes: dict[str, object], sentence: str) -> None:
    browser = desk.signed_in()
    report_id = desk.verified(browser)
    ward = next(place.id for place in desk.lookups.gazetteer.by_id.values() if place.level == "ward")

    answer = browser.act(f"/desk/reports/{report_id}/propose", "", **{**ENTRY, "place": ward, **changes})

    assert answer.status_code == 400
    assert sentence in answer.text
    assert desk.report(report_id).state is ReportState.OPEN


def test_nothing_is_proposed_before_a_person_confirms_what_is_hidden(desk: Desk) -> None:
    browser = desk.signed_in()
    report_id = desk.verified(browser, f"{BEATING} Mai Tendai 0712000033")
    page = f"/desk/reports/{report_id}/propose"

    shown = browser.get(page).text
    unconfirmed = browser.act(page, "", **ENTRY)

    assert "[number]" in shown and "[name]" in shown and "0712000033" not in shown and "Tendai" not in shown
    assert "2 passages are taken out" in shown
    assert unconfirmed.status_code == 400 and "confirm that it is all that could point to a person" in unconfirmed.text
    assert desk.report(report_id).state is ReportState.OPEN
    answer = browser.propose(report_id)
    assert answer.status_code == 303
    assert "confirmed what is hidden" in browser.text(f"/desk/reports/{report_id}")


def test_what_was_confirmed_does_not_count_for_a_text_that_came_meanwhile(desk: Desk) -> None:
    browser = desk.signed_in()
    report_id = desk.verified(browser)
    page = f"/desk/reports/{report_id}/propose"
    seal = re.search(r'name="confirmed" value="([0-9a-f]+)"', browser.get(page).text)
    assert seal is not None

    desk.follow(report_id, "Mai Chipo vakazviona")

    assert browser.act(page, "", **ENTRY, confirmed=seal.group(1)).status_code == 400
    assert browser.propose(report_id).status_code == 303


def test_a_mark_that_a_person_adds_keeps_an_entry_back_and_one_that_they_take_away_does_not(desk: Desk) -> None:
    browser = desk.signed_in()
    report_id = desk.verified(browser, f"{BEATING} Pamusha paGudo. Mai Rudo vakazviona.")
    page = f"/desk/reports/{report_id}"

    browser.act(page, "hide", words="Gudo")
    for name in ("Gudo", "Rudo"):
        answer = browser.propose(report_id, summary=f"Diggers were beaten, as {name} says.")
        assert answer.status_code == 400 and name in answer.text
    desk.rooms.clock.go_on(seconds=1)
    browser.act(page, "show-again", words="Rudo", reason="it is a name in a song")

    assert browser.propose(report_id, summary="Diggers were beaten, as Rudo says.").status_code == 303


def test_who_proposes_does_not_approve(desk: Desk) -> None:
    browser = desk.signed_in("tariro")
    proposal_id = desk.proposed(browser)
    page = f"/desk/proposals/{proposal_id}"

    assert "You proposed it, so another person must approve it." in browser.text(page)
    answer = browser.act(page, "approve")

    assert answer.status_code == 403
    assert "another person" in answer.text
    with desk.rooms.reading() as unit:
        assert unit.log_entries.count() == 0
        assert unit.proposals.get(proposal_id).state is ProposalState.WAITING


def test_a_second_person_approves_and_it_stands_in_the_log(desk: Desk) -> None:
    proposal_id = desk.proposed(desk.signed_in("tariro"))
    second = desk.signed_in("rudo")
    assert "waits for approval" in second.text("/desk/")

    answer = second.act(f"/desk/proposals/{proposal_id}", "approve")

    assert answer.location == "/log/entries/0"
    page = desk.signed_in("focal").text("/log/entries/0")
    assert ENTRY["summary"] in page and "week 39 of 2026" in page and "B3" in page
    assert "tariro" not in page and "rudo" not in page
    with desk.rooms.reading() as unit:
        proposal = unit.proposals.get(proposal_id)
        assert proposal.state is ProposalState.APPROVED and proposal.entry_index == 0
        assert unit.reports.get(proposal.report_id).state is ReportState.LOGGED
        (entry,) = unit.log_entries.all()
        assert entry.origin == proposal_id and b"Diggers" not in (entry.sealed or b"") + entry.leaf


def test_each_connector_gets_the_packet_once_and_it_says_nothing_of_the_source(desk: Desk) -> None:
    proposal_id = desk.proposed(desk.signed_in("tariro"))
    desk.signed_in("rudo").act(f"/desk/proposals/{proposal_id}", "approve")

    with desk.rooms.reading() as unit:
        works = unit.work.all(kind=WorkKind.FORWARD.value)
    keyring = desk.rooms.new_keyring()
    payloads = [
        open_json(keyring.key(work.payload_period), work.payload, Place("work", "payload", work.id, work.payload_period))
        for work in works
    ]

    assert sorted(payload["connector"] for payload in payloads) == ["folder", "webhook"]
    assert payloads[0]["packet"] == payloads[1]["packet"]
    assert {work.subject_id for work in works} == {proposal_id}
    assert "Masoja" not in json.dumps(payloads) and "Chirasika" not in json.dumps(payloads)


def test_approving_again_changes_nothing(desk: Desk) -> None:
    proposal_id = desk.proposed(desk.signed_in("tariro"))
    second = desk.signed_in("rudo")
    page = f"/desk/proposals/{proposal_id}"

    answers = [second.post(f"{page}/approve", page="/desk/", version="0") for _ in range(2)]

    assert [answer.location for answer in answers] == ["/log/entries/0"] * 2
    with desk.rooms.reading() as unit:
        assert unit.log_entries.count() == 1
        assert unit.work.count(kind=WorkKind.FORWARD.value) == 2


def test_a_crash_between_log_and_desk_is_completed_by_approving_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal_id = desk.proposed(desk.signed_in("tariro"))
    second = desk.signed_in("rudo")
    page = f"/desk/proposals/{proposal_id}"
    with monkeypatch.context() as broken:
        broken.setattr("handlers.desk.approving.Approving._finish", _crash)
        assert second.act(page, "approve").status_code == 500
    with desk.rooms.reading() as unit:
        assert unit.log_entries.count() == 1
        assert unit.proposals.get(proposal_id).state is ProposalState.WAITING

    assert second.act(page, "return", reason="no").status_code == 403
    assert second.act(page, "approve").location == "/log/entries/0"

    with desk.rooms.reading() as unit:
        assert unit.log_entries.count() == 1
        assert unit.work.count(kind=WorkKind.FORWARD.value) == 2
        assert unit.reports.get(unit.proposals.get(proposal_id).report_id).state is ReportState.LOGGED


def _crash(*_: object) -> None:
    raise RuntimeError("killed")


def test_a_proposal_is_returned_with_a_reason_and_proposed_better(desk: Desk) -> None:
    first, second = desk.signed_in("tariro"), desk.signed_in("rudo")
    proposal_id = desk.proposed(first)
    with desk.rooms.reading() as unit:
        report_id = unit.proposals.get(proposal_id).report_id

    second.act(f"/desk/proposals/{proposal_id}", "return", reason="say the ward")

    assert desk.report(report_id).state is ReportState.OPEN
    assert "say the ward" in first.text(f"/desk/reports/{report_id}")
    assert ENTRY["summary"] in first.get(f"/desk/reports/{report_id}/propose").text


def test_a_returned_proposal_cannot_be_approved(desk: Desk) -> None:
    second = desk.signed_in("rudo")
    proposal_id = desk.proposed(desk.signed_in("tariro"))
    second.act(f"/desk/proposals/{proposal_id}", "return", reason="say the ward")

    assert second.post(f"/desk/proposals/{proposal_id}/approve", page="/desk/", version="1").status_code == 409


def test_a_standing_that_fell_keeps_the_entry_back(desk: Desk) -> None:
    second = desk.signed_in("rudo")
    proposal_id = desk.proposed(desk.signed_in("tariro"))
    with desk.rooms.reading() as unit:
        incident_id = unit.reports.get(unit.proposals.get(proposal_id).report_id).incident_id
    second.act(f"/desk/incidents/{incident_id}", "standing", standing="unfounded", reason="it was invented")

    assert second.act(f"/desk/proposals/{proposal_id}", "approve").status_code == 403


def test_the_export_is_a_file_that_anybody_can_check(desk: Desk) -> None:
    second = desk.signed_in("rudo")
    for _ in range(3):
        second.act(f"/desk/proposals/{desk.proposed(desk.signed_in('tariro'))}", "approve")

    answer = desk.signed_in("focal").get("/log/export.json")

    assert "attachment" in answer.headers["Content-Disposition"]
    assert len(json.loads(answer.text)["entries"]) == 3
    assert BEATING not in answer.text
    assert verify(json.loads(answer.text)).problems == ()


def test_a_destroyed_entry_stands_with_its_commitment_alone(desk: Desk) -> None:
    proposal_id = desk.proposed(desk.signed_in("tariro"))
    desk.signed_in("rudo").act(f"/desk/proposals/{proposal_id}", "approve")
    with desk.rooms.writing() as unit:
        unit.log_entries.change(0, sealed=None)
        unit.commit()
    browser = desk.signed_in("focal")

    for path in ("/log/", "/log/entries/0"):
        assert "The content of this entry was destroyed" in browser.text(path)
    assert json.loads(browser.get("/log/export.json").text)["entries"][0]["destroyed"]
