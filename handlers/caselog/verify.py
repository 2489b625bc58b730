#!/usr/bin/env python3
"""Check an export of an Izwi case log. This file needs Python 3.10 or later and nothing else; copy it anywhere and run it.

    python3 verify.py FILE [--key HEX] [--head SIZE:ROOT] [--all-signatures]

It ends with 0 if the log holds, 1 if something was altered, removed, inserted or reordered, and 2 if the file cannot be read as
a log. It shares no code with the program that writes the log, on purpose; formats: docs/case-log.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

HAS_PYNACL = find_spec("nacl") is not None  # checks a signature a hundred times faster than Python alone
FORMAT, VERSION = "izwi case log", 1
_LABEL = b"izwi entry v1\0"
_TOP = {"format", "v", "log_id", "public_key", "entries", "heads"}
_ENTRY = {"index", "commitment", "destroyed", "salt", "content"}
_HEAD = {"size", "root", "signature"}
_MOST_SAID = 50
NOT_A_LOG = "This is not an export of an Izwi case log."


@dataclass(frozen=True)
class Verdict:
    """What the check found. `head` is SIZE:ROOT of the last head that holds: keep it, and give it as --head next time."""

    problems: tuple[str, ...]
    entries: int
    head: str
    notes: tuple[str, ...] = ()
    is_readable: bool = True


class _Head:
    """One signed head; its signature is checked when asked for, once."""

    def __init__(self, public_key: bytes, fields: Mapping[str, Any]) -> None:
        self.root = bytes.fromhex(fields["root"])
        log_id = hashlib.sha256(public_key).hexdigest()
        said = canonical({"v": VERSION, "size": fields["size"], "root": fields["root"], "log_id": log_id})
        self._parts = (public_key, said, bytes.fromhex(fields["signature"]))

    @cached_property
    def is_signed(self) -> bool:
        return signature_holds(*self._parts)


Entries = Mapping[int, Sequence[bytes]]  # the commitments that stand under each index: one, or something is wrong
Heads = Mapping[int, _Head]


def verify(
    document: Mapping[str, Any],
    *,
    key: str | None = None,
    known_head: tuple[int, str] | None = None,
    all_signatures: bool = False,
) -> Verdict:
    """Check every entry, commitment, index, root and signature of an export; never raises, whatever the document holds.

    `key` is the log's public key and `known_head` a head (size, root in hex) known from before. Without PyNaCl only the
    signatures that matter for the result are checked, unless `all_signatures`; the notes say so.
    """
    if unreadable := _unreadable(document):
        return Verdict((unreadable,), 0, "", is_readable=False)
    public_key, problems = bytes.fromhex(document["public_key"]), []
    if document["log_id"] != hashlib.sha256(public_key).hexdigest():
        problems.append("The log's id was altered: it is not that of its public key.")
    if key is not None and key.lower() != document["public_key"]:
        problems.append("The log is signed with another key than the one you know: it is not the same log.")
    entries = _read_entries(document["entries"], problems)
    heads = _read_heads(document["heads"], public_key, problems)
    check_all = all_signatures or HAS_PYNACL
    bad = {size for size, head in heads.items() if (check_all or size == max(heads)) and not head.is_signed}
    problems += [f"{_head(size)} was altered: its signature does not hold." for size in sorted(bad)]
    roots, _ = _grow(entries, heads, len(entries))
    anchor = _check_tree(entries, heads, roots, problems)
    if known_head is not None:
        problems += _check_known(known_head, roots)
    notes = _destroyed_notes(document["entries"])
    if heads and not check_all:
        notes.append("PyNaCl is not here: only the last signature and those in doubt were checked. --all-signatures checks each.")
    return Verdict(tuple(dict.fromkeys(problems)), len(entries), f"{anchor}:{roots[anchor].hex()}", tuple(notes))


def canonical(value: object) -> bytes:
    """Write a JSON value in its one form: keys sorted, no spaces, UTF-8. Raises `ValueError` for what has none."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping):
            if not all(isinstance(name, str) and name.isascii() for name in item):
                raise ValueError("a name that is not ASCII")
            waiting += item.values()
        elif isinstance(item, (list, tuple)):
            waiting += item
        elif item is not None and not isinstance(item, (str, int)):
            raise ValueError("not a value of an entry")
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def _unreadable(document: Any) -> str:
    """Say why a document is no log at all; nothing if it can be checked."""
    if not isinstance(document, Mapping) or set(document) != _TOP or document["format"] != FORMAT:
        return NOT_A_LOG
    if document["v"] != VERSION or type(document["v"]) is not int:
        return "This log is of a version that this program does not know."
    if not (_is_hex(document["public_key"], 32) and isinstance(document["log_id"], str)):
        return "The log's public key or id cannot be read."
    if not (isinstance(document["entries"], list) and isinstance(document["heads"], list)):
        return "The log's entries or heads are not a list."
    return ""


