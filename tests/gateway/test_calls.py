"""Calls over the real web views, at both providers: what is heard, what is kept, and that a hang-up loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from sqlalchemy.exc import OperationalError

from handlers.commands import new_receipt, read_receipt
from handlers.events import RecordingMade
from handlers.intake import Taken
from handlers.ports import OpenUnit, UnitOfWork
from handlers.protection.pseudonyms import call_tag, receipt_tag
from handlers.protection.sealing import Place, seal_json
from handlers.records import (
    Call,
    CallState,
    Direction,
    MessageKind,
    Monitor,
    MonitorState,
    Purpose,
    RecordingState,
    Waiting,
    WorkKind,
)
from tests.exchange import COMPILED, Exchange
from tests.fakes import Killed, killed_before_commit
from tests.telephones import AFRICAS_LINE, TWILIO_LINE, Telephone, TwilioTelephone

if TYPE_CHECKING:
    from tests.conftest import Rooms

BOTH = pytest.mark.parametrize("provider", ["twilio", "africastalking"])


@pytest.fixture
def exchange(rooms: Rooms, tmp_path: Path) -> Exchange:
    return Exchange(rooms, tmp_path)


def digits_heard(words: str) -> str:
    names = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return "".join(str(names.index(word)) for word in words.replace(".", " ").replace(",", " ").split() if word in names)


@BOTH
def test_a_report_is_spoken_sent_and_its_receipt_read_out_twice(exchange: Exchange, provider: str) -> None:
    phone = exchange.telephone(provider).dial()
    assert "chiManyika" in phone.words and "English, press 3" in phone.words

    phone.press("3")
    assert "telephone company" in phone.words and "press 1" in phone.words
    phone.press("1")
    assert phone.waits_for == "speech"
    phone.speak()
    assert "To send it, press 1" in phone.words and "To listen to it, press 4" in phone.words
    phone.press("1")

    receipts = digits_heard(phone.words)
    assert receipts[:10] == receipts[10:] and read_receipt(receipts[:10]) == (receipts[:10], "")
    phone.wait()
    assert phone.is_over
    (recording,) = exchange.recordings()
    (report,) = exchange.reports()
    assert (recording.state, recording.report_id) == (RecordingState.ANNOUNCED, report.id)
    assert exchange.work(WorkKind.FETCH) == [recording.id]
    assert report.receipt_tag == receipt_tag(exchange.rooms.boot.derive("receipt tag"), receipts[:10])
    assert exchange.known()["outcome"] == "sent"
    assert exchange.known()["language"] == "en"


@BOTH
def test_who_hangs_up_while_speaking_is_kept(exchange: Exchange, provider: str) -> None:
    phone = exchange.telephone(provider).dial().press("3").press("1")
    phone.hang_up()

    assert len(exchange.recordings()) == 1
    assert exchange.call().state is CallState.ENDED
    assert exchange.known()["outcome"] == "recorded"
    assert exchange.work(WorkKind.TRIAGE) == [exchange.messages()[0].id]


def press_through(phone: Telephone, *keys: str) -> Telephone:
    for each in keys:
        phone.press(each)
    return phone


@BOTH
def test_what_is_deleted_by_an_explicit_three_is_gone_and_stays_gone(exchange: Exchange, provider: str) -> None:
    phone = press_through(exchange.telephone(provider).dial(), "3", "1").speak()
    phone.press("2").speak()
    assert len(exchange.recordings()) == 2, "what was said first is kept too"

    phone.press("3")

    assert "deleted" in phone.words and phone.is_over
    assert {(row.state, row.reason) for row in exchange.recordings()} == {(RecordingState.ABSENT, "deleted")}
    assert exchange.work(WorkKind.FETCH) == []
    assert len(exchange.work(WorkKind.ERASE)) == 2
    if isinstance(phone, TwilioTelephone):
        phone.tell_recording()  # its own callback, late
        phone.recordings += 1
        phone.tell_recording()  # and that of one we were never told of
    assert exchange.work(WorkKind.FETCH) == []


@BOTH
def test_a_caller_can_listen_to_what_they_said(exchange: Exchange, provider: str) -> None:
    phone = press_through(exchange.telephone(provider).dial(), "3", "1").speak()

    phone.press("4")

    plays = list(ElementTree.fromstring(phone.markup[-2].encode()).iter("Play"))  # noqa: S314
    assert [".mp3" in (verb.text or verb.get("url") or "") for verb in plays] == [True]
    assert "To send it, press 1" in phone.words


@BOTH
def test_a_telephone_that_sends_no_keys_records_and_is_given_a_receipt(exchange: Exchange, provider: str) -> None:
    phone = exchange.telephone(provider).dial()
    phone.wait().wait().wait()
    assert phone.waits_for == "speech"
    phone.speak().wait().wait().wait()

    assert exchange.known()["receipt"]
    assert phone.wait().is_over
    assert len(exchange.recordings()) == 1


@BOTH
def test_a_silent_line_frees_itself(exchange: Exchange, provider: str) -> None:
    phone = exchange.telephone(provider).dial()
    for _ in range(20):
        if phone.is_over:
            break
        if phone.waits_for == "speech":
            said_nothing(phone)
        else:
            phone.wait()

    assert phone.is_over
    assert exchange.recordings() == []


def said_nothing(phone: Telephone) -> None:
    """The provider goes on behind the recording."""
    phone._run()


@BOTH
def test_a_monitor_presses_their_answers_and_speaks(exchange: Exchange, provider: str) -> None:
    monitor = a_monitor(exchange)
    phone = press_through(exchange.telephone(provider).dial(), "3", "2", "4711#", "80513#")
    assert "What happened?" in phone.words and "press one" in phone.words
    press_through(phone, "1", "2", "30#", "1", "15#", "1").speak().press("1")

    answers = exchange.known()["answers"]
    place, _ = COMPILED.keypad.places["30"]
    assert {name: answer["value"] for name, answer in answers.items() if name != "group"} == {
        "category": "BEAT",
        "place": place,
        "when": "now",
        "how_many": "15",
        "help": "hurt",
    }
    (report,) = exchange.reports()
    assert (exchange.call().monitor_id, report.monitor_id, report.flags) == (monitor, monitor, "")
    assert exchange.monitors.checked == [("4711", "80513")]
    assert "80513" not in str(exchange.known())


@BOTH
def test_a_duress_pin_files_and_flags_and_sounds_the_same(exchange: Exchange, provider: str) -> None:
    a_monitor(exchange)
    free = press_through(exchange.telephone(provider, "a").dial(), "3", "2", "4711#", "80513#")
    forced = press_through(exchange.telephone(provider, "b", number="+263710000022").dial(), "3", "2", "4711#", "80514#")

    assert forced.heard == free.heard
    assert sorted(report.flags for report in exchange.reports()) == ["", "duress"]


@BOTH
def test_a_monitor_who_hangs_up_between_two_questions_has_told_the_answers(exchange: Exchange, provider: str) -> None:
    a_monitor(exchange)
    phone = press_through(exchange.telephone(provider).dial(), "3", "2", "4711#", "80513#", "1", "2", "30#")

    phone.hang_up()

    assert exchange.known()["outcome"] == "answered"
    assert exchange.known()["answers"]["category"]["value"] == "BEAT"


@BOTH
def test_the_monitor_s_report_is_not_put_to_what_somebody_else_told_from_that_phone(exchange: Exchange, provider: str) -> None:
    a_monitor(exchange)
    press_through(exchange.telephone(provider, "a").dial(), "3", "1").hang_up()

    press_through(exchange.telephone(provider, "b").dial(), "3", "2", "4711#", "80513#")

    assert len({call.report_id for call in exchange.calls()}) == 2
    assert sorted(report.monitor_id or "" for report in exchange.reports())[0] == ""


@BOTH
def test_every_step_again_says_the_same_and_changes_nothing(exchange: Exchange, provider: str) -> None:
    a_monitor(exchange)
    phone = exchange.telephone(provider).dial()
    moves = [
        *(lambda keys=keys: phone.press(keys) for keys in ("3", "2", "1234#", "99#", "*", "4711#", "80513#")),
        *(lambda keys=keys: phone.press(keys) for keys in ("1", "2", "30#", "1", "15#", "1")),
        phone.speak,
        *(lambda keys=keys: phone.press(keys) for keys in ("2",)),
        phone.speak,
        lambda: phone.press("1"),
        lambda: phone.press("*"),
        lambda: phone.press("4"),
    ]
    for move in moves:
        move()
        before, checked = exchange.everything(), len(exchange.monitors.checked)

        assert phone.again() == phone.heard

        assert exchange.everything() == before
        assert len(exchange.monitors.checked) == checked


@BOTH
def test_a_late_step_undoes_nothing(exchange: Exchange, provider: str) -> None:
    a_monitor(exchange)
    phone = press_through(exchange.telephone(provider).dial(), "3", "2", "4711#", "80513#", "1", "2", "30#", "1")
    late = phone.last
    press_through(phone, "*", "5")
    assert exchange.known()["answers"]["when"]["value"] == "earlier"

    phone._post(*late)

    assert exchange.known()["answers"]["when"]["value"] == "earlier"


@BOTH
def test_a_flash_is_a_missed_call_and_is_told_to_who_calls_back_once(exchange: Exchange, provider: str) -> None:
    phone = exchange.telephone(provider).dial().hang_up(seconds=2)
    phone.tell_end(seconds=2)

    assert exchange.call().state is CallState.MISSED
    assert [call.id for call in exchange.call_backs.missed_calls] == [exchange.call().id]


@BOTH
def test_who_pressed_a_key_did_not_flash(exchange: Exchange, provider: str) -> None:
    exchange.telephone(provider).dial().press("3").hang_up(seconds=5)

    assert exchange.call().state is CallState.ENDED
    assert exchange.call_backs.missed_calls == []


@BOTH
def test_a_recording_whose_step_was_lost_is_found_by_another_way(exchange: Exchange, provider: str) -> None:
    phone = press_through(exchange.telephone(provider).dial(), "3", "1").speak(tells=False)
    assert exchange.recordings() == []

    if isinstance(phone, TwilioTelephone):
        phone.tell_recording()
        phone.tell_recording()
    else:
        phone.tell_end()

    assert [row.state for row in exchange.recordings()] == [RecordingState.ANNOUNCED]
    assert len(exchange.work(WorkKind.FETCH)) == 1


@BOTH
def test_a_recording_of_a_call_nobody_told_us_of_is_kept(exchange: Exchange, provider: str) -> None:
    made = RecordingMade(provider=provider, call_id="CA" + "7" * 32, reference="RE" + "8" * 32, seconds=20)

    assert exchange.intake.take_in(made, from_list=True) is Taken.NEW
    assert exchange.intake.take_in(made, from_list=True) is Taken.AGAIN

    assert [row.report_id for row in exchange.recordings()] == [report.id for report in exchange.reports()]


@BOTH
def test_the_end_of_a_call_nobody_told_us_of_is_a_missed_call(exchange: Exchange, provider: str) -> None:
    exchange.telephone(provider).tell_end(seconds=0)

    assert exchange.call().state is CallState.MISSED
    assert len(exchange.call_backs.missed_calls) == 1


@BOTH
def test_a_line_that_does_not_carry_voice_rejects_and_keeps_that_somebody_rang(
    rooms: Rooms, tmp_path: Path, provider: str
) -> None:
    exchange = Exchange(rooms, tmp_path, lines={})

    phone = exchange.telephone(provider).dial()

    assert phone.is_rejected
    assert exchange.call().state is CallState.MISSED
    assert len(exchange.work(WorkKind.TRIAGE)) == 1


@BOTH
def test_while_the_database_is_away_a_call_is_rejected_and_kept_in_the_spool(rooms: Rooms, tmp_path: Path, provider: str) -> None:
    away = Away(rooms.writing)
    exchange = Exchange(rooms, tmp_path, writing=away)
    speaking = press_through(exchange.telephone(provider, "a").dial(), "3", "1")

    away.is_away = True
    assert exchange.telephone(provider, "b", number="+263710000022").dial().is_rejected
    speaking.speak()
    away.is_away = False

    assert exchange.recordings() == []
    exchange.spool.drain(exchange.intake.take_in)
    assert exchange.spool.waiting() == 0
    assert len(exchange.recordings()) == 1
    assert len(exchange.calls()) == 2


@BOTH
def test_a_call_that_joins_a_report_with_a_receipt_gets_a_report_of_its_own(exchange: Exchange, provider: str) -> None:
    first = press_through(exchange.telephone(provider, "a").dial(), "3", "1").speak().press("1")
    second = press_through(exchange.telephone(provider, "b").dial(), "3", "1").speak().press("1")

    assert digits_heard(first.words) and digits_heard(second.words)
    assert digits_heard(first.words) != digits_heard(second.words)
    assert len(exchange.reports()) == 2


@BOTH
def test_no_address_and_no_markup_holds_a_number_a_key_or_a_pin(exchange: Exchange, provider: str) -> None:
    a_monitor(exchange)
    phone = press_through(exchange.telephone(provider).dial(), "3", "2", "4711#", "80513#", "1", "2", "30#", "1", "15#", "1")
    phone.speak().press("4").press("1")

    for text in (*phone.urls, *phone.markup):
        assert not any(private in text for private in ("770000011", "4711", "80513", TWILIO_LINE, AFRICAS_LINE))


@BOTH
def test_a_token_of_another_call_goes_no_further_and_loses_nothing(exchange: Exchange, provider: str) -> None:
    one = press_through(exchange.telephone(provider, "a").dial(), "3", "1")
    other = exchange.telephone(provider, "b", number="+263710000022").dial().press("3")

    other.asked, other.waits_for = one.asked, "speech"
    other.speak()

    assert other.is_over and "Sarai zvakanaka" in other.words
    (recording,) = exchange.recordings()
    assert recording.report_id == next(call.report_id for call in exchange.calls() if call.id != _call_of(exchange, one).id)


@BOTH
def test_a_token_is_too_old_after_two_hours(exchange: Exchange, provider: str) -> None:
    phone = exchange.telephone(provider).dial()
    exchange.rooms.clock.go_on(hours=2, seconds=1)

    phone.press("3")

    assert phone.is_over
    assert exchange.known().get("language") is None


@BOTH
def test_a_source_hears_the_replies_that_wait_and_adds_to_the_report_from_any_telephone(
    exchange: Exchange, provider: str
) -> None:
    told = press_through(exchange.telephone(provider, "a").dial(), "3", "1").speak().press("1")
    receipt = digits_heard(told.words)[:10]
    report = replies_wait(exchange, "We heard you.", "Come on Friday.")

    phone = press_through(exchange.telephone(provider, "b", number="+263710000022").dial(), "3", "3", receipt)

    assert "To hear it again, press 1" in phone.words
    assert ["We heard you." in text for text in phone.markup[-3:]] == [True, False, False]
    assert ["Come on Friday." in text for text in phone.markup[-3:]] == [False, True, False]
    assert all(row.heard_hour for row in exchange.waiting())
    phone.press("2").speak().press("1")
    assert "Your number stays the same" in phone.words
    assert [each.id for each in exchange.reports()] == [report], "the report that the call began is gone: it holds nothing"
    assert {row.report_id for row in exchange.recordings()} == {report}
    assert len(exchange.messages()) == 3  # two calls, and the reply


@BOTH
def test_a_reply_that_was_broken_off_waits_on(exchange: Exchange, provider: str) -> None:
    told = press_through(exchange.telephone(provider, "a").dial(), "3", "1").speak().press("1")
    replies_wait(exchange, "We heard you.")
    phone = press_through(exchange.telephone(provider, "b").dial(), "3", "3")

    phone._post(*phone._pressed(phone.asked, digits_heard(told.words)[:10]))  # and the call breaks off

    assert [row.heard_hour for row in exchange.waiting()] == [None]


@BOTH
def test_who_spoke_before_they_heard_a_reply_leaves_that_in_its_own_report(exchange: Exchange, provider: str) -> None:
    told = press_through(exchange.telephone(provider, "a").dial(), "3", "1").speak().press("1")
    receipt = digits_heard(told.words)[:10]
    replies_wait(exchange, "We heard you.")

    phone = press_through(exchange.telephone(provider, "b").dial(), "3", "1").speak().press("1")
    press_through(phone, "*", "3", receipt, "2").speak().hang_up()

    by_report = sorted([row.report_id for row in exchange.recordings()].count(each.id) for each in exchange.reports())
    assert by_report == [1, 2]
    assert len({call.id for call in exchange.calls()}) == 2


@BOTH
def test_a_slip_of_the_finger_is_forgiven_and_a_guess_is_counted(exchange: Exchange, provider: str) -> None:
    wrong = new_receipt(lambda size: (512_000_000).to_bytes(size, "big"))
    slip = wrong[:-1] + str((int(wrong[-1]) + 1) % 10)
    phone = press_through(exchange.telephone(provider).dial(), "3", "3", slip)
    assert "not found" in phone.words
    assert exchange.messages()[0].reason is None

    phone.press(wrong)

    assert "not found" in phone.words
    assert exchange.messages()[0].reason == "no_such_receipt"


@BOTH
def test_who_guesses_receipts_hears_nothing_with_the_right_one(exchange: Exchange, provider: str) -> None:
    told = press_through(exchange.telephone(provider, "a").dial(), "3", "1").speak().press("1")
    receipt = digits_heard(told.words)[:10]
    for at in range(2):
        wrong = new_receipt(lambda size, at=at: (512_000_000 + at).to_bytes(size, "big"))
        guessing = exchange.telephone(provider, f"g{at}", number="+263710000022").dial()
        press_through(guessing, "3", "3", wrong).hang_up()

    phone = press_through(exchange.telephone(provider, "z", number="+263710000022").dial(), "3", "3", receipt)

    assert "not found" in phone.words
    exchange.rooms.clock.go_on(hours=1)
    after = press_through(exchange.telephone(provider, "y", number="+263710000022").dial(), "3", "3", receipt)
    assert "no answer yet" in after.words


@BOTH
def test_a_call_of_ours_asks_first_whether_it_is_safe(exchange: Exchange, provider: str) -> None:
    exchange.telephone(provider, "a").dial().hang_up(seconds=2)
    ours = a_call_of_ours(exchange)

    phone = exchange.telephone(provider, "b", is_ours=True).dial()
    assert "Ndiro foni rakumbirwa" in phone.words and "press 1" not in phone.words.replace("dzvanyai 1", "")
    press_through(phone, "1", "3", "1").speak().press("1")

    assert exchange.recordings()[0].report_id == ours.report_id
    phone.hang_up()
    assert [call.id for call in exchange.call_backs.ended] == [ours.id]
    with exchange.rooms.reading() as unit:
        assert unit.calls.get(ours.id).state is CallState.ENDED


@BOTH
@pytest.mark.parametrize("keys", ["", "2", "0", "*", "#"])
def test_anything_but_a_one_ends_a_call_of_ours_without_a_word(exchange: Exchange, provider: str, keys: str) -> None:
    exchange.telephone(provider, "a").dial().hang_up(seconds=2)
    a_call_of_ours(exchange)
    phone = exchange.telephone(provider, "b", is_ours=True).dial()

    phone.press(keys) if keys else phone.wait()

    assert phone.is_over and phone.heard == []


@BOTH
def test_somebody_who_had_the_report_deleted_is_let_go_and_nothing_of_it_comes_back(exchange: Exchange, provider: str) -> None:
    phone = press_through(exchange.telephone(provider).dial(), "3", "1")
    with exchange.rooms.writing() as unit:
        (call,) = unit.calls.all()
        unit.calls.change(call.id, message_id=None, report_id=None)
        unit.work.remove(subject_id=call.message_id)
        unit.messages.remove(id=call.message_id)
        unit.commit()

    phone.speak()

    assert phone.is_over
    assert exchange.recordings() == []
    assert len(exchange.work(WorkKind.ERASE)) >= 1


@BOTH
def test_killed_before_any_commit_the_step_comes_again_and_nothing_is_lost_or_twice(
    rooms: Rooms, tmp_path: Path, provider: str
) -> None:
    deaths = {"left": 0}

    def dies() -> bool:
        deaths["left"] -= 1
        return deaths["left"] == 0

    exchange = Exchange(rooms, tmp_path, writing=killed_before_commit(rooms.writing, when=dies))
    a_monitor(exchange)
    phone = exchange.telephone(provider)
    moves = [phone.dial, *(lambda keys=keys: phone.press(keys) for keys in ("3", "2", "4711#", "80513#", "1", "2", "30#"))]
    moves += [*(lambda keys=keys: phone.press(keys) for keys in ("1", "15#", "1")), phone.speak, lambda: phone.press("1")]
    for move in moves:
        kept = (phone.heard, phone.waits_for, phone.verbs, phone.asked, phone.recordings)
        deaths["left"] = 1
        with pytest.raises(Killed):
            move()
        phone.heard, phone.waits_for, phone.verbs, phone.asked, phone.recordings = kept
        move()
    phone.hang_up()

    assert len(exchange.recordings()) == len(exchange.calls()) == len(exchange.messages()) == len(exchange.reports()) == 1
    assert exchange.known()["outcome"] == "sent"
    assert exchange.known()["answers"]["how_many"]["value"] == "15"
    assert len(exchange.work(WorkKind.FETCH)) == len(exchange.work(WorkKind.TRIAGE)) == 1


def test_a_call_at_a_busy_line_shares_its_commits(sqlite_rooms: Rooms, tmp_path: Path) -> None:
    exchange = Exchange(sqlite_rooms, tmp_path, shares_commits=True)
    phones = [exchange.telephone("twilio", f"p{at}", number=f"+2637700001{at:02}") for at in range(8)]
    calls = [
        threading.Thread(target=lambda phone=phone: press_through(phone.dial(), "3", "1").speak().hang_up()) for phone in phones
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()

    assert len(exchange.recordings()) == len(exchange.calls()) == 8


@BOTH
def test_the_same_step_at_once_counts_once(exchange: Exchange, provider: str) -> None:
    phone = press_through(exchange.telephone(provider).dial(), "3", "1").speak()
    address, fields = phone._pressed(phone.asked, "1")
    at_once = [threading.Thread(target=phone._post, args=(address, fields)) for _ in range(4)]
    for each in at_once:
        each.start()
    for each in at_once:
        each.join()

    assert len(exchange.recordings()) == len(exchange.work(WorkKind.TRIAGE)) == 1
    receipt = exchange.known()["receipt"]
    assert exchange.reports()[0].receipt_tag == receipt_tag(exchange.rooms.boot.derive("receipt tag"), receipt)


def replies_wait(exchange: Exchange, *texts: str) -> str:
    """Have replies wait for the one report there is."""
    (report,) = exchange.reports()
    keyring, contact = exchange.rooms.keyring, exchange.rooms.keyring.current(Purpose.CONTACT)
    with exchange.rooms.writing() as unit:
        (message,) = unit.messages.all()
        reply = replace(message, id="r" * 24, direction=Direction.OUT, kind=MessageKind.REPLY)
        sealed = seal_json(
            keyring.key_in(unit, reply.period), {"text": "-"}, Place("messages", "content", reply.id, reply.period)
        )
        unit.messages.add(replace(reply, content=sealed))
        for at, text in enumerate(texts):
            place = Place("waiting", "content", f"w{at}", contact.id)
            content = seal_json(contact.key, {"text": text, "language": "en"}, place)
            unit.waiting.add(
                Waiting(id=f"w{at}", report_id=report.id, message_id=reply.id, hour=at, period=contact.id, content=content)
            )
        unit.commit()
    return report.id


def a_call_of_ours(exchange: Exchange) -> Call:
    """Place a call back to who flashed; the provider has not yet told us how it calls it."""
    (missed,) = exchange.calls()
    with exchange.rooms.writing() as unit:
        message = unit.messages.get(missed.message_id)
        opened = replace(message, id="o" * 24)
        plain = {**exchange.known(message), "language": None}
        for name in ("outcome", "seconds", "memory", "pressed"):
            plain.pop(name, None)
        key = exchange.rooms.keyring.key_in(unit, opened.period)
        content = seal_json(key, plain, Place("messages", "content", opened.id, opened.period))
        unit.messages.add(replace(opened, content=content))
        ours = replace(missed, id="c" * 24, message_id=opened.id, direction=Direction.OUT, state=CallState.PLACED, tag=None)
        unit.calls.add(ours)
        unit.commit()
    return ours


def _call_of(exchange: Exchange, phone: Telephone) -> Call:
    fields = phone._fields()
    provider = "twilio" if "CallSid" in fields else "africastalking"
    tag = call_tag(exchange.rooms.boot.derive("delivery tag"), provider, fields.get("CallSid") or fields["sessionId"])
    return next(call for call in exchange.calls() if call.tag == tag)


def a_monitor(exchange: Exchange) -> str:
    with exchange.rooms.writing() as unit:
        unit.monitors.add(
            Monitor(
                id="m" * 24,
                code_tag=b"c" * 32,
                pin="",
                duress_pin=None,
                state=MonitorState.ACTIVE,
                content=b"sealed",
                created_hour=0,
            )
        )
        unit.commit()
    exchange.monitors.monitor_id = "m" * 24
    return "m" * 24


class Away:
    """A way to a database that can be away."""

    def __init__(self, writing: OpenUnit) -> None:
        self._writing = writing
        self.is_away = False

    @contextmanager
    def __call__(self) -> Iterator[UnitOfWork]:
        if self.is_away:
            raise OperationalError("INSERT", {}, Exception("away"))
        with self._writing() as unit:
            yield unit
