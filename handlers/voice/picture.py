"""The picture: what is gathered of the disguised sound while it passes: its waveform, its silences, its length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from handlers.voice.bands import Array
from handlers.voice.mapping import OPEN, seconds_of
from handlers.voice.sound import RATE, Samples
from handlers.voice.terms import Column, Stretch

COLUMNS = 600
_FINE = 64  # samples to begin with
_SILENCE = 0.6  # seconds; shorter ones are breath


class Picture:
    """Watches one output; the same small memory for a minute and for an hour."""

    def __init__(self) -> None:
        self._samples = 0
        self._width = _FINE
        self._columns = np.zeros((0, 2), dtype=np.float32)
        self._rest = np.zeros(0, dtype=np.float32)
        self._frames = 0
        self._closed_since: int | None = None
        self._silences: list[Stretch] = []

    def watch_frames(self, track: Iterable[Array]) -> Iterator[Array]:
        """Hand the frames on, noting where nobody speaks."""
        for rows in track:
            is_closed = rows[:, OPEN] < 0.5
            changes = np.flatnonzero(np.diff(is_closed, prepend=self._closed_since is not None))
            for change in changes:
                self._turn(self._frames + int(change))
            self._frames += len(rows)
            yield rows
        if self._closed_since is not None:
            self._turn(self._frames)

    def watch_samples(self, blocks: Iterable[Samples]) -> Iterator[Samples]:
        """Hand the sound on, noting its lowest and highest."""
        for block in blocks:
            self._samples += len(block)
            self._rest = np.concatenate([self._rest, block])
            whole = len(self._rest) // self._width
            cut = self._rest[: whole * self._width].reshape(whole, self._width)
            self._rest = self._rest[whole * self._width :]
            self._columns = np.concatenate([self._columns, np.stack([cut.min(axis=1), cut.max(axis=1)], axis=1)])
            while len(self._columns) > 8 * COLUMNS:
                self._halve()
            yield block

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self._samples / RATE

    @property
    def silences(self) -> tuple[Stretch, ...]:
        """Where nobody speaks, in the time of the output, to a tenth of a second."""
        return tuple((round(start, 1), round(min(end, self.seconds), 1)) for start, end in self._silences)

    @property
    def waveform(self) -> tuple[Column, ...]:
        """The lowest and highest of 600 columns, in hundredths of full scale; fewer only where there are fewer samples."""
        columns = self._columns
        if len(self._rest):
            columns = np.concatenate([columns, [[self._rest.min(), self._rest.max()]]])
        if not len(columns):
            return ()
        edges = np.linspace(0, len(columns), COLUMNS + 1).astype(int)
        spans = [columns[start : max(end, start + 1)] for start, end in pairwise(edges)]
        return tuple((round(100 * float(span[:, 0].min())), round(100 * float(span[:, 1].max()))) for span in spans)

    def _turn(self, frame: int) -> None:
        """Speech begins where there was none, or ends."""
        if self._closed_since is None:
            self._closed_since = frame
            return
        start, end = seconds_of(self._closed_since), seconds_of(frame)
        self._closed_since = None
        if end - start >= _SILENCE:
            self._silences.append((start, end))

    def _halve(self) -> None:
        """Join the columns two by two, so that their number stays small; an odd last one is watched again as it were samples."""
        if len(self._columns) % 2:
            odd = self._columns[-1]
            self._columns = self._columns[:-1]
            self._rest = np.concatenate([np.resize(odd, self._width), self._rest])
        pairs = self._columns.reshape(-1, 2, 2)
        self._columns = np.stack([pairs[:, :, 0].min(axis=1), pairs[:, :, 1].max(axis=1)], axis=1)
        self._width *= 2
