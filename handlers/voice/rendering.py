"""Rendering: a stranger's bytes in, a disguised recording out."""

from __future__ import annotations

from handlers.voice.decoding import Recording
from handlers.voice.disguise import disguise
from handlers.voice.encoding import encode
from handlers.voice.terms import Limits, Rendered, Strength

__all__ = ["Rendered", "render"]


def render(data: bytes, *, limits: Limits, strength: Strength = "standard", tone: float = 0.0) -> Rendered:
    """Decode, disguise and encode a recording; raise `SoundError` where it cannot be done."""
    recording = Recording(data, limits)
    disguised = disguise(recording.blocks, strength=strength, tone=tone)
    mp3 = b"".join(encode(disguised.blocks(), kind="mp3"))
    return Rendered(mp3=mp3, seconds=round(disguised.seconds, 1), waveform=disguised.waveform, silences=disguised.silences)
