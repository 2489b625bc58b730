"""Boards: open the reports of one incident and lay them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers.caselog.grading import TellingFacts
from handlers.desk.board.comparing import Compared, Side, compare
from handlers.desk.board.reckoning import Reckoned, reckon
from handlers.desk.board.way import Step, steps
from handlers.desk.checking import Told, read_told
from handlers.desk.covering import covered_by
from handlers.desk.findings import newest, put_together
from handlers.desk.office import Office
from handlers.desk.opening import open_findings, open_note
from handlers.desk.people import SignedIn
from handlers.desk.showing import Piece
from handlers.desk.tellings import Tellings, read_tellings
from handlers.desk.views import ShownNote
from handlers.ports import UnitOfWork
from handlers.protection.keyring import DeskKeyring
from handlers.records import Incident, Person, Proposal, Report

MOST_SIDES = 12  # more columns than that cannot be compared by eye


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One report on the board."""

    report: Report
    texts: tuple[tuple[Piece, ...], ...] = field(repr=False)
    grade: ShownNote | None = field(repr=False)
    counts: str
    hurts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """An incident's reports side by side. `left_out` counts those that there is no room for."""

    columns: tuple[Column, ...] = field(repr=False)
    compared: tuple[Compared, ...] = field(repr=False)
    reckoned: Reckoned
    steps: tuple[Step, ...]
    left_out: int = 0


class _Rows:
    """What a board is made of, read in one transaction."""

    def __init__(self, unit: UnitOfWork, incident_id: str) -> None:
        self.incident: Incident = unit.incidents.get(incident_id)
        reports = unit.reports.all(incident_id=incident_id)
        self.reports = sorted(reports, key=lambda report: (report.opened_hour, report.id))
        self.told: dict[str, Told] = {report.id: read_told(unit, report.id) for report in self.reports[:MOST_SIDES]}
        self.tellings: Tellings = read_tellings(unit, self.reports)
        self.people: list[Person] = unit.people.all()
        ids = tuple(report.id for report in reports)
        self.proposals: list[Proposal] = unit.proposals.all(report_id=ids) if ids else []


class Boards:
    """Shows boards to people."""

    def __init__(self, office: Office, covered: Sequence[str]) -> None:
        self._office = office
        self._covered = covered

    def view(self, who: SignedIn, incident_id: str) -> Board:
        """Give the board of an incident. Private words are taken out, as on every page."""
        keys = self._office.keys(who)
        with self._office.reading() as unit:
            rows = _Rows(unit, incident_id)
        reports = rows.reports[:MOST_SIDES]
        grades = _grades(rows, keys)
        facts = dict(zip((report.id for report in rows.tellings.reports), self._facts(rows, keys), strict=True))
        sides = [_side(report, rows.told[report.id], keys) for report in reports]
        reckoned = reckon([facts[report.id] for report in reports], [report.id in grades for report in reports])
        return Board(
            columns=tuple(
                Column(
                    report=side.report,
                    texts=rows.told[side.report.id].redacted(keys),
                    grade=grades.get(side.report.id),
                    counts=counts,
                    hurts=bool(covered_by(self._covered, side.found)),
                )
                for side, counts in zip(sides, reckoned.standing, strict=True)
            ),
            compared=compare(sides, self._office.lookups),
            reckoned=reckoned,
            steps=steps(
                rows.incident,
                rows.reports,
                {report.id: bool(report.id in grades and grades[report.id].information) for report in rows.reports},
                sorted(rows.proposals, key=lambda proposal: proposal.hour),
                who=who,
                people=rows.people,
            ),
            left_out=len(rows.reports) - len(reports),
        )

    def _facts(self, rows: _Rows, keys: DeskKeyring) -> tuple[TellingFacts, ...]:
        return rows.tellings.facts(keys, self._office.lookups)


def _side(report: Report, told: Told, keys: DeskKeyring) -> Side:
    by_message, said, _ = open_findings(told.findings, keys)
    corrections = newest(said)
    return Side(report, told.texts(keys), dict(by_message), put_together(by_message, corrections), corrections)


def _grades(rows: _Rows, keys: DeskKeyring) -> dict[str, ShownNote]:
    authors = {person.id: person.login for person in rows.people}
    opened = [(note.report_id or "", open_note(note, keys, authors)) for note in rows.tellings.notes]
    return dict(sorted(opened, key=lambda pair: pair[1].at))
