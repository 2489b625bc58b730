"""Twilio: texts by SMS and WhatsApp, and calls. It signs what it sends; its SDK checks, answers and sends.

May import the contract, the nouns and the SDK. The REST half of the SDK costs 145 ms and is imported only by `client`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from gateway.providers.contract import Addresses, Answer, Client, Telephony, WebhookRequest
from gateway.providers.twilio.config import TwilioConfig
from gateway.providers.twilio.parse import parse
from gateway.providers.twilio.render import answer, render
from gateway.providers.twilio.verify import verify
from handlers.events import Event
from handlers.voice.speech import Dialog

__all__ = ["TwilioConfig", "TwilioProvider"]


@dataclass(frozen=True, slots=True)
class TwilioProvider:
    """Twilio, as configured for one account."""

    config: TwilioConfig

    name: ClassVar[str] = "twilio"
    has_path_secret: ClassVar[bool] = False
    ids_differ_on_list: ClassVar[bool] = False
    doors: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "message": "a text comes in; also the fallback address",
            "status": "what became of a text of ours",
            "voice": "a call comes in",
            "voice/<step>": "a step of a call, should its token be lost",
            "voice/<step>/<token>": "a step of a call",
            "recording": "what became of a recording",
            "call": "what became of a call",
        }
    )

    def verify(self, request: WebhookRequest) -> None:
        """Return if Twilio signed this request for our account; raise `Refused` otherwise."""
        verify(request, self.config)

    def parse(self, request: WebhookRequest) -> tuple[Event, ...]:
        """Translate a verified request."""
        return parse(request)

    def answer(self, request: WebhookRequest) -> Answer:
        """Give the neutral TwiML of that door."""
        return answer(request)

    def render(self, request: WebhookRequest, dialog: Dialog, addresses: Addresses) -> Answer:
        """Put what a caller hears into TwiML."""
        return render(dialog, addresses, self.config)

    def client(self) -> Client:
        """Give a client with its own connections."""
        from gateway.providers.twilio.client import TwilioClient

        return TwilioClient(self.config)

    def telephony(self) -> Telephony | None:
        """Give what asks for recordings and media."""
        from gateway.providers.twilio.telephony import TwilioTelephony

        return TwilioTelephony(self.config)

    def secrets(self) -> tuple[str, ...]:
        """Name the auth tokens."""
        return self.config.auth_tokens
