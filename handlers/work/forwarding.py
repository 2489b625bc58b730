"""Forward an entry of the case log to one recipient; each recipient has its own work, so that one that is down delays nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers.errors import RecipientError
from handlers.ports import OpenUnit
from handlers.protection.keyring import Keyring
from handlers.protection.sealing import Place, open_json
from handlers.records import Work

# Hands a packet to one recipient; raises `RecipientError` where it did not take it. The same packet may come twice and must count
# once.
Forwarder = Callable[[Mapping[str, Any]], None]


class Forwarding:
    """Does the work of kind FORWARD."""

    def __init__(self, *, writing: OpenUnit, reading: OpenUnit, keyring: Keyring, recipients: Mapping[str, Forwarder]) -> None:
        self._writing = writing
        self._reading = reading
        self._keyring = keyring
        self._recipients = recipients

    def __call__(self, work: Work) -> None:
        """Forward the packet of this work. Raises `RecipientError`."""
        with self._reading() as unit:
            held = unit.work.first(id=work.id)  # as it is now: it may have been carried to another period
            if held is None:
                return
            if held.payload is None or held.payload_period is None:
                raise RecipientError("no_packet", permanent=True)
            key = self._keyring.key_in(unit, held.payload_period)
        payload = open_json(key, held.payload, Place("work", "payload", work.id, held.payload_period))
        recipient = self._recipients.get(payload["connector"])
        if recipient is None:
            raise RecipientError("not_configured", permanent=True)
        recipient(payload["packet"])
        with self._writing() as unit:
            unit.work.remove(id=work.id)
            unit.commit()