def _is_hex(value: object, length: int) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(f"[0-9a-f]{{{2 * length}}}", value))


def _is_count(value: object, least: int) -> bool:
    return type(value) is int and value >= least


def _head(size: int) -> str:
    return f"The head over {size} {'entry' if size == 1 else 'entries'}"


# Entries and heads


def _read_entries(listed: Sequence[Any], problems: list[str]) -> dict[int, list[bytes]]:
    """Check each entry alone, and give the commitments that stand under each index."""
    found: dict[int, list[bytes]] = {}
    order = []
    for place, entry in enumerate(listed):
        if not isinstance(entry, Mapping) or not _is_count(entry.get("index"), 0):
            problems.append(f"The entry at place {place} of the file was altered: it has no index.")
            continue
        index = entry["index"]
        order.append(index)
        if wrong := _entry_problem(entry):
            problems.append(f"Entry {index} {wrong}")
        if _is_hex(entry.get("commitment"), 32):
            found.setdefault(index, []).append(bytes.fromhex(entry["commitment"]))
    problems += [f"Entry {index} stands {len(many)} times: one was inserted." for index, many in found.items() if len(many) > 1]
    problems += [f"Entry {index} stands out of order: it was moved." for index in _out_of_order(order)]
    return found


def _entry_problem(entry: Mapping[str, Any]) -> str:
    if set(entry) != _ENTRY or not _is_hex(entry["commitment"], 32) or not isinstance(entry["destroyed"], bool):
        return "was altered: it does not have the form of an entry."
    if entry["destroyed"]:
        return "" if entry["salt"] is None and entry["content"] is None else "was altered: it is destroyed and yet has content."
    if not _is_hex(entry["salt"], 32) or not isinstance(entry["content"], Mapping):
        return "was altered: its content is gone, and it is not said to be destroyed."
    try:
        written = canonical(entry["content"])
    except (ValueError, RecursionError):
        return "was altered: its content does not have the form of an entry's."
    if hashlib.sha256(_LABEL + bytes.fromhex(entry["salt"]) + written).hexdigest() != entry["commitment"]:
        return "was altered: its content does not match its commitment."
    return ""


def _out_of_order(order: Sequence[int]) -> list[int]:
    if sorted(order) == list(range(len(order))):
        return [index for place, index in enumerate(order) if place != index]
    return [later for earlier, later in pairwise(order) if later < earlier]


def _read_heads(listed: Sequence[Any], public_key: bytes, problems: list[str]) -> dict[int, _Head]:
    """Give the heads that can be read, by size; their signatures are checked when asked for."""
    found: dict[int, _Head] = {}
    order = []
    for place, head in enumerate(listed):
        if not (isinstance(head, Mapping) and set(head) == _HEAD and _is_count(head["size"], 1)):
            problems.append(f"The head at place {place} of the file was altered: it does not have the form of a head.")
        elif not (_is_hex(head["root"], 32) and _is_hex(head["signature"], 64)):
            problems.append(f"{_head(head['size'])} was altered: it does not have the form of a head.")
        else:
            order.append(head["size"] - 1)
            if head["size"] in found:
                problems.append(f"{_head(head['size'])} stands more than once: one was inserted.")
            found.setdefault(head["size"], _Head(public_key, head))
    problems += [f"{_head(index + 1)} stands out of order: it was moved." for index in _out_of_order(order)]
    problems += [_missing("Head over", first + 1, last + 1) for first, last in _gaps(order)]
    return found


def _gaps(indexes: Iterable[int], end: int = 0) -> list[tuple[int, int]]:
    """Give the first and last of each run of indexes that is missing below the highest, or below `end`."""
    gaps, expected = [], 0
    for index in [*sorted(set(indexes)), *([end] if end else [])]:
        if index > expected:
            gaps.append((expected, index - 1))
        expected = max(expected, index + 1)
    return gaps[:_MOST_SAID]


def _missing(what: str, first: int, last: int) -> str:
    return f"{what} {first} is missing: removed." if first == last else f"{what} {first} to {last} are missing: removed."


