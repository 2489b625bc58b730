"""Encoding: the disguised sound as a file that every browser and telephone plays, and that says nothing but the sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from handlers.voice.sound import RATE, Samples

Kind = Literal["mp3", "opus"]

# MP3 at a constant rate, because old Safaris play no Opus; 16 kHz, because MP3 at 8 kHz is MPEG 2.5, which not all play.
# codec, container, samples a second, bits a second
_KINDS: dict[Kind, tuple[str, str, int, int]] = {
    "mp3": ("libmp3lame", "mp3", 16_000, 24_000),
    "opus": ("libopus", "ogg", 16_000, 12_000),
}
# No date, no version of a tool, no table of contents that would want seeking back to the beginning.
_BARE = {
    "mp3": {"fflags": "+bitexact", "write_xing": "0", "write_id3v1": "0", "id3v2_version": "0"},
    "opus": {"fflags": "+bitexact"},
}
# LAME at 7 takes half the time of its usual 5, and is no further from what it was given.
_OPTIONS = {"mp3": {"flags": "+bitexact", "compression_level": "7"}, "opus": {"flags": "+bitexact", "application": "voip"}}


class _Sink:
    """What the muxer writes to: it keeps nothing longer than until it is asked."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self._held.append(bytes(data))
        return len(data)

    def drain(self) -> bytes:
        """Hand over what was written since."""
        held, self._held = self._held, []
        return b"".join(held)


def encode(blocks: Iterable[Samples], *, kind: Kind) -> Iterator[bytes]:
    """Give the file piece by piece; the same sound gives the same bytes."""
    codec, container_format, rate, bits = _KINDS[kind]
    sink = _Sink()
    with av.open(sink, "w", format=container_format, container_options=_BARE[kind]) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono", options=_OPTIONS[kind])
        assert isinstance(stream, AudioStream)  # noqa: S101  # for the type checker: these are codecs of sound
        stream.bit_rate = bits
        for block in blocks:
            if len(block):
                container.mux(stream.encode(_frame(block)))
                if written := sink.drain():
                    yield written
        container.mux(stream.encode(None))
    if written := sink.drain():
        yield written


def _frame(block: Samples) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(block, dtype=np.float32)[np.newaxis], format="fltp", layout="mono")
    frame.sample_rate = RATE
    return frame
