"""Checking a proposal against the report it is made from: what in its words may point to the source, or to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers.caselog.content import EntryContent
from handlers.caselog.packets import Concern, lint
from handlers.caselog.precision import place_step
from handlers.desk.findings import newest
from handlers.desk.office import open_value
from handlers.desk.opening import open_findings
from handlers.desk.voices import TRANSCRIPT, TRANSLATION
from handlers.ports import UnitOfWork
from handlers.protection.keyring import DeskKeyring
from handlers.protection.sealing import Place
from handlers.records import Direction, Findings, Message, Note
from handlers.triage.gazetteer import Gazetteer


@dataclass(frozen=True, slots=True)
class Told:
    """The rows of what a report's source told, read in one transaction."""

    messages: tuple[Message, ...] = field(repr=False)
    findings: tuple[Findings, ...] = field(repr=False)
    notes: tuple[Note, ...] = field(default=(), repr=False)

    def concerns(self, entry: EntryContent, keys: DeskKeyring, gazetteer: Gazetteer) -> tuple[Concern, ...]:
        """Give what in an entry may point to somebody, what blocks first. What is no longer readable cannot be compared."""
        texts = {message.id: _text(keys, "messages", message) for message in self.messages}
        texts |= {note.id: _text(keys, "notes", note) for note in self.notes}
        by_message, corrections, _ = open_findings(self.findings, keys)
        names = [
            texts[message_id][item.start : item.end]
            for message_id, findings in by_message
            for finding in findings
            if finding.stage == "redaction" and finding.value == "name" and message_id in texts
            for item in finding.evidence
        ]
        hidden = newest(corrections).get("redaction")
        names += hidden.values if hidden else ()
        found = lint(
            entry,
            [text for text in texts.values() if text],
            list(dict.fromkeys(name for name in names if name.strip())),
            finer_places=_finer(gazetteer, entry),
        )
        return tuple(sorted(found, key=lambda concern: not concern.is_blocking))


def read_told(unit: UnitOfWork, report_id: str) -> Told:
    """Read what the source of a report told."""
    messages = unit.messages.all(report_id=report_id, direction=Direction.IN.value)
    written = unit.notes.all(report_id=report_id, kind=(TRANSCRIPT, TRANSLATION))
    return Told(tuple(messages), tuple(unit.findings.all(report_id=report_id)), tuple(written))


def said(concerns: Sequence[Concern]) -> str:
    """Say what blocks a proposal, in sentences; empty if nothing does."""
    blocking = [concern for concern in concerns if concern.is_blocking]
    return " ".join(f"{concern.sentence} ({concern.where}: “{concern.words}”)" for concern in blocking)


def _text(keys: DeskKeyring, table: str, row: Message | Note) -> str:
    opened = open_value(keys, row.content, Place(table, "content", row.id, row.period))
    return str((opened.value or {}).get("text") or "")


def _finer(gazetteer: Gazetteer, entry: EntryContent) -> list[str]:
    """Give the names of all places finer than the entry's level, in every spelling, but those that its own place is named with:
    Mutare is finer than Mutare West, which cannot be named without it."""
    try:
        step = place_step(entry.place_level)
    except ValueError:
        return []
    places = list(gazetteer.by_id.values())
    coarse = {place.name.casefold() for place in places if place_step(place.level) >= step}
    finer = [name for place in places if place_step(place.level) < step for name in (place.name, *place.variants)]
    return [name for name in finer if name.casefold() not in coarse and name.casefold() not in entry.place.casefold()]