# The tree


def _grow(entries: Entries, heads: Heads, end: int) -> tuple[dict[int, bytes], list[bytes]]:
    """Give the root over the first n entries for each n up to `end`, as far as no entry is missing, and the peaks of the last
    tree. Of several entries under one index, the one that a head is over counts."""
    peaks: list[bytes] = []
    roots = {0: hashlib.sha256(b"").digest()}
    index = 0
    while index < end and index in entries:
        grown = [_push(peaks, index, commitment) for commitment in entries[index]]
        head = heads.get(index + 1)
        peaks = next((some for some in grown if head and _root(some) == head.root), grown[0])
        index += 1
        roots[index] = _root(peaks)
    return roots, peaks


def _push(peaks: Sequence[bytes], index: int, commitment: bytes) -> list[bytes]:
    leaf = canonical({"v": VERSION, "index": index, "commitment": commitment.hex()})
    hashed, left = hashlib.sha256(b"\0" + leaf).digest(), list(peaks)
    while index & 1:
        hashed, index = hashlib.sha256(b"\1" + left.pop() + hashed).digest(), index >> 1
    return [*left, hashed]


def _root(peaks: Sequence[bytes]) -> bytes:
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = hashlib.sha256(b"\1" + peak + root).digest()
    return root


def _check_tree(entries: Entries, heads: Heads, roots: Mapping[int, bytes], problems: list[str]) -> int:
    """Hold the roots against the signed heads, name what is wrong, and give the size up to which everything is as it was
    signed."""
    matched = [size for size, head in heads.items() if roots.get(size) == head.root]
    anchor = next((size for size in sorted(matched, reverse=True) if heads[size].is_signed), 0)
    for size in sorted(size for size, head in heads.items() if size <= anchor and roots.get(size) != head.root):
        rewritten, altered = "signed for other entries: the log was rewritten", "altered: it is not over these entries"
        problems.append(f"{_head(size)} was {rewritten if heads[size].is_signed else altered}.")
    signed = next((size for size in sorted(heads, reverse=True) if size > anchor and heads[size].is_signed), anchor)
    problems += [_missing("Entry", first, last) for first, last in _gaps(entries, signed)]
    beyond = sorted(index for index in entries if index >= signed)[:_MOST_SAID]
    problems += [f"Entry {index} is in no signed head: it was inserted, or the heads were altered." for index in beyond]
    later = (size for size in sorted(heads) if size > anchor and size in roots and heads[size].is_signed)
    if blamed := next(later, 0):
        problems.append(_blame(entries, heads, anchor, blamed))
    return anchor


def _blame(entries: Entries, heads: Heads, anchor: int, blamed: int) -> str:
    """Name the entry that does not belong: all before `anchor` are right, and the head over `blamed` entries says that one is
    not."""
    if blamed > anchor + 1:
        return f"One of the entries {anchor} to {blamed - 1} was altered, removed or moved; the heads between do not hold."
    _, peaks = _grow(entries, heads, anchor)
    for other, commitments in entries.items():
        if other != anchor and any(_root(_push(peaks, anchor, item)) == heads[blamed].root for item in commitments):
            return f"Entry {anchor} was inserted or moved: what was signed as entry {anchor} stands as entry {other}."
    return f"Entry {anchor} was altered or removed: what stands there is not what was signed."


def _check_known(known: tuple[int, str], roots: Mapping[int, bytes]) -> list[str]:
    size, root = known
    if size not in roots:
        return [f"The log was cut: you know a head over {size} entries, and only the first {max(roots)} are here without a gap."]
    if roots[size].hex() != root.lower():
        return [f"The log was rewritten: its first {size} entries are not those of the head you know."]
    return []


def _destroyed_notes(listed: Sequence[Any]) -> list[str]:
    """Tell of entries whose content was destroyed, and whether a later entry says so."""
    entries = [entry for entry in listed if isinstance(entry, Mapping) and _is_count(entry.get("index"), 0)]
    contents = [entry.get("content") for entry in entries]
    withdrawn = [item.get("refers_to") for item in contents if isinstance(item, Mapping) and item.get("kind") == "withdrawal"]
    notes = []
    for entry in entries:
        if entry.get("destroyed") is True:
            why = "a later entry withdraws it" if entry["index"] in withdrawn else "no entry withdraws it"
            notes.append(f"The content of entry {entry['index']} was destroyed; {why}.")
    return notes


