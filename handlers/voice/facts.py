"""The facts that the menu cannot know: whose code and PIN these are, which report a receipt names, which reply waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from handlers.commands import read_receipt
from handlers.events import CallStep
from handlers.ports import UnitOfWork
from handlers.receipts import NO_SUCH_RECEIPT, find_report
from handlers.records import Waiting
from handlers.voice.announcing import OpenNow
from handlers.voice.calls import Held
from handlers.voice.menu import Heard
from handlers.voice.needs import ReadsReplies
from handlers.voice.speech import Speak
from handlers.voice.tokens import Memory

Check = Literal["", "right", "duress", "wrong", "locked", "suspended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What was found out before the transaction: where the call stands (None: the token is none of its), and what became of a
    code and PIN, which takes long and must not be counted twice."""

    memory: Memory | None = field(repr=False)
    check: Check = ""
    monitor: str | None = None
    is_known: bool = False  # it was checked when this step came before


class Facts:
    """Finds out facts, within a transaction of the caller's."""

    def __init__(self, *, receipt_key: bytes, replies: ReadsReplies, language: str) -> None:
        self._receipt_key = receipt_key
        self._replies = replies
        self._language = language

    def heard(self, unit: UnitOfWork, held: Held, memory: Memory, step: CallStep, prepared: Prepared, at: OpenNow) -> Heard:
        """Give what the menu must know of a step."""
        made = step.recording
        report = self._named(unit, held, step.keys, at) if memory.state == "receipt" else None
        reply = self._waiting(unit, report or memory.report, memory)
        return Heard(
            keys=step.keys,
            is_recorded=made is not None and made.state == "ready" and made.seconds != 0,
            now=at.now,
            check=prepared.check,
            monitor=prepared.monitor,
            report=report,
            reply=reply.id if reply else None,
        )

    def reply(self, unit: UnitOfWork, memory: Memory) -> tuple[Speak, ...]:
        """Give the reply that is to be heard now."""
        waiting = unit.waiting.first(id=memory.reply) if memory.reply else None
        return self._replies.speak(unit, waiting, memory.language or self._language) if waiting else ()

    def _named(self, unit: UnitOfWork, held: Held, keys: str, at: OpenNow) -> str | None:
        """Give the report of a receipt. Who guesses is counted: a wrong one stays with the call."""
        read = read_receipt(keys)
        if read is None or read[1]:
            return None  # its check digit is wrong: a slip of the finger, which tells a guesser nothing
        key, source_id = self._receipt_key, held.call.source_id
        report = find_report(unit, read[0], key=key, source_id=source_id, hour=at.hour)
        if report is None:
            unit.messages.change(held.message.id, reason=NO_SUCH_RECEIPT)
            return None
        return report.id

    def _waiting(self, unit: UnitOfWork, report_id: str | None, memory: Memory) -> Waiting | None:
        """Give the first reply of a report that waits, can be heard, and is not the one being heard."""
        if report_id is None:
            return None
        waits = sorted(unit.waiting.all(report_id=report_id, heard_hour=None), key=lambda each: (each.hour, each.id))
        language = memory.language or self._language
        return next((each for each in waits if each.id != memory.reply and self._replies.speak(unit, each, language)), None)
