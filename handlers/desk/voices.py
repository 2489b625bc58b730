"""Recordings at the desk: what the page shows of each, the disguised voice to be played, and what a person writes down of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from handlers.desk.findings import newest, put_together
from handlers.desk.office import Office, Unfinished, new_id, open_value
from handlers.desk.opening import open_findings
from handlers.desk.people import SignedIn
from handlers.errors import NotFound
from handlers.ports import Blobs, UnitOfWork
from handlers.protection.blob_sealing import SealedBlob
from handlers.protection.sealing import Place
from handlers.records import Findings, Recording, RecordingState, Report
from handlers.reports import Finding, settled_priority
from handlers.triage.pipeline import Assessment, prioritise, triage
from handlers.triage.telling import Telling
from handlers.voice.kept import open_known

TRANSCRIPT, TRANSLATION = "transcript", "translation"
_LONGEST = 10_000
_OF_THE_LANGUAGE = ("language", "variety", "segment")  # of a translation, these would be found of the translator


@dataclass(frozen=True, slots=True)
class _Written:
    """A transcript or a translation on its way to being kept."""

    kind: str
    text: str = field(repr=False)
    note_id: str
    assessment: Assessment = field(repr=False)


class Voices:
    """Plays disguised recordings, and keeps what people write down of them."""

    def __init__(self, office: Office, blobs: Blobs) -> None:
        self._office = office
        self._blobs = blobs

    def disguised(self, who: SignedIn, report_id: str, recording_id: str) -> SealedBlob:
        """Give the disguised voice of a recording; raise `NotFound` where there is none."""
        keys = self._office.keys(who)
        with self._office.reading() as unit:
            recording = recording_of(unit, report_id, recording_id)
        if recording.state is not RecordingState.DISGUISED:
            raise NotFound("a disguised recording")
        known = open_known(keys.key(recording.period), recording)
        return SealedBlob(self._blobs, recording.disguised_blob, bytes.fromhex(known["key"]))

    def note_played(self, who: SignedIn, report_id: str) -> None:
        """Note that somebody listened to a recording of a report, once an hour: a player asks for many parts of it."""
        hour, action = self._office.hour(), "listened to a recording"
        with self._office.writing() as unit:
            if not unit.audits.count(subject_id=report_id, person_id=who.person.id, hour=hour, action=action):
                self._office.audit(unit, who, action, report_id)
                unit.commit()

    def write(self, who: SignedIn, report_id: str, version: int, *, recording_id: str, texts: Mapping[str, str]) -> None:
        """Keep what a person wrote down of a recording, in place of what stood there, and have it triaged as if it were told."""
        self._office.keys(who)
        given = {kind: texts.get(kind, "").replace("\r\n", "\n").strip() for kind in (TRANSCRIPT, TRANSLATION)}
        if not any(given.values()):
            raise Unfinished("Nothing is written down yet.")
        if any(len(text) > _LONGEST for text in given.values()):
            raise Unfinished(f"That is longer than {_LONGEST:,} characters. Please shorten it.")
        sealer = self._office.sealer()
        with self._office.writing() as unit:
            report = self._office.report_for_change(unit, report_id, version)
            recording = recording_of(unit, report_id, recording_id)
            written = [self._triaged(kind, text, report) for kind, text in given.items() if text]
            self._forget_old(unit, who, report_id, recording.id, tuple(each.kind for each in written))
            for each in written:
                content = {"text": each.text, "recording": recording.id, "at": float(self._office.clock())}
                self._office.note(unit, who, sealer, each.kind, content, report_id=report_id, note_id=each.note_id)
                unit.findings.add(self._findings(each, recording, sealer.period.id, sealer.seal))
            unit.reports.change(report_id, version=version, priority=self._priority(unit, who, report, written))
            self._office.audit(unit, who, "wrote down a recording", report_id)
            unit.commit()

    def _triaged(self, kind: str, text: str, report: Report) -> _Written:
        note_id = new_id()
        now = datetime.fromtimestamp(self._office.clock(), UTC)
        telling = Telling(
            id=note_id, report_id=report.id, source_id=report.source_id, text=text, channel="voice", received_at=now
        )
        return _Written(kind, text, note_id, triage(telling, self._office.lookups, ()))

    def _forget_old(self, unit: UnitOfWork, who: SignedIn, report_id: str, recording_id: str, kinds: tuple[str, ...]) -> None:
        """Remove what was found in what is written anew. The old words stay among the notes."""
        keys = self._office.keys(who)
        for row in unit.findings.all(report_id=report_id, author_id=None, message_id=None):
            plain = open_value(keys, row.content, Place("findings", "content", row.id, row.period)).value or {}
            if plain.get("recording") == recording_id and plain.get("of") in kinds:
                unit.findings.remove(id=row.id)

    def _findings(self, written: _Written, recording: Recording, period: str, seal: Any) -> Findings:
        row_id = new_id()
        found = [each for each in written.assessment.findings if _counts(each, written.kind)]
        plain = {
            "findings": [asdict(finding) for finding in found],
            "priority": written.assessment.priority,
            "note": written.note_id,
            "recording": recording.id,
            "of": written.kind,
        }
        return Findings(
            id=row_id,
            report_id=recording.report_id,
            message_id=None,
            author_id=None,
            hour=self._office.hour(),
            period=period,
            content=seal("findings", "content", row_id, plain),
        )

    def _priority(self, unit: UnitOfWork, who: SignedIn, report: Report, written: Sequence[_Written]) -> int:
        """Weigh the report anew: by what was corrected, if anything was, else by the gravest of what was told."""
        by_message, corrections, _ = open_findings(unit.findings.all(report_id=report.id), self._office.keys(who))
        if corrections:
            found = put_together(by_message, newest(corrections))
            weighed = prioritise(tuple(item.finding for item in found), self._office.lookups).priority
            return settled_priority(weighed, report.flags)
        return max(report.priority, *(each.assessment.priority for each in written))


def recording_of(unit: UnitOfWork, report_id: str, recording_id: str) -> Recording:
    """Give a recording of this report; raise `NotFound` for one of another."""
    recording = unit.recordings.get(recording_id)
    if recording.report_id != report_id:
        raise NotFound("recordings")
    return recording


def _counts(finding: Finding, kind: str) -> bool:
    return kind != TRANSLATION or finding.stage not in _OF_THE_LANGUAGE
