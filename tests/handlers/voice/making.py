"""What the tests of the voice are fed with: sounds of nobody, and files of every kind made of them."""

from __future__ import annotations

from io import BytesIO

import av
import numpy as np
from av.audio.frame import AudioFrame

from bench.voice.people import invent, say
from handlers.voice.sound import RATE, Samples


def speech(seed: int = 1, *, seconds: float = 4.0) -> Samples:
    """Somebody who was made up says something."""
    random = np.random.default_rng(seed)
    return say(invent(random), random, seconds=seconds)


def tone(hertz: float = 440.0, *, seconds: float = 1.0, loud: float = 0.3) -> Samples:
    """One note."""
    return (loud * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)).astype(np.float32)


def file_of(
    channels: list[Samples] | Samples,
    container: str = "wav",
    codec: str = "pcm_s16le",
    *,
    rate: int = RATE,
    metadata: dict[str, str] | None = None,
    bit_rate: int = 0,
) -> bytes:
    """Encode some sound (a list: one channel each) as FFmpeg does, by default with all its tags and dates."""
    rows = channels if isinstance(channels, list) else [channels]
    written = BytesIO()
    layout = "mono" if len(rows) == 1 else "stereo"
    with av.open(written, "w", format=container) as made:
        made.metadata.update(metadata or {})
        stream = made.add_stream(codec, rate=rate, layout=layout)
        if bit_rate:
            stream.bit_rate = bit_rate
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(np.stack(rows)), format="fltp", layout=layout)
        frame.sample_rate = RATE
        made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return written.getvalue()
