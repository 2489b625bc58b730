"""What is to be known of one account at Africa's Talking."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class AfricasTalkingConfig:
    """One account. `webhook_secrets` are two during a rotation; `sources` the only networks that callbacks may come from, empty
    for any; `default_sender` a short code or sender name of ours, None for the account's own; `api_base` another address for the
    API, `voice_api_base` for that of voice; `recording_hosts` what the names of hosts with recordings end in, `media_bases`
    further addresses that they may be fetched from."""

    username: str
    api_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    sources: tuple[IPv4Network | IPv6Network, ...] = ()
    default_sender: str | None = None
    api_base: str | None = None
    media_bases: tuple[str, ...] = ()
    voice_api_base: str | None = None
    recording_hosts: tuple[str, ...] = (".at-internal.com", ".africastalking.com")
    timeout: float = 10.0
