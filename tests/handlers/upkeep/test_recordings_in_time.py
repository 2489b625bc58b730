"""Recordings and time: days close without them, originals go after their own retention, and no blob outlives its row or key."""

from __future__ import annotations

import pytest

from handlers.errors import KeyDestroyed, ProviderError
from handlers.events import RecordingMade
from handlers.records import Call, CallState, Direction, Purpose, RecordingState, Waiting, WorkKind
from handlers.upkeep.closing import Closing
from handlers.upkeep.reconciling import Reconciling
from handlers.upkeep.retention import Keeping, Retention
from handlers.upkeep.sweeping import Sweeping
from tests.handlers.work.voices import MP3, VOICE, Voices

DAY, GRACE = 24, 6
KEEPING = Keeping(reports=100, contacts=10, originals=20, deliveries=5)


def close(voices: Voices, *, hours: float = DAY + GRACE) -> None:
    rooms = voices.line.rooms
    voices.line.do(WorkKind.TRIAGE)
    rooms.clock.go_on(hours=hours)
    closing = Closing(writing=rooms.writing, reading=rooms.reading, keyring=rooms.keyring, clock=rooms.clock, grace_hours=GRACE)
    closing.close_due()


def destroy(voices: Voices) -> None:
    rooms = voices.line.rooms
    Retention(writing=rooms.writing, reading=rooms.reading, clock=rooms.clock, keeping=KEEPING).destroy_due()


def sweep(voices: Voices) -> int:
    return Sweeping(reading=voices.line.rooms.reading, blobs=voices.blobs).sweep()


def wraps(voices: Voices, purpose: Purpose) -> list[bool]:
    with voices.line.rooms.reading() as unit:
        periods = sorted(unit.periods.all(purpose=purpose), key=lambda period: period.opens_hour)
    return [period.intake_wrap is not None for period in periods]


@pytest.mark.parametrize("fetched", [False, True])
def test_what_is_still_to_be_done_is_carried_over_and_its_day_closed(each_voices: Voices, fetched: bool) -> None:
    voices = each_voices
    voices.say()
    if fetched:
        voices.do(WorkKind.FETCH)
    else:
        voices.telephony.fetches = [ProviderError("provider_down", permanent=False)]
        voices.do(WorkKind.FETCH)
    before = voices.one()

    close(voices)

    after = voices.one()
    assert wraps(voices, Purpose.REPORT) == wraps(voices, Purpose.ORIGINAL) == [False, True]
    assert after.period != before.period
    assert after.original_period != before.original_period
    again = voices.in_another_process()
    again.finish()
    assert (again.one().state, again.original(), again.disguised()) == (RecordingState.DISGUISED, VOICE, MP3)


def test_what_is_done_is_not_carried_and_opens_at_the_desk_alone(each_voices: Voices) -> None:
    voices = each_voices
    voices.say()
    voices.finish()
    before = voices.one()

    close(voices)

    assert (voices.one().period, voices.one().original_period) == (before.period, before.original_period)
    keyring = voices.line.rooms.new_keyring()
    for period in (before.period, before.original_period or ""):
        with pytest.raises(KeyDestroyed):
            keyring.key(period)
    assert (voices.original(), voices.disguised()) == (VOICE, MP3)


def test_what_was_given_up_is_not_carried(voices: Voices) -> None:
    voices.say()
    voices.do(WorkKind.FETCH)
    (work,) = voices.work(WorkKind.DISGUISE)
    with voices.line.rooms.writing() as unit:
        unit.work.change(work.id, state="failed")
        unit.commit()
    before = voices.one()

    close(voices)

    assert voices.one().original_period == before.original_period
    assert voices.original() == VOICE


def test_the_original_goes_long_before_the_disguised_voice(each_voices: Voices) -> None:
    voices = each_voices
    voices.say()
    voices.finish()
    close(voices)
    assert (sweep(voices), voices.files()) == (0, ["disguised", "original"])
    voices.line.rooms.clock.go_on(hours=21 * DAY)

    destroy(voices)

    recording = voices.one()
    assert (recording.original_key, recording.original_period, recording.state) == (None, None, RecordingState.DISGUISED)
    assert (sweep(voices), voices.files()) == (1, ["disguised"])
    assert voices.disguised() == MP3


