"""The built-in log page: it reads the case log itself, so an entry is with it as soon as it is appended."""

from __future__ import annotations

from gateway.connectors.contract import Packet


class LogPage:
    """The focal point's own page."""

    name = "log_page"

    def forward(self, packet: Packet) -> None:
        """Do nothing: the page shows what the log holds."""
