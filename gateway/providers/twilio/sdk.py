"""Twilio's SDK as we use it: with a timeout, to another host where one is configured, silent, and with our own errors."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client as Sdk

from gateway.providers.outcomes import failed_call, refused_status
from gateway.providers.reading import json_object
from gateway.providers.twilio.codes import error_of
from gateway.providers.twilio.config import TwilioConfig
from handlers.errors import ProviderError

_GONE = 404

# The SDK logs addresses with numbers in them: nothing of it is to be heard.
_SILENT = logging.getLogger("izwi.silent.twilio")
_SILENT.disabled = True

Result = TypeVar("Result")


def new_sdk(config: TwilioConfig) -> Any:
    """Give the SDK's client for one account, with connections of its own."""
    transport = _Transport(timeout=config.timeout, api_base=config.api_base)
    # An environment of our own: TWILIO_REGION or TWILIO_EDGE of the process must not move our calls elsewhere.
    return Sdk(config.account_sid, config.auth_tokens[0], http_client=transport, environment={"": ""})


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


def unless_gone(ask: Callable[[], Result]) -> Result | None:
    """Give what the SDK gives; None where what was asked for is not there."""
    try:
        return asked(ask, gone_is_fine=True)
    except _Gone:
        return None


class _Gone(ProviderError):
    """What was to be deleted is not there."""


def asked(ask: Callable[[], Result], *, gone_is_fine: bool = False) -> Result:
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
