"""What every connector fulfils. `tests/contracts/test_connectors.py` holds each of them to what is written here."""

from __future__ import annotations

from typing import Protocol

from handlers.caselog.packets import Packet

__all__ = ["Connector", "Packet"]


class Connector(Protocol):
    """One recipient of the case log."""

    @property
    def name(self) -> str:
        """Name the recipient in work rows, logs and pages: a word, never an address."""
        ...

    def forward(self, packet: Packet) -> None:
        """Hand a packet over, or raise `RecipientError`, which says whether trying again is useless.

        May be called again with a packet that was taken already: the recipient then has it once, or can tell by its id.
        """
        ...
