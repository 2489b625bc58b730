"""What the call asks of other parts of the house. Each has a stand-in that offers nothing."""

from __future__ import annotations

from typing import Literal, Protocol

from handlers.ports import UnitOfWork
from handlers.records import Call, Waiting
from handlers.voice.speech import Speak

Outcome = Literal["right", "duress", "wrong", "locked", "suspended"]


class Checked(Protocol):
    """What became of a code and a PIN."""

    @property
    def outcome(self) -> Outcome: ...
    @property
    def monitor_id(self) -> str | None: ...


class ChecksMonitors(Protocol):
    """Knows the field monitors."""

    def check(self, code: str, pin: str) -> Checked:
        """Check a code and a PIN, and count a failure. Uses a transaction of its own."""
        ...


class CallsBack(Protocol):
    """Is told of calls that may have to be returned, and of the end of ours."""

    def missed(self, unit: UnitOfWork, call: Call) -> None:
        """Take note, in this transaction, that somebody rang and nothing was said. Called once for each call."""
        ...

    def over(self, unit: UnitOfWork, call: Call) -> None:
        """Take note, in this transaction, that a call of ours is over. Called once for each call."""
        ...


class ReadsReplies(Protocol):
    """Gives the replies that wait to be heard."""

    def speak(self, unit: UnitOfWork, waiting: Waiting, language: str) -> tuple[Speak, ...]:
        """Give a reply as it is heard; nothing where it cannot be opened any more."""
        ...


class _NobodyChecked:
    outcome: Outcome = "wrong"
    monitor_id: str | None = None


class NoMonitors:
    """Knows nobody."""

    def check(self, code: str, pin: str) -> Checked:
        """Know nobody."""
        return _NobodyChecked()


class NoCallBacks:
    """Returns no call."""

    def missed(self, unit: UnitOfWork, call: Call) -> None:
        """Do nothing."""

    def over(self, unit: UnitOfWork, call: Call) -> None:
        """Do nothing."""
