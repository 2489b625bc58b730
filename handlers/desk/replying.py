"""Replying: a coordinator's text to a source, sealed for the worker that sends it. No person sees the number.

It goes out at a moment drawn by chance and not at night, unless a person says why it must go at once. Until it goes, it can be
taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from handlers.desk.cautions import Caution, Known, seal_of
from handlers.desk.checking import read_told
from handlers.desk.enrolling import opened as opened_profile
from handlers.desk.findings import newest, put_together
from handlers.desk.lengths import MOST_PARTS, measure
from handlers.desk.office import Office, Sealer, Unfinished, new_id, required
from handlers.desk.opening import open_findings
from handlers.desk.people import SignedIn
from handlers.desk.private import private_words
from handlers.errors import Conflict, NotFound
from handlers.pacing import Pace
from handlers.ports import UnitOfWork
from handlers.protection.unsealing import Envelope, Errand, enclose
from handlers.records import Direction, Message, MessageKind, MessageState, Purpose, Report, Work, WorkKind

_LONGEST_URGENCY = 500


class Cautioned(Unfinished):
    """A text holds what may give somebody away: it is sent once a person has seen that and says so, by the `seal`."""

    def __init__(self, cautions: tuple[Caution, ...], seal: str) -> None:
        super().__init__("Some words of it may give somebody away. Change them, or say below that it is to go as it is.")
        self.cautions = cautions
        self.seal = seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a person has sent. `urgency` says why it must go at once (empty: it may wait), `confirmed` is the seal of the warnings
    that they saw."""

    text: str = field(repr=False)
    reason: Literal["answer", "question"] = "answer"
    urgency: str = field(default="", repr=False)
    confirmed: str = ""


class Replying:
    """Writes to sources. `names` are those of the organisation."""

    def __init__(self, office: Office, pace: Pace, names: tuple[str, ...] = ()) -> None:
        self._office = office
        self._pace = pace
        self._names = names

    def reply(self, who: SignedIn, report_id: str, version: int, reply: Reply) -> str:
        """Queue a text to the source of a report; give its id. Raise `NotAllowed` where nobody is to be answered, `Cautioned`
        where a person must look at it again first."""
        words = required(reply.text, "The text is empty.")
        length = measure(words)
        if length.parts > MOST_PARTS:
            raise Unfinished(f"This would be {length.parts} messages; {MOST_PARTS} are the most. Please shorten it.")
        keys = self._office.keys(who)
        cautions = self.cautions(who, report_id, words)
        if cautions and reply.confirmed != seal_of(words, cautions):
            raise Cautioned(cautions, seal_of(words, cautions))
        sealer, contacts = self._office.sealer(), self._office.keyring.current(Purpose.CONTACT)
        errand = Errand(
            person_id=who.person.id,
            reason=reply.reason,
            message_id=new_id(),
            text=words,
            hour=self._office.hour(),
            may_wait=not reply.urgency,
        )
        with self._office.writing() as unit:
            report = self._office.report_for_change(unit, report_id, version)
            envelope = enclose(unit, unit.sources.get(report.source_id, lock=True), errand, keys=keys, period=contacts)
            content = {"text": words, "at": float(self._office.clock()), "kind": MessageKind.REPLY.value, **envelope.route}
            sealed = sealer.seal("messages", "content", errand.message_id, content)
            unit.messages.add(_message(report, errand, envelope, sealer.period.id, sealed))
            unit.work.add(Work(id=new_id(), kind=WorkKind.SEND, subject_id=errand.message_id, due_at=self._due(reply)))
            unit.reports.change(report_id, version=version)
            self._say_why(unit, who, sealer, report_id, reply, cautions)
            self._office.audit(unit, who, f"wrote to the source: {reply.reason}", report_id)
            unit.commit()
        return errand.message_id

    def cautions(self, who: SignedIn, report_id: str, text: str) -> tuple[Caution, ...]:
        """Give what in a text to the source of this report may give somebody away."""
        keys = self._office.keys(who)
        with self._office.reading() as unit:
            told = read_told(unit, report_id)
            monitor_id = unit.reports.get(report_id).monitor_id
            monitor = unit.monitors.first(id=monitor_id) if monitor_id else None
        texts = told.texts(keys)
        by_message, said, _ = open_findings(told.findings, keys)
        profile = opened_profile(who, monitor) if monitor else None
        known = Known(
            texts=tuple(each for each in texts.values() if each),
            found=put_together(by_message, newest(said)),
            private=private_words(texts, by_message, newest(said)),
            names=(*self._names, *((profile.name,) if profile else ())),
        )
        return known.cautions(text)

    def take_back(self, who: SignedIn, report_id: str, version: int, message_id: str) -> None:
        """Take back a text that has not gone out. Raise `Conflict` where it has, or may have."""
        self._office.keys(who)
        with self._office.writing() as unit:
            self._office.report_for_change(unit, report_id, version)
            # Work, then message, as the worker takes them.
            work = unit.work.first(subject_id=message_id, kind=WorkKind.SEND.value, lock=True)
            message = unit.messages.first(id=message_id, report_id=report_id, kind=MessageKind.REPLY.value, lock=True)
            if message is None:
                raise NotFound("a reply")
            if work is None or message.state is not MessageState.QUEUED:
                raise Conflict("It has gone out just now, and cannot be taken back.")
            unit.work.remove(id=work.id)
            unit.messages.change(message_id, state=MessageState.WITHHELD, reason="recalled", envelope=None, envelope_period=None)
            unit.reports.change(report_id, version=version)
            self._office.audit(unit, who, "took a reply back", report_id)
            unit.commit()

    def _due(self, reply: Reply) -> int:
        now = self._office.clock()
        return int(now) if reply.urgency else self._pace.soon(now)

    def _say_why(
        self, unit: UnitOfWork, who: SignedIn, sealer: Sealer, report_id: str, reply: Reply, cautions: tuple[Caution, ...]
    ) -> None:
        """Write down why it goes at once, and that it goes in spite of warnings."""
        if reply.urgency:
            why = required(reply.urgency, "Say why it must go at once.")[:_LONGEST_URGENCY]
            self._office.note(unit, who, sealer, "urgent", {"text": why}, report_id=report_id)
            self._office.audit(unit, who, "had a reply sent at once", report_id)
        if cautions:
            self._office.audit(unit, who, "had a reply sent in spite of warnings", report_id)


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
