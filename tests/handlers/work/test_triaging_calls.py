"""What triage makes of a call: the keys of a field monitor as findings, the priority, and the words that were typed later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from handlers.desk.findings import read_finding
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.records import MessageKind, WorkKind
from handlers.reports import Finding, ReportState
from handlers.triage.pressed import find_pressed, with_pressed
from tests.exchange import Exchange
from tests.gateway.test_calls import a_monitor, press_through
from tests.handlers.work.line import LOOKUPS, Line

if TYPE_CHECKING:
    from tests.conftest import Rooms


@pytest.fixture
def exchange(sqlite_rooms: Rooms, tmp_path: Path) -> Exchange:
    return Exchange(sqlite_rooms, tmp_path)


def triaged(exchange: Exchange) -> list[Finding]:
    """Have the call triaged, and give what was found."""
    line = Line(exchange.rooms)
    with exchange.rooms.reading() as unit:
        due = [work.id for work in unit.work.all(kind=WorkKind.TRIAGE)]
    for work_id in due:
        line.bench.do(work_id)
    with exchange.rooms.reading() as unit:
        (row,) = unit.findings.all()
    place = Place("findings", "content", row.id, row.period)
    return [read_finding(one) for one in open_json(exchange.rooms.keyring.key(row.period), row.content, place)["findings"]]


def by_stage(findings: list[Finding]) -> dict[str, tuple[str, str]]:
    return {finding.stage: (finding.value, finding.label) for finding in findings}


def test_the_keys_of_a_monitor_become_findings_with_the_key_and_the_question(exchange: Exchange) -> None:
    a_monitor(exchange)
    phone = press_through(exchange.telephone("twilio").dial(), "2", "2", "4711#", "80513#", "1", "2", "30#", "1", "15#", "1")
    phone.speak().press("1").hang_up(seconds=80)

    findings = triaged(exchange)

    found = by_stage(findings)
    assert found["category"] == ("BEAT", "Beating, torture or forced postures")
    assert found["when"] == ("now", "Now")
    assert found["how_many"] == ("15", "15 harmed")
    assert found["help"] == ("hurt", "Somebody is hurt")
    assert found["language"] == ("sn", "Shona") and found["variety"] == ("ndau", "Ndau")
    assert found["call"] == ("call, 1:20", "call, 1:20")
    assert found["urgency"][0] == "urgent"
    category = next(finding for finding in findings if finding.stage == "category")
    assert [item.rule for item in category.evidence] == ["pressed 1, then 2 at 'what happened'"]
    (report,) = exchange.reports()
    assert (report.state, report.priority) == (ReportState.OPEN, int(found["priority"][0]))
    assert report.priority >= 70


def test_a_call_without_keys_is_in_the_inbox_as_what_it_is(exchange: Exchange) -> None:
    press_through(exchange.telephone("africastalking").dial(), "4", "1").hang_up(seconds=42)

    found = by_stage(triaged(exchange))

    assert found["call"][1] == "call, 0:42"
    assert found["language"] == ("nd", "Ndebele")
    assert "category" not in found and "spam" not in found


def test_a_voice_that_nobody_has_heard_stands_before_what_was_read_and_found_to_be_nothing(exchange: Exchange) -> None:
    press_through(exchange.telephone("twilio").dial(), "1", "1").speak().hang_up(seconds=61)

    found = by_stage(triaged(exchange))

    assert found["priority"][0] == "40"
    assert exchange.reports()[0].priority == 40


def test_a_call_that_is_triaged_again_has_its_findings_once(exchange: Exchange) -> None:
    phone = press_through(exchange.telephone("twilio").dial(), "1", "1").speak()
    triaged(exchange)
    phone.press("1").hang_up(seconds=61)

    assert by_stage(triaged(exchange))["call"][1] == "call, 1:01"


def test_words_that_are_typed_of_a_call_are_read_beside_the_keys(exchange: Exchange) -> None:
    press_through(exchange.telephone("twilio").dial(), "1", "1").speak().hang_up(seconds=30)
    (message,) = exchange.messages()
    assert message.kind is MessageKind.CALL
    typed = {**exchange.known(), "text": "Masoja arova vanhu kuChiadzwa"}
    key = exchange.rooms.keyring.key(message.period)
    with exchange.rooms.writing() as unit:
        content = seal_json(key, typed, Place("messages", "content", message.id, message.period))
        unit.messages.change(message.id, content=content)
        unit.commit()

    found = by_stage(triaged(exchange))

    assert found["category"][0] == "BEAT"
    assert found["place"][0] == "chiadzwa-village"
    assert found["language"][0] == "sn"


@pytest.mark.parametrize(
    ("answers", "value"),
    [
        ({"category": "KILL"}, "urgent"),
        ({"category": "KILL", "when": "earlier"}, "not urgent"),
        ({"category": "BEAT"}, "not urgent"),
        ({"category": "BEAT", "when": "now"}, "urgent"),
        ({"category": "BENF", "when": "now"}, "not urgent"),
        ({"help": "in danger"}, "urgent"),
        ({"help": "nobody", "how_many": "60"}, "not urgent"),
    ],
)
def test_urgency_is_added_up_from_the_keys(answers: dict[str, str], value: str) -> None:
    plain = {question: {"keys": "1", "value": answer} for question, answer in answers.items()}

    found = find_pressed(plain, LOOKUPS)

    assert found[-1].stage == "urgency" and found[-1].value == value


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"category": {"keys": "9", "value": None}},
        {"category": {"keys": "9", "value": "GONE"}},
        {"place": {"keys": "999", "value": "nowhere-village"}},
        {"how_many": {"keys": "x", "value": "many"}},
        {"when": {}},
        {"unheard": {"keys": "1", "value": "1"}},
    ],
)
def test_an_answer_that_the_lists_do_not_know_is_no_finding(answers: dict[str, Any]) -> None:
    assert find_pressed(answers, LOOKUPS) == ()


def test_what_was_pressed_stands_before_what_was_found_in_words() -> None:
    pressed = find_pressed({"category": {"keys": "2", "value": "BEAT"}, "when": {"keys": "1", "value": "now"}}, LOOKUPS)
    words = (
        Finding(stage="category", value="BEAT", weight=0.7),
        Finding(stage="urgency", value="urgent", weight=0.9),
        Finding(stage="priority", value="1"),
    )

    together = with_pressed(words, pressed)

    assert [finding.stage for finding in together] == ["category", "when", "urgency"]
    assert together[0].weight == 1.0 and together[-1].weight == 0.9
