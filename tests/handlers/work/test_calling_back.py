"""Nobody is rung twice for one call back, whatever dies or is told late; caps and quiet hours hold by the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from handlers.errors import ProviderError
from handlers.events import CallEnded
from handlers.outgoing import Repeat
from handlers.pacing import ZONE
from handlers.records import CallState, MessageKind, WorkState
from handlers.upkeep.closing import Closing
from handlers.upkeep.retention import Keeping, Retention
from handlers.voice.ringing import Cap
from handlers.work.workbench import LEASE_SECONDS, Outcome
from tests.fakes import Killed, killed_before_commit
from tests.handlers.voice.telephone import Telephone
from tests.handlers.work.line import Line

if TYPE_CHECKING:
    from tests.conftest import Rooms

NINE = datetime(2026, 11, 23, 7, tzinfo=UTC).timestamp()  # in the morning, in Harare
THROTTLED = ProviderError("throttled", permanent=False)
BLOCKED = ProviderError("blocked", permanent=True)
TIMEOUT = ProviderError("timeout", permanent=False, unknown_outcome=True)
NAMELESS = ProviderError("rejected", permanent=True, unknown_outcome=True)


@pytest.fixture
def telephone(sqlite_rooms: Rooms) -> Telephone:
    sqlite_rooms.clock.now = NINE
    return Telephone(Line(sqlite_rooms))


@pytest.fixture
def each_telephone(rooms: Rooms) -> Telephone:
    rooms.clock.now = NINE
    return Telephone(Line(rooms))


def until_over(telephone: Telephone) -> list[Outcome]:
    """Have the call tried, each time when it is due, until nothing is left to be done."""
    outcomes: list[Outcome] = []
    while any(work.state is not WorkState.FAILED for work in telephone.work()):
        outcomes += telephone.do_when_due()
        telephone.rooms.clock.go_on(seconds=LEASE_SECONDS)
        assert len(outcomes) < 200
    return outcomes


def test_a_call_that_is_placed_has_a_message_to_hold_what_is_learnt_in_it(each_telephone: Telephone) -> None:
    telephone = each_telephone
    telephone.flash()

    telephone.do_when_due()

    call = telephone.call()
    (message,) = [known for known in telephone.line.messages() if known.id == call.message_id]
    assert (message.kind, message.report_id) == (MessageKind.CALL, telephone.line.report().id)
    content = telephone.line.opened(message)
    assert content["is_ours"] and content["provider"] == "twilio"
    assert "number" not in content and "70000011" not in str(content)
    assert call.tag is not None


@pytest.mark.parametrize(
    ("repeat", "rung", "state"), [(Repeat.LOOK_FIRST, 1, CallState.PLACED), (Repeat.NEVER, 1, CallState.PLACED)]
)
def test_killed_between_ringing_and_noting_it_nobody_is_rung_twice(
    each_telephone: Telephone, repeat: Repeat, rung: int, state: CallState
) -> None:
    telephone = each_telephone
    telephone.telephony.repeat = repeat
    telephone.telephony.after_ringing = [Killed()]
    telephone.flash()
    with pytest.raises(Killed):
        telephone.do_when_due()
    assert telephone.call().state is CallState.PLACED

    telephone.rooms.clock.go_on(seconds=LEASE_SECONDS)
    telephone.do()

    assert len(telephone.telephony.rung) == rung
    assert telephone.call().state is state
    assert (telephone.call().tag is not None) == (repeat is Repeat.LOOK_FIRST)
    assert len(telephone.work()) == (repeat is Repeat.LOOK_FIRST)  # where nothing more can be learnt, the number is destroyed


@pytest.mark.parametrize("doomed_commit", range(1, 4))
@pytest.mark.parametrize("repeat", [Repeat.LOOK_FIRST, Repeat.NEVER])
def test_killed_before_any_commit_it_rings_once_at_most(telephone: Telephone, doomed_commit: int, repeat: Repeat) -> None:
    telephone.telephony.repeat = repeat
    telephone.flash()
    commits: list[int] = []

    def is_the_one() -> bool:
        commits.append(1)
        return len(commits) == doomed_commit

    doomed = telephone.doomed(killed_before_commit(telephone.rooms.writing, when=is_the_one))
    try:
        doomed.do_when_due()
    except Killed:
        telephone.rooms.clock.go_on(seconds=LEASE_SECONDS)
    telephone.do()
    telephone.ended(is_answered=True)
    until_over(telephone)

    assert len(telephone.telephony.rung) == 1
    assert telephone.work() == []
    assert len(telephone.calls()) == 1


def test_a_call_that_surely_did_not_go_out_is_placed_by_the_next_worker(telephone: Telephone) -> None:
    telephone.telephony.outcomes = [Killed()]
    telephone.flash()
    with pytest.raises(Killed):
        telephone.do_when_due()

    telephone.rooms.clock.go_on(seconds=LEASE_SECONDS)
    telephone.do()
    assert telephone.call().state is CallState.PLANNED
    telephone.do()

    assert len(telephone.telephony.rung) == 1
    assert telephone.call().state is CallState.PLACED
    assert len([message for message in telephone.line.messages() if message.kind is MessageKind.CALL]) == 2


def test_found_marked_in_the_quiet_hours_it_is_not_placed_before_the_morning(telephone: Telephone) -> None:
    telephone.rooms.clock.now = datetime(2026, 11, 23, 19, 50, tzinfo=ZONE).timestamp()
    telephone.with_rules(delay_minutes=(0, 0)).flash()
    telephone.telephony.outcomes = [Killed()]
    with pytest.raises(Killed):
        telephone.do_when_due()

    telephone.rooms.clock.now = datetime(2026, 11, 24, 2, tzinfo=ZONE).timestamp()
    telephone.do()
    telephone.do()

    assert telephone.telephony.rung == []
    (work,) = telephone.work()
    assert datetime.fromtimestamp(work.due_at, ZONE) >= datetime(2026, 11, 24, 7, 3, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("repeat", "error", "state", "rung"),
    [
        (Repeat.LOOK_FIRST, BLOCKED, CallState.FAILED, 0),
        (Repeat.NEVER, BLOCKED, CallState.FAILED, 0),
        (Repeat.LOOK_FIRST, THROTTLED, CallState.PLACED, 1),
        (Repeat.NEVER, THROTTLED, CallState.PLACED, 1),
        (Repeat.LOOK_FIRST, TIMEOUT, CallState.PLACED, 1),
        (Repeat.NEVER, TIMEOUT, CallState.PLACED, 0),
        (Repeat.LOOK_FIRST, NAMELESS, CallState.PLACED, 0),
        (Repeat.NEVER, NAMELESS, CallState.PLACED, 0),
    ],
)
def test_what_becomes_of_a_call_after_one_failure(
    telephone: Telephone, repeat: Repeat, error: ProviderError, state: CallState, rung: int
) -> None:
    telephone.telephony.repeat = repeat
    telephone.telephony.outcomes = [error]
    telephone.flash()

    until_over(telephone)

    assert telephone.call().state is state
    assert len(telephone.telephony.rung) == rung
    assert telephone.work() == []


def test_a_timeout_after_which_it_rang_all_the_same_does_not_ring_twice(telephone: Telephone) -> None:
    telephone.telephony.after_ringing = [TIMEOUT]
    telephone.telephony.look_fails = [THROTTLED]
    telephone.flash()

    until_over(telephone)

    assert len(telephone.telephony.rung) == 1
    assert telephone.call().tag is not None


def test_a_call_that_can_never_be_placed_is_given_up_and_the_number_destroyed(telephone: Telephone) -> None:
    telephone.telephony.outcomes = [THROTTLED] * 50
    telephone.flash()

    outcomes = until_over(telephone)

    assert 5 < len(outcomes) < 15
    assert (telephone.call().state, telephone.call().reason) == (CallState.FAILED, "throttled")
    assert telephone.work() == []


def test_answered_before_it_could_be_noted_it_is_not_put_back(telephone: Telephone) -> None:
    """The first callback of a call may be quicker than the answer to our request."""

    def answer(_: str) -> None:
        with telephone.rooms.writing() as unit:
            unit.calls.change(telephone.call().id, state=CallState.GOING_ON)
            unit.commit()

    telephone.telephony.on_call = answer
    telephone.flash()

    telephone.do_when_due()
    assert telephone.call().state is CallState.GOING_ON
    telephone.ended()

    assert telephone.call().state is CallState.ENDED
    assert telephone.work() == []


def test_when_nobody_told_the_end_the_provider_is_asked_for_it(telephone: Telephone) -> None:
    telephone.flash()
    telephone.do_when_due()
    telephone.telephony.ends["CA1"] = CallEnded(provider="twilio", provider_id="CA1", is_ours=True, seconds=200)

    assert telephone.do() == []
    telephone.do_when_due()

    assert telephone.rooms.clock() - NINE >= 3600
    assert telephone.call().state is CallState.ENDED
    assert telephone.work() == []


def test_when_the_end_can_never_be_learnt_the_call_stays_placed_and_the_number_goes(telephone: Telephone) -> None:
    telephone.telephony.repeat = Repeat.NEVER
    telephone.flash()
    telephone.do_when_due()

    telephone.do_when_due()

    assert telephone.call().state is CallState.PLACED
    assert telephone.work() == []
    assert len(telephone.telephony.rung) == 1


def test_who_says_stop_while_the_call_waits_is_not_rung(each_telephone: Telephone) -> None:
    telephone = each_telephone
    telephone.flash()
    telephone.line.receive("STOP")

    telephone.do_when_due()

    assert telephone.telephony.rung == []
    assert (telephone.call().state, telephone.call().reason) == (CallState.WITHHELD, "stopped")
    assert telephone.work() == []


def test_what_a_cap_does_not_let_be_waits_for_another_hour_and_not_for_ever(telephone: Telephone) -> None:
    telephone = telephone.with_rules(per_hour=Cap(2, 60), per_day=Cap(5, 1000), delay_minutes=(1, 2))
    for number in range(8):
        telephone.flash(sender=f"+2637700000{number:02}")

    by_hour: dict[int, int] = {}
    while telephone.work():
        before = len(telephone.telephony.rung)
        telephone.do_when_due()
        hour = int(telephone.rooms.clock() // 3600)
        by_hour[hour] = by_hour.get(hour, 0) + len(telephone.telephony.rung) - before
        for number in range(before, len(telephone.telephony.rung)):
            telephone.ended(number + 1)

    assert max(by_hour.values()) == 2
    first = min(by_hour)
    assert sum(count for hour, count in by_hour.items() if hour < first + 24) == 5
    assert len(telephone.telephony.rung) == 8
    assert all(not telephone.rules.is_quiet(hour * 3600) for hour, count in by_hour.items() if count)


def test_a_call_that_waited_two_days_for_a_cap_would_only_surprise(telephone: Telephone) -> None:
    telephone = telephone.with_rules(per_day=Cap(0, 0))
    telephone.flash()

    until_over(telephone)

    assert telephone.telephony.rung == []
    assert (telephone.call().state, telephone.call().reason) == (CallState.WITHHELD, "capped")
    assert 48 * 3600 < telephone.rooms.clock() - NINE < 73 * 3600


def test_minutes_count_too_and_a_call_that_goes_on_counts_as_long_as_it_may_last(telephone: Telephone) -> None:
    telephone = telephone.with_rules(per_hour=Cap(10, 30), longest_minutes=15, delay_minutes=(1, 1))
    for number in range(4):
        telephone.flash(sender=f"+2637700000{number:02}")
    telephone.rooms.clock.go_on(seconds=60)

    telephone.do()
    assert len(telephone.telephony.rung) == 2  # thirty minutes may be spent by these alone

    telephone.ended(1)
    telephone.ended(2)
    telephone.rooms.clock.now = NINE + 3660
    telephone.do()
    assert len(telephone.telephony.rung) == 4


def test_a_line_that_does_not_ring_any_more_leaves_the_call_to_another(telephone: Telephone) -> None:
    telephone.flash(provider="africastalking", on="+263770000099")

    telephone.with_rules(lines=telephone.rules.lines[:1]).do_when_due()

    (rung,) = telephone.telephony.rung
    assert rung.sender == "+12065550100"


def test_with_no_line_left_a_call_is_withheld(telephone: Telephone) -> None:
    telephone.flash()

    telephone.with_rules(lines=()).do_when_due()

    assert (telephone.call().state, telephone.call().reason) == (CallState.WITHHELD, "not_configured")
    assert telephone.work() == []


def test_a_provider_that_carries_no_calls_any_more_is_a_failure(telephone: Telephone) -> None:
    telephone.flash()
    telephone.calling_back._telephonies = {"twilio": lambda: None}

    telephone.do_when_due()

    assert (telephone.call().state, telephone.call().reason) == (CallState.FAILED, "not_configured")


def test_it_is_carried_over_the_close_of_its_day_and_still_rings(each_telephone: Telephone) -> None:
    telephone = each_telephone
    rooms = telephone.rooms
    rooms.clock.now = datetime(2026, 11, 23, 23, 50, tzinfo=UTC).timestamp()
    telephone = telephone.with_rules(quiet=(0, 0), delay_minutes=(1200, 1200))
    telephone.flash()
    (before,) = telephone.work()
    rooms.clock.go_on(hours=8)
    closing = Closing(writing=rooms.writing, reading=rooms.reading, keyring=rooms.new_keyring(), clock=rooms.clock, grace_hours=1)
    telephone.line.do(next(work.kind for work in telephone.line.work() if work.kind.value == "triage"))

    assert closing.close_due() >= 1

    (work,) = telephone.work()
    assert work.payload_period != before.payload_period
    telephone.do_when_due()
    telephone.ended(is_answered=False)  # its second try is sealed to a key that still opens
    telephone.do_when_due()
    assert len(telephone.telephony.rung) == 2


def test_a_call_whose_key_is_gone_is_said_to_have_failed(telephone: Telephone) -> None:
    telephone.flash()
    (work,) = telephone.work()
    with telephone.rooms.writing() as unit:
        unit.periods.change(work.payload_period, intake_wrap=None)
        unit.commit()

    telephone.do_when_due()

    assert (telephone.call().state, telephone.call().reason) == (CallState.FAILED, "key_destroyed")
    assert telephone.work() == []


def test_retention_takes_the_calls_with_what_they_were_about(each_telephone: Telephone) -> None:
    telephone = each_telephone
    rooms = telephone.rooms
    telephone.flash()
    telephone.do_when_due()
    telephone.ended()
    rooms.clock.go_on(hours=24 * 40)
    keeping = Keeping(reports=30, contacts=30, originals=30, deliveries=30)

    Retention(writing=rooms.writing, reading=rooms.reading, clock=rooms.clock, keeping=keeping).destroy_due()

    with rooms.reading() as unit:
        assert (unit.calls.count(), unit.reports.count(), unit.sources.count()) == (0, 0, 0)
