"""Reading: a report as one page shows it, and the line of the inbox that stands for it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from handlers.desk.findings import Correction, newest, put_together
from handlers.desk.listening import Listening, SpokenRows, spoken_of
from handlers.desk.office import Office, source_name
from handlers.desk.opening import ThreadOpener, open_findings, open_note
from handlers.desk.people import SignedIn
from handlers.desk.showing import private_words
from handlers.desk.views import Deed, ReportView, Summary
from handlers.desk.voices import TRANSCRIPT, TRANSLATION
from handlers.errors import SealError
from handlers.ports import UnitOfWork
from handlers.protection.keyring import DeskKeyring
from handlers.protection.unsealing import DESTROYED
from handlers.records import Audit, Direction, Findings, Message, Proposal, Recording, Report, Source
from handlers.reports import Finding, ReportState
from handlers.triage.lookups import Lookups

_LIST_NAMED = re.compile(r" \([^()]*\.txt[^()]*\)")  # one line of the inbox has no room for it


class Reading:
    """Opens reports for people."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def report(self, who: SignedIn, report_id: str, *, as_written: bool = False) -> ReportView:
        """Give a report, and mark that its news was seen. Reading it `as_written`, private words included, is noted."""
        self._office.keys(who)
        with self._office.reading() as unit:
            rows = _Rows(unit, report_id)
        self._mark_seen(who, rows, as_written=as_written)
        return self._opened(who, rows, as_written=as_written)

    def concerned(self, who: SignedIn, report_id: str) -> ReportView:
        """Give a report to who decides on what is made from it. Its news stays news for those who work on it; that it was read is
        noted."""
        self._office.keys(who)
        with self._office.reading() as unit:
            rows = _Rows(unit, report_id)
        with self._office.writing() as unit:
            self._office.audit(unit, who, "read for a proposal", report_id)
            unit.commit()
        return self._opened(who, rows, as_written=False)

    def _opened(self, who: SignedIn, rows: _Rows, *, as_written: bool) -> ReportView:
        keys = self._office.keys(who)
        by_message, corrections, _ = open_findings(rows.findings, keys)
        winning = newest(corrections)
        thread = ThreadOpener(
            keys,
            findings=dict(by_message),
            hidden=winning.get("redaction"),
            authors=rows.authors,
            as_written=as_written,
        )
        opened = sorted(
            (thread.open(row) for row in rows.messages), key=lambda message: (message.at, message.direction is Direction.OUT)
        )
        listening = Listening(
            keys, notes=rows.notes, findings=dict(by_message), hidden=winning.get("redaction"), as_written=as_written
        )
        written = [row for row in rows.notes if row.kind not in (TRANSCRIPT, TRANSLATION)]
        notes = sorted((open_note(row, keys, rows.authors) for row in written), key=lambda note: note.at)
        return ReportView(
            report=rows.report,
            source=source_name(rows.report.source_id),
            other_reports=rows.other_reports,
            thread=tuple(opened),
            found=put_together([pair for pair in by_message if pair[1]], winning),
            corrections=winning,
            private_words=_private(thread.texts | listening.texts, by_message, winning),
            notes=tuple(notes),
            history=rows.history(),
            proposals=tuple(sorted(rows.proposals, key=lambda proposal: proposal.hour)),
            incident=rows.incident,
            claimed_by=self._claimed_by(rows),
            cannot_reply=_cannot_reply(rows, thread.senders, keys),
            authors=rows.authors,
            recordings=listening.all(rows.spoken),
        )

    def summaries(self, who: SignedIn, report_ids: Sequence[str]) -> dict[str, Summary]:
        """Give what the inbox says of each of these reports."""
        if not report_ids:
            return {}
        keys = self._office.keys(who)
        rows: dict[str, list[Findings]] = defaultdict(list)
        recordings: dict[str, list[Recording]] = defaultdict(list)
        with self._office.reading() as unit:
            for row in unit.findings.all(report_id=tuple(report_ids)):
                rows[row.report_id].append(row)
            for recording in unit.recordings.all(report_id=tuple(report_ids)):
                recordings[recording.report_id].append(recording)
        return {
            name: replace(_summary(rows[name], keys, self._office.lookups), spoken=spoken_of(recordings[name], keys))
            for name in report_ids
        }

    def _mark_seen(self, who: SignedIn, rows: _Rows, *, as_written: bool) -> None:
        if not rows.report.news and not as_written:
            return
        with self._office.writing() as unit:
            # What came between reading and this stays news.
            if rows.report.news and unit.messages.count(report_id=rows.report.id) == len(rows.messages):
                unit.reports.change(rows.report.id, news=False)
            if as_written:
                self._office.audit(unit, who, "read as written", rows.report.id)
            unit.commit()

    def _claimed_by(self, rows: _Rows) -> str | None:
        report = rows.report
        if report.claimed_by is None or (report.claimed_until or 0) <= self._office.clock():
            return None
        return rows.authors.get(report.claimed_by, "somebody")


