"""Which connectors there are, and how they come out of what the operator wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.connectors.contract import Connector, Packet
from gateway.connectors.folder import Folder
from gateway.connectors.log_page import LogPage
from gateway.connectors.webhook import Webhook


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """Where entries go, besides the built-in log page."""

    webhook_url: str | None = field(default=None, repr=False)
    webhook_secret: str | None = field(default=None, repr=False)
    folder: Path | None = field(default=None, repr=False)


def build(recipients: Recipients) -> tuple[Connector, ...]:
    """Make the connectors; raise `ValueError` with a sentence for an address or secret that cannot be used."""
    connectors: list[Connector] = [LogPage()]
    if recipients.webhook_url is not None:
        if recipients.webhook_secret is None:
            raise ValueError("the webhook has an address and no secret to sign with")
        connectors.append(Webhook(recipients.webhook_url, recipients.webhook_secret))
    if recipients.folder is not None:
        connectors.append(Folder(recipients.folder))
    return tuple(connectors)


def forwarders(connectors: Iterable[Connector]) -> dict[str, Callable[[Mapping[str, Any]], None]]:
    """Give for each connector, by name, what takes a packet in plain JSON values."""
    return {connector.name: _forwarder(connector) for connector in connectors}


def _forwarder(connector: Connector) -> Callable[[Mapping[str, Any]], None]:
    def forward(packet: Mapping[str, Any]) -> None:
        connector.forward(Packet.from_fields(packet))

    return forward
