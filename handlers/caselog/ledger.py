"""Append to the case log, seal what is appended, and write the log out so that anybody can check it.

Formats (documented in docs/case-log.md): a commitment is SHA-256(`izwi entry v1` NUL, 32 bytes of salt, canonical content); a
leaf is the canonical JSON of index and commitment; a head is the canonical JSON of size, root and log id, signed with Ed25519.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nacl import bindings
from nacl.signing import SigningKey

from handlers.caselog.content import EntryContent, canonical
from handlers.caselog.tree import Frontier, leaf_hash
from handlers.errors import NotAllowed, SealError
from handlers.protection.people import open_with, seal_to
from handlers.records import LogEntry, LogHead

VERSION = 1
SALT_BYTES = 32
EXPORT_FORMAT = "izwi case log"
_COMMITMENT_LABEL = b"izwi entry v1\0"
_BUCKET = 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it was appended: its place, its leaf, and the commitment in it."""

    index: int
    leaf: bytes
    commitment: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What one append gives: the entry, the signed head over all entries up to it, the frontier to go on with, and the proof
    that the entry is the last of that tree."""

    entry: Entry
    head: LogHead
    frontier: Frontier = field(repr=False)
    proof: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """The sealed part of an entry, opened: the salt, and the content as it was committed to."""

    salt: bytes = field(repr=False)
    fields: Mapping[str, Any] = field(repr=False)

    @property
    def content(self) -> EntryContent:
        """Give the content as the noun."""
        return EntryContent.from_fields(self.fields)


def log_id(public_key: bytes) -> str:
    """Name a log by its public key."""
    return hashlib.sha256(public_key).hexdigest()


def commitment(salt: bytes, fields: Mapping[str, Any]) -> bytes:
    """Commit to a content: without the salt it tells nothing, and no other content fits it."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return hashlib.sha256(_COMMITMENT_LABEL + salt + canonical(fields)).digest()


def leaf_bytes(index: int, committed: bytes) -> bytes:
    """Write the leaf of an entry."""
    return canonical({"v": VERSION, "index": index, "commitment": committed.hex()})


def head_fields(size: int, root: bytes, public_key: bytes) -> dict[str, Any]:
    """Give what a tree head says."""
    return {"v": VERSION, "size": size, "root": root.hex(), "log_id": log_id(public_key)}


def append(frontier: Frontier, content: EntryContent, *, salt: bytes, signing_key: SigningKey) -> Appended:
    """Append one entry. The salt is 32 random bytes, never used before. Raises `NotAllowed` if it refers to an entry that is not
    there."""
    index = frontier.size
    if content.refers_to is not None and not 0 <= content.refers_to < index:
        raise NotAllowed("There is no entry of that number to correct or withdraw.")
    committed = commitment(salt, content.as_fields())
    leaf = leaf_bytes(index, committed)
    grown = frontier.append(leaf_hash(leaf))
    said = canonical(head_fields(grown.size, grown.root, bytes(signing_key.verify_key)))
    head = LogHead(size=grown.size, root=grown.root, signature=signing_key.sign(said).signature)
    return Appended(entry=Entry(index, leaf, committed), head=head, frontier=grown, proof=frontier.proof_of_next())


def seal_entry(public_key: bytes, salt: bytes, content: EntryContent, index: int) -> bytes:
    """Seal an entry's salt and content to the log compartment, its index within; padded, so that the length does not tell."""
    plain = canonical({"v": VERSION, "index": index, "salt": salt.hex(), "content": content.as_fields()})
    return seal_to(public_key, bindings.sodium_pad(plain, _BUCKET))


def open_entry(private_key: bytes, sealed: bytes, index: int) -> Opened:
    """Open the sealed part of the entry of this index; raise `SealError` for another key or another entry's part."""
    try:
        inside = json.loads(bindings.sodium_unpad(open_with(private_key, sealed), _BUCKET))
        opened, found = Opened(bytes.fromhex(inside["salt"]), inside["content"]), inside["index"]
    except (ValueError, TypeError, KeyError):
        raise SealError("a sealed entry does not open") from None
    if found != index:
        raise SealError("a sealed entry was moved")
    return opened


def export(
    entries: Iterable[LogEntry], heads: Iterable[LogHead], public_key: bytes, *, opened: Mapping[int, Opened]
) -> dict[str, Any]:
    """Write the whole log as one JSON document for `verify`. An entry whose content was destroyed stands with its commitment
    alone.

    Raises `NotAllowed` if an entry was neither opened nor destroyed: the export would say something untrue of it.
    """
    return {
        "format": EXPORT_FORMAT,
        "v": VERSION,
        "log_id": log_id(public_key),
        "public_key": public_key.hex(),
        "entries": [_exported(entry, opened) for entry in sorted(entries, key=lambda entry: entry.index)],
        "heads": [
            {"size": head.size, "root": head.root.hex(), "signature": head.signature.hex()}
            for head in sorted(heads, key=lambda head: head.size)
        ],
    }


def _exported(entry: LogEntry, opened: Mapping[int, Opened]) -> dict[str, Any]:
    committed = {"index": entry.index, "commitment": json.loads(entry.leaf)["commitment"]}
    if entry.sealed is None:
        return committed | {"destroyed": True, "salt": None, "content": None}
    if entry.index not in opened:
        raise NotAllowed(f"Entry {entry.index} was not opened, so the log cannot be exported.")
    part = opened[entry.index]
    return committed | {"destroyed": False, "salt": part.salt.hex(), "content": dict(part.fields)}
