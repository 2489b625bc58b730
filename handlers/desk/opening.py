"""Open the rows of a report with the desk's keys: each into what a page shows, or into the reason why it cannot be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from handlers.desk.calls import about_call
from handlers.desk.findings import Correction, read_correction, read_finding
from handlers.desk.office import open_value
from handlers.desk.showing import pieces, printable, without_numbers
from handlers.desk.views import ShownNote, ThreadMessage
from handlers.protection.keyring import DeskKeyring
from handlers.protection.sealing import Place
from handlers.records import Findings, Message, Note
from handlers.reports import Finding

_SENDERS = {
    "withheld": "The number was withheld: nobody can be answered.",
    "name": "Sent under a name, not a number: nobody can be answered.",
}


class OpenedRows(NamedTuple):
    """What people and program found: by message as it follows from what people said, and `first` as the program found it by
    itself. `is_whole` says that every row could be read."""

    by_message: list[tuple[str, list[Finding]]]
    first: list[tuple[str, list[Finding]]]
    corrections: list[Correction]
    is_whole: bool


def open_rows(rows: Sequence[Findings], keys: DeskKeyring) -> OpenedRows:
    """Open the rows of a report's findings."""
    opened = OpenedRows([], [], [], True)
    for row in rows:
        plain = open_value(keys, row.content, Place("findings", "content", row.id, row.period)).value
        if plain is None:
            opened = opened._replace(is_whole=False)
        elif row.author_id is not None:
            opened.corrections.append(read_correction(plain, row.author_id))
        else:
            # What was found in a transcript is found again by the note that holds it.
            found_in = row.message_id or str(plain.get("note", ""))
            first = [read_finding(item) for item in plain["findings"]]
            followed = [read_finding(item) for item in plain["said"]] if "said" in plain else first
            opened.first.append((found_in, first))
            opened.by_message.append((found_in, followed))
    return opened


def open_findings(rows: Sequence[Findings], keys: DeskKeyring) -> tuple[list[tuple[str, list[Finding]]], list[Correction], bool]:
    """Give the findings by message, the corrections, and whether every row could be read."""
    opened = open_rows(rows, keys)
    return opened.by_message, opened.corrections, opened.is_whole


def open_note(row: Note, keys: DeskKeyring, authors: Mapping[str, str]) -> ShownNote:
    """Open a note."""
    opened = open_value(keys, row.content, Place("notes", "content", row.id, row.period))
    plain = opened.value or {}
    return ShownNote(
        kind=row.kind,
        author=authors.get(row.author_id, "somebody"),
        at=float(plain.get("at", row.hour * 3600)),
        text=printable(plain.get("text", "")) if opened.value is not None else opened.why,
        source=plain.get("source", ""),
        information=plain.get("information", ""),
        first_hand=bool(plain.get("first_hand")),
        with_record=bool(plain.get("with_record")),
        in_contact=bool(plain.get("in_contact")),
        incident_id=row.incident_id,
    )


class ThreadOpener:
    """Opens messages for one person and one page. `senders` tells afterwards which kinds of senders there were."""

    def __init__(
        self,
        keys: DeskKeyring,
        *,
        findings: Mapping[str, Sequence[Finding]],
        corrections: Mapping[str, Correction],
        authors: Mapping[str, str],
        as_written: bool,
    ) -> None:
        self._keys = keys
        self._findings = findings
        self._corrections = corrections
        self._authors = authors
        self._as_written = as_written
        self.texts: dict[str, str] = {}
        self.senders: set[str] = set()

    def open(self, row: Message) -> ThreadMessage:
        """Open one message."""
        opened = open_value(self._keys, row.content, Place("messages", "content", row.id, row.period))
        plain = opened.value or {}
        text = str(plain.get("text") or "")
        self.texts[row.id] = text
        if plain.get("sender_kind"):
            self.senders.add(plain["sender_kind"])
        shown = pieces(text, self._findings.get(row.id, ()), self._corrections, as_written=self._as_written)
        original = plain.get("original") if self._as_written and plain.get("original") != text else None
        return ThreadMessage(
            id=row.id,
            direction=row.direction,
            kind=row.kind,
            state=row.state,
            reason=row.reason,
            at=float(plain.get("at", row.hour * 3600)),
            is_exact="at" in plain,
            pieces=shown,
            why_unreadable="" if opened.value is not None else opened.why,
            author=self._authors.get(row.author_id or "", None),
            about=tuple(_about(plain)),
            original=printable(original) if original else None,
            fields=tuple((without_numbers(str(name)), without_numbers(str(value))) for name, value in _fields(plain)),
        )


def _fields(plain: Mapping[str, Any]) -> Sequence[tuple[str, Any]]:
    fields = plain.get("fields") or {}
    return tuple(fields.items())


def _about(plain: Mapping[str, Any]) -> list[str]:
    """Give sentences about how a message came, without anything that could point to a person."""
    about = []
    if plain.get("channel") and plain["channel"] != "sms":
        about.append(f"By {plain['channel']}.")
    if "sender_kind" in plain and plain.get("channel") == "voice":
        about += about_call(plain)
    if plain.get("sender_kind") in _SENDERS:
        about.append(_SENDERS[plain["sender_kind"]])
    if plain.get("forwarded"):
        about.append("Marked by the provider as passed on.")
    if plain.get("command"):
        about.append(f"Read as a word to the line: {plain['command']}.")
    if "tied" in str(plain.get("flags", "")).split():
        about.append("It began with a field monitor's one-time word: that telephone is tied to them from here on.")
    if "same_id" in str(plain.get("flags", "")):
        about.append("The provider used one id for two different texts: both are kept.")
    if plain.get("why"):
        about.append(f"It could not be understood ({plain['why']}). What came, with long numbers taken out:")
    return about
