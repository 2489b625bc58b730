"""What is known of the tellings of an incident, for counting how many of them are independent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.caselog.grading import Independence, TellingFacts, independence
from handlers.desk.findings import SET_ASIDE, Correction, about_pair, newest, put_together
from handlers.desk.office import open_value
from handlers.desk.opening import open_note, open_rows
from handlers.desk.rereading import telling_of
from handlers.desk.views import ShownNote
from handlers.ports import UnitOfWork
from handlers.protection.keyring import DeskKeyring
from handlers.protection.sealing import Place
from handlers.records import Direction, Findings, Message, MessageKind, Note, Report, Source
from handlers.triage.lookups import Lookups
from handlers.triage.pipeline import with_gist
from handlers.triage.wordings import alike


@dataclass(frozen=True, slots=True)
class Tellings:
    """The rows that speak of an incident's tellings, read in one transaction."""

    reports: tuple[Report, ...]
    sources: Mapping[str, Source] = field(repr=False)
    notes: tuple[Note, ...] = field(repr=False)
    findings: tuple[Findings, ...] = field(repr=False)
    messages: tuple[Message, ...] = field(default=(), repr=False)

    def independence(self, keys: DeskKeyring, lookups: Lookups) -> Independence:
        """Count the independent first-hand sources by what people noted when they graded, and by what was told before."""
        return independence(self.facts(keys, lookups))

    def facts(self, keys: DeskKeyring, lookups: Lookups) -> tuple[TellingFacts, ...]:
        """Give what is known of each telling, in the order of the reports."""
        grades = _newest_grades(self.notes, keys)
        groups = self._groups(keys, lookups)
        return tuple(self._facts(report, grades.get(report.id), groups.get(report.id, "")) for report in self.reports)

    def _groups(self, keys: DeskKeyring, lookups: Lookups) -> dict[str, str]:
        """Give one name to the tellings that are nearly the same words: of a chain of texts passed on, to all of them. Triage
        names only the nearest few of those that came before, so the texts are compared with each other here."""
        ids = {report.id for report in self.reports}
        by_report: dict[str, list[Findings]] = {name: [] for name in ids}
        for row in self.findings:
            by_report[row.report_id].append(row)
        opened = {name: open_rows(rows, keys) for name, rows in by_report.items()}
        said = {name: newest(each.corrections) for name, each in opened.items()}
        groups: dict[str, str] = {}
        for name, each in opened.items():
            for item in put_together(each.by_message, said[name]):
                if item.finding.stage == "duplicates" and item.finding.value in ids - {name}:
                    groups = _group(groups, name, item.finding.value)
        for one, other in self._alike(keys, lookups):
            if SET_ASIDE not in _said_of(said[one], other) and SET_ASIDE not in _said_of(said[other], one):
                groups = _group(groups, one, other)
        return groups

    def _alike(self, keys: DeskKeyring, lookups: Lookups) -> Iterator[tuple[str, str]]:
        """Give each two reports of which two texts are alike; what is no longer readable is compared with nothing."""
        earlier: dict[tuple[str, str], str] = {}
        for message in self.messages:
            content = open_value(keys, message.content, Place("messages", "content", message.id, message.period)).value
            gist = with_gist(telling_of(message, content), lookups).gist if content else None
            if gist is None or not gist.words:
                continue
            yield from ((message.report_id, name[0]) for _, name in alike(gist.words, earlier) if name[0] != message.report_id)
            earlier[message.report_id, message.id] = gist.words

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
        messages=tuple(unit.messages.all(report_id=ids, kind=MessageKind.TEXT.value, direction=Direction.IN.value)),
    )


def _said_of(said: Mapping[str, Correction], other_id: str) -> tuple[str, ...]:
    found = said.get(about_pair("duplicates", other_id))
    return found.values if found else ()


def _newest_grades(notes: Sequence[Note], keys: DeskKeyring) -> dict[str, ShownNote]:
    opened = sorted(((note.report_id or "", open_note(note, keys, {})) for note in notes), key=lambda pair: pair[1].at)
    return dict(opened)


def _group(groups: dict[str, str], one: str, other: str) -> dict[str, str]:
    """Give two reports, and all that go with either, one name."""
    old, new = groups.setdefault(one, one), groups.setdefault(other, other)
    return {name: new if group == old else group for name, group in groups.items()}
