"""What `./izwi serve` runs: the private Redis, the web, the workers and the clock."""

from __future__ import annotations

import fcntl
import sys
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import redis

from config.settings import ROOT, Address, Settings
from gateway.carriage import CarriageError, PrivateRedis, check_policy, connect
from gateway.listeners import CannotListen, open_listeners
from handlers.errors import IzwiError

_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared with, not listened on
_LISTENING_STAGE = 1


class CannotStart(IzwiError):
    """Something stands in the way, and nothing was started. The text is a sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One process to keep running.

    Those of a lower `stage` are started, and ready, before those of a higher, and are stopped after them. `keep_open` are the
    open files that it inherits.
    """

    name: str
    command: Sequence[str]
    stage: int = _LISTENING_STAGE
    env: Mapping[str, str] | None = field(default=None, repr=False)
    is_ready: Callable[[], bool] | None = None
    keep_open: Sequence[int] = ()


def web_command(listeners: Sequence[int] = ()) -> list[str]:
    """Give the command line of the web process, on sockets already open if there are any."""
    return [
        *_python("gunicorn", "-c", "python:gateway.gunicorn_settings"),
        *(w for fd in listeners for w in ("-b", f"fd://{fd}")),
    ]


def child_env(env: Mapping[str, str], *, redis_url: str | None = None) -> dict[str, str]:
    """Give the environment of a child: our own modules are found wherever it is started, and no one else's in that folder."""
    kept = {name: value for name, value in env.items() if name not in ("GUNICORN_CMD_ARGS", "LISTEN_FDS", "LISTEN_PID")}
    kept |= {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}
    return kept | ({"IZWI_REDIS_URL": redis_url} if redis_url else {})


def children_for(settings: Settings, env: Mapping[str, str], *, doors: ExitStack, held: ExitStack) -> list[Child]:
    """Give the children that these settings ask for; their sockets go to `doors`, the claim on the state folder to `held`."""
    _claim(settings.state_dir, held)
    try:
        addresses = [("IZWI_BIND", settings.bind), ("IZWI_OPS_BIND", settings.ops_bind)]
        listeners = [doors.enter_context(listener).fileno() for listener in open_listeners(addresses)]
        private = _redis(settings, held)
        redis_command = private.command() if private else []
    except (CannotListen, CarriageError) as error:
        raise CannotStart(str(error)) from None
    env = child_env(env, redis_url=private.url if private else None)
    children = [Child(name="web", command=web_command(listeners), env=env, is_ready=_is_live(settings.bind), keep_open=listeners)]
    children += [
        Child(name=f"worker-{number}", command=_python("gateway.worker"), env=env) for number in range(1, settings.workers + 1)
    ]
    children.append(Child(name="voice", command=_python("gateway.worker", "voice"), env=env))
    children.append(Child(name="clock", command=_python("gateway.clock"), env=env))
    if private:
        children.append(Child(name="redis", command=redis_command, stage=0, is_ready=_pings(private.url)))
    return children


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _claim(state_dir: Path, held: ExitStack) -> None:
    """Claim the state folder for this supervisor: a second one on it would take the first one's Redis away."""
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = held.enter_context((state_dir / "serve.lock").open("w", encoding="utf-8"))
    except OSError:
        raise CannotStart(f"The state folder {state_dir} cannot be written: set IZWI_STATE_DIR to one that can.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CannotStart(f"Izwi is already running on {state_dir}: stop it, or set IZWI_STATE_DIR to another folder.") from None


def _redis(settings: Settings, held: ExitStack) -> PrivateRedis | None:
    """Check the operator's Redis, or prepare a private one."""
    if settings.redis_url:
        with connect(settings.redis_url, patient=True) as connection:
            check_policy(connection)
        return None
    private = PrivateRedis.prepare(settings.state_dir)
    held.callback(private.clear_away, settings.state_dir)
    return private


def _pings(url: str) -> Callable[[], bool]:
    def is_ready() -> bool:
        try:
            with connect(url) as connection:
                return bool(connection.ping())
        except redis.RedisError:
            return False

    return is_ready


def _is_live(address: Address) -> Callable[[], bool]:
    url = f"http://{Address(_ANYWHERE.get(address.host, address.host), address.port)}/health/live"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def is_ready() -> bool:
        try:
            with direct.open(url, timeout=0.5) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    return is_ready
