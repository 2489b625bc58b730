"""Prompts that speakers recorded: where a provider fetches each. They hold nothing private: every caller hears them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import blake2b

from handlers.ports import Clock

Index = Callable[[], Mapping[tuple[str, str], str]]  # key and language of each recorded prompt, to its id

_RENEWED_AFTER_SECONDS = 5.0  # a prompt that was just recorded is heard in the next call, if not in this one
_FILE = re.compile(r"(?P<key>[A-Za-z0-9_]{1,64})\.(?P<language>[a-z]{2,16})\.(?P<id>[0-9a-f]{24})\.wav")


class RecordedPrompts:
    """Gives the address of a prompt as it is recorded now; fulfils `handlers.voice.prompts.Recorded`."""

    def __init__(self, index: Index, *, base: str, clock: Clock) -> None:
        self._index = index
        self._base = base
        self._clock = clock
        self._known: tuple[float, Mapping[tuple[str, str], str]] | None = None

    def __call__(self, key: str, language: str) -> str | None:
        """Give the address, or None where nobody recorded it. The index is read again once it is a few seconds old."""
        now, known = self._clock(), self._known
        if known is None or not 0 <= now - known[0] < _RENEWED_AFTER_SECONDS:
            known = self._known = (now, self._index())
        found = known[1].get((key, language))
        return f"{self._base}/{file_name(key, language, found)}" if found else None


def prompt_id(key: str, language: str, wav: bytes) -> str:
    """Give the id of a recorded prompt: another sound has another, so that an address never changes its meaning and may be kept
    by whoever fetched it."""
    digest = blake2b(digest_size=12, person=b"izwi prompt v1")
    for part in (key.encode(), language.encode(), wav):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def file_name(key: str, language: str, found_id: str) -> str:
    """Give the name under which a recorded prompt is fetched."""
    return f"{key}.{language}.{found_id}.wav"


def read_file_name(name: str) -> tuple[str, str, str] | None:
    """Read key, language and id of such a name; None for any other."""
    match = _FILE.fullmatch(name)
    return (match["key"], match["language"], match["id"]) if match else None
