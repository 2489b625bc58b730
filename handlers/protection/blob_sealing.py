"""Seal a recording in chunks: each can be opened alone, and none can be altered, swapped, repeated or cut off unnoticed.

Every chunk is a sealed value (`sealing`) of one length, with the blob's name, its own index and whether it is the last as
associated data. It begins with the size of the whole. Empty chunks fill up the end, so that their number tells the length only
roughly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from handlers.errors import SealError
from handlers.ports import Blobs
from handlers.protection.sealing import Place, open_sealed, seal

_PLAIN = 65_535  # one less than the largest bucket of `sealing`, so that all chunks fill it
_SIZE = 8
CHUNK_BYTES = _PLAIN - _SIZE  # of the blob, in each chunk


def seal_blob(key: bytes, name: str, data: bytes) -> Iterator[bytes]:
    """Give the sealed chunks of a blob. Each is sealed when it is asked for."""
    last = chunk_count(len(data)) - 1
    for index in range(last + 1):
        part = data[index * CHUNK_BYTES : (index + 1) * CHUNK_BYTES]
        plain = len(data).to_bytes(_SIZE, "big") + part
        yield seal(key, plain.ljust(_PLAIN, b"\0"), _place(name, index, is_last=index == last))


def chunk_count(size: int) -> int:
    """Give the number of chunks that a blob of this size is kept in: 1, 2, 3, 4, 6, 8, 12, 16, 24 and so on."""
    needed, count = max(1, -(-size // CHUNK_BYTES)), 1
    while count < needed:
        count += 1 if count < 3 else count // 3 if count % 3 == 0 else count // 2
    return count


@dataclass(frozen=True, slots=True)
class SealedBlob:
    """A blob where it is kept, with its key. Every way of reading raises `NotFound` or `SealError`."""

    blobs: Blobs
    name: str
    key: bytes = field(repr=False)

    def size(self) -> int:
        """Give the size of what was sealed."""
        for chunk in self._opened(0):
            return int.from_bytes(chunk[:_SIZE], "big")
        raise SealError("a sealed blob is empty")

    def read(self, start: int, end: int) -> Iterator[bytes]:
        """Give the bytes from start to end; only the chunks that hold them are opened."""
        index = start // CHUNK_BYTES
        for chunk in self._opened(index):
            offset = index * CHUNK_BYTES
            end = min(end, int.from_bytes(chunk[:_SIZE], "big"))
            if start < end:
                yield chunk[_SIZE + max(0, start - offset) : _SIZE + min(CHUNK_BYTES, end - offset)]
            index += 1
            if end <= index * CHUNK_BYTES:
                return

    def whole(self) -> bytes:
        """Give all of it; that every chunk is there, to the last, is seen to."""
        chunks = list(self._opened(0))
        if not chunks:
            raise SealError("a sealed blob is empty")
        return b"".join(chunk[_SIZE:] for chunk in chunks)[: int.from_bytes(chunks[0][:_SIZE], "big")]

    def _opened(self, first: int) -> Iterator[bytes]:
        chunks = self.blobs.get(self.name, first=first)
        held, index = next(chunks, None), first
        while held is not None:
            following = next(chunks, None)
            yield open_sealed(self.key, held, _place(self.name, index, is_last=following is None))
            held, index = following, index + 1


def _place(name: str, index: int, *, is_last: bool) -> Place:
    return Place("blobs", name, str(index), "last" if is_last else "more")
