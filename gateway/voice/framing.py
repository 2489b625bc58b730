"""Framing: how a request and its answer look on a pipe: one line of JSON, then bytes. Nothing that could run when it is read."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

from handlers.errors import SoundError
from handlers.voice.terms import Column, Limits, Prompt, Rendered, Strength, Stretch

Work = Literal["render", "prompt"]

_REASONS = frozenset({"empty", "not_audio", "too_long", "too_large", "bomb", "corrupt", "timeout", "memory"})
_FAULTS = frozenset({"too_short", "too_long", "too_quiet", "clipped"})
_LONGEST_LINE = 2_000_000
_MOST_COLUMNS, _MOST_SILENCES = 2000, 20_000


@dataclass(frozen=True, slots=True)
class Request:
    """What the child is asked to do with the bytes that follow."""

    work: Work
    limits: Limits
    strength: Strength = "standard"
    tone: float = 0.0


def written_request(request: Request) -> bytes:
    """Write a request as a line."""
    return _line(asdict(request))


def read_request(line: bytes) -> Request:
    """Read it again; it comes from our own parent, so it is as it was written."""
    said = json.loads(line)
    return Request(**{**said, "limits": Limits(**said["limits"])})


def written_rendered(rendered: Rendered) -> bytes:
    """Write what was rendered."""
    head = {"seconds": rendered.seconds, "waveform": rendered.waveform, "silences": rendered.silences}
    return _line(head) + rendered.mp3


def written_prompt(prompt: Prompt) -> bytes:
    """Write a prompt."""
    return _line({"seconds": prompt.seconds, "faults": prompt.faults}) + prompt.wav


def written_error(reason: str) -> bytes:
    """Write why it could not be done."""
    return _line({"error": reason})


def read_rendered(reply: bytes) -> Rendered:
    """Read what was rendered, and believe none of it unseen: a file may have taken over the child that wrote this."""
    head, body = _opened(reply)
    try:
        rendered = Rendered(
            mp3=body,
            seconds=_seconds(head["seconds"]),
            waveform=tuple(_column(low, high) for low, high in head["waveform"]),
            silences=tuple(_stretch(start, end) for start, end in head["silences"]),
        )
    except (KeyError, TypeError, ValueError):
        raise SoundError("corrupt") from None
    is_mp3 = not body or body.startswith(b"\xff")
    if not is_mp3 or len(rendered.waveform) > _MOST_COLUMNS or len(rendered.silences) > _MOST_SILENCES:
        raise SoundError("corrupt")
    return rendered


def read_prompt(reply: bytes) -> Prompt:
    """Read a prompt, with the same doubt."""
    head, body = _opened(reply)
    try:
        prompt = Prompt(wav=body, seconds=_seconds(head["seconds"]), faults=tuple(head["faults"]))
    except (KeyError, TypeError, ValueError):
        raise SoundError("corrupt") from None
    if not body.startswith(b"RIFF") or not _FAULTS.issuperset(prompt.faults):
        raise SoundError("corrupt")
    return prompt


def _opened(reply: bytes) -> tuple[dict[str, Any], bytes]:
    end = reply.find(b"\n", 0, _LONGEST_LINE)
    try:
        head = json.loads(reply[:end]) if end > 0 else None
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict):
        raise SoundError("corrupt")
    if "error" in head:
        reason = head["error"]
        raise SoundError(reason if isinstance(reason, str) and reason in _REASONS else "corrupt")
    return head, reply[end + 1 :]


def _line(head: dict[str, Any]) -> bytes:
    return json.dumps(head, separators=(",", ":")).encode() + b"\n"


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value < 100_000:
        raise ValueError
    return float(value)


def _column(low: object, high: object) -> Column:
    if not isinstance(low, int) or not isinstance(high, int) or not -100 <= low <= high <= 100:
        raise ValueError
    return low, high


def _stretch(start: object, end: object) -> Stretch:
    return _seconds(start), _seconds(end)
