"""Tokens: all that is remembered between two steps of a call, sealed, in the address that the provider comes back to.

A token opens for two hours, and only for the call that it was made for. It holds neither a number nor a PIN.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict, dataclass, field
from typing import Any

from handlers.commands import LANGUAGES, Language
from handlers.errors import SealError
from handlers.protection.sealing import Place, open_json, seal_json

LIFETIME_SECONDS = 2 * 3600
LONGEST_TOKEN = 2000  # letters; nothing longer is one of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Where a call stands. `steps` counts the answers of ours so far, `tries` those in a row that brought nothing; `began` is
    when the call did. `answers` are the keys that a monitor pressed, by question. `code` is a monitor's while the PIN is awaited,
    `monitor` their id once it was right; `report` and `reply` are those of the receipt that was given."""

    state: str
    began: int
    language: Language | None = None
    steps: int = 0
    tries: int = 0
    answers: dict[str, str] = field(default_factory=dict, repr=False)
    code: str = field(default="", repr=False)
    monitor: str | None = None
    report: str | None = None
    reply: str | None = None


class WrongToken(Exception):
    """A token that is none of ours, is another call's, was altered, or is too old."""


class Tokens:
    """Seals and opens tokens."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, memory: Memory, *, call_id: str, provider: str, now: float) -> str:
        """Give the token of a memory, for one call."""
        plain = {"m": as_plain(memory), "until": int(now) + LIFETIME_SECONDS}
        return base64.urlsafe_b64encode(seal_json(self._key, plain, _place(call_id, provider))).decode().rstrip("=")

    def open(self, token: str, *, call_id: str, provider: str, now: float) -> Memory:
        """Give the memory of a token; raise `WrongToken`."""
        if len(token) > LONGEST_TOKEN:
            raise WrongToken
        try:
            sealed = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
            plain = open_json(self._key, sealed, _place(call_id, provider))
        except (SealError, UnicodeEncodeError, binascii.Error, ValueError):
            raise WrongToken from None
        if plain["until"] <= now:
            raise WrongToken
        return as_memory(plain["m"])


def as_plain(memory: Memory) -> dict[str, Any]:
    """Give what of a memory differs from a new one, so that tokens stay short."""
    whole = asdict(memory)
    return {name: value for name, value in whole.items() if value not in (None, 0, "", {})}


def as_memory(plain: dict[str, Any]) -> Memory:
    """Read what `as_plain` gave; raise `WrongToken` where another version made it."""
    try:
        memory = Memory(**{"state": "", "began": 0, **plain})
    except TypeError:
        raise WrongToken from None
    if memory.language not in (None, *LANGUAGES):
        raise WrongToken
    return memory


def _place(call_id: str, provider: str) -> Place:
    return Place("calls", "token", call_id, provider)
