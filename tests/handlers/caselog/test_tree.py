from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.caselog.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_holds,
    consistency_proof,
    inclusion_holds,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
)

# The vectors that the certificate-transparency projects share (transparency-dev/merkle, testonly/constants.go).
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
L1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
N1 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
N2 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
N3 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
L4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
M1 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
INCLUSIONS = [
    (0, 1, []),
    (0, 2, [L1]),
    (1, 2, [ROOTS[1]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], N1, L4]),
    (0, 8, [L1, N1, M1]),
    (5, 8, [L4, N3, ROOTS[4]]),
]
CONSISTENCIES = [(1, 1, []), (1, 8, [L1, N1, M1]), (2, 5, [N1, L4]), (6, 8, [N2, N3, ROOTS[4]])]

sizes = st.integers(1, 70)


def naive_root(hashes: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 as it is written there."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(naive_root(hashes[:k]), naive_root(hashes[k:]))


def naive_path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962 as it is written there."""
    if len(hashes) == 1:
        return []
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if index < k:
        return [*naive_path(index, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(index - k, hashes[k:]), naive_root(hashes[:k])]


def naive_subproof(m: int, hashes: Sequence[bytes], is_whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 as it is written there."""
    if m == len(hashes):
        return [] if is_whole else [naive_root(hashes)]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m <= k:
        return [*naive_subproof(m, hashes[:k], is_whole), naive_root(hashes[k:])]
    return [*naive_subproof(m - k, hashes[k:], False), naive_root(hashes[:k])]


def some_hashes(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


@pytest.mark.parametrize("size", range(9))
def test_the_root_is_that_of_the_known_vectors(size: int) -> None:
    assert root(HASHES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSIONS)
def test_an_inclusion_proof_is_that_of_the_known_vectors(index: int, size: int, proof: list[str]) -> None:
    assert [part.hex() for part in inclusion_proof(HASHES[:size], index)] == proof


@pytest.mark.parametrize(("old", "size", "proof"), CONSISTENCIES)
def test_a_consistency_proof_is_that_of_the_known_vectors(old: int, size: int, proof: list[str]) -> None:
    assert [part.hex() for part in consistency_proof(HASHES[:size], old)] == proof


def test_growing_leaf_by_leaf_gives_every_root_on_the_way() -> None:
    hashes, frontier = some_hashes(130), Frontier()

    for size, hashed in enumerate(hashes, start=1):
        frontier = frontier.append(hashed)

        assert frontier.root == naive_root(hashes[:size])
        assert frontier == Frontier.from_leaves(hashes[:size])
        assert Frontier.from_state(frontier.state) == frontier


def test_the_proof_of_the_next_leaf_holds_once_it_is_appended() -> None:
    hashes, frontier = some_hashes(70), Frontier()

    for index, hashed in enumerate(hashes):
        proof, frontier = frontier.proof_of_next(), frontier.append(hashed)

        assert list(proof) == naive_path(index, hashes[: index + 1])
        assert inclusion_holds(leaf=hashed, index=index, size=index + 1, proof=proof, root=frontier.root)


@pytest.mark.parametrize("state", [b"", b"\0" * 7, b"\0" * 9, (3).to_bytes(8, "big") + b"x" * 32, b"\xff" * 40])
def test_a_spoilt_state_is_refused(state: bytes) -> None:
    with pytest.raises(ValueError, match=r"frontier|peaks"):
        Frontier.from_state(state)


@given(sizes, st.data())
def test_every_inclusion_proof_is_the_naive_one_and_holds(size: int, data: st.DataObject) -> None:
    hashes = some_hashes(size)
    index = data.draw(st.integers(0, size - 1))

    proof = inclusion_proof(hashes, index)

    assert list(proof) == naive_path(index, hashes)
    assert inclusion_holds(leaf=hashes[index], index=index, size=size, proof=proof, root=naive_root(hashes))


@given(sizes, st.data())
def test_every_consistency_proof_is_the_naive_one_and_holds(size: int, data: st.DataObject) -> None:
    hashes = some_hashes(size)
    old = data.draw(st.integers(1, size))

    proof = consistency_proof(hashes, old)

    assert list(proof) == naive_subproof(old, hashes, True)
    assert consistency_holds(old_size=old, old_root=naive_root(hashes[:old]), size=size, root=naive_root(hashes), proof=proof)


@settings(max_examples=200)
@given(sizes, st.data())
def test_a_changed_inclusion_proof_does_not_hold(size: int, data: st.DataObject) -> None:
    hashes = some_hashes(size)
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(-1, size + 1))
    proof = list(inclusion_proof(hashes, index))
    spoilt = data.draw(st.sampled_from(_spoilt(proof)))

    assert not inclusion_holds(leaf=hashes[index], index=index, size=size, proof=spoilt, root=root(hashes))
    assert not inclusion_holds(leaf=b"x" * 32, index=index, size=size, proof=proof, root=root(hashes))
    if other != index:
        assert not inclusion_holds(leaf=hashes[index], index=other, size=size, proof=proof, root=root(hashes))


@settings(max_examples=200)
@given(sizes, st.data())
def test_a_changed_consistency_proof_does_not_hold(size: int, data: st.DataObject) -> None:
    hashes = some_hashes(size)
    old = data.draw(st.integers(1, size))
    proof = list(consistency_proof(hashes, old))
    old_root = root(hashes[:old])

    for spoilt in _spoilt(proof):
        assert not consistency_holds(old_size=old, old_root=old_root, size=size, root=root(hashes), proof=spoilt)
    assert not consistency_holds(old_size=old, old_root=b"x" * 32, size=size, root=root(hashes), proof=proof)
    assert not consistency_holds(old_size=old, old_root=old_root, size=size, root=b"x" * 32, proof=proof)


def test_the_empty_tree_begins_every_tree() -> None:
    hashes = some_hashes(3)

    assert consistency_holds(old_size=0, old_root=EMPTY_ROOT, size=3, root=root(hashes), proof=())
    assert not consistency_holds(old_size=0, old_root=b"x" * 32, size=3, root=root(hashes), proof=())
    assert not consistency_holds(old_size=4, old_root=root(hashes), size=3, root=root(hashes), proof=())


def test_there_is_no_proof_of_what_is_not_there() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(some_hashes(3), 3)
    with pytest.raises(IndexError):
        consistency_proof(some_hashes(3), 4)


def _spoilt(proof: list[bytes]) -> list[list[bytes]]:
    longer = [*proof, b"x" * 32]
    if not proof:
        return [longer]
    return [longer, proof[:-1], proof[1:], [bytes([proof[0][0] ^ 1]) + proof[0][1:], *proof[1:]]]
