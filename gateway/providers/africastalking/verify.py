"""Is it Africa's Talking? It signs nothing and publishes no list of addresses (its documents and SDKs, seen 2026-11), so this
proves less than a signature: that the caller knows the secret of the path, and comes from where the operator has seen it come
from."""

from __future__ import annotations

from hmac import compare_digest
from ipaddress import IPv6Address, ip_address

from gateway.providers.africastalking.config import AfricasTalkingConfig
from gateway.providers.contract import WebhookRequest
from handlers.errors import Refused


def verify(request: WebhookRequest, config: AfricasTalkingConfig) -> None:
    """Return if the secret is right and the source allowed; raise `Refused` otherwise, and nothing else."""
    given = (request.secret or "").encode("utf-8", "surrogatepass")
    # Every secret is compared, in constant time, so that the time taken tells nothing of any.
    matches = [compare_digest(given, secret.encode()) for secret in config.webhook_secrets if secret]
    if not any(matches):
        raise Refused("wrong_secret")
    if config.sources and not _is_allowed(request.remote, config):
        raise Refused("wrong_source")


def _is_allowed(remote: str | None, config: AfricasTalkingConfig) -> bool:
    try:
        address = ip_address(remote or "")
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped  # what a socket for both families says of an IPv4 peer
    return any(address in network for network in config.sources)
