"""A sealed blob opens whole or in any part, and not at all once anything of it was altered, moved, repeated or cut off."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.errors import NotFound, SealError
from handlers.protection.blob_sealing import CHUNK_BYTES, SealedBlob, chunk_count, seal_blob
from handlers.protection.sealing import new_key
from storage.blobs import FolderBlobs

KEY = new_key()
DATA = random.Random(1).randbytes(3 * CHUNK_BYTES + 10)  # four chunks


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


def kept(blobs: FolderBlobs, data: bytes = DATA, name: str = "r.original") -> SealedBlob:
    blobs.put(name, seal_blob(KEY, name, data))
    return SealedBlob(blobs, name, KEY)


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 5 * CHUNK_BYTES, 300_000])
def test_what_was_sealed_is_opened(blobs: FolderBlobs, size: int) -> None:
    data = random.Random(size).randbytes(size)
    blob = kept(blobs, data)

    assert (blob.size(), blob.whole(), b"".join(blob.read(0, size))) == (size, data, data)


@given(start=st.integers(0, len(DATA) + 5), length=st.integers(0, len(DATA) + 5))
@settings(max_examples=40, deadline=None)
def test_any_part_of_it_is_read(tmp_path_factory: pytest.TempPathFactory, start: int, length: int) -> None:
    blobs = FolderBlobs(tmp_path_factory.mktemp("blobs"))

    assert b"".join(kept(blobs).read(start, start + length)) == DATA[start : start + length]


def test_a_part_is_read_without_what_lies_before_it(blobs: FolderBlobs) -> None:
    kept(blobs)
    chunks = list(blobs.get("r.original"))
    blobs.put("r.original", [bytes(len(chunks[0])), *chunks[1:]])
    blob = SealedBlob(blobs, "r.original", KEY)

    assert b"".join(blob.read(CHUNK_BYTES, CHUNK_BYTES + 9)) == DATA[CHUNK_BYTES : CHUNK_BYTES + 9]
    with pytest.raises(SealError):
        blob.whole()


@pytest.mark.parametrize(
    "harm",
    [
        lambda chunks: chunks[:-1],
        lambda chunks: chunks[:1],
        lambda chunks: chunks[1:],
        lambda chunks: [*chunks, chunks[-1]],
        lambda chunks: [chunks[0], chunks[0], *chunks[2:]],
        lambda chunks: [chunks[1], chunks[0], *chunks[2:]],
        lambda chunks: [*chunks[:-1], chunks[-1][:-1]],
        lambda chunks: [chunks[0][:40] + bytes([chunks[0][40] ^ 1]) + chunks[0][41:], *chunks[1:]],
    ],
)
def test_whatever_was_cut_off_repeated_swapped_or_altered_is_noticed(blobs: FolderBlobs, harm) -> None:
    kept(blobs)
    blobs.put("r.original", harm(list(blobs.get("r.original"))))

    with pytest.raises(SealError):
        SealedBlob(blobs, "r.original", KEY).whole()


def test_a_chunk_of_another_blob_of_the_same_key_does_not_fit(blobs: FolderBlobs) -> None:
    kept(blobs)
    other = kept(blobs, name="s.original")
    blobs.put("s.original", blobs.get("r.original"))

    with pytest.raises(SealError):
        other.whole()


def test_another_key_opens_nothing_and_what_is_gone_is_not_found(blobs: FolderBlobs) -> None:
    kept(blobs)

    with pytest.raises(SealError):
        SealedBlob(blobs, "r.original", new_key()).size()
    with pytest.raises(NotFound):
        SealedBlob(blobs, "gone", KEY).whole()


def test_lengths_tell_little(blobs: FolderBlobs) -> None:
    lengths = {len(chunk) for size in (0, 10, 70_000, 400_000) for chunk in seal_blob(KEY, "x", bytes(size))}
    counts = [chunk_count(size * CHUNK_BYTES) for size in range(1, 21)]

    assert len(lengths) == 1
    assert counts == [1, 2, 3, 4, 6, 6, 8, 8, 12, 12, 12, 12, 16, 16, 16, 16, 24, 24, 24, 24]
    assert all(chunk_count(size) * CHUNK_BYTES >= size for size in range(0, 40_000_000, 99_991))
