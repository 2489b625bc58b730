"""Weighing: what a change of the lists does to the open reports, to be looked at first and, if a person wants it, to be kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from handlers.desk.findings import Correction, as_findings, newest, put_together
from handlers.desk.office import Office, new_id, open_value
from handlers.desk.opening import open_findings
from handlers.desk.people import SignedIn
from handlers.errors import Conflict
from handlers.ports import UnitOfWork
from handlers.protection.keyring import DeskKeyring
from handlers.protection.sealing import Place, seal_json
from handlers.records import Direction, Findings, Message, MessageKind, Report
from handlers.reports import DURESS, HIGHEST_PRIORITY, Finding, ReportState
from handlers.triage.lookups import Lookups
from handlers.triage.pipeline import Telling, prioritise, triage

MOST_REPORTS = 200
_OPEN = (ReportState.OPEN.value, ReportState.PROPOSED.value)
_COMPARED = ("duplicates", "incidents")  # found by comparing with other texts of its time: what was found then stays
_CHUNK = 100


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


@dataclass(frozen=True, slots=True)
class _Opened:
    """A report with all that it is weighed by."""

    report: Report
    tellings: tuple[Telling, ...] = field(repr=False)
    rows: Mapping[str, Findings] = field(repr=False)
    stored: Mapping[str, Sequence[Finding]] = field(repr=False)
    corrections: Mapping[str, Correction] = field(repr=False)
    rows_seen: int


class Weighing:
    """Weighs open reports for people, the newest first and not more than `MOST_REPORTS`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def moves(self, who: SignedIn, old: Lookups, new: Lookups) -> Moves:
        """Say which open reports stand elsewhere with the new lists than with the old ones. Nothing is kept."""
        opened, left_out, unreadable = self._open(who)
        pairs = [(each, _weigh(each, _found_anew(each, old), old), _weigh(each, _found_anew(each, new), new)) for each in opened]
        moved = [Move(report=each.report, old=before, new=after) for each, before, after in pairs if before != after]
        return Moves(moves=_sorted(moved), tried=len(opened), left_out=left_out, unreadable=unreadable)

    def weigh_anew(self, who: SignedIn) -> Moves:
        """Triage the open reports with the lists in force and keep what comes out; corrections stay. A report that another person
        works on, or that changes meanwhile, is left as it is."""
        opened, left_out, unreadable = self._open(who)
        keys, lookups = self._office.keys(who), self._office.lookups
        moved = []
        for each in opened:
            found = _found_anew(each, lookups)
            before, after = _as_stored(each), _weigh(each, found, lookups)
            why_not = self._keep(who, keys, each, found, after.priority)
            if before != after:
                moved.append(Move(report=each.report, old=before, new=after, why_not=why_not))
        return Moves(moves=_sorted(moved), tried=len(opened), left_out=left_out, unreadable=unreadable)

    def _keep(
        self, who: SignedIn, keys: DeskKeyring, opened: _Opened, found: Mapping[str, Sequence[Finding]], priority: int
    ) -> str:
        """Put new findings in place of the old; say why not, if not."""
        report = opened.report
        changed = [name for name in found if tuple(found[name]) != tuple(opened.stored[name])]
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

    def _row(self, keys: DeskKeyring, old: Findings, found: Sequence[Finding]) -> Findings:
        """Seal findings to the period of those they replace: they must not be readable any longer than the text is."""
        row_id = new_id()
        priority = next((int(finding.value) for finding in found if finding.stage == "priority"), 0)
        plain = {"findings": [asdict(finding) for finding in found], "priority": priority}
        return Findings(
            id=row_id,
            report_id=old.report_id,
            message_id=old.message_id,
            author_id=None,
            hour=self._office.hour(),
            period=old.period,
            content=seal_json(keys.key(old.period), plain, Place("findings", "content", row_id, old.period)),
        )

    def _open(self, who: SignedIn) -> tuple[list[_Opened], int, int]:
        """Open the newest open reports; say how many are older, and how many do not open any more."""
        keys = self._office.keys(who)
        with self._office.reading() as unit:
            reports = sorted(unit.reports.all(state=_OPEN), key=lambda report: report.updated_hour, reverse=True)
            chosen = reports[:MOST_REPORTS]
            texts, findings = _rows_of(unit, chosen)
        opened = [_opened(report, texts[report.id], findings[report.id], keys) for report in chosen if texts[report.id]]
        readable = [each for each in opened if each is not None]
        return readable, len(reports) - len(chosen), len(opened) - len(readable)


