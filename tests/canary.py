"""The sweep: find a word in bytes, plain or in any of the codings by which it could have slipped past a reader."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

# Where a compressed stream may begin: gzip's magic, and zlib's usual first two bytes.
_GZIP = re.compile(rb"\x1f\x8b\x08")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_MOST_UNPACKED = 4_000_000


def forms(word: str) -> dict[str, bytes]:
    """Give the forms in which a word may lie about, by the name of the coding. ASCII case is folded by the search."""
    plain = word.encode()
    found = {
        "plain": plain,
        "reversed": plain[::-1],
        "hex": plain.hex().encode(),
        "url": quote(word, safe="").encode(),
        "url, every byte": "".join(f"%{byte:02x}" for byte in plain).encode(),
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
    }
    for shift in range(3):
        # Base64 of a longer text holds this word's own letters from the first whole group on.
        whole = base64.b64encode(b"\0" * shift + plain)
        inner = whole[4 if shift else 0 : len(whole) - 4]
        if len(inner) >= 8:
            found[f"base64 at {shift}"] = inner
            found[f"base64url at {shift}"] = inner.translate(bytes.maketrans(b"+/", b"-_"))
    return found


def digits_of(number: str) -> list[str]:
    """Give the ways a number may be written: international, national, its last eight digits."""
    bare = number.lstrip("+")
    return [bare, bare[-9:], bare[-8:]]


def hits(data: bytes, words: Iterable[str], *, unpack: bool = True) -> list[str]:
    """Name each coding of each word that these bytes hold (never the word itself)."""
    folded = data.lower()
    found = [
        f"word {number} ({coding})"
        for number, word in enumerate(words)
        for coding, form in forms(word).items()
        if (form in data if coding.startswith("base64") else form.lower() in folded)
    ]
    if unpack:
        for inner in _unpacked(data):
            found += [f"{hit} within a compressed stream" for hit in hits(inner, words, unpack=False)]
    return found


def hits_in_files(folder: Path, words: Iterable[str], *, besides: Iterable[Path] = ()) -> list[str]:
    """Name each hit in the files, and in the names of the files, under a folder."""
    listed, left_out = list(words), set(besides)
    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        found += [f"name of {path.name}: {hit}" for hit in hits(str(path.relative_to(folder)).encode(), listed, unpack=False)]
        if path.is_file() and path not in left_out:
            found += [f"{path.relative_to(folder)}: {hit}" for hit in hits(path.read_bytes(), listed)]
    return found


def _unpacked(data: bytes) -> Iterator[bytes]:
    for magic, window in ((_GZIP, 31), (_ZLIB, 15)):
        for match in magic.finditer(data):
            try:
                yield zlib.decompressobj(window).decompress(data[match.start() :], _MOST_UNPACKED)
            except zlib.error:
                continue
