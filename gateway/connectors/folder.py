"""A folder of JSON files, one an entry, for whatever picks them up from there."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from gateway.connectors.contract import Packet
from handlers.errors import RecipientError

_MODE = 0o640  # the folder's group may read what it is to pick up


class Folder:
    """Writes each packet whole or not at all; a name that ends in `.json` is always a whole packet, safe on disk."""

    name = "folder"

    def __init__(self, path: Path) -> None:
        self._path = path

    def forward(self, packet: Packet) -> None:
        """Write the packet's file, unless it is there already. The folder is never made: a disk that is not mounted must not be
        mistaken for an empty folder."""
        file = self._path / f"{packet.index:08d}-{packet.id}.json"
        text = json.dumps(packet.as_fields(), ensure_ascii=False, sort_keys=True, indent=2) + "\n"
        try:
            if _is_there(file, text.encode()):
                return
            self._write(file, text.encode())
        except FileNotFoundError:
            raise RecipientError("folder_missing", permanent=False) from None
        except OSError:
            raise RecipientError("folder_not_writable", permanent=False) from None

    def _write(self, file: Path, content: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=self._path, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(content)
                os.fchmod(opened.fileno(), _MODE)
                opened.flush()
                os.fsync(opened.fileno())
            os.replace(name, file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        self._sync()
        for left in self._path.glob(f".{file.name}.*"):  # of an earlier try that was killed on the way
            left.unlink(missing_ok=True)

    def _sync(self) -> None:
        """Have the new name itself safe on disk."""
        folder = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _is_there(file: Path, content: bytes) -> bool:
    """Say whether this very packet was written before; raise `RecipientError` if something else stands under its name."""
    try:
        if file.read_bytes() == content:
            return True
    except FileNotFoundError:
        return False
    raise RecipientError("other_file_there", permanent=True)
