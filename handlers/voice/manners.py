"""The ways in which a voice is disguised, by the words that a person chooses by."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.voice.terms import Strength

USUAL = "usual"
MOST_RENDERINGS = 4  # the mean of many disguises of one recording comes nearer to the voice
_TONE = 0.8  # of the melody is kept: Shona and Ndebele tell words apart by it, and it costs nothing of the disguise
MANNERS: Mapping[str, tuple[Strength, float]] = {
    "milder": ("mild", _TONE),
    USUAL: ("standard", _TONE),
    "stronger": ("strong", 0.0),
}
