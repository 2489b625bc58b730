"""Speaking a reply: text that is read out, or a voice that is disguised before anything of it is kept. Its source hears it when
they call and give the receipt; no contact is opened for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from handlers.commands import LANGUAGES
from handlers.desk.office import Office, Unfinished, new_id, required
from handlers.desk.people import SignedIn
from handlers.errors import Conflict, NotAllowed, NotFound, SoundError
from handlers.ports import Blobs, UnitOfWork
from handlers.protection.blob_sealing import SealedBlob, seal_blob
from handlers.protection.keyring import OpenPeriod
from handlers.protection.sealing import Place, new_key, seal_json
from handlers.records import (
    Direction,
    Message,
    MessageKind,
    MessageState,
    Purpose,
    Recording,
    RecordingKind,
    RecordingState,
    Report,
    Waiting,
)
from handlers.voice.kept import seal_known
from handlers.voice.manners import MANNERS, USUAL
from handlers.voice.outcomes import found_in, told_of
from handlers.voice.terms import Rendered, Renders

MOST_SECONDS = 180
LONGEST_TEXT = 600  # letters: about forty seconds
_NO_RECEIPT = "The source of this report has no receipt, so nobody could ask for an answer to it by telephone."
_NO_SOUND = {
    "empty": "The recording is empty.",
    "not_audio": "This is no sound that can be read here. Record it on this page, or give a WAV, MP3, M4A, OGG or WebM file.",
    "too_large": "The recording is too large: 12 MB are the most.",
    "timeout": "It took too long to disguise it. Try again.",
    "killed": "The program that disguises was ended from outside. Try again.",
}
_DAMAGED = "The recording is damaged, and cannot be disguised."
_TOO_LONG = f"It is longer than {MOST_SECONDS // 60} minutes. Callers pay for each: say it shorter."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    """A reply on its way to being kept. `content` is what the desk keeps, `heard` what is needed to be heard."""

    message_id: str
    content: dict[str, Any] = field(repr=False)
    heard: dict[str, Any] = field(repr=False)
    recording: Recording | None = None


class Speaking:
    """Keeps replies until they are heard."""

    def __init__(self, office: Office, blobs: Blobs, renders: Renders) -> None:
        self._office = office
        self._blobs = blobs
        self._renders = renders

    def write(self, who: SignedIn, report_id: str, version: int, *, text: str, language: str) -> str:
        """Keep a text that is read out to whoever gives the receipt; give the id of its message."""
        words = required(text, "The text is empty.")
        if len(words) > LONGEST_TEXT:
            raise Unfinished(
                f"That is {len(words)} letters; {LONGEST_TEXT} are the most that can be followed. Please shorten it."
            )
        if language not in LANGUAGES:
            raise Unfinished(f"The language is one of {', '.join(LANGUAGES)}.")
        said = {"text": words, "language": language}
        reply = _Reply(message_id=new_id(), content=said, heard=said)
        self._keep(who, report_id, version, reply, "wrote a reply to be heard")
        return reply.message_id

    def record(self, who: SignedIn, report_id: str, version: int, *, data: bytes) -> str:
        """Have a voice disguised and keep it; give the id of its message. Nothing is kept of the voice as it was. Raise
        `Unfinished`, with a sentence, for what will not do."""
        self._office.keys(who)
        rendered = self._rendered(data)
        sealer, message_id, recording_id, key = self._office.sealer(), new_id(), new_id(), new_key()
        known = {**told_of(rendered, USUAL), "provider": "desk", "key": key.hex()}
        recording = Recording(
            id=recording_id,
            message_id=message_id,
            report_id=report_id,
            kind=RecordingKind.REPLY,
            state=RecordingState.DISGUISED,
            hour=self._office.hour(),
            tag=new_key(),  # no provider tells of it
            period=sealer.period.id,
            content=seal_known(sealer.period.key, recording_id, sealer.period.id, known),
        )
        reply = _Reply(
            message_id=message_id,
            content={"text": ""},
            heard={"recording": recording_id, "key": key.hex()},
            recording=recording,
        )
        chunks = list(seal_blob(key, recording.disguised_blob, rendered.mp3))
        self._keep(who, report_id, version, reply, "spoke a reply to be heard", chunks=chunks)
        self._see_to_it(recording, key, chunks)
        return message_id

    def take_back(self, who: SignedIn, report_id: str, version: int, message_id: str) -> None:
        """Take back a reply that nobody has heard yet. Raise `Conflict` where somebody has."""
        with self._office.writing() as unit:
            self._office.report_for_change(unit, report_id, version)
            waiting = unit.waiting.first(message_id=message_id, report_id=report_id, lock=True)
            if waiting is None:
                raise NotFound("a reply that waits")
            if waiting.heard_hour is not None:
                raise Conflict("It was heard just now, and cannot be taken back.")
            unit.waiting.remove(id=waiting.id)
            unit.recordings.remove(message_id=message_id, kind=RecordingKind.REPLY)
            unit.messages.change(message_id, state=MessageState.WITHHELD, reason="taken_back")
            unit.reports.change(report_id, version=version)
            self._office.audit(unit, who, "took a reply back", report_id)
            unit.commit()

    def _rendered(self, data: bytes) -> Rendered:
        strength, tone = MANNERS[USUAL]
        try:
            rendered = self._renders(data, strength=strength, tone=tone)
        except SoundError as error:
            sentence = _TOO_LONG if error.reason == "too_long" else _NO_SOUND.get(error.reason, _DAMAGED)
            raise Unfinished(sentence) from None
        if rendered.seconds > MOST_SECONDS:
            raise Unfinished(_TOO_LONG)
        if found_in(rendered).state is not RecordingState.DISGUISED:
            raise Unfinished("Nothing is said in it. Is the microphone on?")
        return rendered

    def _keep(
        self,
        who: SignedIn,
        report_id: str,
        version: int,
        reply: _Reply,
        action: str,
        *,
        chunks: list[bytes] | None = None,
    ) -> None:
        self._office.keys(who)
        sealer, contacts = self._office.sealer(), self._office.keyring.current(Purpose.CONTACT)
        content = {**reply.content, "at": float(self._office.clock()), "kind": MessageKind.REPLY.value, "channel": "telephone"}
        sealed = sealer.seal("messages", "content", reply.message_id, content)
        with self._office.writing() as unit:
            report = self._office.report_for_change(unit, report_id, version)
            if report.receipt_tag is None:
                raise NotAllowed(_NO_RECEIPT)
            unit.messages.add(self._message(who, report, reply.message_id, sealer.period.id, sealed))
            if reply.recording is not None:
                unit.recordings.add(replace(reply.recording))
                self._blobs.put(reply.recording.disguised_blob, chunks or [])
            unit.waiting.add(self._waiting(report_id, reply, contacts))
            unit.reports.change(report_id, version=version)
            self._office.audit(unit, who, action, report_id)
            unit.commit()

    def _see_to_it(self, recording: Recording, key: bytes, chunks: list[bytes]) -> None:
        """See that the voice is there: while its row was not committed, the sweep may have taken it for a dead one."""
        try:
            SealedBlob(self._blobs, recording.disguised_blob, key).size()
        except NotFound:
            self._blobs.put(recording.disguised_blob, chunks)

    def _message(self, who: SignedIn, report: Report, message_id: str, period: str, sealed: bytes) -> Message:
        return Message(
            id=message_id,
            report_id=report.id,
            source_id=report.source_id,
            direction=Direction.OUT,
            kind=MessageKind.REPLY,
            state=MessageState.QUEUED,
            hour=self._office.hour(),
            period=period,
            content=sealed,
            author_id=who.person.id,
        )

    def _waiting(self, report_id: str, reply: _Reply, contacts: OpenPeriod) -> Waiting:
        waiting_id = new_id()
        return Waiting(
            id=waiting_id,
            report_id=report_id,
            message_id=reply.message_id,
            hour=self._office.hour(),
            period=contacts.id,
            content=seal_json(contacts.key, reply.heard, Place("waiting", "content", waiting_id, contacts.id)),
        )


def heard_by_message(unit: UnitOfWork, report_id: str) -> dict[str, int | None]:
    """Give for each reply of a report that waits, or waited, the hour in which it was heard."""
    return {row.message_id: row.heard_hour for row in unit.waiting.all(report_id=report_id)}
