"""Judging: what a coordinator decides about a report. Each action is noted, and fails if the report was changed meanwhile."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from handlers.caselog.grading import INFORMATION_GRADES, SOURCE_GRADES
from handlers.desk.changing import CLAIM_SECONDS, changing
from handlers.desk.office import Office, Sealer, Unfinished, required
from handlers.desk.people import SignedIn
from handlers.errors import Conflict, NotAllowed
from handlers.ports import UnitOfWork
from handlers.reports import ReportState


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


class Judging:
    """Changes reports for people."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def claim(self, who: SignedIn, report_id: str, version: int) -> None:
        """Take a report on for an hour, unless another has it."""
        now = int(self._office.clock())
        with changing(self._office, who, report_id, version, "claimed") as change:
            report = change.report
            if report.claimed_by not in (None, who.person.id) and (report.claimed_until or 0) > now:
                until = datetime.fromtimestamp(report.claimed_until or 0, UTC)
                minutes = max(1, round((until.timestamp() - now) / 60))
                raise Conflict(f"Somebody else is working on this report, for {minutes} more minutes at most.")
            change.values.update(claimed_by=who.person.id, claimed_until=now + CLAIM_SECONDS)

    def release(self, who: SignedIn, report_id: str, version: int) -> None:
        """Let go of a report."""
        with changing(self._office, who, report_id, version, "released") as change:
            if change.report.claimed_by != who.person.id:
                raise NotAllowed("Only who claimed a report releases it. A claim ends by itself after an hour.")
            change.values.update(claimed_by=None, claimed_until=None)

    def grade(self, who: SignedIn, report_id: str, version: int, grade: Grade) -> None:
        """Grade source and information; the two are judged apart."""
        with changing(self._office, who, report_id, version, "graded") as change:
            keep_grade(self._office, change.unit, who, change.sealer, report_id, grade)

    def write_note(self, who: SignedIn, report_id: str, version: int, *, text: str) -> None:
        """Keep a note."""
        words = required(text, "The note is empty.")
        with changing(self._office, who, report_id, version, "wrote a note") as change:
            self._office.note(change.unit, who, change.sealer, "note", {"text": words}, report_id=report_id)

    def reject(self, who: SignedIn, report_id: str, version: int, *, reason: str) -> None:
        """Close a report, with a reason."""
        why = required(reason, "Say why the report is closed.")
        with changing(self._office, who, report_id, version, "rejected") as change:
            if change.report.state not in (ReportState.OPEN, ReportState.RECEIVED):
                raise NotAllowed("Only an open report can be closed. If it is proposed for the case log, return that first.")
            self._office.note(change.unit, who, change.sealer, "rejection", {"text": why}, report_id=report_id)
            change.values.update(state=ReportState.REJECTED, claimed_by=None, claimed_until=None)

    def reopen(self, who: SignedIn, report_id: str, version: int, *, reason: str) -> None:
        """Open a closed report again, with a reason."""
        why = required(reason, "Say why the report is opened again.")
        with changing(self._office, who, report_id, version, "reopened") as change:
            if change.report.state is not ReportState.REJECTED:
                raise NotAllowed("This report is not closed.")
            self._office.note(change.unit, who, change.sealer, "note", {"text": f"Opened again: {why}"}, report_id=report_id)
            change.values["state"] = ReportState.OPEN


def keep_grade(office: Office, unit: UnitOfWork, who: SignedIn, sealer: Sealer, report_id: str, grade: Grade) -> None:
    """Keep a grade; raise `Unfinished` for one that is not whole."""
    if grade.source not in SOURCE_GRADES or grade.information not in [str(number) for number in INFORMATION_GRADES]:
        raise Unfinished("Choose a grade for the source (A to F) and one for the information (1 to 6).")
    why = required(grade.text, "Say in a few words why you grade it so.")
    office.note(unit, who, sealer, "grade", {**asdict(grade), "text": why}, report_id=report_id)
