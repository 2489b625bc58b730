"""A line that rings people: flashes come in, calls go out through a telephony that does as it is told."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from handlers.errors import ProviderError
from handlers.events import CallEnded, InboundCall, RecordingMade
from handlers.outgoing import Fetched, OutgoingCall, Repeat, Sent
from handlers.ports import OpenUnit
from handlers.protection.pseudonyms import call_tag
from handlers.records import Call, CallState, Direction, Work, WorkKind, WorkState
from handlers.voice.calling import CallBacks, Ring, opened
from handlers.voice.ringing import Rules, VoiceLine
from handlers.work.answering import Answering
from handlers.work.calling_back import CallingBack
from handlers.work.workbench import Outcome, Workbench
from tests.handlers.work.line import NUMBER, Line

if TYPE_CHECKING:
    from tests.conftest import Rooms

LINES = (VoiceLine("twilio", "+12065550100"), VoiceLine("africastalking", "+263770000099"))
RULES = Rules(lines=LINES)


def _nothing(_: str) -> None:
    return None


def _numbered(count: int, call: OutgoingCall) -> str:
    return f"CA{count}"


@dataclass
class FakeTelephony:
    """Fulfils `handlers.outgoing.Telephony`. `outcomes` are what the next calls do: an error to raise, or None to ring."""

    repeat: Repeat = Repeat.LOOK_FIRST
    outcomes: list[BaseException | None] = field(default_factory=list)
    after_ringing: list[BaseException] = field(default_factory=list)  # raised once each, after it rang
    look_fails: list[ProviderError] = field(default_factory=list)
    ends: dict[str, CallEnded] = field(default_factory=dict)
    rung: list[OutgoingCall] = field(default_factory=list)
    on_call: Callable[[str], None] = _nothing
    named: Callable[[int, OutgoingCall], str] = _numbered

    def call(self, call: OutgoingCall) -> Sent:
        """Ring, or raise what was ordered."""
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome
        self.rung.append(call)
        name = self.named(len(self.rung), call)
        self.on_call(name)
        if self.after_ringing:
            raise self.after_ringing.pop(0)
        return Sent(provider_id=name)

    def find_call(self, call: OutgoingCall, since: datetime) -> Sent | None:
        """Find the newest call to the same number."""
        if self.look_fails:
            raise self.look_fails.pop(0)
        found = [place for place, known in enumerate(self.rung, 1) if known.recipient == call.recipient]
        return Sent(provider_id=self.named(found[-1], call)) if found else None

    def end_of(self, provider_id: str) -> CallEnded | None:
        """Say what became of a call."""
        return self.ends.get(provider_id)

    def recordings_since(self, since: datetime) -> Iterator[RecordingMade]:
        """Yield nothing."""
        return iter(())

    def fetch(self, reference: str, *, parent: str, most_bytes: int) -> Fetched:
        """Have nothing."""
        raise ProviderError("gone", permanent=True)

    def erase_file(self, reference: str, *, parent: str) -> None:
        """Do nothing."""


@dataclass
class Telephone:
    """The calls of a line."""

    line: Line
    rules: Rules = RULES
    telephony: FakeTelephony = field(default_factory=FakeTelephony)
    writing: OpenUnit | None = None

    def __post_init__(self) -> None:
        rooms = self.rooms
        self.call_backs = CallBacks(keyring=rooms.keyring, rules=self.rules, clock=rooms.clock)
        self.calling_back = CallingBack(
            writing=self.writing or rooms.writing,
            keyring=rooms.keyring,
            tag_key=rooms.boot.derive("delivery tag"),
            rules=self.rules,
            telephonies={"twilio": lambda: self.telephony, "africastalking": lambda: self.telephony},
            take_in=self.end,
            addresses=lambda provider: (f"https://line.example.org/{provider}/answered", "https://line.example.org/call"),
            clock=rooms.clock,
        )
        self.bench = Workbench(writing=rooms.writing, clock=rooms.clock, doers={WorkKind.CALL_BACK: self.calling_back})
        answering = self.line.bench._doers[WorkKind.ANSWER]
        assert isinstance(answering, Answering)
        answering._call_backs = self.call_backs

    @property
    def rooms(self) -> Rooms:
        return self.line.rooms

    def flash(self, *, provider: str = "twilio", sender: str = NUMBER, on: str = "+12065550100") -> None:
        """Ring and hang up, as the switchboard has it: the call is kept, and found to be missed."""
        call_id = secrets.token_hex(8)
        self.line.intake.take_in(InboundCall(provider=provider, provider_id=call_id, line=on, sender=sender))
        with self.rooms.writing() as unit:
            (message,) = [known for known in unit.messages.all(kind="call") if self.line.opened(known)["provider_id"] == call_id]
            unit.sources.get(message.source_id, lock=True)
            call = unit.calls.first(message_id=message.id)
            assert call is not None
            unit.calls.change(call.id, state=CallState.MISSED)
            self.call_backs.missed(unit, call)
            unit.commit()

    def ask(self, words: str = "ndifonerei", **more: Any) -> None:
        """Ask for a call in a text."""
        self.line.receive(words, **more)
        self.line.do(WorkKind.ANSWER)

    def end(self, event: CallEnded) -> None:
        """Tell the end of a call of ours, as the switchboard takes it."""
        with self.rooms.writing() as unit:
            call = unit.calls.first(tag=call_tag(self.rooms.boot.derive("delivery tag"), event.provider, event.provider_id))
            if call is not None and call.state in (CallState.PLACED, CallState.GOING_ON):
                unit.sources.get(call.source_id, lock=True)
                unit.calls.change(call.id, state=CallState.ENDED if event.is_answered else CallState.MISSED)
                self.call_backs.over(unit, call)
            unit.commit()

    def ended(self, number: int = 1, *, is_answered: bool = True) -> None:
        """Have the provider tell the end of a call by its number."""
        self.end(CallEnded(provider="twilio", provider_id=f"CA{number}", is_answered=is_answered, is_ours=True))

    def do(self) -> list[Outcome]:
        """Do what is due now, once each."""
        now = int(self.rooms.clock())
        due = [work for work in self.work() if work.due_at <= now and work.state is not WorkState.FAILED]
        return [self.bench.do(work.id)[0] for work in due]

    def do_when_due(self) -> list[Outcome]:
        """Let the time come for the first piece of work, and do what is due then."""
        (first, *_) = sorted(work.due_at for work in self.work())
        self.rooms.clock.now = max(self.rooms.clock.now, float(first))
        return self.do()

    def calls(self) -> list[Call]:
        """Give the calls of ours."""
        with self.rooms.reading() as unit:
            return unit.calls.all(direction=Direction.OUT)

    def call(self) -> Call:
        """Give the one call of ours."""
        (call,) = self.calls()
        return call

    def states(self) -> list[str]:
        """Give the states of the calls of ours."""
        return sorted(call.state.value for call in self.calls())

    def work(self) -> list[Work]:
        """Give the calls back that are to be done."""
        return self.line.work(WorkKind.CALL_BACK)

    def ring(self) -> Ring | None:
        """Open what the one work holds."""
        (work,) = self.work()
        with self.rooms.reading() as unit:
            return opened(unit, work, self.rooms.keyring)

    def with_rules(self, **changed: Any) -> Telephone:
        """Give the same line under other rules."""
        return Telephone(self.line, rules=replace(self.rules, **changed), telephony=self.telephony)

    def doomed(self, writing: OpenUnit) -> Telephone:
        """Give the same line with a worker that dies."""
        return Telephone(self.line, rules=self.rules, telephony=self.telephony, writing=writing)
