"""The Merkle tree of RFC 6962 (section 2.1) over SHA-256: roots, a frontier that grows, and both kinds of proof.

Leaves and nodes are hashed under different first bytes, so that no node can pass for a leaf.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash one leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the node above them."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves, known by the roots of its full subtrees alone, the largest first: enough to grow."""

    size: int = 0
    peaks: tuple[bytes, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count() or any(len(peak) != HASH_BYTES for peak in self.peaks):
            raise ValueError("the peaks do not fit the size of the tree")

    @classmethod
    def from_leaves(cls, leaf_hashes: Iterable[bytes]) -> Frontier:
        """Build the frontier of a tree from all of its leaf hashes, in order."""
        size = 0
        peaks: list[bytes] = []
        for hashed in leaf_hashes:
            _push(peaks, hashed, size)
            size += 1
        return cls(size, tuple(peaks))

    @classmethod
    def from_state(cls, state: bytes) -> Frontier:
        """Read what `state` gave; raise `ValueError` for anything else."""
        size, hashes = int.from_bytes(state[:8], "big"), state[8:]
        if len(state) < 8 or len(hashes) % HASH_BYTES:
            raise ValueError("not the state of a frontier")
        return cls(size, tuple(hashes[start : start + HASH_BYTES] for start in range(0, len(hashes), HASH_BYTES)))

    @property
    def state(self) -> bytes:
        """Give the frontier as bytes to be stored: the size in 8 bytes, then the peaks."""
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @property
    def root(self) -> bytes:
        """Give the root of the tree."""
        if not self.peaks:
            return EMPTY_ROOT
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = node_hash(peak, found)
        return found

    def append(self, hashed: bytes) -> Frontier:
        """Give the frontier with one more leaf; takes as many steps as the tree is high."""
        peaks = list(self.peaks)
        _push(peaks, hashed, self.size)
        return Frontier(self.size + 1, tuple(peaks))

    def proof_of_next(self) -> tuple[bytes, ...]:
        """Give the inclusion proof of the leaf that is appended next, in the tree that ends with it."""
        return tuple(reversed(self.peaks))


def _push(peaks: list[bytes], hashed: bytes, size: int) -> None:
    while size & 1:
        hashed = node_hash(peaks.pop(), hashed)
        size >>= 1
    peaks.append(hashed)


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Give the root of the tree over these leaf hashes."""
    return Frontier.from_leaves(leaf_hashes).root


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Prove that a leaf stands at this index of the tree: the roots beside its way up, the lowest first (RFC 6962, 2.1.1)."""
    if not 0 <= index < len(leaf_hashes):
        raise IndexError("no such leaf")
    proof: list[bytes] = []
    first, last = 0, len(leaf_hashes)
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            proof.append(root(leaf_hashes[middle:last]))
            last = middle
        else:
            proof.append(root(leaf_hashes[first:middle]))
            first = middle
    return tuple(reversed(proof))


def inclusion_holds(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether the proof shows this leaf hash at this index of the tree with this size and root."""
    if not 0 <= index < size:
        return False
    found, last = leaf, size - 1
    for beside in proof:
        if last == 0:
            return False
        if index & 1 or index == last:
            found = node_hash(beside, found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        index, last = index >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(leaf_hashes: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """Prove that the tree begins with the tree of its first `old_size` leaves (RFC 6962, 2.1.2)."""
    if not 0 < old_size <= len(leaf_hashes):
        raise IndexError("no such tree before")
    proof: list[bytes] = []
    first, last, is_whole = 0, len(leaf_hashes), True
    while old_size < last:
        middle = first + _split(last - first)
        if old_size <= middle:
            proof.append(root(leaf_hashes[middle:last]))
            last = middle
        else:
            proof.append(root(leaf_hashes[first:middle]))
            first, is_whole = middle, False
    if not is_whole:
        proof.append(root(leaf_hashes[first:last]))
    return tuple(reversed(proof))


def consistency_holds(*, old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether the proof shows that the tree with this size and root begins with the old one. The empty tree begins all."""
    if not 0 <= old_size <= size:
        return False
    if old_size in (0, size):
        return not proof and old_root == (EMPTY_ROOT if old_size == 0 else root)
    path = list(proof) if old_size.bit_count() != 1 else [old_root, *proof]
    if not path:
        return False
    index, last = old_size - 1, size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    old = new = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            old, new = node_hash(beside, old), node_hash(beside, new)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            new = node_hash(new, beside)
        index, last = index >> 1, last >> 1
    return last == 0 and old == old_root and new == root


def _split(size: int) -> int:
    """Give the largest power of two below a size of two or more."""
    return 1 << (size - 1).bit_length() - 1
