"""Weighing: what a change of the lists does to the open reports, to be looked at first and, if a person wants it, to be kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handlers.desk.findings import put_together, said
from handlers.desk.office import Office, new_id
from handlers.desk.people import SignedIn
from handlers.desk.rereading import OpenReport, Reread, gravest, open_report, rows_of, sealed_again
from handlers.errors import Conflict
from handlers.protection.keyring import DeskKeyring
from handlers.records import Findings, Report
from handlers.reports import Finding, ReportState, settled_priority
from handlers.triage.lookups import Lookups

MOST_REPORTS = 200
_OPEN = (ReportState.OPEN.value, ReportState.PROPOSED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Where a report stands: what is shown of it in one line. `hidden` counts the private words."""

    priority: int
    categories: tuple[str, ...] = field(default=(), repr=False)
    places: tuple[str, ...] = field(default=(), repr=False)
    languages: tuple[str, ...] = field(default=(), repr=False)
    hidden: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A report that stands elsewhere afterwards. `why_not` says why it was left as it is, if it was."""

    report: Report
    old: Weighed
    new: Weighed
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What a change does: `tried` reports were weighed, `left_out` are older than those, `unreadable` have lost their key."""

    moves: tuple[Move, ...]
    tried: int
    left_out: int
    unreadable: int


class Weighing:
    """Weighs open reports for people, the newest first and not more than `MOST_REPORTS`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def moves(self, who: SignedIn, old: Lookups, new: Lookups) -> Moves:
        """Say which open reports stand elsewhere with the new lists than with the old ones. Nothing is kept."""
        opened, left_out, unreadable = self._open(who)
        pairs = [(each, _weigh(each, each.reread(old)), _weigh(each, each.reread(new))) for each in opened]
        moved = [Move(report=each.report, old=before, new=after) for each, before, after in pairs if before != after]
        return Moves(moves=_sorted(moved), tried=len(opened), left_out=left_out, unreadable=unreadable)

    def weigh_anew(self, who: SignedIn) -> Moves:
        """Triage the open reports with the lists in force and keep what comes out; corrections stay. A report that another person
        works on, or that changes meanwhile, is left as it is."""
        opened, left_out, unreadable = self._open(who)
        keys, lookups = self._office.keys(who), self._office.lookups
        moved = []
        for each in opened:
            found = each.reread(lookups)
            before, after = _as_stored(each), _weigh(each, found)
            why_not = self._keep(who, keys, each, found, after.priority)
            if before != after:
                moved.append(Move(report=each.report, old=before, new=after, why_not=why_not))
        return Moves(moves=_sorted(moved), tried=len(opened), left_out=left_out, unreadable=unreadable)

    def _keep(self, who: SignedIn, keys: DeskKeyring, opened: OpenReport, found: Mapping[str, Reread], priority: int) -> str:
        """Put new findings in place of the old; say why not, if not."""
        report = opened.report
        changed = [name for name in found if found[name].found != opened.stored[name]]
        if not changed and priority == report.priority:
            return ""
        if report.claimed_by not in (None, who.person.id) and (report.claimed_until or 0) > self._office.clock():
            return "somebody is working on it"
        rows = [self._row(keys, opened.rows[name], found[name]) for name in changed]
        try:
            with self._office.writing() as unit:
                self._office.report_for_change(unit, report.id, report.version)
                if unit.findings.count(report_id=report.id) != opened.rows_seen:
                    return "something came in for it meanwhile"
                unit.findings.remove(id=tuple(opened.rows[name].id for name in changed))
                for row in rows:
                    unit.findings.add(row)
                unit.reports.change(report.id, version=report.version, priority=priority)
                self._office.audit(unit, who, "weighed anew", report.id)
                unit.commit()
        except Conflict:
            return "somebody changed it meanwhile"
        return ""

    def _row(self, keys: DeskKeyring, old: Findings, found: Reread) -> Findings:
        row_id = new_id()
        return Findings(
            id=row_id,
            report_id=old.report_id,
            message_id=old.message_id,
            author_id=None,
            hour=self._office.hour(),
            period=old.period,
            content=sealed_again(keys, old, row_id, found),
        )

    def _open(self, who: SignedIn) -> tuple[list[OpenReport], int, int]:
        """Open the newest open reports; say how many are older, and how many do not open any more."""
        keys = self._office.keys(who)
        with self._office.reading() as unit:
            reports = sorted(unit.reports.all(state=_OPEN), key=lambda report: report.updated_hour, reverse=True)
            chosen = reports[:MOST_REPORTS]
            texts, findings = rows_of(unit, chosen)
        opened = [open_report(report, texts[report.id], findings[report.id], keys) for report in chosen if texts[report.id]]
        readable = [each for each in opened if each is not None]
        return readable, len(reports) - len(chosen), len(opened) - len(readable)


def _weigh(opened: OpenReport, reread: Mapping[str, Reread]) -> Weighed:
    """Say where a report stands with these findings, as triage and corrections weigh it."""
    # What was found in calls, and in what was written down of recordings, stays as it was found.
    found = {**opened.stored, **{name: each.found for name, each in reread.items()}}
    stored = gravest(opened.stored)
    is_raised = opened.report.priority > stored and not said(opened.corrections)  # by a call for help, say: that stays
    weighed = max(opened.report.priority if is_raised else 0, gravest(found))
    return _line(settled_priority(weighed, opened.report.flags), found, opened)


def _as_stored(opened: OpenReport) -> Weighed:
    return _line(opened.report.priority, opened.stored, opened)


def _line(priority: int, found: Mapping[str, Sequence[Finding]], opened: OpenReport) -> Weighed:
    whole = [item.finding for item in put_together(tuple(found.items()), opened.corrections)]

    def labels(stage: str) -> tuple[str, ...]:
        return tuple(sorted({finding.label or finding.value for finding in whole if finding.stage == stage}))

    return Weighed(
        priority=priority,
        categories=labels("category"),
        places=labels("place"),
        languages=labels("language"),
        hidden=sum(len(each.evidence) for every in found.values() for each in every if each.stage == "redaction"),
    )


def _sorted(moves: Sequence[Move]) -> tuple[Move, ...]:
    """Put those that move farthest first."""
    return tuple(sorted(moves, key=lambda move: (-abs(move.new.priority - move.old.priority), -move.new.priority)))
