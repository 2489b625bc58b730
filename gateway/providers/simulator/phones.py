"""The phones of the page: who they are and what is on their screens. Bounded, in memory, safe for threads."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from gateway.providers.simulator.config import LINES

_MOST_PHONES = 40
_MOST_BUBBLES = 100
_OURS = {
    "+263770000011": ("Phone 1", "twilio"),
    "+263710000022": ("Phone 2", "africastalking"),
    "+263780000033": ("Phone 3", "whatsapp"),
    "+263770000044": ("Phone 4", "handset"),
    "+263731000055": ("Phone 5", "africastalking"),
    "+263710000066": ("Phone 6", "twilio"),
    "+263780000077": ("Phone 7", "africastalking"),
    "+263770000088": ("Phone 8", "whatsapp"),
}


@dataclass(slots=True)
class Bubble:
    """One text on a screen. `state` is `sending`, `sent`, `delivered`, `taken` or `failed`; `note` says more to the one who
    looks."""

    text: str = field(repr=False)
    line: str
    is_reply: bool
    at: datetime
    state: str
    note: str = ""
    attached: tuple[str, ...] = ()


@dataclass(slots=True)
class Phone:
    """One phone and its screen, oldest text first."""

    number: str = field(repr=False)
    name: str
    line: str
    when_called: str = "ring"  # or `busy`, or `away`: out of reach
    bubbles: deque[Bubble] = field(default_factory=lambda: deque(maxlen=_MOST_BUBBLES), repr=False)


class Phones:
    """All phones. `version` grows with every change, so that a page knows whether to ask again."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._by_number: OrderedDict[str, Phone] = OrderedDict(
            (number, Phone(number, name, line)) for number, (name, line) in _OURS.items()
        )
        self.version = 0

    def find(self, name_or_number: str) -> Phone:
        """Give a phone by its name or number; a number that is not known is a new phone."""
        with self._changing():
            for phone in self._by_number.values():
                if name_or_number in (phone.name, phone.number):
                    return phone
            phone = Phone(name_or_number, f"Phone {len(self._by_number) + 1}", "twilio")
            self._by_number[name_or_number] = phone
            self._forget_oldest()
            return phone

    def show(self, phone: Phone, bubble: Bubble) -> Bubble:
        """Put a text on the screen."""
        with self._changing():
            phone.bubbles.append(bubble)
        return bubble

    def mark(self, bubble: Bubble, state: str, note: str = "") -> None:
        """Change what became of a text."""
        with self._changing():
            bubble.state, bubble.note = state, note

    def choose_line(self, phone: Phone, line: str) -> None:
        """Remember the line that a phone wrote to last."""
        with self._changing():
            phone.line = line

    def choose_when_called(self, phone: Phone, what: str) -> None:
        """Remember what a phone does when it is called."""
        with self._changing():
            phone.when_called = what

    def touch(self) -> None:
        """Say that something else on a phone changed: a call, a USSD screen."""
        with self._changing():
            pass

    def seen(self) -> tuple[int, list[tuple[Phone, list[Bubble]]]]:
        """Give the version and all screens, as they are together."""
        with self._lock:
            return self.version, [(phone, list(phone.bubbles)) for phone in self._by_number.values()]

    def as_json(self) -> dict[str, object]:
        """Give all screens for a program."""
        version, seen = self.seen()
        return {"version": version, "lines": LINES, "phones": [_as_json(phone, bubbles) for phone, bubbles in seen]}

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._lock:
            self.version += 1
            yield

    def _forget_oldest(self) -> None:
        """Forget the phone that came first of those beyond our own."""
        if len(self._by_number) > _MOST_PHONES:
            del self._by_number[next(number for number in self._by_number if number not in _OURS)]


def _as_json(phone: Phone, bubbles: list[Bubble]) -> dict[str, object]:
    texts = [
        {
            "text": bubble.text,
            "line": bubble.line,
            "reply": bubble.is_reply,
            "at": bubble.at.isoformat(),
            "state": bubble.state,
            "note": bubble.note,
            "attached": list(bubble.attached),
        }
        for bubble in bubbles
    ]
    return {"name": phone.name, "number": phone.number, "line": phone.line, "texts": texts}
