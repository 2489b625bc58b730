"""Connections that lead where they were meant to: to an address that was looked at before, and not for longer than is allowed."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[[Sequence[str], int, float | None], socket.socket]
_Open = Callable[[int, float | None], socket.socket]
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# What the library does not count among private addresses, or not in every version: "this network", protocol assignments, the
# relays of 6to4, Azure's own wire server, IPv4 written as IPv6 the old way, Teredo, site-local.
_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in ("0.0.0.0/8", "192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "::/96", "2001::/32", "fec0::/10")
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def resolve(host: str, port: int) -> Sequence[str]:
    """Give the addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(text: str) -> bool:
    """Say whether an address belongs to somebody on the Internet: not to this machine, its network, or its host's."""
    try:
        address: _Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    is_never = any(address in network for network in _NEVER)
    return address.is_global and not (is_never or address.is_multicast or address.is_reserved)


def open_socket(addresses: Sequence[str], port: int, seconds: float | None) -> socket.socket:
    """Connect to the first of these addresses that answers."""
    failure: OSError = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), seconds)
        except OSError as error:
            failure = error
    raise failure


class Lifeline:
    """Holds the sockets of one errand, to cut all of them when its time is over. A timeout of a socket ends only a wait for the
    next byte: whoever sends one now and then would keep us for ever."""

    def __init__(self) -> None:
        self.is_cut = False
        self._held: list[socket.socket] = []

    def hold(self, opened: socket.socket) -> socket.socket:
        """Take hold of a socket, by a second handle: TLS takes the first one over."""
        self._held.append(opened.dup())
        if self.is_cut:
            self.cut()
        return opened

    def cut(self) -> None:
        """End what is going on."""
        self.is_cut = True
        for held in tuple(self._held):
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        """Close the handles."""
        for held in self._held:
            held.close()


class _Pinned(HTTPConnection):
    """A connection whose name is what the other side is to prove, and whose socket is opened for it. Replacing `_new_conn` is how
    urllib3's own SOCKS connections do it."""

    def __init__(self, *args: Any, opens: _Open, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._opens = opens

    def _new_conn(self) -> socket.socket:
        seconds = self.timeout if isinstance(self.timeout, int | float) else None
        try:
            return self._opens(self.port or self.default_port, seconds)
        except TimeoutError:
            raise ConnectTimeoutError(self, "too slow") from None
        except OSError:
            raise NewConnectionError(self, "not reached") from None


class _PinnedTls(_Pinned, HTTPSConnection):
    """The same with TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Pinned


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _PinnedTls


class PinnedAdapter(HTTPAdapter):
    """Carries requests over sockets that are opened by `opens`, each on a connection of its own."""

    def __init__(self, opens: _Open) -> None:
        super().__init__(max_retries=0)
        self._opens = opens

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: Any = None,
    ) -> Any:
        """Give a pool of one pinned connection."""
        parts = urlsplit(str(request.url))
        kind = _TlsPool if parts.scheme == "https" else _Pool
        return kind(parts.hostname or "", parts.port, opens=self._opens)
