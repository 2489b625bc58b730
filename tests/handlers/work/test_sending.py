"""A text goes out once; where that cannot be known it is looked up, repeated safely, or left uncertain and said so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.errors import ProviderError
from handlers.events import DeliveryState, DeliveryStatus
from handlers.outgoing import Repeat
from handlers.records import MessageState, Work, WorkKind, WorkState
from handlers.work.workbench import LEASE_SECONDS, Outcome
from tests.fakes import FakeClient, Killed, killed_before_commit
from tests.handlers.work.line import OTHER_NUMBER, REPLIES, Line

THROTTLED = ProviderError("throttled", permanent=False)
BAD_NUMBER = ProviderError("bad_number", permanent=True)
TIMEOUT = ProviderError("timeout", permanent=False, unknown_outcome=True)
NAMELESS = ProviderError("rejected", permanent=True, unknown_outcome=True)


def with_text(line: Line, repeat: Repeat = Repeat.SAFE) -> Work:
    """Have a text to be sent; give its work."""
    line.client.repeat = repeat
    line.receive("HELP")
    line.do(WorkKind.ANSWER)
    (work,) = line.work(WorkKind.SEND)
    return work


def try_until_settled(line: Line) -> list[Outcome]:
    """Have the text tried, each time when it is due, until nothing is left to be done."""
    outcomes: list[Outcome] = []
    while any(work.state is not WorkState.FAILED for work in line.work(WorkKind.SEND)):
        outcomes += line.do(WorkKind.SEND)
        line.rooms.clock.go_on(hours=7)
        assert len(outcomes) < 50
    return outcomes


def test_a_text_is_sent_once_and_its_envelope_destroyed(each_line: Line) -> None:
    line = each_line
    work = with_text(line)

    line.do(WorkKind.SEND)
    line.sending(work)

    ((_, sent),) = line.client.taken
    assert (sent.recipient, sent.text, sent.sender) == ("+263770000011", REPLIES.text("help", "sn"), "+12065550100")
    message = line.outgoing()
    assert (message.state, message.envelope, message.envelope_period) == (MessageState.SENT, None, None)
    assert message.provider_tag is not None
    assert line.work(WorkKind.SEND) == []
    assert line.opened(message)["provider_id"] == message.id


@pytest.mark.parametrize(
    ("repeat", "state"),
    [(Repeat.SAFE, MessageState.SENT), (Repeat.LOOK_FIRST, MessageState.SENT), (Repeat.NEVER, MessageState.UNCERTAIN)],
)
def test_killed_after_the_provider_took_it_and_before_it_was_noted_the_source_reads_it_once(
    each_line: Line, repeat: Repeat, state: MessageState
) -> None:
    line = each_line
    with_text(line, repeat)
    line.client.after_taking = Killed()
    with pytest.raises(Killed):
        line.do(WorkKind.SEND)
    assert line.outgoing().state is MessageState.SENDING

    line.rooms.clock.go_on(seconds=LEASE_SECONDS)
    line.do(WorkKind.SEND)

    assert len(line.client.taken) == 1
    assert (line.outgoing().state, line.outgoing().envelope) == (state, None)
    assert line.work(WorkKind.SEND) == []


@pytest.mark.parametrize("repeat", [Repeat.SAFE, Repeat.LOOK_FIRST])
def test_killed_while_noting_that_it_was_sent_it_is_noted_by_the_next(line: Line, repeat: Repeat) -> None:
    work = with_text(line, repeat)
    commits: list[int] = []

    def is_second() -> bool:
        commits.append(1)
        return len(commits) == 2

    doomed = Line(replace(line.rooms, writing=killed_before_commit(line.rooms.writing, when=is_second)), client=line.client)
    with pytest.raises(Killed):
        doomed.sending(work)

    line.do(WorkKind.SEND)

    assert len(line.client.taken) == 1
    assert line.outgoing().state is MessageState.SENT


def test_killed_before_the_provider_had_it_it_is_sent_where_that_can_be_told(line: Line) -> None:
    with_text(line, Repeat.LOOK_FIRST)
    line.client.outcomes = [Killed()]
    with pytest.raises(Killed):
        line.do(WorkKind.SEND)

    line.rooms.clock.go_on(seconds=LEASE_SECONDS)
    line.do(WorkKind.SEND)

    assert len(line.client.taken) == 1
    assert line.outgoing().state is MessageState.SENT


def test_the_same_words_to_the_same_number_sent_before_are_not_taken_for_it(line: Line) -> None:
    with_text(line, Repeat.LOOK_FIRST)
    line.do(WorkKind.SEND)
    line.receive("HELP")
    line.do(WorkKind.ANSWER)
    line.client.outcomes = [TIMEOUT]

    outcomes = try_until_settled(line)

    assert outcomes == [Outcome.LATER, Outcome.DONE]
    assert len(line.client.taken) == 2
    assert {message.state for message in line.messages() if message.direction == "out"} == {MessageState.SENT}


@pytest.mark.parametrize(
    ("repeat", "error", "state", "taken"),
    [
        (Repeat.SAFE, BAD_NUMBER, MessageState.FAILED, 0),
        (Repeat.NEVER, BAD_NUMBER, MessageState.FAILED, 0),
        (Repeat.SAFE, THROTTLED, MessageState.SENT, 1),
        (Repeat.NEVER, THROTTLED, MessageState.SENT, 1),
        (Repeat.SAFE, TIMEOUT, MessageState.SENT, 1),
        (Repeat.LOOK_FIRST, TIMEOUT, MessageState.SENT, 1),
        (Repeat.NEVER, TIMEOUT, MessageState.UNCERTAIN, 0),
        (Repeat.NEVER, NAMELESS, MessageState.UNCERTAIN, 0),
        (Repeat.SAFE, NAMELESS, MessageState.UNCERTAIN, 0),
    ],
)
def test_what_becomes_of_a_text_after_one_failure(
    line: Line, repeat: Repeat, error: ProviderError, state: MessageState, taken: int
) -> None:
    with_text(line, repeat)
    line.client.outcomes = [error]

    try_until_settled(line)

    message = line.outgoing()
    assert (message.state, len(line.client.taken)) == (state, taken)
    assert message.envelope is None
    assert line.work(WorkKind.SEND) == []


@pytest.mark.parametrize(
    ("error", "state"), [(THROTTLED, MessageState.FAILED), (TIMEOUT, MessageState.UNCERTAIN)], ids=["known", "unknown"]
)
def test_a_text_that_can_never_be_sent_is_given_up_and_its_envelope_destroyed(
    line: Line, error: ProviderError, state: MessageState
) -> None:
    with_text(line)
    line.client.outcomes = [error] * 100

    outcomes = try_until_settled(line)

    message = line.outgoing()
    assert (message.state, message.reason, message.envelope) == (state, error.reason, None)
    assert 5 < len(outcomes) < 10
    assert line.work(WorkKind.SEND) == []


def test_while_it_cannot_be_looked_up_a_text_that_may_have_gone_out_is_not_sent_again(line: Line) -> None:
    with_text(line, Repeat.LOOK_FIRST)
    line.client.after_taking = TIMEOUT
    line.client.look_fails = [THROTTLED, ProviderError("provider_down", permanent=False)]

    try_until_settled(line)

    assert len(line.client.taken) == 1
    assert line.outgoing().state is MessageState.SENT


def test_a_text_that_may_have_gone_out_and_can_never_be_looked_up_is_uncertain(line: Line) -> None:
    with_text(line, Repeat.LOOK_FIRST)
    line.client.after_taking = TIMEOUT
    line.client.look_fails = [ProviderError("rejected", permanent=True)]

    try_until_settled(line)

    assert len(line.client.taken) == 1
    assert line.outgoing().state is MessageState.UNCERTAIN


def test_a_text_for_a_provider_that_is_not_configured_any_more_fails(line: Line) -> None:
    with_text(line)
    line.sending._clients = {}

    line.do(WorkKind.SEND)

    assert (line.outgoing().state, line.outgoing().reason) == (MessageState.FAILED, "not_configured")


def test_who_opted_out_at_the_provider_is_sent_nothing_more(line: Line) -> None:
    with_text(line)
    line.client.outcomes = [ProviderError("opted_out", permanent=True)]
    line.do(WorkKind.SEND)
    assert line.source().stopped

    line.receive("Masoja arova vanhu")
    line.do(WorkKind.TRIAGE)

    assert line.work(WorkKind.SEND) == []


def test_a_text_to_who_said_stop_meanwhile_is_withheld_and_its_envelope_destroyed(line: Line) -> None:
    with_text(line)
    line.receive("STOP")

    line.do(WorkKind.SEND)

    message = line.outgoing()
    assert line.client.taken == []
    assert (message.state, message.envelope) == (MessageState.WITHHELD, None)


def test_a_text_whose_key_is_gone_is_said_to_have_failed(line: Line) -> None:
    with_text(line)
    message = line.outgoing()
    with line.rooms.writing() as unit:
        unit.periods.change(message.envelope_period, intake_wrap=None)
        unit.commit()

    line.do(WorkKind.SEND)

    message = line.outgoing()
    assert (message.state, message.reason, message.envelope) == (MessageState.FAILED, "key_destroyed", None)
    assert line.work(WorkKind.SEND) == []


def tell(line: Line, state: DeliveryState, reason: str | None = None, provider_id: str = "sent-1") -> None:
    line.intake.take_in(DeliveryStatus(provider="twilio", provider_id=provider_id, state=state, reason=reason))


def test_statuses_that_came_before_the_text_was_noted_count(each_line: Line) -> None:
    line = each_line
    with_text(line, Repeat.LOOK_FIRST)
    tell(line, DeliveryState.DELIVERED)
    tell(line, DeliveryState.QUEUED)

    line.do(WorkKind.SEND)

    assert line.outgoing().state is MessageState.DELIVERED


ORDERS = st.permutations([DeliveryState.QUEUED, DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.UNKNOWN])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=ORDERS, twice=st.booleans(), failed_too=st.booleans())
def test_in_any_order_and_number_the_furthest_status_counts(
    line: Line, order: list[DeliveryState], twice: bool, failed_too: bool
) -> None:
    line.client = FakeClient(repeat=Repeat.LOOK_FIRST)
    line.rooms.clock.go_on(hours=100)
    line.receive("HELP", sender=f"+2637700000{line.received % 100:02d}")
    line.do(WorkKind.ANSWER)
    line.client.taken = [("", None)] * line.received  # type: ignore[list-item]
    line.do(WorkKind.SEND)
    provider_id = line.client.taken[-1][0]

    for state in order + order * twice + [DeliveryState.FAILED] * failed_too:
        tell(line, state, provider_id=provider_id)

    with line.rooms.reading() as unit:
        newest = max((message for message in unit.messages.all() if message.direction == "out"), key=lambda message: message.hour)
    assert newest.state is MessageState.DELIVERED


def test_a_failure_told_later_is_noted_with_its_reason_and_an_opt_out_stops(line: Line) -> None:
    with_text(line, Repeat.LOOK_FIRST)
    line.do(WorkKind.SEND)

    tell(line, DeliveryState.FAILED, "opted_out")

    message = line.outgoing()
    assert (message.state, message.reason) == (MessageState.FAILED, "opted_out")
    assert line.source().stopped


def test_once_it_arrived_a_text_is_erased_at_the_provider(line: Line) -> None:
    with_text(line, Repeat.LOOK_FIRST)
    line.do(WorkKind.SEND)
    tell(line, DeliveryState.DELIVERED)
    tell(line, DeliveryState.READ)
    line.rooms.clock.go_on(hours=1)

    line.do(WorkKind.ERASE)

    assert sorted(line.client.erased) == ["SM1", "sent-1"]  # the command too
    assert line.work() == []


def test_a_text_to_another_source_does_not_wait_for_one_that_fails(line: Line) -> None:
    with_text(line)
    line.receive("HELP", sender=OTHER_NUMBER)
    line.do(WorkKind.ANSWER)
    line.client.outcomes = [THROTTLED]

    outcomes = line.do(WorkKind.SEND)

    assert sorted(outcomes) == [Outcome.DONE, Outcome.LATER]
    assert len(line.client.taken) == 1
