"""Africa's Talking: texts by SMS, calls, USSD. It signs nothing: a long secret in the path is all that tells its requests from
others.

May import the contract, the nouns and the SDK (by `client` alone: it pulls in `requests`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from gateway.providers.africastalking import ussd
from gateway.providers.africastalking.config import AfricasTalkingConfig
from gateway.providers.africastalking.parse import parse
from gateway.providers.africastalking.render import answer, render
from gateway.providers.africastalking.verify import verify
from gateway.providers.contract import Addresses, Answer, Client, Telephony, WebhookRequest
from handlers.events import Event
from handlers.voice.speech import Dialog, Screen

__all__ = ["AfricasTalkingConfig", "AfricasTalkingProvider"]


@dataclass(frozen=True, slots=True)
class AfricasTalkingProvider:
    """Africa's Talking, as configured for one account."""

    config: AfricasTalkingConfig

    name: ClassVar[str] = "africastalking"
    has_path_secret: ClassVar[bool] = True
    ids_differ_on_list: ClassVar[bool] = True  # The list counts in integers what the webhook names otherwise.
    doors: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "message": "a text comes in",
            "delivery": "what became of a text of ours",
            "optout": "somebody wants no more texts",
            "voice": "a call comes in",
            "voice/<step>": "a step of a call, should its token be lost",
            "voice/<step>/<token>": "a step of a call",
            "voice/events": "what became of a call",
            "ussd": "a USSD screen is asked for",
            "ussd/events": "what became of a USSD session",
        }
    )

    def verify(self, request: WebhookRequest) -> None:
        """Return if the request names our secret and comes from where it may; raise `Refused` otherwise."""
        verify(request, self.config)

    def parse(self, request: WebhookRequest) -> tuple[Event, ...]:
        """Translate a verified request."""
        return parse(request)

    def answer(self, request: WebhookRequest) -> Answer:
        """Give the neutral answer of that door."""
        return answer(request)

    def render(self, request: WebhookRequest, dialog: Dialog, addresses: Addresses) -> Answer:
        """Put what a caller hears into XML, or what they see on a screen."""
        screens = [verb for verb in dialog if isinstance(verb, Screen)]
        if request.door == "ussd":
            return ussd.render(screens[-1]) if screens else answer(request)
        return render(dialog, addresses)

    def client(self) -> Client:
        """Give a client with a service object of its own; the SDK's global one is never used."""
        from gateway.providers.africastalking.client import AfricasTalkingClient

        return AfricasTalkingClient(self.config)

    def telephony(self) -> Telephony | None:
        """Give what asks for recordings and media."""
        from gateway.providers.africastalking.telephony import AfricasTalkingTelephony

        return AfricasTalkingTelephony(self.config)

    def secrets(self) -> tuple[str, ...]:
        """Name the API key and the secrets of the path."""
        return (self.config.api_key, *self.config.webhook_secrets)
