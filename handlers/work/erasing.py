"""Erase a message at the provider, once it is safe here: what lies with a provider can be ordered from it."""

from __future__ import annotations

import secrets
from typing import Any

from handlers.errors import KeyDestroyed, NotFound
from handlers.ports import OpenUnit, UnitOfWork
from handlers.protection.keyring import Keyring
from handlers.protection.sealing import Place, open_json
from handlers.records import Work, WorkKind
from handlers.work.contents import open_content
from handlers.work.sending import Clients

_ERASE_AFTER_SECONDS = 600


class Erasing:
    """Does the work of kind ERASE."""

    def __init__(self, *, writing: OpenUnit, reading: OpenUnit, keyring: Keyring, clients: Clients) -> None:
        self._writing = writing
        self._reading = reading
        self._keyring = keyring
        self._clients = clients

    def __call__(self, work: Work) -> None:
        """Erase the message of this work; what can no longer be named is left. Raises `ProviderError`."""
        content = self._named(work)
        client = self._clients.get(str(content.get("provider")))
        if client is not None and content.get("provider_id"):
            client().erase(str(content["provider_id"]))
        with self._writing() as unit:
            unit.work.remove(id=work.id)
            unit.commit()

    def _named(self, work: Work) -> dict[str, Any]:
        """Give the message's name at the provider, from the work itself where the message was deleted; empty if it is lost."""
        try:
            with self._reading() as unit:
                held = unit.work.first(id=work.id)  # as it is now: it may have been carried to another period
                if held is None:
                    return {}
                if held.payload is None or held.payload_period is None:
                    return open_content(self._keyring, unit, unit.messages.get(work.subject_id))
                place = Place("work", "payload", held.id, held.payload_period)
                named: dict[str, Any] = open_json(self._keyring.key_in(unit, held.payload_period), held.payload, place)
                return named
        except (NotFound, KeyDestroyed):
            return {}


def order_erasing(unit: UnitOfWork, message_id: str, *, now: float) -> None:
    """Add the work of erasing a message at its provider, a little later: a provider may still be busy with it."""
    due_at = int(now) + _ERASE_AFTER_SECONDS
    unit.work.add(Work(id=secrets.token_hex(12), kind=WorkKind.ERASE, subject_id=message_id, due_at=due_at))
