"""Once a period is closed the gateway opens nothing of it; what is still on its way goes on, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.errors import KeyDestroyed
from handlers.events import InboundText
from handlers.outgoing import Repeat
from handlers.ports import OpenUnit, UnitOfWork
from handlers.protection.keyring import DeskKeyring
from handlers.protection.pseudonyms import pseudonym
from handlers.protection.sealing import Place, open_json
from handlers.records import Message, MessageState, Period, Purpose, WorkKind, WorkState
from handlers.upkeep.closing import Closing
from handlers.work.workbench import Outcome
from tests.handlers.work.line import NUMBER, REPLIES, Line

GRACE = 6
DAY = 24


def closing(line: Line, *, writing: OpenUnit | None = None) -> Closing:
    rooms = line.rooms
    return Closing(
        writing=writing or rooms.writing, reading=rooms.reading, keyring=rooms.keyring, clock=rooms.clock, grace_hours=GRACE
    )


def afresh(line: Line) -> Line:
    """Give the line as a process has it that was started just now, with the boot secret in hand."""
    return Line(replace(line.rooms, keyring=line.rooms.new_keyring()), client=line.client)


def periods(line: Line) -> dict[Purpose, list[Period]]:
    with line.rooms.reading() as unit:
        return {purpose: unit.periods.all(purpose=purpose) for purpose in Purpose}


def read_at_desk(line: Line, message: Message) -> str:
    place = Place("messages", "content", message.id, message.period)
    key = DeskKeyring(line.rooms.private["desk"], line.rooms.reading).key(message.period)
    return str(open_json(key, message.content, place)["text"])


def finish(line: Line) -> None:
    for kind in (WorkKind.TRIAGE, WorkKind.ANSWER, WorkKind.SEND):
        line.do(kind)


def test_a_closed_day_is_closed_to_the_gateway_and_open_to_the_desk(each_line: Line) -> None:
    line = each_line
    line.receive("canary words")
    finish(line)
    (told,) = line.messages("in")
    line.rooms.clock.go_on(hours=DAY + GRACE)

    assert closing(line).close_due() == 2

    with pytest.raises(KeyDestroyed):
        afresh(line).opened(told)
    with pytest.raises(KeyDestroyed):
        line.opened(told)  # nor from the memory of a process that ran all the time
    assert read_at_desk(line, told) == "canary words"
    for purpose in (Purpose.REPORT, Purpose.CONTACT):
        old, *_ = periods(line)[purpose]
        assert old.intake_wrap is None
        assert old.desk_seal is not None


def test_the_way_back_to_a_source_is_closed_to_the_gateway_with_its_day(line: Line) -> None:
    line.receive()
    finish(line)
    source = line.source()
    line.rooms.clock.go_on(hours=DAY + GRACE)
    closing(line).close_due()

    with pytest.raises(KeyDestroyed):
        line.rooms.new_keyring().key(source.contact_period or "")


def test_a_day_is_not_closed_before_its_grace_is_over_nor_twice(line: Line) -> None:
    line.receive()
    finish(line)
    opens = periods(line)[Purpose.REPORT][0].opens_hour
    line.rooms.clock.now = float((opens + DAY + GRACE) * 3600 - 1)

    early = closing(line).close_due()
    line.rooms.clock.go_on(seconds=1)

    assert (early, closing(line).close_due(), closing(line).close_due()) == (0, 2, 0)


def test_nothing_of_a_destroyed_key_is_left_in_the_files(line: Line) -> None:
    line.receive()
    finish(line)
    wrap = periods(line)[Purpose.REPORT][0].intake_wrap
    line.rooms.clock.go_on(hours=DAY + GRACE)
    path = Path(str(line.rooms.database.url.database))
    assert wrap is not None
    assert any(wrap in file.read_bytes() for file in path.parent.iterdir())

    closing(line).close_due()
    line.rooms.database.scrub()

    assert not any(wrap in file.read_bytes() for file in path.parent.iterdir())


def test_what_is_not_triaged_yet_holds_its_day_open_but_not_for_ever(each_line: Line) -> None:
    line = each_line
    line.receive("still to be read")
    (told,) = line.messages("in")
    opens = periods(line)[Purpose.REPORT][0].opens_hour

    held: list[str] = []
    for hours in (GRACE, 4 * GRACE - 1, 4 * GRACE):
        line.rooms.clock.now = float((opens + DAY + hours) * 3600)
        closing(line).close_due()
        old = periods(line)[Purpose.REPORT][0]
        held.append("open" if old.intake_wrap else "closed")

    assert held == ["open", "open", "closed"]
    assert afresh(line).do(WorkKind.TRIAGE) == [Outcome.FAILED]
    assert read_at_desk(line, told) == "still to be read"


def test_triage_within_the_grace_is_done_and_then_the_day_is_closed(line: Line) -> None:
    line.receive()
    line.rooms.clock.go_on(hours=DAY + GRACE)
    closing(line).close_due()

    assert afresh(line).do(WorkKind.TRIAGE) == [Outcome.DONE]

    closing(line).close_due()
    assert periods(line)[Purpose.REPORT][0].intake_wrap is None


def test_a_text_on_its_way_is_carried_over_and_sent(each_line: Line) -> None:
    line = each_line
    line.receive("HELP")
    line.do(WorkKind.ANSWER)
    before = line.outgoing()
    line.rooms.clock.go_on(hours=DAY + GRACE)

    closing(line).close_due()

    carried = line.outgoing()
    assert carried.envelope_period != before.envelope_period
    assert afresh(line).do(WorkKind.SEND) == [Outcome.DONE]
    assert [text.recipient for _, text in line.client.taken] == [NUMBER]
    with line.rooms.reading() as unit, pytest.raises(KeyDestroyed):
        line.rooms.new_keyring().key_in(unit, before.envelope_period or "")


def test_a_command_still_to_be_answered_is_carried_over_and_answered(line: Line) -> None:
    line.receive("HELP")
    (work,) = line.work(WorkKind.ANSWER)
    contact, report = periods(line)[Purpose.CONTACT][0], periods(line)[Purpose.REPORT][0]
    line.rooms.clock.go_on(hours=DAY + GRACE)
    closing(line).close_due()  # it holds the report's day open, not that of the contact
    assert (periods(line)[Purpose.CONTACT][0].intake_wrap, contact.id == work.payload_period) == (None, True)
    assert periods(line)[Purpose.REPORT][0].intake_wrap == report.intake_wrap

    afresh(line).bench._doers[WorkKind.ANSWER](work)  # as it was claimed, before it was carried

    assert line.sent_texts() == [REPLIES.text("help", "sn")]


def test_what_failed_for_good_is_not_carried_on(line: Line) -> None:
    line.receive("HELP")
    line.receive("HELP", sender="+263710000022")
    line.do(WorkKind.ANSWER)
    line.receive("HELP", sender="+263780000033")
    with line.rooms.writing() as unit:
        for work in unit.work.all():
            unit.work.change(work.id, state=WorkState.FAILED)
        unit.commit()
    old = periods(line)[Purpose.CONTACT][0]
    line.rooms.clock.go_on(hours=DAY + GRACE)

    closing(line).close_due()

    texts = line.messages("out")
    assert {text.envelope for text in texts} == {None}
    assert {(text.state, text.reason) for text in texts} == {(MessageState.FAILED, "given_up")}
    (answer,) = line.work(WorkKind.ANSWER)
    assert answer.payload_period == old.id  # it stays under the key that is destroyed
    assert periods(line)[Purpose.CONTACT][0].intake_wrap is None


def test_a_text_that_may_have_gone_out_and_is_given_up_is_uncertain(line: Line) -> None:
    line.receive("HELP")
    line.do(WorkKind.ANSWER)
    with line.rooms.writing() as unit:
        unit.messages.change(line.outgoing().id, state=MessageState.SENDING)
        unit.work.remove(subject_id=line.outgoing().id)
        unit.commit()
    line.rooms.clock.go_on(hours=DAY + GRACE)

    closing(line).close_due()

    assert (line.outgoing().state, line.outgoing().envelope) == (MessageState.UNCERTAIN, None)


def test_an_envelope_destroyed_by_a_worker_meanwhile_stays_destroyed(each_line: Line) -> None:
    line = each_line
    line.client.repeat = Repeat.LOOK_FIRST
    line.receive("HELP")
    line.do(WorkKind.ANSWER)
    line.rooms.clock.go_on(hours=DAY + GRACE)
    worker = Line(line.rooms, client=line.client)

    closing(line, writing=_with_a_pause(line.rooms.writing, lambda: worker.do(WorkKind.SEND), line)).close_due()

    message = line.outgoing()
    assert message.state is (MessageState.QUEUED if line.rooms.database.is_sqlite else MessageState.SENT)
    assert (message.envelope is None) is not line.rooms.database.is_sqlite


def _with_a_pause(opening: OpenUnit, meanwhile: Callable[[], object], line: Line) -> OpenUnit:
    """Give units in which, once the envelopes were listed, a worker has its turn. SQLite has one writer: there it waits."""

    @contextmanager
    def open_unit() -> Iterator[UnitOfWork]:
        with opening() as unit:
            list_all = unit.messages.all

            def listed(**equal: object) -> list[Message]:
                found = list_all(**equal)
                if found and not line.rooms.database.is_sqlite:
                    meanwhile()
                return found

            unit.messages.all = listed  # type: ignore[method-assign]
            yield unit

    return open_unit


def test_after_the_pseudonym_period_a_source_is_a_new_person_and_nobody_can_tell(each_line: Line) -> None:
    line = each_line
    line.receive("one")
    line.intake.take_in(
        InboundText(provider="twilio", provider_id=None, line="+12065550100", sender=NUMBER, text="without an id")
    )
    finish(line)
    (period,) = periods(line)[Purpose.PSEUDONYM]
    key = line.rooms.keyring.key(period.id)
    with line.rooms.reading() as unit:
        assert unit.sources.count(pseudonym=pseudonym(key, NUMBER)) == 1
        assert unit.deliveries.count(period=period.id) == 1
    line.rooms.clock.now = float((period.closes_hour + GRACE) * 3600)

    closing(line).close_due()
    line.receive("two")

    with line.rooms.reading() as unit:
        sources = unit.sources.all()
        assert unit.deliveries.count(period=period.id) == 0
    assert len(sources) == 2
    assert sum(source.pseudonym is not None for source in sources) == 1
    assert pseudonym(key, NUMBER) not in [source.pseudonym for source in sources]
    with pytest.raises(KeyDestroyed):
        line.rooms.new_keyring().key(period.id)
    with pytest.raises(KeyDestroyed):
        DeskKeyring(line.rooms.private["desk"], line.rooms.reading).key(period.id)


def test_a_line_at_rest_for_days_closes_every_day_of_it(line: Line) -> None:
    for _ in range(3):
        line.receive()
        finish(line)
        line.rooms.clock.go_on(hours=DAY)
    line.rooms.clock.go_on(hours=10 * DAY)

    closing(line).close_due()

    is_open = [period.intake_wrap is not None for period in periods(line)[Purpose.REPORT]]
    assert is_open == [False, False, False, True]  # the last is today's
