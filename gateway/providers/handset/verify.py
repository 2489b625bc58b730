"""Is it our handset? `X-Signature` is the hex HMAC-SHA256, under the signing key, of the raw body followed by `X-Timestamp`.

https://docs.sms-gate.app/features/webhooks, seen 2026-11.
"""

from __future__ import annotations

import hashlib
import hmac

from gateway.providers.contract import WebhookRequest
from gateway.providers.handset.config import HandsetConfig
from handlers.errors import Refused


def verify(request: WebhookRequest, config: HandsetConfig) -> None:
    """Return if the signature is right, and its time where the clock is trusted; raise `Refused` otherwise, and nothing else."""
    signature, timestamp = request.headers.get("x-signature", ""), request.headers.get("x-timestamp", "")
    if not signature or not timestamp or not config.signing_key:
        raise Refused("no_signature")
    expected = hmac.new(config.signing_key.encode(), request.body + timestamp.encode("utf-8", "surrogatepass"), hashlib.sha256)
    given = signature.strip().lower().encode("utf-8", "surrogatepass")
    if not hmac.compare_digest(expected.hexdigest().encode(), given):
        raise Refused("bad_signature")
    # Where the clock is not trusted, or retries keep their first signature, the delivery key alone keeps replays out.
    if config.strict_clock and not _is_recent(timestamp, request, config):
        raise Refused("stale_signature")


def _is_recent(timestamp: str, request: WebhookRequest, config: HandsetConfig) -> bool:
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    return abs(request.received_at.timestamp() - int(timestamp)) <= config.window
