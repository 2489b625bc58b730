"""An Android phone as the line: the app SMS Gateway for Android, local, private or cloud. It signs its webhooks with a key of
ours.

May import the contract, the nouns and the app's client package (by `client` alone: it pulls in `requests`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from gateway.providers.contract import Addresses, Answer, Client, Telephony, WebhookRequest
from gateway.providers.handset.config import HandsetConfig
from gateway.providers.handset.parse import parse
from gateway.providers.handset.render import answer
from gateway.providers.handset.verify import verify
from handlers.events import Event
from handlers.voice.speech import Dialog

__all__ = ["HandsetConfig", "HandsetProvider"]


@dataclass(frozen=True, slots=True)
class HandsetProvider:
    """One handset, as configured."""

    config: HandsetConfig

    name: ClassVar[str] = "handset"
    has_path_secret: ClassVar[bool] = False
    ids_differ_on_list: ClassVar[bool] = False
    doors: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"message": "a text comes in", "status": "what became of a text of ours, and signs of life"}
    )

    def verify(self, request: WebhookRequest) -> None:
        """Return if the handset signed this request; raise `Refused` otherwise."""
        verify(request, self.config)

    def parse(self, request: WebhookRequest) -> tuple[Event, ...]:
        """Translate a verified request."""
        return parse(request, line=self.config.line)

    def answer(self, request: WebhookRequest) -> Answer:
        """Say that it was taken."""
        return answer(request)

    def render(self, request: WebhookRequest, dialog: Dialog, addresses: Addresses) -> Answer:
        """Say that it was taken: no call comes by a handset."""
        return answer(request)

    def client(self) -> Client:
        """Give a client with its own connection."""
        from gateway.providers.handset.client import HandsetClient

        return HandsetClient(self.config)

    def telephony(self) -> Telephony | None:
        """Give nothing: the app tells of no calls and no media."""
        return None

    def secrets(self) -> tuple[str, ...]:
        """Name the password and the signing key."""
        return tuple(secret for secret in (self.config.password, self.config.signing_key) if secret)
