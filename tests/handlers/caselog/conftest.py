"""What the tests of the case log share: a made-up log of any length."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

import pytest
from nacl.signing import SigningKey

from handlers.caselog.content import EntryContent, Kind
from handlers.caselog.ledger import Opened, append, export
from handlers.caselog.tree import Frontier
from handlers.records import LogEntry, LogHead, Standing

Document = dict[str, Any]


def a_content(number: int = 0, **changes: Any) -> EntryContent:
    values: dict[str, Any] = {
        "summary": f"Soldiers beat several people. Case {number}, “Rwizi” – ē.",
        "categories": ("BEAT", "DETN"),
        "kp_hooks": ("JWP",),
        "within_kp": True,
        "place": "Ward 29",
        "place_level": "ward",
        "when": "2026-11",
        "people": "1 to 4",
        "actors": ("army",),
        "source_grade": "F",
        "information_grade": 2,
        "standing": Standing.REASONABLE_GROUNDS,
        "independent_sources": 1,
        "proposer": "RM",
        "approver": "TC",
        "logged_on": date(2026, 11, 24),
    }
    return EntryContent(**(values | changes))


def make_export(size: int, *, destroyed: Collection[int] = (), withdrawn: Collection[int] = ()) -> Document:
    """Append so many entries (and a withdrawal for each of `withdrawn`) and export them, as JSON would carry it."""
    key = SigningKey(b"k" * 32)
    frontier, entries, heads, opened = Frontier(), [], list[LogHead](), {}
    contents = [a_content(number) for number in range(size)]
    contents += [a_content(kind=Kind.WITHDRAWAL, refers_to=index) for index in withdrawn]
    for index, content in enumerate(contents):
        salt = hashlib.sha256(f"salt {index}".encode()).digest()
        appended = append(frontier, content, salt=salt, signing_key=key)
        frontier = appended.frontier
        sealed = None if index in destroyed else b"sealed"
        entries.append(LogEntry(index=index, leaf=appended.entry.leaf, sealed=sealed, origin=f"o{index}", hour=0))
        heads.append(appended.head)
        opened[index] = Opened(salt, content.as_fields())
    document: Document = json.loads(json.dumps(export(entries, heads, bytes(key.verify_key), opened=opened)))
    return document


@pytest.fixture(scope="session")
def exported() -> Callable[..., Document]:
    return make_export


@pytest.fixture(scope="session")
def content() -> Callable[..., EntryContent]:
    return a_content
