"""Ask Twilio to do something, by its own SDK. https://www.twilio.com/docs/messaging/api/message-resource, seen 2026-11."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client as Sdk

from gateway.providers.contract import OutgoingText, Repeat, Sent
from gateway.providers.outcomes import failed_call, refused_status
from gateway.providers.reading import json_object
from gateway.providers.twilio.codes import error_of
from gateway.providers.twilio.config import TwilioConfig
from gateway.providers.twilio.parse import received_text
from handlers.errors import ProviderError
from handlers.events import Event, Media

_PAGE = 500
_GONE = 404
_FAILED = ("failed", "undelivered", "canceled")

# The SDK logs addresses with numbers in them: nothing of it is to be heard.
_SILENT = logging.getLogger("izwi.silent.twilio")
_SILENT.disabled = True

Result = TypeVar("Result")


class _Transport(TwilioHttpClient):  # type: ignore[misc]  # the SDK carries no types
    """The SDK's own transport with a timeout, without its log, and to another host where one is configured."""

    def __init__(self, *, timeout: float, api_base: str | None) -> None:
        super().__init__(timeout=timeout, logger=_SILENT, max_retries=0)
        self._base = urlsplit(api_base) if api_base else None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """Make the request. Nothing is kept of it: the SDK would hold the last one, with its numbers, in the client."""
        if self._base is not None:
            asked = urlsplit(url)
            path = self._base.path.rstrip("/") + asked.path
            url = urlunsplit((self._base.scheme, self._base.netloc, path, asked.query, ""))
        try:
            return super().request(method, url, *args, **kwargs)
        finally:
            self._test_only_last_request = None
            self._test_only_last_response = None


class TwilioClient:
    """Twilio's client for one account; its connections are its own."""

    repeat = Repeat.LOOK_FIRST

    def __init__(self, config: TwilioConfig) -> None:
        self._config = config
        transport = _Transport(timeout=config.timeout, api_base=config.api_base)
        # An environment of our own: TWILIO_REGION or TWILIO_EDGE of the process must not move our calls elsewhere.
        self._sdk = Sdk(config.account_sid, config.auth_tokens[0], http_client=transport, environment={"": ""})

    def send(self, text: OutgoingText) -> Sent:
        """Hand a text to Twilio."""
        sender = text.sender or self._config.default_sender
        if not sender:
            raise ProviderError("config", permanent=True)
        is_service = sender.startswith("MG")
        options = {"messaging_service_sid": sender} if is_service else {"from_": _address(sender, text)}
        if self._config.status_callback:
            options["status_callback"] = self._config.status_callback
        made = _asked(lambda: self._sdk.messages.create(to=_address(text.recipient, text), body=text.text, **options))
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
        """Delete a message: its media first, since they outlive it and cannot be found without it."""
        message = self._sdk.messages(provider_id)
        for one in _unless_gone(message.media.list) or []:
            _unless_gone(message.media(one.sid).delete)
        _unless_gone(message.delete)

    def _messages(self, **filters: Any) -> Iterator[Any]:
        entries = _asked(lambda: iter(self._sdk.messages.stream(page_size=_PAGE, **filters)))
        while (entry := _asked(lambda: next(entries, None))) is not None:
            yield entry

    def _media(self, message: Any) -> tuple[Media, ...]:
        if str(message.num_media or "0") == "0":
            return ()
        return tuple(
            Media(content_type=one.content_type or "", reference=one.sid)
            for one in _asked(self._sdk.messages(message.sid).media.list)
        )


def _address(number: str, text: OutgoingText) -> str:
    return f"whatsapp:{number}" if text.channel == "whatsapp" and not number.startswith("whatsapp:") else number


def _unless_gone(ask: Callable[[], Result]) -> Result | None:
    try:
        return _asked(ask, gone_is_fine=True)
    except _Gone:
        return None


class _Gone(ProviderError):
    """What was to be deleted is not there."""


def _asked(ask: Callable[[], Result], *, gone_is_fine: bool = False) -> Result:
    """Give what the SDK gives, or our own error, without theirs: its text holds numbers."""
    failure: ProviderError
    try:
        return ask()
    except TwilioException as error:
        status, code = _told_by(error)
        if gone_is_fine and status == _GONE:
            failure = _Gone("rejected", permanent=True)
        else:
            failure = error_of(code) or refused_status(status)
    except requests.RequestException as error:
        failure = failed_call(error)
    except (ValueError, KeyError, TypeError, AttributeError):
        # The answer was no JSON, or not the JSON that the SDK expects: a proxy's page, a half of an answer.
        failure = ProviderError("provider_down", permanent=False, unknown_outcome=True)
    raise failure


def _told_by(error: TwilioException) -> tuple[int, int]:
    """Give the HTTP status and Twilio's code of what the SDK raised. Where a page of a list cannot be had, it raises the bare
    answer."""
    if isinstance(error, TwilioRestException | TwilioServiceException):
        return _number(error.status), _number(error.code)
    response = error.args[1] if len(error.args) > 1 else None
    told = json_object(str(getattr(response, "text", "")).encode()) or {}
    return _number(getattr(response, "status_code", 0)) or 500, _number(told.get("code"))


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
