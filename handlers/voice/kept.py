"""What is kept of a recording besides its row: what is known of it, sealed, and the two blobs, each under a key of its own.

A blob's key is in the row before the blob is written. So it does not matter how often a step is done again, nor whether two
workers do it at once: each writes the same blob anew, and the row's key opens whichever was last.
"""

from __future__ import annotations

from typing import Any

from handlers.protection.sealing import Place, open_json, seal_json
from handlers.records import Recording

MOST_BYTES = 40_000_000  # of a file: an hour of telephone as MP3, forty minutes as WAV


def open_known(key: bytes, recording: Recording) -> dict[str, Any]:
    """Open what is known of a recording, with the key of its period."""
    known: dict[str, Any] = open_json(key, recording.content, _content(recording.id, recording.period))
    return known


def seal_known(key: bytes, recording_id: str, period_id: str, known: dict[str, Any]) -> bytes:
    """Seal what is known of a recording to a report period."""
    return seal_json(key, known, _content(recording_id, period_id))


def _content(recording_id: str, period_id: str) -> Place:
    return Place("recordings", "content", recording_id, period_id)
