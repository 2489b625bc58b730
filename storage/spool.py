"""The spool: where an event is kept when the database cannot be written. One sealed file each, on disk before the provider is
answered.

The files are sealed under a key derived from the boot secret: the keys of periods stand in the database that is away.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from handlers.errors import SealError, Unavailable
from handlers.events import (
    CallEnded,
    CallStep,
    DeliveryState,
    DeliveryStatus,
    Event,
    InboundCall,
    InboundText,
    Media,
    OptOut,
    RecordingMade,
    Unrecognised,
    UssdStep,
)
from handlers.protection.sealing import Place, open_json, seal_json

_SPOOLED = (
    *(InboundText, InboundCall, DeliveryStatus, OptOut, Unrecognised),
    *(CallStep, CallEnded, RecordingMade, UssdStep),
)
_KINDS = {kind.__name__: kind for kind in _SPOOLED}
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
            self._make_folder()
            _write_durably(self._folder, name, sealed)
        except OSError:
            raise Unavailable("neither the database nor the spool can be written") from None

    def _make_folder(self) -> None:
        if not self._folder.is_dir():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _flush_folder(self._folder.parent)  # or the folder itself, with all in it, is gone after a power cut

    def waiting(self) -> int:
        """Count the files that wait."""
        return sum(1 for _ in self._files())

    def drain(self, take_in: Callable[[Event], object]) -> int:
        """Give every event, oldest first, to `take_in`, and remove it once that returns; say how many.

        What does not open, or cannot be taken in, is left where it is and does not stop the others; the first error of `take_in`
        is passed on at the end. That the database is away is passed on at once.
        """
        drained, failed = 0, None
        for path in self._files():
            try:
                event = self._read(path)
            except (SealError, OSError):
                continue
            try:
                take_in(event)
            except (OperationalError, InterfaceError, TimeoutError):
                raise
            except Exception as error:  # whatever is wrong with one event, the next may be a call for help
                failed = failed or error
                continue
            path.unlink(missing_ok=True)
            drained += 1
        if failed is not None:
            raise failed
        return drained

    def _files(self) -> Iterator[Path]:
        return iter(sorted(self._folder.glob(f"*{_SUFFIX}")))

    def _read(self, path: Path) -> Event:
        kept = open_json(self._key, path.read_bytes(), _place(path.name.removesuffix(_SUFFIX)))
        try:
            return _from_json(kept["kind"], kept["event"])
        except (KeyError, TypeError, ValueError):
            raise SealError("not an event as this version spools it") from None


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
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _as_json(event: Event) -> dict[str, Any]:
    return dict(json.loads(json.dumps({field.name: _plain(getattr(event, field.name)) for field in fields(event)})))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, RecordingMade):
        return asdict(value)
    return [asdict(media) for media in value] if isinstance(value, tuple) else value


def _from_json(kind: str, plain: dict[str, Any]) -> Event:
    if plain.get("sent_at") is not None:
        plain["sent_at"] = datetime.fromisoformat(plain["sent_at"])
    if kind == InboundText.__name__:
        plain["media"] = tuple(Media(**media) for media in plain["media"])
    if kind == CallStep.__name__ and plain["recording"] is not None:
        plain["recording"] = RecordingMade(**plain["recording"])
    if kind == DeliveryStatus.__name__:
        plain["state"] = DeliveryState(plain["state"])
    event: Event = _KINDS[kind](**plain)
    return event


def _place(name: str) -> Place:
    return Place("spool", "event", name)
