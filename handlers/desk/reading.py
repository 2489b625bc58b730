"""Reading: a report as one page shows it, and the line of the inbox that stands for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from handlers.desk.drafting import DRAFT
from handlers.desk.enrolling import opened as opened_profile
from handlers.desk.explaining import Standing, counts, reason_of, standing_of
from handlers.desk.findings import SUGGESTIONS, Found, newest, put_together
from handlers.desk.listening import Listening, SpokenRows, spoken_of
from handlers.desk.marking import MARK
from handlers.desk.office import KEY_GONE, Office, source_name
from handlers.desk.opening import OpenedRows, ThreadOpener, open_findings, open_note, open_rows
from handlers.desk.people import SignedIn
from handlers.desk.private import private_words
from handlers.desk.speaking import heard_by_message
from handlers.desk.views import Deed, ReportView, ShownNote, ShownRecording, Summary, Teller, ThreadMessage
from handlers.desk.voices import TRANSCRIPT, TRANSLATION
from handlers.errors import SealError
from handlers.ports import UnitOfWork
from handlers.protection.keyring import DeskKeyring
from handlers.protection.unsealing import DESTROYED
from handlers.records import (
    Audit,
    Direction,
    Findings,
    Message,
    MessageKind,
    MessageState,
    Monitor,
    Proposal,
    Recording,
    Report,
    Source,
    WorkKind,
)
from handlers.reports import Finding, ReportState
from handlers.triage.lookups import Lookups


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
        opened = open_rows(rows.findings, keys)
        said = newest(opened.corrections)
        shared: dict[str, Any] = {
            "findings": dict(opened.by_message),
            "corrections": said,
            "authors": rows.authors,
            "as_written": as_written,
        }
        thread = ThreadOpener(keys, **shared)
        messages = _in_order(thread.open(row) for row in rows.messages)
        listening = Listening(keys, notes=rows.notes, reader_id=who.person.id, **shared)
        told = {row.id: thread.texts.get(row.id, "") for row in rows.messages if row.direction is Direction.IN}
        recordings = listening.all(rows.spoken)
        return ReportView(
            report=rows.report,
            source=source_name(rows.report.source_id),
            other_reports=rows.other_reports,
            thread=tuple(messages),
            found=put_together([pair for pair in opened.by_message if pair[1]], said),
            first=put_together([pair for pair in opened.first if pair[1]], {}),
            standing=self._standing(rows, opened, recordings),
            corrections=said,
            private=private_words(told | listening.texts, opened.by_message, said),
            others=self._suggested(opened.first),
            notes=_notes(rows, keys),
            history=rows.history(),
            proposals=tuple(sorted(rows.proposals, key=lambda proposal: proposal.hour)),
            incident=rows.incident,
            claimed_by=self._claimed_by(rows),
            cannot_reply=_cannot_reply(rows, thread.senders, keys),
            authors=rows.authors,
            monitor=_teller(who, rows.monitor),
            heard=rows.heard,
            due=rows.due,
            calls=rows.calls,
            recordings=recordings,
        )

    def _standing(self, rows: _Rows, opened: OpenedRows, recordings: Sequence[ShownRecording]) -> Standing:
        return standing_of(
            rows.report,
            opened.by_message,
            is_whole=opened.is_whole,
            is_unheard=any(each.is_unheard for each in recordings),
            now_hour=self._office.hour(),
        )

    def teller(self, who: SignedIn, report: Report) -> Teller | None:
        """Give the field monitor who told a report, if one did."""
        if report.monitor_id is None:
            return None
        with self._office.reading() as unit:
            return _teller(who, unit.monitors.first(id=report.monitor_id))

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

    def _suggested(self, first: Sequence[tuple[str, Sequence[Finding]]]) -> dict[str, Report]:
        """Give the reports that are suggested beside one, as far as they are still there."""
        ids = {finding.value for _, found in first for finding in found if finding.stage in SUGGESTIONS}
        if not ids:
            return {}
        with self._office.reading() as unit:
            return {report.id: report for report in unit.reports.all(id=tuple(ids)) if report.state is not ReportState.DELETED}

    def _mark_seen(self, who: SignedIn, rows: _Rows, *, as_written: bool) -> None:
        is_noted = rows.was_read_by(who.person.id, self._office.hour())
        if not rows.report.news and not as_written and is_noted:
            return
        with self._office.writing() as unit:
            if not is_noted:
                self._office.audit(unit, who, "read", rows.report.id)
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
        self.heard = heard_by_message(unit, report_id)
        self.due = due_by_message(unit, self.messages)
        self.calls = tuple(unit.calls.all(report_id=report_id))
        self.proposals: list[Proposal] = unit.proposals.all(report_id=report_id)
        self.incident = unit.incidents.get(self.report.incident_id) if self.report.incident_id else None
        self.source: Source = unit.sources.get(self.report.source_id)
        self.monitor = unit.monitors.first(id=self.report.monitor_id) if self.report.monitor_id else None
        self.other_reports = unit.reports.count(source_id=self.report.source_id) - 1
        self.authors = {person.id: person.login for person in unit.people.all()}
        subjects = (report_id, *(proposal.id for proposal in self.proposals))
        self._audits: list[Audit] = unit.audits.all(subject_id=subjects)

    def was_read_by(self, person_id: str, hour: int) -> bool:
        """Say whether it is noted already that this person read it in this hour: once is enough."""
        return any(each.person_id == person_id and each.hour == hour and each.action == "read" for each in self._audits)

    def history(self) -> tuple[Deed, ...]:
        """Give who did what, newest first."""
        audits = sorted(self._audits, key=lambda audit: audit.hour, reverse=True)
        return tuple(Deed(audit.hour, self.authors.get(audit.person_id or "", "Izwi"), audit.action) for audit in audits)


def _notes(rows: _Rows, keys: DeskKeyring) -> tuple[ShownNote, ...]:
    """Give what people wrote down, but what belongs to recordings."""
    written = [row for row in rows.notes if row.kind not in (TRANSCRIPT, TRANSLATION, MARK, DRAFT)]
    return tuple(sorted((open_note(row, keys, rows.authors) for row in written), key=lambda note: note.at))


def due_by_message(unit: UnitOfWork, messages: Sequence[Message]) -> dict[str, int]:
    """Give the moment at which each reply that waits to be sent goes out."""
    ids = tuple(row.id for row in messages if row.kind is MessageKind.REPLY and row.state is MessageState.QUEUED)
    return {work.subject_id: work.due_at for work in unit.work.all(subject_id=ids, kind=WorkKind.SEND.value)} if ids else {}


def _in_order(messages: Iterable[ThreadMessage]) -> list[ThreadMessage]:
    return sorted(messages, key=lambda message: (message.at, message.direction is Direction.OUT))


def _teller(who: SignedIn, row: Monitor | None) -> Teller | None:
    if row is None:
        return None
    profile = opened_profile(who, row)
    return Teller(row.id, profile.name, profile.grade) if profile else Teller(row.id, KEY_GONE, "")


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


def _is_shown(item: Found) -> bool:
    return item.finding.stage != "category" or counts(item)


def _summary(rows: Sequence[Findings], keys: DeskKeyring, lookups: Lookups) -> Summary:
    by_message, corrections, is_whole = open_findings(rows, keys)
    found = put_together(by_message, newest(corrections))

    def gravity(label: str) -> int:
        return max((kind.severity for kind in lookups.categories.values() if kind.label == label), default=0)

    def labels(stage: str) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(
                item.finding.label or item.finding.value for item in found if item.finding.stage == stage and _is_shown(item)
            )
        )

    urgency = next((item.finding for item in found if item.finding.stage == "urgency"), None)
    reasons = urgency.reasons if urgency else ()
    return Summary(
        languages=labels("language"),
        places=labels("place"),
        categories=tuple(sorted(labels("category"), key=gravity, reverse=True)),
        calls=labels("call"),
        why=reason_of(reasons[0]).sentence if reasons else "",
        is_urgent=urgency is not None and urgency.value == "urgent",
        is_readable=is_whole,
    )
