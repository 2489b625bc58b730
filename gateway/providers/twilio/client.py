"""Ask Twilio to do something, by its own SDK. https://www.twilio.com/docs/messaging/api/message-resource, seen 2026-11."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from gateway.providers.contract import OutgoingText, Repeat, Sent
from gateway.providers.twilio.codes import error_of
from gateway.providers.twilio.config import TwilioConfig
from gateway.providers.twilio.parse import received_text
from gateway.providers.twilio.sdk import asked, new_sdk, unless_gone
from handlers.errors import ProviderError
from handlers.events import Event, Media

_PAGE = 500
_FAILED = ("failed", "undelivered", "canceled")


class TwilioClient:
    """Twilio's client for one account; its connections are its own."""

    repeat = Repeat.LOOK_FIRST

    def __init__(self, config: TwilioConfig) -> None:
        self._config = config
        self._sdk = new_sdk(config)

    def send(self, text: OutgoingText) -> Sent:
        """Hand a text to Twilio."""
        sender = text.sender or self._config.default_sender
        if not sender:
            raise ProviderError("config", permanent=True)
        is_service = sender.startswith("MG")
        options = {"messaging_service_sid": sender} if is_service else {"from_": _address(sender, text)}
        if self._config.status_callback:
            options["status_callback"] = self._config.status_callback
        made = asked(lambda: self._sdk.messages.create(to=_address(text.recipient, text), body=text.text, **options))
        if made.status in _FAILED or not made.sid:
            raise error_of(made.error_code) or ProviderError("rejected", permanent=True)
        return Sent(provider_id=made.sid)

    def find_sent(self, text: OutgoingText, since: datetime) -> Sent | None:
        """Find a text to the same number with the same words since then. Twilio's list knows days only; and a text that is still
        on its way has no day yet, so the list is asked by number alone and looked through."""
        for made in self._messages(to=_address(text.recipient, text)):
            created = made.date_created or made.date_sent
            is_ours = str(made.direction).startswith("outbound") and made.body == text.text
            if is_ours and made.status not in _FAILED and (created is None or created >= since):
                return Sent(provider_id=made.sid)
        return None

    def received_since(self, since: datetime) -> Iterator[Event]:
        """Yield what came in since then, oldest first; what could be read is yielded before a failure is raised."""
        found, failure = [], None
        day = since.astimezone(UTC).strftime("%Y-%m-%d")
        try:
            for message in self._messages(date_sent_after=day):
                if message.direction == "inbound" and (message.date_sent is None or message.date_sent >= since):
                    found.append(message)
        except ProviderError as error:
            failure = error
        for message in reversed(found):
            yield received_text(
                provider_id=message.sid,
                sender=message.from_ or "",
                line=message.to or "",
                body=message.body or "",
                media=self._media(message),
                sent_at=message.date_sent,
            )
        if failure is not None:
            raise failure

    def erase(self, provider_id: str) -> None:
        """Delete a message: its media first, since they outlive it and cannot be found without it. Or the record of a call."""
        if provider_id.startswith("CA"):
            unless_gone(self._sdk.calls(provider_id).delete)
            return
        message = self._sdk.messages(provider_id)
        for one in unless_gone(message.media.list) or []:
            unless_gone(message.media(one.sid).delete)
        unless_gone(message.delete)

    def _messages(self, **filters: Any) -> Iterator[Any]:
        entries = asked(lambda: iter(self._sdk.messages.stream(page_size=_PAGE, **filters)))
        while (entry := asked(lambda: next(entries, None))) is not None:
            yield entry

    def _media(self, message: Any) -> tuple[Media, ...]:
        if str(message.num_media or "0") == "0":
            return ()
        return tuple(
            Media(content_type=one.content_type or "", reference=one.sid)
            for one in asked(self._sdk.messages(message.sid).media.list)
        )


def _address(number: str, text: OutgoingText) -> str:
    return f"whatsapp:{number}" if text.channel == "whatsapp" and not number.startswith("whatsapp:") else number
