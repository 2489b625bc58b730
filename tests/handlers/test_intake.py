"""What a provider tells us is kept once, sealed, in the right report."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.commands import CommandWords, build_command_words, format_receipt, new_receipt
from handlers.desk.enrolling import Enrolling
from handlers.events import DeliveryState, DeliveryStatus, InboundCall, InboundText, OptOut, Unrecognised
from handlers.intake import Intake, Taken
from handlers.protection.monitor_keys import MonitorKeys
from handlers.protection.pseudonyms import receipt_tag
from handlers.protection.sealing import Place, open_json
from handlers.records import Message, MessageKind, WorkKind
from handlers.reports import ReportState
from storage.group_commit import GroupCommit
from tests.conftest import CHEAP
from tests.shipped import shipped_lists

NUMBER = "+263770000011"
RECEIPT = new_receipt(lambda count: (482_155_390).to_bytes(count, "big"))
WRITTEN = format_receipt(RECEIPT)


@pytest.fixture(scope="session")
def words() -> CommandWords:
    lists = shipped_lists()
    return build_command_words(lists.commands, lists.automatic)


@pytest.fixture
def intake(rooms, words: CommandWords) -> Intake:
    return Intake(
        writing=rooms.writing,
        keyring=rooms.keyring,
        boot=rooms.boot,
        words=words,
        clock=rooms.clock,
        join_hours=72,
        ids_differ_on_list=frozenset({"africastalking"}),
        transact=GroupCommit(rooms.writing) if rooms.database.is_sqlite else None,
    )


def a_text(text: str = "Masoja arova vanhu", *, provider_id: str | None = "SM1", sender: str = NUMBER, **more) -> InboundText:
    return InboundText(provider="twilio", provider_id=provider_id, line="+12065550100", sender=sender, text=text, **more)


def opened(rooms, message: Message) -> dict:
    key = rooms.keyring.key(message.period)
    return open_json(key, message.content, Place("messages", "content", message.id, message.period))


def kept(rooms) -> list[Message]:
    with rooms.reading() as unit:
        return unit.messages.all()


def reports(rooms):
    with rooms.reading() as unit:
        return unit.reports.all()


def test_a_text_is_kept_sealed_with_work_to_do(rooms, intake) -> None:
    assert intake.take_in(a_text()) is Taken.NEW

    (message,) = kept(rooms)
    assert opened(rooms, message)["text"] == "Masoja arova vanhu"
    with rooms.reading() as unit:
        (work,) = unit.work.all()
        (report,) = unit.reports.all()
    assert (work.kind, work.subject_id) == (WorkKind.TRIAGE, message.id)
    assert (report.state, report.source_id) == (ReportState.RECEIVED, message.source_id)


def test_the_same_delivery_at_once_and_a_week_later_is_one_report(rooms, intake) -> None:
    at_once = [threading.Thread(target=intake.take_in, args=(a_text(),)) for _ in range(5)]
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()
    rooms.clock.go_on(hours=24 * 7)

    assert intake.take_in(a_text()) is Taken.AGAIN
    assert len(kept(rooms)) == 1


def test_the_same_id_with_other_words_is_kept_too_and_flagged(rooms, intake) -> None:
    intake.take_in(a_text("first"))

    assert intake.take_in(a_text("second")) is Taken.NEW
    assert sorted(opened(rooms, message)["text"] for message in kept(rooms)) == ["first", "second"]
    assert any("same_id" in report.flags for report in reports(rooms))


def test_the_same_words_under_two_ids_are_two_messages(rooms, intake) -> None:
    intake.take_in(a_text("help us", provider_id="SM1"))
    intake.take_in(a_text("help us", provider_id="SM2"))

    assert len(kept(rooms)) == 2


def test_without_an_id_the_same_text_at_the_same_second_is_one(rooms, intake) -> None:
    event = a_text(provider_id=None, sent_at=datetime(2026, 11, 24, tzinfo=UTC))

    assert intake.take_in(event) is Taken.NEW
    assert intake.take_in(event) is Taken.AGAIN
    assert intake.take_in(replace(event, sent_at=datetime(2026, 11, 24, 0, 0, 1, tzinfo=UTC))) is Taken.NEW


def test_what_the_webhook_brought_is_not_brought_again_by_a_list_with_other_ids(rooms, intake) -> None:
    by_webhook = replace(a_text(provider_id="ATXid_1", sent_at=datetime(2026, 11, 24, tzinfo=UTC)), provider="africastalking")
    listed = replace(by_webhook, provider_id="77")

    assert intake.take_in(by_webhook) is Taken.NEW
    assert intake.take_in(listed, from_list=True) is Taken.AGAIN
    assert intake.take_in(listed, from_list=True) is Taken.AGAIN
    assert intake.take_in(replace(listed, provider_id="78"), from_list=True) is Taken.NEW


def test_a_further_text_of_the_same_source_joins_its_report(rooms, intake) -> None:
    intake.take_in(a_text("one", provider_id="SM1"))
    rooms.clock.go_on(hours=30)
    intake.take_in(a_text("two", provider_id="SM2", sender="0770000011"))

    assert len(reports(rooms)) == 1


def test_after_the_joining_time_a_new_report_begins(rooms, intake) -> None:
    intake.take_in(a_text("one", provider_id="SM1"))
    rooms.clock.go_on(hours=80)
    intake.take_in(a_text("two", provider_id="SM2"))

    assert len(reports(rooms)) == 2


@pytest.mark.parametrize("sender", ["anonymous", "+266696687", "", "MTN"])
def test_senders_that_are_nobody_in_particular_are_never_merged(rooms, intake, sender: str) -> None:
    intake.take_in(a_text("one", provider_id="SM1", sender=sender))
    intake.take_in(a_text("two", provider_id="SM2", sender=sender))

    with rooms.reading() as unit:
        sources = unit.sources.all()
    assert len(sources) == 2
    assert all(source.contact is None and source.pseudonym is None for source in sources)


@pytest.mark.parametrize("text", ["", "\x00", "a\x00b", "\ud800", "😀" * 2000, "x" * 1_000_000, "ምስክር", "\u202e"])
def test_any_text_is_kept_as_it_came(rooms, intake, text: str) -> None:
    assert intake.take_in(a_text(text)) is Taken.NEW
    (message,) = kept(rooms)
    assert opened(rooms, message)["text"] == text


def with_receipt(rooms) -> None:
    with rooms.writing() as unit:
        (report,) = unit.reports.all()
        unit.reports.change(report.id, receipt_tag=receipt_tag(rooms.boot.derive("receipt tag"), RECEIPT))
        unit.commit()


def test_a_receipt_and_a_message_continue_a_report_from_any_phone(rooms, intake) -> None:
    intake.take_in(a_text("one", provider_id="SM1"))
    with_receipt(rooms)

    intake.take_in(a_text(f"{WRITTEN} they came back", provider_id="SM2", sender="+263710000022"))

    assert len(reports(rooms)) == 1
    assert {opened(rooms, message)["text"] for message in kept(rooms)} == {"one", "they came back"}


def test_a_receipt_that_nobody_was_given_loses_nothing(rooms, intake) -> None:
    intake.take_in(a_text(f"{WRITTEN} they came back"))

    (message,) = kept(rooms)
    assert opened(rooms, message)["text"] == f"{WRITTEN} they came back"


def test_delete_with_the_receipt_leaves_nothing_of_the_report(rooms, intake) -> None:
    intake.take_in(a_text("one", provider_id="SM1"))
    with_receipt(rooms)

    intake.take_in(a_text(f"delete {WRITTEN}", provider_id="SM2"))

    (report,) = reports(rooms)
    (message,) = kept(rooms)
    assert report.state is ReportState.DELETED
    assert (message.kind, opened(rooms, message)["text"]) == (MessageKind.COMMAND, "")
    with rooms.reading() as unit:
        assert unit.sources.get(report.source_id).contact is None
        assert sorted(work.kind for work in unit.work.all()) == [WorkKind.ANSWER, WorkKind.ERASE]


def test_delete_with_another_receipt_deletes_nothing(rooms, intake) -> None:
    intake.take_in(a_text("one", provider_id="SM1"))

    intake.take_in(a_text(f"delete {WRITTEN}", provider_id="SM2", sender="+263710000022"))

    assert ReportState.DELETED not in {report.state for report in reports(rooms)}
    assert "one" in {opened(rooms, message)["text"] for message in kept(rooms)}


def given_receipt(rooms) -> None:
    """Give the one report its receipt."""
    (report,) = reports(rooms)
    with rooms.writing() as unit:
        unit.reports.change(report.id, receipt_tag=receipt_tag(rooms.boot.derive("receipt tag"), RECEIPT))
        unit.commit()


def wrong_receipts(count: int) -> list[str]:
    return [format_receipt(new_receipt(lambda size, at=at: (512_000_000 + at).to_bytes(size, "big"))) for at in range(count)]


@pytest.mark.parametrize(("sender", "guesses"), [("+263710000022", 5), ("anonymous", 60)])
def test_who_guesses_receipts_deletes_nothing_with_the_right_one(rooms, intake, sender: str, guesses: int) -> None:
    intake.take_in(a_text())
    given_receipt(rooms)

    for at, wrong in enumerate(wrong_receipts(guesses)):
        intake.take_in(a_text(f"DELETE {wrong}", provider_id=f"SM9{at}", sender=sender))
    intake.take_in(a_text(f"DELETE {WRITTEN}", provider_id="SM2", sender=sender))
    assert ReportState.DELETED not in [report.state for report in reports(rooms)]

    rooms.clock.go_on(hours=1)
    intake.take_in(a_text(f"DELETE {WRITTEN}", provider_id="SM3"))
    assert ReportState.DELETED in [report.state for report in reports(rooms)]


def test_what_comes_with_a_receipt_after_too_many_wrong_ones_is_kept(rooms, intake) -> None:
    for at, wrong in enumerate(wrong_receipts(7)):
        intake.take_in(a_text(f"{wrong} canary words", provider_id=f"SM9{at}"))

    assert ["canary words" in opened(rooms, message)["text"] for message in kept(rooms)] == [True] * 7


def test_who_said_stop_and_had_all_deleted_is_still_sent_nothing(rooms, intake) -> None:
    intake.take_in(a_text())
    given_receipt(rooms)
    intake.take_in(a_text("STOP", provider_id="SM2"))
    intake.take_in(a_text(f"DELETE {WRITTEN}", provider_id="SM3"))

    intake.take_in(a_text(provider_id="SM4"))

    with rooms.reading() as unit:
        (source,) = unit.sources.all()
    assert source.stopped


def test_stop_is_noted_and_start_lifts_it(rooms, intake) -> None:
    intake.take_in(a_text("one", provider_id="SM1"))
    intake.take_in(a_text("STOP", provider_id="SM2"))
    with rooms.reading() as unit:
        (source,) = unit.sources.all()
    assert source.stopped

    intake.take_in(a_text("anything", provider_id="SM3", keyword="start"))
    with rooms.reading() as unit:
        assert not unit.sources.get(source.id).stopped


def test_what_is_not_understood_is_kept_with_its_fields(rooms, intake) -> None:
    odd = Unrecognised(provider="twilio", provider_id=None, door="message", why="no_sender", fields={"Body": "x"})

    assert intake.take_in(odd) is Taken.NEW
    assert intake.take_in(odd) is Taken.AGAIN
    (message,) = kept(rooms)
    assert (message.kind, opened(rooms, message)["fields"]) == (MessageKind.UNRECOGNISED, {"Body": "x"})


def test_a_call_is_kept_and_its_callbacks_are_one(rooms, intake) -> None:
    call = InboundCall(provider="twilio", provider_id="CA1", line="+12065550100", sender=NUMBER)

    assert intake.take_in(call) is Taken.NEW
    assert intake.take_in(call) is Taken.AGAIN


def test_a_status_before_its_text_is_known_is_kept_for_it(rooms, intake) -> None:
    status = DeliveryStatus(provider="twilio", provider_id="SM9", state=DeliveryState.DELIVERED)

    assert intake.take_in(status) is Taken.STATUS
    assert intake.take_in(status) is Taken.STATUS
    with rooms.reading() as unit:
        assert unit.statuses.count() == 1


def test_an_opt_out_marks_the_source(rooms, intake) -> None:
    intake.take_in(a_text())

    intake.take_in(OptOut(provider="africastalking", sender=NUMBER))
    with rooms.reading() as unit:
        assert unit.sources.all()[0].stopped


def test_when_taking_in_fails_nothing_is_kept(rooms, intake, monkeypatch) -> None:
    monkeypatch.setattr("handlers.intake.work_of", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        intake.take_in(a_text())

    assert kept(rooms) == []
    monkeypatch.undo()
    assert intake.take_in(a_text()) is Taken.NEW


def test_no_number_and_no_word_stands_in_the_database(sqlite_rooms, words) -> None:
    rooms = sqlite_rooms
    intake = Intake(writing=rooms.writing, keyring=rooms.keyring, boot=rooms.boot, words=words, clock=rooms.clock, join_hours=72)

    intake.take_in(a_text("canaryword"))

    path = Path(rooms.database.url.database)
    for file in path.parent.glob(path.name + "*"):
        assert b"0770000011" not in file.read_bytes()
        assert b"770000011" not in file.read_bytes()
        assert b"canaryword" not in file.read_bytes()


@pytest.fixture
def shumba(rooms):
    keys = MonitorKeys(rooms.boot.derive("monitors"), CHEAP)
    enrolling = Enrolling(writing=rooms.writing, reading=rooms.reading, keys=keys, clock=rooms.clock)
    who = rooms.people.sign_in("tariro", "correct horse battery")
    one = enrolling.add(who, name="Shumba", language="sn")
    return one.monitor_id, enrolling.new_word(who, one.monitor_id, 0), enrolling


def test_a_text_that_begins_with_a_monitors_word_ties_the_telephone_and_holds_the_word_no_more(rooms, intake, shumba) -> None:
    monitor_id, word, _ = shumba
    intake.take_in(a_text("told before, by whoever had the telephone then"))

    intake.take_in(a_text(f"{word.capitalize()} Masoja arova vanhu", provider_id="SM2"))
    intake.take_in(a_text("Vakauya nhasi", provider_id="SM3"))

    by_monitor = {report.monitor_id: report for report in reports(rooms)}
    assert set(by_monitor) == {None, monitor_id}
    told = [opened(rooms, each) for each in kept(rooms) if each.report_id == by_monitor[monitor_id].id]
    assert sorted(each["text"] for each in told) == ["Masoja arova vanhu", "Vakauya nhasi"]
    assert by_monitor[monitor_id].flags == "tied"
    with rooms.reading() as unit:
        assert {work.kind for work in unit.work.all()} == {WorkKind.TRIAGE}  # it is answered as any text is


def test_a_word_that_came_before_means_nothing(rooms, intake, shumba) -> None:
    monitor_id, word, _ = shumba
    first = a_text(f"{word} Masoja")

    assert intake.take_in(first) is Taken.NEW
    assert intake.take_in(first) is Taken.AGAIN
    intake.take_in(a_text(f"{word} ndini", provider_id="SM2", sender="+263710000012"))

    assert [report.monitor_id for report in reports(rooms)].count(monitor_id) == 1
    assert f"{word} ndini" in [opened(rooms, each)["text"] for each in kept(rooms)]


def test_a_suspended_monitors_telephone_is_anybodys_again(rooms, intake, shumba) -> None:
    monitor_id, word, enrolling = shumba
    intake.take_in(a_text(f"{word} Masoja"))

    enrolling.suspend(None, monitor_id)
    intake.take_in(a_text("Vakauya nhasi", provider_id="SM2"))

    assert sorted(str(report.monitor_id) for report in reports(rooms)) == sorted([monitor_id, "None"])
