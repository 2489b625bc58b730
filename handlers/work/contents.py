"""Open what a message holds, with the gateway's keys."""

from __future__ import annotations

from typing import Any

from handlers.ports import UnitOfWork
from handlers.protection.keyring import Keyring
from handlers.protection.sealing import Place, open_json
from handlers.records import Message


def open_content(keyring: Keyring, unit: UnitOfWork, message: Message) -> dict[str, Any]:
    """Open a message's content; raise `KeyDestroyed` once its period is closed to the gateway."""
    place = Place("messages", "content", message.id, message.period)
    content: dict[str, Any] = open_json(keyring.key_in(unit, message.period), message.content, place)
    return content
