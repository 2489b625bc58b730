"""The switchboard: takes the events of calls, keeps what is learnt, and says what the caller hears next.

Every event may come twice, late, out of order or not at all. What is done is done within one transaction of the caller's, and the
same event again finds it done: it gives the same dialog and changes nothing. A dialog speaks only of what is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.commands import new_receipt
from handlers.events import CallEnded, CallStep, InboundCall, RecordingMade
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.boot import BootSecret
from handlers.protection.keyring import Keyring
from handlers.protection.numbers import read_sender
from handlers.protection.pseudonyms import pseudonym, receipt_tag
from handlers.records import Call, CallState, Direction, Message, Purpose
from handlers.reports import DURESS, HIGHEST_PRIORITY
from handlers.voice.announcing import OpenNow
from handlers.voice.calls import Calls, Held, have_triaged
from handlers.voice.composing import Composer, Made
from handlers.voice.ending import Ending
from handlers.voice.facts import Facts, Prepared
from handlers.voice.menu import Deed, Keypad, Turn, advance, begin
from handlers.voice.menu.states import QUESTIONS
from handlers.voice.needs import CallsBack, ChecksMonitors, NoCallBacks, NoMonitors, ReadsReplies
from handlers.voice.prompts import Prompts
from handlers.voice.read_out import ReadOut
from handlers.voice.recorded import Recorded
from handlers.voice.speech import Dialog, HangUp, Reject
from handlers.voice.tokens import Memory, Tokens, WrongToken, as_memory, as_plain

ANSWERED = "answered"  # the step of a call of ours that somebody picked up
_OURS_GOING_OUT = (CallState.PLANNED.value, CallState.PLACED.value)


class Switchboard:
    """Answers calls. One object serves all threads of a process."""

    def __init__(
        self,
        *,
        reading: OpenUnit,
        keyring: Keyring,
        boot: BootSecret,
        prompts: Prompts,
        keypad: Keypad,
        clock: Clock,
        language: str,
        monitors: ChecksMonitors | None = None,
        call_backs: CallsBack | None = None,
        replies: ReadsReplies | None = None,
    ) -> None:
        self._reading = reading
        self._keyring = keyring
        self._tag_key = boot.derive("delivery tag")
        self._receipt_key = boot.derive("receipt tag")
        self._keypad = keypad
        self._clock = clock
        self._monitors = monitors or NoMonitors()
        self._tokens = Tokens(boot.derive("call token"))
        self._composer = Composer(prompts, self._tokens, language=language)
        self._calls = Calls(keyring, self._tag_key)
        self._recorded = Recorded(keyring, self._calls)
        self._call_backs = call_backs or NoCallBacks()
        self._ending = Ending(self._calls, self._call_backs)
        self._facts = Facts(receipt_key=self._receipt_key, replies=replies or ReadOut(keyring), language=language)

    def now(self) -> OpenNow:
        """Give the periods that are open now. Call it before a unit of work is opened."""
        return OpenNow(
            report=self._keyring.current(Purpose.REPORT),
            contact=self._keyring.current(Purpose.CONTACT),
            now=self._clock(),
            tag_key=self._tag_key,
        )

    def begun(self, unit: UnitOfWork, event: InboundCall, message: Message, *, is_answered: bool) -> None:
        """Add the row of a call whose message was just kept. One that is not answered is a missed one at once."""
        call = self._calls.add(unit, event, message, CallState.GOING_ON if is_answered else CallState.MISSED)
        if call is not None and not is_answered:
            self._call_backs.missed(unit, call)

    def first(self, event: InboundCall) -> Dialog:
        """Give what a caller hears first; a call that cannot be found again is not answered."""
        with self._reading() as unit:
            call = self._calls.find(unit, event.provider, event.provider_id) if event.provider_id else None
        if call is None:
            return (Reject(),)
        return self._composed(begin(now=self._clock(), is_ours=False), Made(), call, event.provider)

    def find(self, unit: UnitOfWork, event: CallStep | CallEnded | RecordingMade, *, names: bytes) -> Call | None:
        """Give the call that an event belongs to. One of ours may be answered before we are told by what name it goes: then it is
        known by whom it went to (`names` is the key of pseudonyms)."""
        provider_id = event.call_id if isinstance(event, RecordingMade) else event.provider_id
        call = self._calls.find(unit, event.provider, provider_id)
        if call is not None or isinstance(event, RecordingMade) or not event.is_ours:
            return call
        source = unit.sources.first(pseudonym=pseudonym(names, read_sender(event.sender).value))
        if source is None:
            return None
        return unit.calls.first(source_id=source.id, direction=Direction.OUT.value, state=_OURS_GOING_OUT, tag=None)

    def prepare(self, step: CallStep) -> Prepared:
        """Find out, before the transaction, where a call stands and whose code and PIN were pressed."""
        names = self._keyring.current(Purpose.PSEUDONYM).key
        with self._reading() as unit:
            call = self.find(unit, step, names=names)
            held = self._calls.peek(unit, call) if call else None
        if call is None or held is None:
            return Prepared(memory=None)
        try:
            memory = self._memory(step, call, held)
        except WrongToken:
            return Prepared(memory=None)
        if memory is None or memory.state != "pin" or not step.keys.isdecimal():
            return Prepared(memory=memory)
        known = held.known("checked") or {}
        if known.get("steps") == memory.steps:
            return Prepared(memory=memory, check=known["check"], monitor=known["monitor"], is_known=True)
        checked = self._monitors.check(memory.code, step.keys)
        return Prepared(memory=memory, check=checked.outcome, monitor=checked.monitor_id)

    def take(self, unit: UnitOfWork, call: Call, step: CallStep, prepared: Prepared, at: OpenNow) -> Dialog:
        """Take a step of a call, and give what the caller hears next; nothing where nobody listens any more."""
        if step.is_ours and call.tag is None:
            call = self._calls.name(unit, call, step.provider, step.provider_id)
        held = self._calls.hold(unit, call)
        if held is None:
            if step.recording is not None:
                self._recorded.refuse(unit, step.recording, at)
            return (HangUp(),)
        if held.call.state in (CallState.PLANNED, CallState.PLACED):
            unit.calls.change(call.id, state=CallState.GOING_ON)
            held.call = replace(held.call, state=CallState.GOING_ON)
        memory = prepared.memory
        if memory is not None and memory.report is not None and step.recording is not None:
            self._calls.join(unit, held, memory.report, at)
        if step.recording is not None:
            self._recorded.keep(unit, held, step.recording, at)
        if step.keys:
            self._calls.learn(unit, held, pressed=True)
        dialog = self._went_on(unit, held, step, prepared, at) if memory else self._composer.goodbye()
        if step.is_over:
            self._ending.end(unit, held, at, seconds=None)
            return ()
        return dialog

    def record(self, unit: UnitOfWork, call: Call, made: RecordingMade, at: OpenNow) -> bool:
        """Take note of a recording; say whether it is new."""
        held = self._calls.hold(unit, call)
        if held is None:
            self._recorded.refuse(unit, made, at)
            return False
        return self._recorded.keep(unit, held, made, at)

    def end(self, unit: UnitOfWork, call: Call, ended: CallEnded, at: OpenNow) -> None:
        """Take note that a call is over."""
        held = self._calls.hold(unit, call)
        if held is not None:
            self._ending.end(unit, held, at, seconds=ended.seconds, is_answered=ended.is_answered)

    def _memory(self, step: CallStep, call: Call, held: Held) -> Memory | None:
        """Give where a call stands; None at its very beginning. A provider that leaves the token out is believed to be at the
        last step that we know of."""
        if step.token:
            return self._tokens.open(step.token, call_id=call.id, provider=step.provider, now=self._clock())
        kept = held.known("memory")
        if step.step == ANSWERED or not kept:
            return begin(now=self._clock(), is_ours=step.is_ours).memory
        return as_memory(kept)

    def _went_on(self, unit: UnitOfWork, held: Held, step: CallStep, prepared: Prepared, at: OpenNow) -> Dialog:
        memory = prepared.memory
        if memory is None:
            return self._composer.goodbye()
        if step.step == ANSWERED and not step.token:
            return self._composed(begin(now=at.now, is_ours=step.is_ours), Made(), held.call, step.provider)
        heard = self._facts.heard(unit, held, memory, step, prepared, at)
        turn = advance(memory, heard, self._keypad)
        if prepared.check and not prepared.is_known:
            checked = {"steps": memory.steps, "check": prepared.check, "monitor": prepared.monitor}
            self._calls.learn(unit, held, checked=checked)
        if turn.memory.monitor is not None:
            self._note_monitor(unit, held, turn.memory.monitor, is_duress=prepared.check == "duress", at=at)
        self._do(unit, held, turn, memory, at)
        made = Made(
            receipt=held.known("receipt"),
            reply=self._facts.reply(unit, turn.memory) if turn.memory.state == "reply" else (),
            recording=held.known("recording"),
        )
        return self._composed(turn, made, held.call, step.provider)

    def _do(self, unit: UnitOfWork, held: Held, turn: Turn, before: Memory, at: OpenNow) -> None:
        """Do the deed of a turn and keep what was learnt, unless something newer is kept already."""
        if turn.deed is Deed.HEARD and before.reply is not None:
            waiting = unit.waiting.first(id=before.reply)
            if waiting is not None and waiting.heard_hour is None:
                unit.waiting.change(waiting.id, heard_hour=at.hour)
        if turn.memory.steps <= int(held.known("steps") or 0):
            return
        learnt = {"steps": turn.memory.steps, "memory": as_plain(turn.memory), "answers": self._answers(turn.memory)}
        self._calls.learn(unit, held, **learnt, language=turn.memory.language)
        if turn.deed is Deed.DELETE:
            self._recorded.delete(unit, held, at)
        if turn.deed is Deed.SEND:
            self._send(unit, held)

    def _send(self, unit: UnitOfWork, held: Held) -> None:
        """Give the report its receipt, if it has none: one that was given to somebody else is not told to whoever has the
        phone."""
        report = unit.reports.get(held.message.report_id, lock=True)
        if held.known("receipt") is None and report.receipt_tag is None and held.content is not None:
            receipt = new_receipt(secrets.token_bytes)
            unit.reports.change(report.id, receipt_tag=receipt_tag(self._receipt_key, receipt))
            self._calls.learn(unit, held, receipt=receipt)
        self._calls.learn(unit, held, outcome="sent")
        have_triaged(unit, held.message)

    def _note_monitor(self, unit: UnitOfWork, held: Held, monitor_id: str, *, is_duress: bool, at: OpenNow) -> None:
        if held.call.monitor_id == monitor_id:
            return
        self._calls.part(unit, held, at)
        unit.calls.change(held.call.id, monitor_id=monitor_id)
        held.call = replace(held.call, monitor_id=monitor_id)
        report = unit.reports.get(held.message.report_id, lock=True)
        raised: dict[str, Any] = {}
        if is_duress:
            raised = {"flags": " ".join(sorted({*report.flags.split(), DURESS})), "priority": HIGHEST_PRIORITY}
        unit.reports.change(report.id, monitor_id=monitor_id, **raised)
        self._calls.learn(unit, held, monitor=monitor_id)

    def _answers(self, memory: Memory) -> Mapping[str, Mapping[str, Any]]:
        """Give what a monitor answered: the keys, and what they mean by the lists of today."""
        answers: Mapping[str, str] = memory.answers
        return {
            question: {"keys": answers[question], "value": self._keypad.meaning(question, answers)}
            for question in QUESTIONS
            if question in answers
        }

    def _composed(self, turn: Turn, made: Made, call: Call, provider: str) -> Dialog:
        return self._composer.compose(turn, made, call_id=call.id, provider=provider, now=self._clock())
