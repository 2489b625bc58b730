"""Rereading: a report's texts read again, as people corrected them or with other lists. What the program found first is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from handlers.desk.findings import Correction, newest, priority_of, said
from handlers.desk.office import open_value
from handlers.desk.opening import open_rows
from handlers.ports import UnitOfWork
from handlers.protection.keyring import DeskKeyring
from handlers.protection.sealing import Place, seal_json
from handlers.records import Direction, Findings, Message, MessageKind, Report
from handlers.reports import Finding
from handlers.triage.lookups import Lookups
from handlers.triage.pipeline import NOTHING_SAID, Said, Telling, triage

_COMPARED = ("duplicates", "incidents")  # found by comparing with other texts of its time: what was found then stays
_CHUNK = 100


@dataclass(frozen=True, slots=True)
class Reread:
    """A text read again: what the program finds by itself, and what follows from what people said."""

    first: tuple[Finding, ...] = field(repr=False)
    found: tuple[Finding, ...] = field(repr=False)

    @property
    def priority(self) -> int:
        """Give the priority that follows."""
        return priority_of(self.found)

    def as_plain(self) -> dict[str, Any]:
        """Give what is sealed of it."""
        plain: dict[str, Any] = {"findings": [asdict(finding) for finding in self.first], "priority": self.priority}
        return plain if self.found == self.first else {**plain, "said": [asdict(finding) for finding in self.found]}


@dataclass(frozen=True, slots=True)
class OpenReport:
    """A report with all that it is read again by: its texts, the rows of its findings and what they hold, the corrections."""

    report: Report
    tellings: tuple[Telling, ...] = field(repr=False)
    rows: Mapping[str, Findings] = field(repr=False)
    stored: Mapping[str, tuple[Finding, ...]] = field(repr=False)
    first: Mapping[str, tuple[Finding, ...]] = field(repr=False)
    corrections: Mapping[str, Correction] = field(repr=False)
    rows_seen: int

    def reread(self, lookups: Lookups) -> dict[str, Reread]:
        """Triage each text again; what was found by comparing it with others stays."""
        people = said(self.corrections)
        return {telling.id: self._reread(telling, lookups, people) for telling in self.tellings}

    def followed(self, lookups: Lookups) -> dict[str, Reread]:
        """Say what follows in each text from what people said; what was found first stays as it is."""
        people = said(self.corrections)
        return {each.id: Reread(self.first[each.id], self._whole(each, lookups, people)) for each in self.tellings}

    def _reread(self, telling: Telling, lookups: Lookups, people: Said) -> Reread:
        first = self._whole(telling, lookups, NOTHING_SAID)
        return Reread(first, self._whole(telling, lookups, people) if people else first)

    def _whole(self, telling: Telling, lookups: Lookups, people: Said) -> tuple[Finding, ...]:
        compared = [finding for finding in self.stored[telling.id] if finding.stage in _COMPARED]
        anew = [finding for finding in triage(telling, lookups, (), people).findings if finding.stage not in _COMPARED]
        return (*anew[:-1], *compared, *anew[-1:])  # the priority stands last


def gravest(found: Mapping[str, Sequence[Finding]]) -> int:
    """Give the priority of the text that counts most: a report stands where it stands."""
    return max((priority_of(findings) for findings in found.values()), default=0)


def rows_of(unit: UnitOfWork, reports: Sequence[Report]) -> tuple[dict[str, list[Message]], dict[str, list[Findings]]]:
    """Read the texts and the findings of some reports."""
    texts: dict[str, list[Message]] = defaultdict(list)
    findings: dict[str, list[Findings]] = defaultdict(list)
    for start in range(0, len(reports), _CHUNK):
        ids = tuple(report.id for report in reports[start : start + _CHUNK])
        for message in unit.messages.all(report_id=ids, kind=MessageKind.TEXT.value, direction=Direction.IN.value):
            texts[message.report_id].append(message)
        for row in unit.findings.all(report_id=ids):
            findings[row.report_id].append(row)
    return texts, findings


def open_report(report: Report, messages: Sequence[Message], rows: Sequence[Findings], keys: DeskKeyring) -> OpenReport | None:
    """Open a report; None if anything of it does not open, for half a report must not be weighed as a whole one."""
    found = open_rows(rows, keys)
    machine = {row.message_id: row for row in rows if row.author_id is None and row.message_id}
    stored = {message_id: tuple(findings) for message_id, findings in found.by_message if message_id}
    first = {message_id: tuple(findings) for message_id, findings in found.first}
    tellings = []
    for message in messages:
        opened = open_value(keys, message.content, Place("messages", "content", message.id, message.period))
        if opened.value is None:
            return None
        if message.id in stored:  # what is still to be triaged is triaged with the lists in force anyway
            tellings.append(telling_of(message, opened.value))
    if not found.is_whole:
        return None
    return OpenReport(report, tuple(tellings), machine, stored, first, newest(found.corrections), len(rows))


def telling_of(message: Message, content: Mapping[str, Any]) -> Telling:
    """Give an opened message as triage reads it."""
    return Telling(
        id=message.id,
        report_id=message.report_id,
        source_id=message.source_id,
        text=content.get("text", ""),
        channel=content.get("channel", ""),
        received_at=datetime.fromtimestamp(content.get("at", 0), UTC),
    )


def sealed_again(keys: DeskKeyring, row: Findings, row_id: str, reread: Reread) -> bytes:
    """Seal findings to the period of those they replace: they must not be readable any longer than the text is."""
    return seal_json(keys.key(row.period), reread.as_plain(), Place("findings", "content", row_id, row.period))
