"""Blobs: sealed recordings and pictures as files of one folder. A file is whole or not there, whenever the process is killed."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from handlers.errors import NotFound, Unavailable

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,127}")
_UNFINISHED = ".part"
_MAGIC = b"IZB1"
_LENGTH = 4
_LEFT_OVER_SECONDS = 24 * 3600


class FolderBlobs:
    """Fulfils `handlers.ports.Blobs` with a folder. Each file begins with the length of its chunks, so that one can be found."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Keep a blob, whole or not at all; on return it is on disk. Raises `Unavailable`."""
        path = self._path(name)
        try:
            self._make_folder()
            self._write_durably(path, chunks)
        except OSError:
            raise Unavailable("the folder of blobs cannot be written") from None

    def get(self, name: str, *, first: int = 0) -> Iterator[bytes]:
        """Give a blob in the chunks that it was put in, from the chunk `first` on; raise `NotFound`."""
        try:
            file = self._path(name).open("rb")
        except FileNotFoundError:
            raise NotFound("blob") from None
        except OSError:
            raise Unavailable("the folder of blobs cannot be read") from None
        return _chunks(file, first)

    def remove(self, name: str) -> None:
        """Remove a blob; one that is gone already is fine."""
        path = self._path(name)
        try:
            path.unlink(missing_ok=True)
        except OSError:
            raise Unavailable("the folder of blobs cannot be written") from None

    def names(self) -> Iterator[str]:
        """Give the name of every blob."""
        for path in self._files():
            if path.suffix != _UNFINISHED and _NAME.fullmatch(path.name):
                yield path.name

    def tidy(self) -> None:
        """Remove what writers that were killed left half done."""
        for path in self._files():
            if path.suffix == _UNFINISHED and path.stat().st_mtime < time.time() - _LEFT_OVER_SECONDS:
                path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return sorted(self._folder.iterdir()) if self._folder.is_dir() else []

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name) or name.endswith(_UNFINISHED):
            raise ValueError("not the name of a blob")
        return self._folder / name

    def _make_folder(self) -> None:
        if not self._folder.is_dir():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _flush_folder(self._folder.parent)

    def _write_durably(self, path: Path, chunks: Iterable[bytes]) -> None:
        unfinished = self._folder / f"{path.name}.{secrets.token_hex(6)}{_UNFINISHED}"
        try:
            with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
                _write(file, chunks)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        _flush_folder(self._folder)


def _write(file: BinaryIO, chunks: Iterable[bytes]) -> None:
    length: int | None = None
    is_last = False
    for chunk in chunks:
        if length is None:
            length = len(chunk)
            file.write(_MAGIC + length.to_bytes(_LENGTH, "big"))
        if is_last or not 0 < len(chunk) <= length:
            raise ValueError("all chunks of a blob but the last are of one length")
        is_last = len(chunk) < length
        file.write(chunk)
    if length is None:
        raise ValueError("a blob has at least one chunk")


def _chunks(file: BinaryIO, first: int) -> Iterator[bytes]:
    with file:
        try:
            head = file.read(len(_MAGIC) + _LENGTH)
            length = int.from_bytes(head[len(_MAGIC) :], "big")
            if not head.startswith(_MAGIC) or not length:
                return
            file.seek(first * length, os.SEEK_CUR)
            while chunk := file.read(length):
                yield chunk
        except OSError:
            raise Unavailable("the folder of blobs cannot be read") from None


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
