"""Is it Twilio? The signature by the SDK's validator, then what the signature cannot tell.

The signature runs over names and values without separators, so that a captured request can be cut into other fields under the
same signature: hence our account, a well-formed id, and both ends must be there.
https://www.twilio.com/docs/usage/webhooks/webhooks-security, seen 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hmac import compare_digest
from urllib.parse import urldefrag

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from gateway.providers.contract import WebhookRequest
from gateway.providers.reading import fields_of
from gateway.providers.twilio.config import TwilioConfig
from handlers.errors import Refused

_MESSAGE_ID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}\Z")
_CALL_ID = re.compile(r"CA[0-9a-fA-F]{32}\Z")


def verify(request: WebhookRequest, config: TwilioConfig) -> None:
    """Return if the request is Twilio's and about our account; raise `Refused` otherwise, and nothing else."""
    signature = request.headers.get("x-twilio-signature", "")
    if not signature:
        raise Refused("no_signature")
    # Every token is tried, so that the time taken does not tell which one of a rotation is in use.
    matches = [_is_signed(request, signature, token) for token in config.auth_tokens]
    if not any(matches):
        raise Refused("bad_signature")
    _check_fields(request.door, fields_of(request), config)


def _is_signed(request: WebhookRequest, signature: str, token: str) -> bool:
    """Say whether the signature is right. What the SDK raises on malformed input (TypeError for a missing value, IndexError for
    bytes, ValueError for a bad port or a lone surrogate) is a request that is not Twilio's."""
    url = urldefrag(request.url).url
    pairs = [(name, value) for name, values in request.form.items() for value in values]
    try:
        params = MultiDict(pairs) if pairs else request.body.decode("utf-8")
        return bool(RequestValidator(token).validate(url, params, signature))
    except (TypeError, ValueError, LookupError, AttributeError):
        return False


def _check_fields(door: str, fields: Mapping[str, str], config: TwilioConfig) -> None:
    if not compare_digest(fields.get("AccountSid", "").encode(), config.account_sid.encode()):
        raise Refused("other_account")
    room = door.partition("/")[0]
    if room in ("message", "status"):
        if not _MESSAGE_ID.match(fields.get("MessageSid", "")):
            raise Refused("malformed_id")
        # A Messaging Service that has not chosen its number yet, and a WhatsApp sender who hides theirs, leave `From` out.
        has_from = any(name in fields for name in ("From", "ExternalUserId", "MessagingServiceSid"))
    else:
        if not _CALL_ID.match(fields.get("CallSid", "")):
            raise Refused("malformed_id")
        has_from = "From" in fields
    if room != "recording" and not (has_from and "To" in fields):  # A recording's callback names neither end.
        raise Refused("missing_fields")
