"""Judging: what a coordinator decides about a report. Each action is noted, and fails if the report was changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from handlers.caselog.grading import INFORMATION_GRADES, SOURCE_GRADES
from handlers.desk.choices import labelled
from handlers.desk.findings import CORRECTABLE, as_findings, newest, put_together
from handlers.desk.office import Office, Sealer, Unfinished, new_id, required
from handlers.desk.opening import open_findings
from handlers.desk.people import SignedIn
from handlers.errors import Conflict, NotAllowed
from handlers.ports import UnitOfWork
from handlers.records import Findings, Report
from handlers.reports import ReportState, settled_priority
from handlers.triage.pipeline import prioritise

CLAIM_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """How a person judges source and information, and what they know of the telling: whether it is first-hand, came with a
    document, photograph or medical record, or may come of talk with the incident's other sources."""

    source: str
    information: str
    text: str = field(repr=False)
    first_hand: bool = False
    with_record: bool = False
    in_contact: bool = False


@dataclass(slots=True)
class _Change:
    """A report on the way to being changed."""

    unit: UnitOfWork
    report: Report
    sealer: Sealer
    values: dict[str, object] = field(default_factory=dict)


class Judging:
    """Changes reports for people."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def correct(self, who: SignedIn, report_id: str, version: int, *, stage: str, values: Sequence[str], reason: str) -> None:
        """Put a person's conclusion in place of a stage's, and weigh the report's priority anew."""
        if stage not in CORRECTABLE:
            raise Unfinished("This finding cannot be corrected.")
        chosen = tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
        labels = labelled(stage, chosen, self._office.lookups)
        why = required(reason, "Say in a few words why: the next person must be able to follow.")
        keys = self._office.keys(who)
        with self._changing(who, report_id, version, f"corrected {stage}") as change:
            row_id = new_id()
            plain = {"stage": stage, "value": chosen, "label": labels, "reason": why, "at": float(self._office.clock())}
            row = Findings(
                id=row_id,
                report_id=report_id,
                message_id=None,
                author_id=who.person.id,
                hour=self._office.hour(),
                period=change.sealer.period.id,
                content=change.sealer.seal("findings", "content", row_id, plain),
            )
            change.unit.findings.add(row)
            by_message, corrections, _ = open_findings(change.unit.findings.all(report_id=report_id), keys)
            found = put_together(by_message, newest(corrections))
            weighed = prioritise(as_findings(found), self._office.lookups).priority
            change.values["priority"] = settled_priority(weighed, change.report.flags)

    def claim(self, who: SignedIn, report_id: str, version: int) -> None:
        """Take a report on for an hour, unless another has it."""
        now = int(self._office.clock())
        with self._changing(who, report_id, version, "claimed") as change:
            report = change.report
            if report.claimed_by not in (None, who.person.id) and (report.claimed_until or 0) > now:
                until = datetime.fromtimestamp(report.claimed_until or 0, UTC)
                minutes = max(1, round((until.timestamp() - now) / 60))
                raise Conflict(f"Somebody else is working on this report, for {minutes} more minutes at most.")
            change.values.update(claimed_by=who.person.id, claimed_until=now + CLAIM_SECONDS)

    def release(self, who: SignedIn, report_id: str, version: int) -> None:
        """Let go of a report."""
        with self._changing(who, report_id, version, "released") as change:
            if change.report.claimed_by != who.person.id:
                raise NotAllowed("Only who claimed a report releases it. A claim ends by itself after an hour.")
            change.values.update(claimed_by=None, claimed_until=None)

    def grade(self, who: SignedIn, report_id: str, version: int, grade: Grade) -> None:
        """Grade source and information; the two are judged apart."""
        if grade.source not in SOURCE_GRADES or grade.information not in [str(number) for number in INFORMATION_GRADES]:
            raise Unfinished("Choose a grade for the source (A to F) and one for the information (1 to 6).")
        required(grade.text, "Say in a few words why you grade it so.")
        with self._changing(who, report_id, version, "graded") as change:
            content = {**asdict(grade), "text": grade.text.strip()}
            self._office.note(change.unit, who, change.sealer, "grade", content, report_id=report_id)

    def write_note(self, who: SignedIn, report_id: str, version: int, *, text: str) -> None:
        """Keep a note."""
        words = required(text, "The note is empty.")
        with self._changing(who, report_id, version, "wrote a note") as change:
            self._office.note(change.unit, who, change.sealer, "note", {"text": words}, report_id=report_id)

    def reject(self, who: SignedIn, report_id: str, version: int, *, reason: str) -> None:
        """Close a report, with a reason."""
        why = required(reason, "Say why the report is closed.")
        with self._changing(who, report_id, version, "rejected") as change:
            if change.report.state not in (ReportState.OPEN, ReportState.RECEIVED):
                raise NotAllowed("Only an open report can be closed. If it is proposed for the case log, return that first.")
            self._office.note(change.unit, who, change.sealer, "rejection", {"text": why}, report_id=report_id)
            change.values.update(state=ReportState.REJECTED, claimed_by=None, claimed_until=None)

    def reopen(self, who: SignedIn, report_id: str, version: int, *, reason: str) -> None:
        """Open a closed report again, with a reason."""
        why = required(reason, "Say why the report is opened again.")
        with self._changing(who, report_id, version, "reopened") as change:
            if change.report.state is not ReportState.REJECTED:
                raise NotAllowed("This report is not closed.")
            self._office.note(change.unit, who, change.sealer, "note", {"text": f"Opened again: {why}"}, report_id=report_id)
            change.values["state"] = ReportState.OPEN

    @contextmanager
    def _changing(self, who: SignedIn, report_id: str, version: int, action: str) -> Iterator[_Change]:
        """Hold a report, have it changed, note who did what, and commit it all together."""
        self._office.keys(who)
        sealer = self._office.sealer()
        with self._office.writing() as unit:
            change = _Change(unit, self._office.report_for_change(unit, report_id, version), sealer)
            yield change
            unit.reports.change(report_id, version=version, **change.values)
            self._office.audit(unit, who, action, report_id)
            unit.commit()
