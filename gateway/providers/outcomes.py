"""What became of a call to a provider, told from what the HTTP library raised or the server answered, in our own words.

The one question that matters is whether the text may have gone out although we were not told so.
"""

from __future__ import annotations

import logging

import requests
from urllib3.exceptions import NewConnectionError

from handlers.errors import ProviderError

SECONDS_TO_CONNECT = 3.05  # a little over a multiple of TCP's three seconds

# At DEBUG it writes every address down, and a question to a list has the number in it.
logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)


def failed_call(error: requests.RequestException) -> ProviderError:
    """Say what a call that brought no answer means. Nothing of the error is kept: its text holds addresses and numbers."""
    if isinstance(error, requests.ConnectTimeout):
        return ProviderError("timeout", permanent=False)
    if isinstance(error, requests.Timeout):
        return ProviderError("timeout", permanent=False, unknown_outcome=True)
    if isinstance(error, requests.exceptions.SSLError | requests.exceptions.ProxyError) or _never_connected(error):
        return ProviderError("provider_down", permanent=False)
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema | requests.exceptions.InvalidSchema):
        return ProviderError("config", permanent=True)
    return ProviderError("provider_down", permanent=False, unknown_outcome=True)


def refused_status(status: int) -> ProviderError:
    """Say what an HTTP status means where the provider said no more."""
    if status in (401, 403):
        # Not permanent: a new key takes minutes to work, and a rotation must not lose the texts that wait.
        return ProviderError("credentials", permanent=False)
    if status == 402:
        return ProviderError("balance", permanent=False)
    if status in (408, 504):
        return ProviderError("timeout", permanent=False, unknown_outcome=True)
    if status == 429:
        return ProviderError("throttled", permanent=False)
    if status == 503:
        return ProviderError("provider_down", permanent=False)
    if status >= 500:
        return ProviderError("provider_down", permanent=False, unknown_outcome=True)
    return ProviderError("rejected", permanent=True)


def _never_connected(error: requests.RequestException) -> bool:
    """Tell a connection that was never made from one that broke: after the latter the text may be on its way."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)
