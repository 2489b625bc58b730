"""A signed webhook after the Standard Webhooks conventions (github.com/standard-webhooks, seen 2026-11), by their library."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests
from standardwebhooks import Webhook as Signer
from standardwebhooks.webhooks import EmptyWebhookSecretError

from gateway.connectors.contract import Packet
from handlers.errors import RecipientError

EVENT = "case_log.entry"
TIMEOUT = (5.0, 15.0)  # seconds to connect, and between two pieces of the answer
_TRY_AGAIN = (408, 425, 429)


class Webhook:
    """Posts each packet, signed. The id stays the same over retries, by which the recipient knows a packet again."""

    name = "webhook"

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        """Take the recipient's address and `whsec_...` secret; raise `ValueError` with a sentence if one cannot be used."""
        if not _is_private(url):
            raise ValueError("the webhook's address must begin with https:// (http:// only to this machine)")
        try:
            self._signer = Signer(secret)
        except (ValueError, EmptyWebhookSecretError):
            raise ValueError("the webhook's secret must be base64, as in whsec_...") from None
        self._url, self._clock, self._timeout = url, clock, timeout

    def forward(self, packet: Packet) -> None:
        """Post the packet; anything but a 2xx answer is a `RecipientError`. Redirects are not followed."""
        body = _body(packet)
        now = self._clock()
        headers = {
            "content-type": "application/json",
            "user-agent": "izwi",
            "webhook-id": packet.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(packet.id, now, body),
        }
        try:
            with requests.post(
                self._url,
                data=body.encode(),
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,  # the answer's body is never read
                auth=_as_it_is,
            ) as answer:
                status = answer.status_code
        except requests.RequestException as error:
            # Without its cause: the library's error holds the address, which may hold a secret.
            raise RecipientError(_reason(error), permanent=False) from None
        if not 200 <= status < 300:
            raise RecipientError(f"http_{status}", permanent=400 <= status < 500 and status not in _TRY_AGAIN)


def _body(packet: Packet) -> str:
    """Write the body; the same each time, so that it can be compared."""
    event = {"type": EVENT, "timestamp": packet.content["logged_on"], "data": packet.as_fields()}
    return json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "timeout"
    if isinstance(error, requests.exceptions.SSLError):
        return "certificate"
    return "unreachable"


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep requests from adding credentials that it found in the operator's .netrc."""
    return request


def _is_private(url: str) -> bool:
    """Say whether nobody on the way can read what is posted there."""
    try:
        parts = urlsplit(url)
        if parts.scheme == "https":
            return bool(parts.hostname)
        return parts.scheme == "http" and (
            parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
        )
    except ValueError:
        return False