def _rows_of(unit: UnitOfWork, reports: Sequence[Report]) -> tuple[dict[str, list[Message]], dict[str, list[Findings]]]:
    texts: dict[str, list[Message]] = defaultdict(list)
    findings: dict[str, list[Findings]] = defaultdict(list)
    for start in range(0, len(reports), _CHUNK):
        ids = tuple(report.id for report in reports[start : start + _CHUNK])
        for message in unit.messages.all(report_id=ids, kind=MessageKind.TEXT.value, direction=Direction.IN.value):
            texts[message.report_id].append(message)
        for row in unit.findings.all(report_id=ids):
            findings[row.report_id].append(row)
    return texts, findings


def _opened(report: Report, messages: Sequence[Message], rows: Sequence[Findings], keys: DeskKeyring) -> _Opened | None:
    """Open a report; None if anything of it does not open, for half a report must not be weighed as a whole one."""
    by_message, corrections, is_whole = open_findings(rows, keys)
    machine = {row.message_id: row for row in rows if row.author_id is None and row.message_id}
    stored = {message_id: tuple(found) for message_id, found in by_message if message_id in machine}
    tellings = []
    for message in messages:
        opened = open_value(keys, message.content, Place("messages", "content", message.id, message.period))
        if opened.value is None:
            return None
        if message.id in stored:  # what is still to be triaged is triaged with the lists in force anyway
            tellings.append(_telling(message, opened.value))
    if not is_whole:
        return None
    return _Opened(report, tuple(tellings), machine, stored, newest(corrections), len(rows))


def _telling(message: Message, content: Mapping[str, Any]) -> Telling:
    return Telling(
        id=message.id,
        report_id=message.report_id,
        source_id=message.source_id,
        text=content.get("text", ""),
        channel=content.get("channel", ""),
        received_at=datetime.fromtimestamp(content.get("at", 0), UTC),
    )


def _found_anew(opened: _Opened, lookups: Lookups) -> dict[str, tuple[Finding, ...]]:
    """Triage each text of a report. What was found by comparing it with others stays, and what was found in a call."""
    texts = {telling.id for telling in opened.tellings}
    found = {name: tuple(findings) for name, findings in opened.stored.items() if name not in texts}
    for telling in opened.tellings:
        stored = [finding for finding in opened.stored[telling.id] if finding.stage in _COMPARED]
        anew = [finding for finding in triage(telling, lookups, ()).findings if finding.stage not in _COMPARED]
        found[telling.id] = (*anew[:-1], *stored, *anew[-1:])  # the priority stands last
    return found


def _weigh(opened: _Opened, found: Mapping[str, Sequence[Finding]], lookups: Lookups) -> Weighed:
    """Say where a report stands with these findings, as triage and corrections weigh it."""
    whole = put_together(tuple(found.items()), opened.corrections)
    if DURESS in opened.report.flags.split():
        return _line(HIGHEST_PRIORITY, found, opened)
    if opened.corrections:
        return _line(prioritise(as_findings(whole), lookups).priority, found, opened)
    stored = _gravest(opened.stored)
    raised = opened.report.priority if opened.report.priority > stored else 0  # by a call for help, say: that stays
    return _line(max(raised, _gravest(found)), found, opened)


def _as_stored(opened: _Opened) -> Weighed:
    return _line(opened.report.priority, opened.stored, opened)


def _line(priority: int, found: Mapping[str, Sequence[Finding]], opened: _Opened) -> Weighed:
    whole = [item.finding for item in put_together(tuple(found.items()), opened.corrections)]

    def labels(stage: str) -> tuple[str, ...]:
        return tuple(sorted({finding.label or finding.value for finding in whole if finding.stage == stage}))

    hidden = sum(len(each.evidence) for every in found.values() for each in every if each.stage == "redaction")
    return Weighed(
        priority=priority,
        categories=labels("category"),
        places=labels("place"),
        languages=labels("language"),
        hidden=0 if "redaction" in opened.corrections else hidden,
    )


def _gravest(found: Mapping[str, Sequence[Finding]]) -> int:
    return max((int(each.value) for every in found.values() for each in every if each.stage == "priority"), default=0)


def _sorted(moves: Sequence[Move]) -> tuple[Move, ...]:
    """Put those that move farthest first."""
    return tuple(sorted(moves, key=lambda move: (-abs(move.new.priority - move.old.priority), -move.new.priority)))
