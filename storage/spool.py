"""The spool: where an event is kept when the database cannot be written. One sealed file each, on disk before the provider is
answered.

The files are sealed under a key derived from the boot secret: the keys of periods stand in the database that is away.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from handlers.errors import SealError, Unavailable
from handlers.events import DeliveryState, DeliveryStatus, Event, InboundCall, InboundText, Media, OptOut, Unrecognised
from handlers.protection.sealing import Place, open_json, seal_json

_KINDS = {kind.__name__: kind for kind in (InboundText, InboundCall, DeliveryStatus, OptOut, Unrecognised)}
_SUFFIX = ".event"


class Spool:
    """Keeps events in a folder until they are drained."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._key = key

    def put(self, event: Event) -> None:
        """Keep an event: on return it is on disk. Raise `Unavailable` if it cannot be."""
        name = f"{time.time_ns():020d}-{secrets.token_hex(8)}"
        sealed = seal_json(self._key, {"kind": type(event).__name__, "event": _as_json(event)}, _place(name))
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_durably(self._folder, name, sealed)
        except OSError:
            raise Unavailable("neither the database nor the spool can be written") from None

    def waiting(self) -> int:
        """Count the files that wait."""
        return sum(1 for _ in self._files())

    def drain(self, take_in: Callable[[Event], object]) -> int:
        """Give every event, oldest first, to `take_in`, and remove it once that returns; say how many. What does not open is
        left where it is, for a person to look at. Whatever `take_in` raises is passed on, and the event is kept."""
        drained = 0
        for path in self._files():
            try:
                event = self._read(path)
            except (SealError, FileNotFoundError):
                continue
            take_in(event)
            path.unlink(missing_ok=True)
            drained += 1
        return drained

    def _files(self) -> Iterator[Path]:
        return iter(sorted(self._folder.glob(f"*{_SUFFIX}")))

    def _read(self, path: Path) -> Event:
        kept = open_json(self._key, path.read_bytes(), _place(path.name.removesuffix(_SUFFIX)))
        return _from_json(kept["kind"], kept["event"])


def _write_durably(folder: Path, name: str, sealed: bytes) -> None:
    unfinished = folder / f"{name}.part"
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(folder / f"{name}{_SUFFIX}")
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _as_json(event: Event) -> dict[str, Any]:
    plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(event).items()}
    return dict(json.loads(json.dumps(plain)))


def _from_json(kind: str, plain: dict[str, Any]) -> Event:
    if plain.get("sent_at") is not None:
        plain["sent_at"] = datetime.fromisoformat(plain["sent_at"])
    if kind == InboundText.__name__:
        plain["media"] = tuple(Media(**media) for media in plain["media"])
    if kind == DeliveryStatus.__name__:
        plain["state"] = DeliveryState(plain["state"])
    event: Event = _KINDS[kind](**plain)
    return event


def _place(name: str) -> Place:
    return Place("spool", "event", name)
