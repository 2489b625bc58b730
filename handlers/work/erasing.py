"""Erase a message at the provider, once it is safe here: what lies with a provider can be ordered from it."""

from __future__ import annotations

from handlers.errors import KeyDestroyed, NotFound
from handlers.ports import OpenUnit
from handlers.protection.keyring import Keyring
from handlers.records import Work
from handlers.work.contents import open_content
from handlers.work.sending import Clients


class Erasing:
    """Does the work of kind ERASE."""

    def __init__(self, *, writing: OpenUnit, reading: OpenUnit, keyring: Keyring, clients: Clients) -> None:
        self._writing = writing
        self._reading = reading
        self._keyring = keyring
        self._clients = clients

    def __call__(self, work: Work) -> None:
        """Erase the message of this work; what can no longer be named is left. Raises `ProviderError`."""
        try:
            with self._reading() as unit:
                content = open_content(self._keyring, unit, unit.messages.get(work.subject_id))
        except (NotFound, KeyDestroyed):
            content = {}
        client = self._clients.get(str(content.get("provider")))
        if client is not None and content.get("provider_id"):
            client().erase(str(content["provider_id"]))
        with self._writing() as unit:
            unit.work.remove(id=work.id)
            unit.commit()
