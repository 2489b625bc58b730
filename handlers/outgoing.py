"""Texts on their way out, and what the work asks of a provider's client. `gateway.providers` fulfils it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol

from handlers.events import CallEnded, Channel, Event, RecordingMade


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingText:
    """A text to be sent. `id` is our own id of it (stable over tries); `sender` is the line of ours it goes out from (empty: the
    provider's default); `recipient` is E.164."""

    id: str
    sender: str
    recipient: str = field(repr=False)
    text: str = field(repr=False)
    channel: Channel = "sms"
    reply_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The provider took the text. `provider_id` is what its delivery reports and its list will call it."""

    provider_id: str = field(repr=False)


class Repeat(Enum):
    """What may be done when it is not known whether a text went out."""

    SAFE = "safe"  # the provider knows our id: sending again changes nothing
    LOOK_FIRST = "look_first"  # ask `find_sent` before sending again
    NEVER = "never"  # a repeat might reach the source twice: leave it, and say so


class Client(Protocol):
    """Asks a provider to do something. Every call has a timeout and raises `ProviderError`, nothing else."""

    repeat: Repeat

    def send(self, text: OutgoingText) -> Sent:
        """Hand a text to the provider; judge by the real outcome, not by the HTTP status."""
        ...

    def find_sent(self, text: OutgoingText, since: datetime) -> Sent | None:
        """Find a text that may have been sent since then; None where the provider has none like it or cannot tell."""
        ...

    def received_since(self, since: datetime) -> Iterator[Event]:
        """Yield what the provider has on its list of received messages since then, oldest first if it can; empty where it keeps
        none."""
        ...

    def erase(self, provider_id: str) -> None:
        """Delete a message, and what is attached to it, at the provider. Absent already is success; where the provider offers no
        deletion this does nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingCall:
    """A call to be placed. `id` is our own id of it; `sender` the line of ours; `answer_address` is asked what to say when
    somebody answers, `status_address` told what became of it, where the provider takes such addresses with a call. It rings for
    `ring_seconds` and lasts `most_seconds` at most, where the provider takes such bounds."""

    id: str
    sender: str
    recipient: str = field(repr=False)
    answer_address: str = field(repr=False)
    status_address: str = field(repr=False)
    ring_seconds: int = 30
    most_seconds: int = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A file as a provider gave it. `content_type` is its claim."""

    data: bytes = field(repr=False)
    content_type: str


class Telephony(Protocol):
    """Asks a provider that carries voice and media. Every call has a timeout and raises `ProviderError`, nothing else."""

    repeat: Repeat

    def call(self, call: OutgoingCall) -> Sent:
        """Place a call. `unknown_outcome` says that it may have been placed all the same."""
        ...

    def find_call(self, call: OutgoingCall, since: datetime) -> Sent | None:
        """Find a call that may have been placed since then; None where the provider has none like it or cannot tell."""
        ...

    def end_of(self, provider_id: str) -> CallEnded | None:
        """Say what became of a call of ours; None where it goes on or the provider cannot tell."""
        ...

    def recordings_since(self, since: datetime) -> Iterator[RecordingMade]:
        """Yield the recordings that the provider has since then, oldest first if it can; empty where it keeps no list."""
        ...

    def fetch(self, reference: str, *, parent: str, most_bytes: int) -> Fetched:
        """Fetch a recording or a medium from the provider's own hosts, and none else. `parent` is the provider's id of the call
        or text. Reasons of its own: `not_theirs` (the address, or a redirect, leads elsewhere), `too_large`, `gone` (not there,
        and will not be), `not_yet` (not there yet)."""
        ...

    def erase_file(self, reference: str, *, parent: str) -> None:
        """Delete a recording or a medium at the provider. Absent already is success; where none is offered this does nothing."""
        ...
