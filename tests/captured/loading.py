"""Read a captured request as the web layer would hand it to a provider.

The files are raw HTTP as a provider sends it; only numbers, ids and secrets were exchanged for made-up ones.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from gateway.providers.contract import WebhookRequest

PUBLIC_URL = "https://tips.example.org"
FOLDER = Path(__file__).parent


def captured(provider: str, name: str) -> WebhookRequest:
    """Give one captured request."""
    return read_request((FOLDER / provider / f"{name}.http").read_bytes())


def all_captured() -> list[tuple[str, str]]:
    """Name every captured request: its provider and its name."""
    return sorted((path.parent.name, path.stem) for path in FOLDER.glob("*/*.http"))


def read_request(raw: bytes) -> WebhookRequest:
    """Read raw HTTP."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return as_request(method=method, target=target, headers=headers, body=body)


def as_request(*, method: str, target: str, headers: dict[str, str], body: bytes) -> WebhookRequest:
    """Make the request that these parts are; the moment is that of the signature where it names one."""
    provider, door = urlsplit(target).path.removeprefix("/webhooks/").split("/", 1)
    secret = None
    if provider == "africastalking":
        secret, door = door.split("/", 1)
    form: dict[str, tuple[str, ...]] = {}
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace"):
            form[name] = (*form.get(name, ()), value)
    stamp = headers.get("x-timestamp", "")
    return WebhookRequest(
        door=door,
        method=method,
        url=PUBLIC_URL + target,
        headers=headers,
        form=form,
        body=body,
        received_at=datetime.fromtimestamp(int(stamp), UTC) if stamp.isdigit() else datetime(2026, 11, 23, 7, tzinfo=UTC),
        secret=secret,
        remote="192.0.2.7",
    )
