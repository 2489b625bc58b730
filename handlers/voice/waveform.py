"""The waveform as a drawing: points for an SVG polygon, so that a page shows it without a script."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.voice.terms import Column


def polygon(waveform: Sequence[Column], *, width: int = 600, height: int = 60) -> str:
    """Give the `points` of a polygon that fills a box of this size: along the highest, and back along the lowest."""
    if not waveform:
        return ""
    step, middle = width / len(waveform), height / 2
    there = [_point(index * step, middle - high * middle / 100) for index, (_, high) in enumerate(waveform)]
    back = [_point(index * step, middle - low * middle / 100) for index, (low, _) in enumerate(waveform)]
    return " ".join([*there, *reversed(back)])


def _point(across: float, down: float) -> str:
    return f"{across:.1f}".removesuffix(".0") + "," + f"{down:.1f}".removesuffix(".0")
