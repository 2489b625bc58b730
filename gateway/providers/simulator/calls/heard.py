"""What is heard and wanted on a phone in a call, as its page and a scripted phone see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from gateway.providers.simulator.sound import Samples

Kind = Literal["say", "play", "tone", "pause", "note", "key", "said"]
_LETTERS_A_SECOND = 14


class HungUp(Exception):
    """The call is over: whoever speaks now speaks to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One thing that happened in a call. The line says (`say`), plays a file (`play`), gives a tone, waits (`pause`); the person
    presses a `key` or has `said` something; a `note` is for the one who looks. `is_open` says that a key cuts it short."""

    kind: Kind
    text: str = field(default="", repr=False)
    language: str = ""
    audio: bytes = field(default=b"", repr=False)
    content_type: str = ""
    seconds: float = 0.0
    is_open: bool = False
    number: int = 0

    @property
    def is_from_line(self) -> bool:
        """Whether the person has to hear it out before the call goes on."""
        return self.kind in ("say", "play", "tone", "pause")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanting:
    """What the line waits for. `seconds` is how long it waits for the next key, or for silence to end; 0 is for ever. `most` is a
    number of keys or of seconds; 0 is no limit. `number` grows whenever the waiting begins anew."""

    kind: Literal["keys", "speech"]
    seconds: float
    most: float = 0
    ends_with: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys that were pressed, and the one that ended them."""

    digits: str = field(default="", repr=False)
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    """What was said, and what ended it: a key, `silence`, `most` or `hangup`."""

    samples: Samples = field(repr=False)
    ended_by: str


def said_in(text: str) -> float:
    """Estimate how long a voice takes for a text."""
    return max(1.0, len(text) / _LETTERS_A_SECOND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A call at one moment, as its page shows it."""

    line: str
    state: str
    ended: str
    is_placed: bool
    is_driven: bool
    heard: tuple[Heard, ...] = field(repr=False)
    wanting: Wanting | None
    playing: Heard | None
