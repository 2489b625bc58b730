"""The sockets of the web process, opened by its parent: while the web process is away, callers wait instead of being refused."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from contextlib import ExitStack

from config.settings import Address
from handlers.errors import IzwiError

_BACKLOG = 2048


class CannotListen(IzwiError):
    """An address cannot be listened on. The text is a sentence for the operator."""


def open_listeners(addresses: Sequence[tuple[str, Address]]) -> list[socket.socket]:
    """Open one socket for each (name of the setting, address); raise `CannotListen` and leave none open if one cannot be had."""
    with ExitStack() as opened:
        listeners = [opened.enter_context(_listener(setting, address)) for setting, address in addresses]
        opened.pop_all()
    return listeners


def _listener(setting: str, address: Address) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in address.host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address.host, address.port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotListen(_why(setting, address, error)) from None
    return listener


def _why(setting: str, address: Address, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {address.port} of {address.host} is in use: stop what uses it, or set {setting} to another."
        case errno.EACCES:
            return f"This user may not listen on port {address.port}: set {setting} to one above 1023."
        case _:
            return (
                f"{address.host} is no address of this machine: set {setting} to one that is, such as 127.0.0.1:{address.port}."
            )
