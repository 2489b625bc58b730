"""What every provider fulfils. Providers translate; they do not decide, store or log.

A provider is one folder: `verify.py` (is it them?), `parse.py` (their words to ours), `render.py` (our answer in their dialect),
`client.py` (asking them to do something), and an `__init__.py` that joins the four into a `Provider`.
`tests/contracts/test_providers.py` holds every registered provider to what is written here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from handlers.events import Event
from handlers.outgoing import Client, OutgoingText, Repeat, Sent, Telephony
from handlers.voice.speech import Dialog, Next

__all__ = [
    "Addresses",
    "Answer",
    "Client",
    "OutgoingText",
    "Provider",
    "Repeat",
    "Sent",
    "Telephony",
    "WebhookRequest",
    "has_door",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """One request as it came, in our own words, so that a provider is a pure function over it and never imports Flask.

    `door` is the part of the path that names what it is about (`message`, `status`, `voice/recorded`). `secret` is the secret
    part of the path where the provider's doors have one. `url` is our public URL as configured, with the path and the raw query.
    `headers` has lower-case names. `form` holds the decoded fields, repeated ones in order, query fields
    not among them; `form` is empty where the body is not a form. `body` is the raw body. `remote` is the peer's address.
    """

    door: str
    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    form: Mapping[str, tuple[str, ...]] = field(repr=False)
    body: bytes = field(repr=False)
    received_at: datetime
    secret: str | None = field(default=None, repr=False)
    remote: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a provider's request is answered with."""

    body: str
    content_type: str
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where a provider's requests of a call come back to: `base` is our public address with the provider's name and, where its
    doors have one, the secret. Nothing but these, and sealed tokens, ever stands in an address."""

    base: str = field(repr=False)

    def of(self, following: Next) -> str:
        """Give the address of a step of a call."""
        return f"{self.base}/voice/{following.step}/{following.token}"

    @property
    def recording(self) -> str:
        """Where it is told what became of a recording."""
        return f"{self.base}/recording"


class Provider(Protocol):
    """One provider, as configured. Its methods are pure and may run in any thread."""

    @property
    def name(self) -> str:
        """Its name, as in the addresses of its doors."""
        ...

    @property
    def has_path_secret(self) -> bool:
        """Whether its doors are /webhooks/<name>/<secret>/<door>."""
        ...

    @property
    def doors(self) -> Mapping[str, str]:
        """Its doors, each with what it is for in a few words."""
        ...

    @property
    def ids_differ_on_list(self) -> bool:
        """Whether the ids of `received_since` are others than those of its webhooks."""
        ...

    def verify(self, request: WebhookRequest) -> None:
        """Return if the request is the provider's; raise `Refused` otherwise, and nothing else whatever came."""
        ...

    def parse(self, request: WebhookRequest) -> tuple[Event, ...]:
        """Translate a verified request. Never raises and never drops: what it cannot name becomes `Unrecognised`. Raises
        `Refused` only where the verified fields cannot be the provider's (another account, a malformed id)."""
        ...

    def answer(self, request: WebhookRequest) -> Answer:
        """Give the neutral answer of that door: nothing is said to the sender, a call is rejected free of charge."""
        ...

    def render(self, request: WebhookRequest, dialog: Dialog, addresses: Addresses) -> Answer:
        """Put what a caller hears into the provider's own dialect."""
        ...

    def client(self) -> Client:
        """Give the client of this provider. Made anew, with its own SDK objects: no state is shared between lines."""
        ...

    def telephony(self) -> Telephony | None:
        """Give what asks this provider for calls, recordings and media, with its own SDK objects; None where it has none."""
        ...

    def secrets(self) -> tuple[str, ...]:
        """Name the values that must never be seen in a log or an answer."""
        ...


def has_door(provider: Provider, door: str) -> bool:
    """Tell whether a provider has this door. `<step>` or `<token>` among its doors stands for any one part of a path."""
    return bool(door) and "<" not in door and any(_fits(door.split("/"), known.split("/")) for known in provider.doors)


def _fits(parts: list[str], known: list[str]) -> bool:
    if len(parts) != len(known):
        return False
    return all(part == other or (bool(part) and other.startswith("<")) for part, other in zip(parts, known, strict=True))
