"""Reports opened for a search: their words, each with where they stand, and what was found in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from handlers.desk.findings import Correction, newest, put_together, read_correction, read_finding
from handlers.desk.search.stock import SealedRows, SealedText, Stub
from handlers.desk.search.wanted import folded
from handlers.errors import KeyDestroyed, SealError
from handlers.protection.keyring import DeskKeyring
from handlers.protection.sealing import Place, open_json
from handlers.records import Direction
from handlers.reports import Finding

FACETS = ("category", "place", "language")
_LABELLED = (*FACETS, "call")
_APART = "\x1f"


class Words(NamedTuple):
    """Words of a report, and where they stand: `told`, `written` to the source, a note's kind, or `found` by triage."""

    where: str
    row_id: str
    text: str


@dataclass(slots=True)
class OpenedReport:
    """What a report holds, as far as its keys are left."""

    words: list[Words] = field(default_factory=list, repr=False)
    found: list[tuple[str, Sequence[Mapping[str, Any]]]] = field(default_factory=list, repr=False)
    corrected: list[Correction] = field(default_factory=list, repr=False)

    def line(self, report_id: str) -> str:
        """Give all its words, folded, on one line behind its id and what was found in it."""
        facets = " ".join(sorted(self._facets()))
        words = " ".join(folded(each.text) for each in self.words)
        return f"{report_id}{_APART}{facets}{_APART}{words}"

    def corrections(self) -> dict[str, Correction]:
        """Give the newest correction of each stage."""
        return newest(self.corrected)

    def findings(self) -> dict[str, list[Finding]]:
        """Give what was found in each message."""
        found: dict[str, list[Finding]] = defaultdict(list)
        for row_id, items in self.found:
            found[row_id] += [read_finding(item) for item in items]
        return found

    def together(self) -> tuple[Finding, ...]:
        """Give the findings that count: the surest, or what a person put in their place."""
        return tuple(item.finding for item in put_together(list(self.findings().items()), self.corrections()))

    def _facets(self) -> Iterable[str]:
        for _, items in self.found:
            yield from (facet(item["stage"], item["value"]) for item in items if item["stage"] in FACETS)
        for correction in self.corrected:
            yield from (facet(correction.stage, value) for value in correction.values if correction.stage in FACETS)


def facet(stage: str, value: str) -> str:
    """Give how a finding stands on the line of its report."""
    return f"{stage}:{value}".replace(" ", "_")


def parts_of(line: str) -> tuple[str, list[str], str]:
    """Give the id, the findings and the folded words of a line."""
    report_id, facets, words = line.split(_APART, 2)
    return report_id, facets.split(" "), words


class Opener:
    """Opens rows with the desk's keys, for one search."""

    def __init__(self, keys: DeskKeyring) -> None:
        self._keys = keys
        self._gone: set[str] = set()

    def open(self, stubs: Sequence[Stub], rows: SealedRows) -> dict[str, OpenedReport]:
        """Open what is sealed of these reports; what has no key any more is left out."""
        reports = {stub.id: OpenedReport() for stub in stubs}
        for row in rows.messages:
            if (plain := self._plain("messages", row)) is not None:
                where = "told" if row.kind == Direction.IN.value else "written"
                self._add(reports[row.report_id], where, row.id, str(plain.get("text") or ""))
        for row in rows.notes:
            if (plain := self._plain("notes", row)) is not None:
                self._add(reports[row.report_id], row.kind, row.id, str(plain.get("text") or ""))
        for row in rows.findings:
            if (plain := self._plain("findings", row)) is not None:
                _add_findings(reports[row.report_id], row, plain)
        return reports

    def _add(self, report: OpenedReport, where: str, row_id: str, text: str) -> None:
        if text:
            report.words.append(Words(where, row_id, text))

    def _plain(self, table: str, row: SealedText) -> dict[str, Any] | None:
        if row.period in self._gone:
            return None
        try:
            plain: dict[str, Any] = open_json(
                self._keys.key(row.period), row.content, Place(table, "content", row.id, row.period)
            )
        except KeyDestroyed:
            self._gone.add(row.period)
            return None
        except SealError:
            return None
        return plain


def _add_findings(report: OpenedReport, row: SealedText, plain: Mapping[str, Any]) -> None:
    if row.author_id is not None:
        correction = read_correction(plain, row.author_id)
        report.corrected.append(correction)
        labels: Iterable[str] = correction.labels if correction.stage in _LABELLED else ()
    else:
        items = plain["findings"]
        report.found.append((row.message_id or str(plain.get("note", "")), items))
        labels = [item["label"] for item in items if item["stage"] in _LABELLED and item.get("label")]
    report.words += [Words("found", row.id, label) for label in dict.fromkeys(labels)]
