"""What is known of the tellings of an incident, for counting how many of them are independent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handlers.caselog.grading import Independence, TellingFacts, independence
from handlers.desk.findings import newest, put_together
from handlers.desk.opening import open_findings, open_note
from handlers.desk.views import ShownNote
from handlers.ports import UnitOfWork
from handlers.protection.keyring import DeskKeyring
from handlers.records import Findings, Note, Report, Source


@dataclass(frozen=True, slots=True)
class Tellings:
    """The rows that speak of an incident's tellings, read in one transaction."""

    reports: tuple[Report, ...]
    sources: Mapping[str, Source] = field(repr=False)
    notes: tuple[Note, ...] = field(repr=False)
    findings: tuple[Findings, ...] = field(repr=False)

    def independence(self, keys: DeskKeyring) -> Independence:
        """Count the independent first-hand sources by what people noted when they graded, and by what was told before."""
        grades = _newest_grades(self.notes, keys)
        groups = _groups(self.reports, self.findings, keys)
        facts = [self._facts(report, grades.get(report.id), groups.get(report.id, "")) for report in self.reports]
        return independence(facts)

    def _facts(self, report: Report, grade: ShownNote | None, group: str) -> TellingFacts:
        others = frozenset(other.source_id for other in self.reports if other.source_id != report.source_id)
        source = self.sources[report.source_id]
        return TellingFacts(
            source=report.source_id if source.pseudonym is not None or source.contact is not None else None,
            is_first_hand=grade is not None and grade.first_hand,
            text_group=group,
            in_contact_with=others if grade is not None and grade.in_contact else frozenset(),
            with_record=grade is not None and grade.with_record,
        )


def read_tellings(unit: UnitOfWork, reports: Sequence[Report]) -> Tellings:
    """Read what is kept of the tellings in these reports."""
    ids = tuple(report.id for report in reports)
    sources = unit.sources.all(id=tuple({report.source_id for report in reports}))
    return Tellings(
        reports=tuple(sorted(reports, key=lambda report: report.opened_hour)),
        sources={source.id: source for source in sources},
        notes=tuple(unit.notes.all(report_id=ids, kind="grade")),
        findings=tuple(unit.findings.all(report_id=ids)),
    )


def _newest_grades(notes: Sequence[Note], keys: DeskKeyring) -> dict[str, ShownNote]:
    opened = sorted(((note.report_id or "", open_note(note, keys, {})) for note in notes), key=lambda pair: pair[1].at)
    return dict(opened)


def _groups(reports: Sequence[Report], rows: Sequence[Findings], keys: DeskKeyring) -> dict[str, str]:
    """Give one name to the tellings that are nearly the same words: that of the report they were first told in."""
    by_report: dict[str, list[Findings]] = defaultdict(list)
    for row in rows:
        by_report[row.report_id].append(row)
    ids = {report.id for report in reports}
    groups: dict[str, str] = {}
    for report in reports:
        by_message, corrections, _ = open_findings(by_report[report.id], keys)
        for item in put_together(by_message, newest(corrections)):
            other = item.finding.value
            if item.finding.stage == "duplicates" and other in ids and other != report.id:
                old, new = groups.setdefault(report.id, report.id), groups.setdefault(other, other)
                groups = {name: new if group == old else group for name, group in groups.items()}
    return groups
