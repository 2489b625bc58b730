"""Sound as all of this room has it: one channel, 8000 samples a second, in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

# A telephone carries no more; and what lies above 4 kHz tells speakers apart, and a telephone from a messenger.
RATE = 8000

Samples = NDArray[np.float32]  # -1..1
OpenBlocks = Callable[[], Iterable[Samples]]  # begins anew at each call


def in_blocks_of(size: int, blocks: Iterable[Samples]) -> Iterator[Samples]:
    """Cut a stream of any blocks into blocks of one size; the last is as long as it is."""
    held: list[Samples] = []
    count = 0
    for block in blocks:
        held.append(block)
        count += len(block)
        if count >= size:
            whole = np.concatenate(held)
            cut = count - count % size
            yield from whole[:cut].reshape(-1, size)
            held, count = [whole[cut:].copy()], count % size  # a copy, or the slice would keep all of it alive
    if count:
        yield np.concatenate(held)