# Ed25519 (RFC 8032, section 5.1.7), to verify alone. Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, T = XY/Z.

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_SQRT_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]
_ZERO: _Point = (0, 1, 1, 0)


def signature_holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Check a signature with libsodium where PyNaCl is installed, else in Python."""
    if not HAS_PYNACL:
        return ed25519_holds(public_key, message, signature)
    from nacl.bindings import crypto_sign_open
    from nacl.exceptions import CryptoError

    try:
        crypto_sign_open(signature + message, public_key)
    except (CryptoError, ValueError):
        return False
    return True


def ed25519_holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Check a signature in Python, as strictly as libsodium: canonical numbers and points only, and none of small order."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, first, scalar = _decode(public_key), _decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or first is None or scalar >= _ORDER or _is_small(key) or _is_small(first):
        return False
    digest = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % _ORDER
    x, y, z, t = key
    return _encode(_sum_of(scalar, _BASE, digest, (-x % _P, y, z, -t % _P))) == signature[:32]


def _add(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _sum_of(one: int, point: _Point, other: int, second: _Point) -> _Point:
    """Give one * point + other * second."""
    both, found = _add(point, second), _ZERO
    for bit in range(max(one.bit_length(), other.bit_length()) - 1, -1, -1):
        found = _add(found, found)
        choice = (one >> bit & 1, other >> bit & 1)
        if any(choice):
            found = _add(found, both if all(choice) else point if choice[0] else second)
    return found


def _decode(encoded: bytes) -> _Point | None:
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * _SQRT_MINUS_1 % _P
    if x * x % _P != square or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else _P - x
    return x, y, 1, x * y % _P


def _encode(point: _Point) -> bytes:
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _is_small(point: _Point) -> bool:
    """Say whether eight times the point is zero."""
    for _ in range(3):
        point = _add(point, point)
    return point[0] == 0 and point[1] == point[2]


_BASE_Y = 4 * pow(5, _P - 2, _P) % _P
_BASE: _Point = _decode(_BASE_Y.to_bytes(32, "little")) or _ZERO


# The command


def read_document(text: bytes) -> Any:
    """Read a JSON file strictly; raise `ValueError` with a sentence. A name given twice would show two readers two things."""
    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=_pairs, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise ValueError("The file is not JSON as a case log is written.") from None


def _pairs(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _refuse(text: str) -> None:
    raise ValueError("a number that no entry holds")


def _known_head(text: str) -> tuple[int, str]:
    if not (match := re.fullmatch(r"([0-9]{1,18}):([0-9A-Fa-f]{64})", text)):
        raise argparse.ArgumentTypeError("expected SIZE:ROOT, such as 12:5dc9...28 with 64 hex digits")
    return int(match[1]), match[2]


def report(verdict: Verdict) -> str:
    """Write a verdict for a person to read."""
    if not verdict.is_readable:
        return verdict.problems[0]
    lines = [*verdict.problems[:_MOST_SAID], *verdict.notes]
    if (left_out := len(verdict.problems) - _MOST_SAID) > 0:
        lines.insert(_MOST_SAID, f"... and {left_out} more.")
    outcome = "THE LOG DOES NOT HOLD" if verdict.problems else "The log holds"
    return "\n".join((*lines, f"{outcome}: {verdict.entries} entries. Last head that holds: {verdict.head}"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the file named on the command line."""
    example = "Example: python3 verify.py case-log.json"
    parser = argparse.ArgumentParser(description="Check an export of an Izwi case log.", epilog=example)
    parser.add_argument("file", help="the export")
    parser.add_argument("--key", help="the log's public key as you know it, in hex")
    parser.add_argument("--head", type=_known_head, metavar="SIZE:ROOT", help="a head that you kept from before")
    parser.add_argument("--all-signatures", action="store_true", help="check every signature even without PyNaCl (slow)")
    given = parser.parse_args(arguments)
    try:
        with open(given.file, "rb") as opened:
            document = read_document(opened.read())
    except OSError as error:
        sys.stderr.write(f"The file cannot be read: {error.strerror}.\n")
        return 2
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    verdict = verify(document, key=given.key, known_head=given.head, all_signatures=given.all_signatures)
    (sys.stdout if verdict.is_readable else sys.stderr).write(report(verdict) + "\n")
    return 2 if not verdict.is_readable else 1 if verdict.problems else 0


if __name__ == "__main__":
    sys.exit(main())
