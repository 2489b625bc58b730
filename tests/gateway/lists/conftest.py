"""The lists of a founded desk, over a folder of shipped ones that a test may alter."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config.settings import ROOT
from gateway.lists.editing import Editing
from gateway.lists.live import LiveLists
from gateway.lists.versions import Versions
from handlers.protection.boot import BootSecret
from tests.conftest import Rooms

SIGNS = "lexicons/signs.en.txt"


@dataclass
class Room:
    """What a process has of the lists, with nothing in its memory yet."""

    folder: Path
    live: LiveLists
    versions: Versions
    editing: Editing
    rooms: Rooms

    def another(self, boot: BootSecret | None = None, **changes: Any) -> Room:
        """Give the same as another process has it."""
        return room_of(self.rooms, self.folder, boot=boot, **changes)

    def text(self, name: str = SIGNS) -> str:
        return self.editing.show(name).text

    def add(self, line: str, name: str = SIGNS) -> None:
        """Add a line to a list and save it."""
        self.editing.save(None, name, f"{self.text(name)}{line}\n", seen=self.editing.show(name).listed.number, reason="a test")

    def signs(self) -> set[str]:
        """Give the entries of the signs in force."""
        return {entry.entry for entry in self.live.now().compiled.lists.signs}


def room_of(rooms: Rooms, folder: Path, *, boot: BootSecret | None = None, writing: Any = None, reading: Any = None) -> Room:
    versions = Versions(boot or rooms.boot, reading or rooms.reading)
    live = LiveLists(folder, versions)
    return Room(folder, live, versions, Editing(live, versions, writing=writing or rooms.writing, clock=rooms.clock), rooms)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("categories", "lexicons", "places", "words", "prompts"):
        shutil.copytree(ROOT / "config" / name, tmp_path / "shipped" / name)
    return tmp_path / "shipped"


@pytest.fixture
def room(sqlite_rooms: Rooms, folder: Path) -> Room:
    return room_of(sqlite_rooms, folder)


@pytest.fixture
def other_boot() -> BootSecret:
    return BootSecret(secrets.token_bytes(32))
