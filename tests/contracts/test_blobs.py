"""What every store of blobs is held to: whole or not there, in chunks, by verified names. There is one: a folder."""

from __future__ import annotations

import errno
import inspect
import io
import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.settings import ROOT
from handlers import ports
from handlers.errors import NotFound, Unavailable
from storage.blobs import FolderBlobs
from tests.fakes import MemoryBlobs

CHUNKS = [b"a" * 100, b"b" * 100, b"c" * 7]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "blobs"


@pytest.fixture
def blobs(folder: Path) -> FolderBlobs:
    return FolderBlobs(folder)


@pytest.fixture(params=["folder", "memory"])
def any_blobs(request: pytest.FixtureRequest, folder: Path) -> ports.Blobs:
    """A store of either kind: the one in memory stands in for it in tests."""
    return FolderBlobs(folder) if request.param == "folder" else MemoryBlobs()


@pytest.mark.parametrize("kind", [FolderBlobs, MemoryBlobs])
def test_it_offers_all_that_the_port_asks_for(kind: type) -> None:
    for name, method in inspect.getmembers(ports.Blobs, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.signature(method).parameters.keys() == inspect.signature(getattr(kind, name)).parameters.keys()


def test_what_is_put_is_given_back_in_its_chunks_from_any_of_them_on(any_blobs: ports.Blobs) -> None:
    blobs = any_blobs
    blobs.put("x.original", iter(CHUNKS))

    assert [list(blobs.get("x.original", first=first)) for first in range(4)] == [CHUNKS, CHUNKS[1:], CHUNKS[2:], []]


def test_a_blob_of_the_same_name_takes_its_place(any_blobs: ports.Blobs) -> None:
    blobs = any_blobs
    blobs.put("x", CHUNKS)
    blobs.put("x", [b"new"])

    assert (list(blobs.get("x")), list(blobs.names())) == ([b"new"], ["x"])


def test_who_reads_while_it_is_replaced_reads_the_old_one_to_its_end(any_blobs: ports.Blobs) -> None:
    blobs = any_blobs
    blobs.put("x", CHUNKS)
    reading = blobs.get("x")
    first = next(reading)

    blobs.put("x", [b"new" * 33 + b"!"] * 3)

    assert [first, *reading] == CHUNKS


def test_what_is_not_there_is_not_found_and_can_be_removed(any_blobs: ports.Blobs) -> None:
    blobs = any_blobs
    blobs.remove("x")
    assert list(blobs.names()) == []
    with pytest.raises(NotFound):
        blobs.get("x")

    blobs.put("x", CHUNKS)
    blobs.remove("x")

    with pytest.raises(NotFound):
        blobs.get("x")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "/etc/passwd", ".hidden", "-x", "x\0", "x\n", "é", "x.part", "a" * 129, "x y"]
)
def test_a_name_that_could_lead_elsewhere_is_refused(blobs: FolderBlobs, folder: Path, name: str) -> None:
    for refused in (lambda: blobs.put(name, CHUNKS), lambda: blobs.get(name), lambda: blobs.remove(name)):
        with pytest.raises(ValueError, match="not the name"):
            refused()
    assert not folder.exists()


@pytest.mark.parametrize("chunks", [[], [b""], [b"ab", b""], [b"ab", b"a", b"a"], [b"ab", b"abc"]])
def test_chunks_that_could_not_be_told_apart_are_refused(blobs: FolderBlobs, folder: Path, chunks: list[bytes]) -> None:
    with pytest.raises(ValueError, match="chunk"):
        blobs.put("x", chunks)
    assert list(folder.iterdir()) == []


def test_nobody_else_on_the_machine_reads_it(blobs: FolderBlobs, folder: Path) -> None:
    blobs.put("x", CHUNKS)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "x").stat().st_mode) == 0o600


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT])
@pytest.mark.parametrize("where", ["write", "fsync", "rename"])
def test_a_disk_that_is_full_or_closed_is_told_and_leaves_what_was_there(
    blobs: FolderBlobs, folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, where: str
) -> None:
    blobs.put("x", CHUNKS)

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(code, os.strerror(code))

    if where == "write":
        monkeypatch.setattr("storage.blobs.open", lambda fd, mode: _FullFile(fd, mode, code), raising=False)
    else:
        monkeypatch.setattr(f"os.{where}" if where == "fsync" else f"pathlib.Path.{where}", fail)
    with pytest.raises(Unavailable) as raised:
        blobs.put("x", [b"other"])

    monkeypatch.undo()
    assert str(code) not in str(raised.value)
    assert [path.name for path in folder.iterdir()] == ["x"]
    assert list(blobs.get("x")) == CHUNKS


class _FullFile(io.FileIO):
    """A file on a disk that is full."""

    def __init__(self, descriptor: int, mode: str, code: int) -> None:
        super().__init__(descriptor, mode)
        self._code = code

    def write(self, _: Any) -> int:
        raise OSError(self._code, os.strerror(self._code))


def test_a_source_of_chunks_that_breaks_off_leaves_nothing(blobs: FolderBlobs, folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield CHUNKS[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        blobs.put("x", broken())

    assert list(folder.iterdir()) == []


def test_what_a_killed_writer_left_is_no_blob_and_is_cleared_away_in_time(blobs: FolderBlobs, folder: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from storage.blobs import FolderBlobs\n"
        "def chunks():\n"
        "    yield b'a' * 100_000\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "FolderBlobs(Path(sys.argv[1])).put('x', chunks())\n"
    )
    blobs.put("y", CHUNKS)
    subprocess.run([sys.executable, "-c", script, str(folder)], cwd=ROOT, timeout=60)
    (left,) = [path for path in folder.iterdir() if path.name != "y"]

    blobs.tidy()
    assert (left.exists(), list(blobs.names())) == (True, ["y"])  # its writer may be at work still
    long_ago = time.time() - 25 * 3600
    os.utime(left, (long_ago, long_ago))
    os.utime(folder / "y", (long_ago, long_ago))
    blobs.tidy()

    assert [path.name for path in folder.iterdir()] == ["y"]
