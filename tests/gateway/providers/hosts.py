"""Hosts of strangers, on this machine: each says whatever it is told to, byte by byte, and counts who came."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

CERTIFICATE = Path(__file__).parent / "certificate.pem"
PUBLIC = "198.51.101.7"  # an address of somebody on the Internet; no test reaches it

Says = Callable[["Visit"], None]


@dataclass
class Visit:
    """One request that came, and the way back to who asked."""

    request: str
    connection: socket.socket

    def say(self, data: bytes) -> None:
        self.connection.sendall(data)

    def answer(self, body: bytes = b"", status: str = "200 OK", **headers: str) -> None:
        lines = {"Content-Length": str(len(body)), "Connection": "close", **{k.replace("_", "-"): v for k, v in headers.items()}}
        self.say(
            f"HTTP/1.1 {status}\r\n".encode() + b"".join(f"{k}: {v}\r\n".encode() for k, v in lines.items()) + b"\r\n" + body
        )

    def drip(self, data: bytes, *, seconds: float) -> None:
        """Say one byte now and then, for ever."""
        for place in range(10_000):
            self.say(data[place % len(data) :][:1])
            time.sleep(seconds)


@dataclass
class Host:
    """A host that speaks HTTP (or TLS) on a port of this machine."""

    says: Says
    is_tls: bool = False
    visits: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._speak, args=(connection,), daemon=True).start()

    def _speak(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self.is_tls:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(CERTIFICATE)
                connection = context.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            request = b""
            while b"\r\n\r\n" not in request and (piece := connection.recv(4096)):
                request += piece
            self.visits.append(request.decode("latin-1"))
            self.says(Visit(request.decode("latin-1"), connection))
        connection.close()

    def close(self) -> None:
        self._listening.close()
        for connection in self._open:
            connection.close()


@contextmanager
def hosts(*all_say: Says, is_tls: bool = False) -> Iterator[list[Host]]:
    """Give hosts, and end them."""
    made = [Host(says, is_tls) for says in all_say]
    yield made
    for host in made:
        host.close()


@dataclass
class Names:
    """Stands in for the name service and the way there: names have the addresses they are given, one list after another, and what
    is connected to at a public address leads to a host here."""

    answers: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    leads_to: Host | None = None
    asked: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        found = self.answers.get(host, [[host]])
        return found.pop(0) if len(found) > 1 else found[0]

    def connect(self, addresses: Sequence[str], port: int, seconds: float | None) -> socket.socket:
        self.connected.append(addresses[0])
        if addresses[0] == "127.0.0.1":
            return socket.create_connection(("127.0.0.1", port), seconds)
        if self.leads_to is None:
            raise OSError("no way there")
        return socket.create_connection(("127.0.0.1", self.leads_to.port), seconds)
