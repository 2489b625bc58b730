"""Place calls at Africa's Talking. https://developers.africastalking.com/docs/voice/call_placement, seen 2026-11.

Its SDK's voice class takes no `clientRequestId`, by which a call is known when its first callback is quicker than the answer to
our request: this is one small request beside the SDK. Nothing tells afterwards whether a call was placed whose request was not
answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import requests

from gateway.providers.africastalking.config import AfricasTalkingConfig
from gateway.providers.outcomes import SECONDS_TO_CONNECT, failed_call, refused_status
from gateway.providers.reading import json_object, text_of
from handlers.errors import ProviderError
from handlers.outgoing import OutgoingCall, Sent

_BASE = "https://voice.africastalking.com"
_SANDBOX = "https://voice.sandbox.africastalking.com"
# status of an entry, or errorMessage -> (reason, trying again is useless)
_STATUSES: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {
        "invalidphonenumber": ("bad_number", True),
        "destinationnotsupported": ("config", True),
        "insufficientcredit": ("balance", False),
        "invalidcallerid": ("config", True),
        "invalid callerid": ("config", True),
    }
)


def call(config: AfricasTalkingConfig, outgoing: OutgoingCall) -> Sent:
    """Place a call. It asks the address of the line's own settings what to say: none can be given with a call."""
    base = config.voice_api_base or (_SANDBOX if config.username == "sandbox" else _BASE)
    form = {
        "username": config.username,
        "from": outgoing.sender,
        "to": outgoing.recipient,
        "clientRequestId": outgoing.id,
    }
    try:
        response = requests.post(
            f"{base.rstrip('/')}/call",
            data=form,
            headers={"apiKey": config.api_key, "Accept": "application/json"},
            timeout=(SECONDS_TO_CONNECT, config.timeout),
            allow_redirects=False,
        )
    except requests.RequestException as error:
        failure = failed_call(error)
    else:
        if 200 <= response.status_code < 300:
            return _queued(response.content)
        failure = refused_status(response.status_code)
    raise failure


def _queued(body: bytes) -> Sent:
    """Judge by the one entry's status: an answer 200 can mean that nobody is rung. `None` is a text there."""
    found = json_object(body)
    if found is None:
        raise ProviderError("rejected", permanent=False, unknown_outcome=True)
    entries = found.get("entries")
    entry = entries[0] if isinstance(entries, list) and entries and isinstance(entries[0], dict) else {}
    status, provider_id = text_of(entry, "status").casefold(), text_of(entry, "sessionId")
    if status == "queued" and provider_id not in ("", "None"):
        return Sent(provider_id=provider_id)
    if status == "queued":
        raise ProviderError("rejected", permanent=True, unknown_outcome=True)  # it rings, under no name
    reason, permanent = _STATUSES.get(status or text_of(found, "errorMessage").casefold(), ("rejected", True))
    raise ProviderError(reason, permanent=permanent)
