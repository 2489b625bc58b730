"""Each recipient gets each packet; one that is down is tried again and delays nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from handlers.errors import RecipientError
from handlers.protection.sealing import Place, seal_json
from handlers.records import Purpose, Work, WorkKind, WorkState
from handlers.upkeep.closing import Closing
from handlers.work.forwarding import Forwarding
from handlers.work.workbench import Outcome, Workbench

if TYPE_CHECKING:
    from tests.conftest import Rooms

PACKET = {"entry": 1, "place": "Chiadzwa"}


@dataclass
class Recipient:
    """A recipient that fails as ordered."""

    fails: list[RecipientError] = field(default_factory=list)
    got: list[Mapping[str, Any]] = field(default_factory=list)

    def __call__(self, packet: Mapping[str, Any]) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.got.append(packet)


@pytest.fixture
def recipients() -> dict[str, Recipient]:
    return {"folder": Recipient(), "webhook": Recipient()}


@pytest.fixture
def bench(sqlite_rooms: Rooms, recipients: dict[str, Recipient]) -> Workbench:
    rooms = sqlite_rooms
    forwarding = Forwarding(writing=rooms.writing, reading=rooms.reading, keyring=rooms.keyring, recipients=recipients)
    return Workbench(writing=rooms.writing, clock=rooms.clock, doers={WorkKind.FORWARD: forwarding})


def add(rooms: Rooms, name: str, *, has_packet: bool = True) -> Work:
    period = rooms.keyring.current(Purpose.REPORT)
    sealed = seal_json(period.key, {"connector": name, "packet": PACKET}, Place("work", "payload", name, period.id))
    work = Work(
        id=name,
        kind=WorkKind.FORWARD,
        subject_id="entry",
        payload=sealed if has_packet else None,
        payload_period=period.id if has_packet else None,
    )
    with rooms.writing() as unit:
        unit.work.add(work)
        unit.commit()
    return work


def left(rooms: Rooms) -> dict[str, tuple[WorkState, str | None]]:
    with rooms.reading() as unit:
        return {work.id: (work.state, work.reason) for work in unit.work.all()}


def test_a_packet_is_handed_over_and_its_work_is_gone(sqlite_rooms, bench, recipients) -> None:
    add(sqlite_rooms, "folder")

    assert bench.do("folder")[0] is Outcome.DONE

    assert recipients["folder"].got == [PACKET]
    assert left(sqlite_rooms) == {}


def test_a_recipient_that_is_down_is_tried_again_and_delays_nobody(sqlite_rooms, bench, recipients) -> None:
    recipients["webhook"].fails = [RecipientError("away", permanent=False)]
    add(sqlite_rooms, "webhook")
    add(sqlite_rooms, "folder")

    first = [bench.do("webhook")[0], bench.do("folder")[0]]
    sqlite_rooms.clock.go_on(seconds=5)
    again = bench.do("webhook")[0]

    assert (first, again) == ([Outcome.LATER, Outcome.DONE], Outcome.DONE)
    assert recipients["webhook"].got == recipients["folder"].got == [PACKET]


def test_a_packet_carried_into_another_period_after_it_was_claimed_is_handed_over(sqlite_rooms, recipients) -> None:
    rooms = sqlite_rooms
    claimed = add(rooms, "folder")
    rooms.clock.go_on(hours=40)
    Closing(writing=rooms.writing, reading=rooms.reading, keyring=rooms.keyring, clock=rooms.clock, grace_hours=6).close_due()
    keyring = rooms.new_keyring()

    Forwarding(writing=rooms.writing, reading=rooms.reading, keyring=keyring, recipients=recipients)(claimed)

    assert recipients["folder"].got == [PACKET]


@pytest.mark.parametrize(("name", "has_packet", "reason"), [("gone", True, "not_configured"), ("folder", False, "no_packet")])
def test_what_can_go_to_nobody_fails_at_once(sqlite_rooms, bench, name: str, has_packet: bool, reason: str) -> None:
    add(sqlite_rooms, name, has_packet=has_packet)

    assert bench.do(name)[0] is Outcome.FAILED
    assert left(sqlite_rooms) == {name: (WorkState.FAILED, reason)}


def test_a_packet_done_by_another_meanwhile_is_not_handed_over_again(sqlite_rooms, recipients) -> None:
    work = add(sqlite_rooms, "folder")
    with sqlite_rooms.writing() as unit:
        unit.work.remove(id="folder")
        unit.commit()
    rooms = sqlite_rooms

    Forwarding(writing=rooms.writing, reading=rooms.reading, keyring=rooms.keyring, recipients=recipients)(work)

    assert recipients["folder"].got == []
