"""Ask Africa's Talking to do something, by its SDK's own service class. https://developers.africastalking.com/docs/sms/sending,
seen 2026-11.

The class builds addresses, headers and fields. It is made anew for each client (the package's `initialize` is global to a
process), and its one method that speaks HTTP is replaced: it hides the status of an answer and throws the answer's text, which
holds numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import requests
from africastalking.SMS import SMSService

from gateway.providers.africastalking.codes import ACCEPTED, CODES, MESSAGES
from gateway.providers.africastalking.config import AfricasTalkingConfig
from gateway.providers.africastalking.parse import received_text
from gateway.providers.contract import OutgoingText, Repeat, Sent
from gateway.providers.outcomes import SECONDS_TO_CONNECT, failed_call, refused_status
from gateway.providers.reading import json_object, text_of, well_formed
from handlers.errors import ProviderError
from handlers.events import Event

_MOST_PAGES = 1000


class _Service(SMSService):  # type: ignore[misc]  # the SDK carries no types
    """The SDK's service with its status told, and at another address where one is configured."""

    def __init__(self, config: AfricasTalkingConfig) -> None:
        super().__init__(config.username, config.api_key)
        self._timeout = config.timeout
        if config.api_base:
            self._baseUrl = self._contentUrl = config.api_base.rstrip("/") + "/version1"

    def _make_request(self, url: str, method: str, *, headers: Any, data: Any, params: Any, **_: Any) -> requests.Response:
        return requests.request(
            method,
            url,
            headers=headers,
            data=data,
            params=params,
            timeout=(SECONDS_TO_CONNECT, self._timeout),
            allow_redirects=False,
        )


class AfricasTalkingClient:
    """The client for one account. Nothing tells whether a text went out that was not answered for: it is never repeated."""

    repeat = Repeat.NEVER

    def __init__(self, config: AfricasTalkingConfig) -> None:
        self._config = config
        self._service = _Service(config)

    def send(self, text: OutgoingText) -> Sent:
        """Hand a text over. A reply to a text that came with a linkId names it, and goes the way of on-demand texts."""
        sender = text.sender or self._config.default_sender or None
        options: dict[str, Any] = {"message": text.text, "recipients": [text.recipient]}
        if text.reply_token and sender:
            found = self._asked(self._service.send_premium, **options, short_code=sender, link_id=text.reply_token)
        else:
            found = self._asked(self._service.send, **options, sender_id=sender)
        return _sent(found)

    def find_sent(self, text: OutgoingText, since: datetime) -> Sent | None:
        """Find nothing: no list of sent texts is offered."""
        return None

    def received_since(self, since: datetime) -> Iterator[Event]:
        """Yield what came in since then, oldest first, page by page from the first; what has no time is yielded too."""
        last = 0
        for _ in range(_MOST_PAGES):
            entries = _entries(self._asked(self._service.fetch_messages, last_received_id=last))
            for entry in entries:
                event = received_text({well_formed(str(name)): text_of(entry, name) for name in entry})
                if event is not None and (event.sent_at is None or event.sent_at >= since):
                    yield event
            furthest = max((_number(entry, "id") for entry in entries), default=0)
            if furthest <= last:
                return
            last = furthest

    def erase(self, provider_id: str) -> None:
        """Do nothing: Africa's Talking offers no deletion. What it keeps, it keeps; the documents for operators say so."""

    def _asked(self, ask: Any, **options: Any) -> Mapping[str, Any]:
        """Give the answer's SMSMessageData, or say in our words why there is none."""
        try:
            response = ask(**options)
        except requests.RequestException as error:
            failure = failed_call(error)
        except ValueError:  # The SDK does not take this for a number, and says so with the number in the text.
            failure = ProviderError("bad_number", permanent=True)
        else:
            if not 200 <= response.status_code < 300:
                failure = refused_status(response.status_code)
            else:
                found = (json_object(response.content) or {}).get("SMSMessageData")
                if isinstance(found, dict):
                    return found
                failure = ProviderError("rejected", permanent=False, unknown_outcome=True)
        raise failure


def _sent(found: Mapping[str, Any]) -> Sent:
    """Judge by the one recipient's statusCode: an answer 201 can mean that nothing was sent."""
    recipients = found.get("Recipients")
    if not isinstance(recipients, list) or not recipients or not isinstance(recipients[0], dict):
        reason, permanent = MESSAGES.get(text_of(found, "Message").casefold(), ("rejected", True))
        raise ProviderError(reason, permanent=permanent)
    code, provider_id = _number(recipients[0], "statusCode"), text_of(recipients[0], "messageId")
    if code not in ACCEPTED:
        reason, permanent = CODES.get(code, ("rejected", True))
        raise ProviderError(reason, permanent=permanent)
    if provider_id in ("", "None"):
        # Accepted, but under no name: it must not be sent again, and nothing will ever be heard of it.
        raise ProviderError("rejected", permanent=True, unknown_outcome=True)
    return Sent(provider_id=provider_id)


def _entries(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = found.get("Messages")
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _number(entry: Mapping[str, Any], name: str) -> int:
    text = text_of(entry, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