def test_an_original_without_its_row_of_keys_is_swept_before_retention_says_so(voices: Voices) -> None:
    voices.say()
    voices.finish()
    with voices.line.rooms.writing() as unit:
        unit.periods.change(voices.one().original_period, intake_wrap=None, desk_seal=None)
        unit.commit()

    sweep(voices)

    assert voices.files() == ["disguised"]


def test_after_its_time_nothing_of_what_was_said_is_left(each_voices: Voices) -> None:
    voices = each_voices
    voices.say()
    voices.finish()
    with_rows_beside(voices)
    voices.say("REnever")
    close(voices)
    voices.line.rooms.clock.go_on(hours=102 * DAY)

    destroy(voices)

    with voices.line.rooms.reading() as unit:
        left = {name: getattr(unit, name).count() for name in ("recordings", "calls", "waiting", "messages", "reports", "work")}
        assert {name: count for name, count in left.items() if count} == {}
        assert unit.sources.count() == 0
    assert (sweep(voices), voices.files()) == (2, [])


def with_rows_beside(voices: Voices) -> None:
    """Add a call of the report's source, and a reply that waits to be heard."""
    (message, *_) = voices.line.messages("in")
    contact = voices.line.rooms.keyring.current(Purpose.CONTACT)
    common = {"report_id": message.report_id, "message_id": message.id, "hour": message.hour}
    with voices.line.rooms.writing() as unit:
        unit.calls.add(
            Call(id="c1", source_id=message.source_id, direction=Direction.IN, state=CallState.ENDED, tag=b"t", **common)
        )
        unit.waiting.add(Waiting(id="w1", period=contact.id, content=b"sealed", **common))
        unit.commit()


def test_what_its_source_deletes_is_gone_here_and_at_the_provider(each_voices: Voices) -> None:
    voices = each_voices
    voices.say("RE1")
    voices.finish()
    with_rows_beside(voices)
    voices.say("RE2")

    voices.line.delete_report()
    voices.do(WorkKind.FETCH, WorkKind.DISGUISE, WorkKind.ERASE)

    assert voices.all() == []
    assert set(voices.telephony.erased) == {("RE1", "CA1"), ("RE2", "CA1")}
    assert (sweep(voices), voices.files()) == (2, [])
    with voices.line.rooms.reading() as unit:
        assert (unit.waiting.count(), unit.calls.get("c1").message_id) == (0, None)


def test_a_call_that_no_message_tells_of_is_forgotten_in_its_time(voices: Voices) -> None:
    voices.line.receive()
    source = voices.line.source()
    now = int(voices.line.rooms.clock.now // 3600)
    with voices.line.rooms.writing() as unit:
        for name, hour in (("old", now - 6 * DAY), ("new", now - 4 * DAY)):
            call = Call(
                id=name,
                source_id=source.id,
                report_id=None,
                message_id=None,
                direction=Direction.IN,
                state=CallState.MISSED,
                hour=hour,
            )
            unit.calls.add(call)
        unit.commit()

    destroy(voices)

    with voices.line.rooms.reading() as unit:
        assert [call.id for call in unit.calls.all()] == ["new"]


def test_what_is_not_known_by_its_name_is_not_swept(voices: Voices) -> None:
    for name in ("0123.reply", "prompt-sn", "x.original.old"):
        voices.blobs.put(name, [b"sealed"])
    voices.blobs.put("0123.original", [b"sealed"])

    assert sweep(voices) == 1
    assert sorted(voices.blobs.names()) == ["0123.reply", "prompt-sn", "x.original.old"]


def test_recordings_are_reconciled_as_texts_are_and_one_provider_delays_no_other(voices: Voices) -> None:
    made = RecordingMade(provider="twilio", call_id="CA1", reference="RE1", seconds=3)
    away = voices.in_another_process()
    voices.telephony.listed = [made]
    away.telephony = type(voices.telephony)(listed=[ProviderError("provider_down", permanent=False)])
    taken: list[object] = []
    reconciling = Reconciling(
        clients={},
        telephonies={"twilio": lambda: voices.telephony, "other": lambda: away.telephony, "handset": lambda: None},
        take_in=taken.append,  # type: ignore[arg-type]
        clock=voices.line.rooms.clock,
    )

    assert reconciling.reconcile() == {"twilio_voice": "0", "other_voice": "provider_down"}
    assert taken == [made]
