"""What becomes of a recording once it is rendered, and what is known of it then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.records import RecordingState
from handlers.voice.terms import Rendered

_LEAST_SPOKEN = 0.4  # seconds; less is a click


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a recording."""

    state: RecordingState
    reason: str | None = None
    rendered: Rendered | None = None


def found_in(rendered: Rendered) -> Found:
    """Say whether anybody speaks in what was rendered."""
    silent = sum(end - start for start, end in rendered.silences)
    if not rendered.mp3 or rendered.seconds - silent < _LEAST_SPOKEN:
        return Found(RecordingState.SILENT, rendered=rendered)
    return Found(RecordingState.DISGUISED, rendered=rendered)


def told_of(rendered: Rendered, manner: str) -> Mapping[str, Any]:
    """Give what is known of a disguised recording, all of it from the disguised sound."""
    return {
        "seconds": rendered.seconds,
        "waveform": [list(column) for column in rendered.waveform],
        "silences": [list(stretch) for stretch in rendered.silences],
        "manner": manner,
    }
