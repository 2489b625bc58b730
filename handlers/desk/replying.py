"""Replying: a coordinator's text to a source, sealed for the worker that sends it. No person sees the number."""

from __future__ import annotations

from typing import Literal

from handlers.desk.lengths import MOST_PARTS, measure
from handlers.desk.office import Office, Unfinished, new_id, required
from handlers.desk.people import SignedIn
from handlers.protection.unsealing import Envelope, Errand, enclose
from handlers.records import Direction, Message, MessageKind, MessageState, Purpose, Report, Work, WorkKind


class Replying:
    """Writes to sources."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def reply(
        self, who: SignedIn, report_id: str, version: int, *, text: str, reason: Literal["answer", "question"] = "answer"
    ) -> str:
        """Queue a text to the source of a report; give its id. Raise `NotAllowed` where nobody is to be answered."""
        words = required(text, "The text is empty.")
        length = measure(words)
        if length.parts > MOST_PARTS:
            raise Unfinished(f"This would be {length.parts} messages; {MOST_PARTS} are the most. Please shorten it.")
        keys = self._office.keys(who)
        sealer, contacts = self._office.sealer(), self._office.keyring.current(Purpose.CONTACT)
        message_id = new_id()
        errand = Errand(person_id=who.person.id, reason=reason, message_id=message_id, text=words, hour=self._office.hour())
        with self._office.writing() as unit:
            report = self._office.report_for_change(unit, report_id, version)
            envelope = enclose(unit, unit.sources.get(report.source_id, lock=True), errand, keys=keys, period=contacts)
            content = {"text": words, "at": float(self._office.clock()), "kind": MessageKind.REPLY.value, **envelope.route}
            sealed = sealer.seal("messages", "content", message_id, content)
            unit.messages.add(_message(report, errand, envelope, sealer.period.id, sealed))
            unit.work.add(Work(id=new_id(), kind=WorkKind.SEND, subject_id=message_id))
            unit.reports.change(report_id, version=version)
            self._office.audit(unit, who, f"wrote to the source: {reason}", report_id)
            unit.commit()
        return message_id


def _message(report: Report, errand: Errand, envelope: Envelope, period: str, content: bytes) -> Message:
    return Message(
        id=errand.message_id,
        report_id=report.id,
        source_id=report.source_id,
        direction=Direction.OUT,
        kind=MessageKind.REPLY,
        state=MessageState.QUEUED,
        hour=errand.hour,
        period=period,
        content=content,
        author_id=errand.person_id,
        envelope=envelope.value,
        envelope_period=envelope.period,
    )
