"""What a search has opened, kept for the next search of the same session: in memory, and sealed there.

A second search of 100,000 reports would otherwise open as many rows anew. So the folded words of what was looked through are
kept, in blocks of some hundred reports, sealed under a key that is made of the desk's private key. That key comes with each
request, half of it from the browser's cookie, and is kept nowhere: whoever takes the memory of the server finds nothing there
that opens a block. A shelf is dropped when its session ends, when it was not used for as long as a session may idle, and after
an hour at the latest, so that words whose source had them deleted, or whose key was destroyed, are not kept longer.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b

from nacl.utils import random as random_bytes

from handlers.desk.search.stock import Key
from handlers.protection.sealing import KEY_BYTES, Place, open_sealed, seal

_OLDEST_SECONDS = 3600
_MOST_BYTES = 96 * 2**20  # of all shelves of a process: about a million reports
_MOST_ENDED = 1000


@dataclass(frozen=True, slots=True)
class Block:
    """The sealed lines of reports that stand one after another."""

    newest: Key
    oldest: Key
    count: int
    sealed: bytes = field(repr=False)


@dataclass(slots=True)
class Shelf:
    """The blocks of one session, from the newest report down without a gap. `hour` is when the first was made: what was
    sealed since then is not in them."""

    hour: int
    born: float
    salt: bytes = field(default_factory=lambda: random_bytes(KEY_BYTES), repr=False)
    blocks: list[Block] = field(default_factory=list, repr=False)
    size: int = 0
    used: float = 0.0
    is_whole: bool = False  # it reaches down to the oldest report

    def key(self, desk_private: bytes) -> bytes:
        """Give the key of its blocks."""
        return blake2b(self.salt, key=desk_private[:64], digest_size=KEY_BYTES, person=b"izwi search").digest()

    def put(self, key: bytes, lines: str, newest: Key, oldest: Key, count: int) -> None:
        """Seal lines behind the others, unless there is no room left: then nothing is put there any more."""
        if self.size >= _MOST_BYTES // 2 or (self.blocks and newest >= self.blocks[-1].oldest):
            return
        packed = zlib.compress(lines.encode("utf-8", "surrogatepass"), 1)
        block = Block(newest, oldest, count, seal(key, packed, Place("search", "lines", str(len(self.blocks)))))
        self.blocks.append(block)
        self.size += len(block.sealed)

    def lines(self, key: bytes, index: int) -> str:
        """Open a block."""
        packed = open_sealed(key, self.blocks[index].sealed, Place("search", "lines", str(index)))
        return zlib.decompress(packed).decode("utf-8", "surrogatepass")


class Shelves:
    """Keeps the shelves of a process. A search takes the shelf of its session and puts it back when it ends."""

    def __init__(self, *, idle_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._idle = idle_seconds
        self._clock = clock
        self._shelves: dict[str, Shelf] = {}
        self._ended: set[str] = set()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def take(self, session_id: str, *, hour: int) -> Shelf:
        """Give the shelf of a session, or a new one; another search of the session meanwhile has one of its own."""
        with self._lock:
            self._drop_old()
            return self._shelves.pop(session_id, None) or Shelf(hour=hour, born=self._clock())

    def put_back(self, session_id: str, shelf: Shelf) -> None:
        """Keep a shelf, if its session goes on and nothing better is kept already."""
        with self._lock:
            shelf.used = self._clock()
            kept = self._shelves.get(session_id)
            if session_id not in self._ended and (kept is None or kept.size <= shelf.size):
                self._shelves[session_id] = shelf
            self._drop_old()
            self._make_room()
            self._watch()

    def drop(self, session_id: str) -> None:
        """Forget the shelf of a session that ends, also the one that a search has in hand."""
        with self._lock:
            if len(self._ended) >= _MOST_ENDED:
                self._ended.clear()  # no search goes on for as long as so many sessions take to end
            self._ended.add(session_id)
            self._shelves.pop(session_id, None)

    def held(self) -> int:
        """Count the shelves that are kept now."""
        with self._lock:
            return len(self._shelves)

    def _drop_old(self) -> None:
        now = self._clock()
        for session_id, shelf in list(self._shelves.items()):
            if now - shelf.used >= self._idle or now - shelf.born >= _OLDEST_SECONDS:
                del self._shelves[session_id]

    def _make_room(self) -> None:
        while sum(shelf.size for shelf in self._shelves.values()) > _MOST_BYTES:
            del self._shelves[min(self._shelves, key=lambda session_id: self._shelves[session_id].used)]

    def _watch(self) -> None:
        """See to it that a shelf goes even if nobody searches any more."""
        if self._shelves and self._timer is None:
            self._timer = threading.Timer(self._idle, self._look)
            self._timer.daemon = True
            self._timer.start()

    def _look(self) -> None:
        with self._lock:
            self._timer = None
            self._drop_old()
            self._watch()