class _Rows:
    """The rows of a report, read in one transaction."""

    def __init__(self, unit: UnitOfWork, report_id: str) -> None:
        self.report: Report = unit.reports.get(report_id)
        self.messages: list[Message] = unit.messages.all(report_id=report_id)
        self.findings: list[Findings] = unit.findings.all(report_id=report_id)
        self.notes = unit.notes.all(report_id=report_id)
        self.spoken = SpokenRows(unit, report_id)
        self.proposals: list[Proposal] = unit.proposals.all(report_id=report_id)
        self.incident = unit.incidents.get(self.report.incident_id) if self.report.incident_id else None
        self.source: Source = unit.sources.get(self.report.source_id)
        self.other_reports = unit.reports.count(source_id=self.report.source_id) - 1
        self.authors = {person.id: person.login for person in unit.people.all()}
        subjects = (report_id, *(proposal.id for proposal in self.proposals))
        self._audits: list[Audit] = unit.audits.all(subject_id=subjects)

    def history(self) -> tuple[Deed, ...]:
        """Give who did what, newest first."""
        audits = sorted(self._audits, key=lambda audit: audit.hour, reverse=True)
        return tuple(Deed(audit.hour, self.authors.get(audit.person_id or "", "Izwi"), audit.action) for audit in audits)


def _private(
    texts: dict[str, str], by_message: Sequence[tuple[str, list[Finding]]], corrections: dict[str, Correction]
) -> tuple[str, ...]:
    """Give the words that are hidden now: those a person named, or those that triage marked."""
    if "redaction" in corrections:
        return corrections["redaction"].values
    words = [word for message_id, found in by_message for word in private_words(texts.get(message_id, ""), found)]
    return tuple(dict.fromkeys(words))


def _cannot_reply(rows: _Rows, senders: set[str], keys: DeskKeyring) -> str | None:
    """Say why nobody can be answered, if so."""
    source = rows.source
    if rows.report.state is ReportState.DELETED:
        return "Its source had this report deleted."
    if source.stopped:
        return "This source asked for no more texts. That wish is kept."
    if source.contact is None or source.contact_period is None:
        return _NO_NUMBER.get(next(iter(senders - {"number"}), ""), DESTROYED)
    try:
        keys.key(source.contact_period)
    except SealError:
        return DESTROYED
    return None


_NO_NUMBER = {
    "withheld": "The number was withheld: there is nobody to answer.",
    "name": "This came under a name, not a number: there is nobody to answer.",
}


def _summary(rows: Sequence[Findings], keys: DeskKeyring, lookups: Lookups) -> Summary:
    by_message, corrections, is_whole = open_findings(rows, keys)
    found = put_together(by_message, newest(corrections))

    def gravity(label: str) -> int:
        return max((kind.severity for kind in lookups.categories.values() if kind.label == label), default=0)

    def labels(stage: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.finding.label or item.finding.value for item in found if item.finding.stage == stage))

    urgency = next((item.finding for item in found if item.finding.stage == "urgency"), None)
    reasons = urgency.reasons if urgency else ()
    return Summary(
        languages=labels("language"),
        places=labels("place"),
        categories=tuple(sorted(labels("category"), key=gravity, reverse=True)),
        calls=labels("call"),
        why=_LIST_NAMED.sub("", reasons[0]) if reasons else "",
        is_urgent=urgency is not None and urgency.value == "urgent",
        is_readable=is_whole,
    )
