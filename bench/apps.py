"""The two apps, each behind the same gunicorn with the same settings on the same engine."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import func, select

from bench import plain_app, texts
from bench.engines import Engines, durability
from bench.problem import BenchProblem
from config.process import die_with_parent
from config.settings import Address, Settings, load_settings
from gateway import wiring
from gateway.carriage import PrivateRedis, connect
from gateway.children import child_env, web_command
from gateway.cli.founding import prepare
from gateway.clock import Sweep
from gateway.jobs import QUEUE
from gateway.listeners import open_listeners
from handlers.records import Direction
from storage.outbox import Outbox

THREADS = 8
_START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Server:
    """An app that runs."""

    name: str
    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What it cost to hand the work of every message over to RQ after the rounds, in batches as the clock does."""

    jobs: int
    cpu_seconds: float


def izwi_env(engines: Engines, folder: Path, redis_url: str) -> dict[str, str]:
    """Give the settings of the real Izwi, with the benchmark's own account and desk."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("IZWI_")},
        "IZWI_STATE_DIR": str(folder),
        "IZWI_DATABASE_URL": engines.izwi_url,
        "IZWI_REDIS_URL": redis_url,
        "IZWI_PUBLIC_URL": texts.PUBLIC_URL,
        "IZWI_DOORS": "webhooks",
        "IZWI_WEB_PROCESSES": str(engines.processes),
        "IZWI_WEB_THREADS": str(THREADS),
        "IZWI_TWILIO_ACCOUNT_SID": texts.ACCOUNT,
        "IZWI_TWILIO_AUTH_TOKEN": texts.TOKEN,
        "IZWI_LINES": f"twilio:{texts.LINE}=text",
    }


@contextmanager
def izwi(env: Mapping[str, str]) -> Iterator[Server]:
    """Run what `./izwi web` runs, against a newly founded desk."""
    settings = load_settings(env)
    prepare(settings)
    with wiring.open_house(settings) as house:
        durability(house.database.engine)
        house.people.found()
    with _served("izwi", [], env, settings.state_dir) as server:
        yield server


@contextmanager
def plain(engines: Engines, env: Mapping[str, str], redis_url: str) -> Iterator[Server]:
    """Run the plain app by the same settings of gunicorn."""
    engine = plain_app.open_engine(engines.plain_url)
    durability(engine)
    plain_app.Base.metadata.create_all(engine)
    engine.dispose()
    own = {
        plain_app.DATABASE_URL: engines.plain_url,
        plain_app.REDIS_URL: redis_url,
        plain_app.PUBLIC_URL: texts.PUBLIC_URL,
        plain_app.TOKEN: texts.TOKEN,
    }
    with _served("plain", ["bench.plain_app:create_app()"], {**env, **own}, Path(env["IZWI_STATE_DIR"])) as server:
        yield server


def count_izwi(settings: Settings, redis_url: str) -> tuple[int, HandedOver]:
    """Count the messages that Izwi kept (spooled ones are not counted: none should be), and hand their work over to RQ."""
    with wiring.open_house(settings) as house:
        with house.units[1]() as unit:
            stored = unit.messages.count(direction=Direction.IN)
        connection = connect(redis_url, patient=True)
        sweep, began = Sweep(Outbox(house.database), connection), time.process_time()
        while sweep():
            pass
        cpu_seconds = time.process_time() - began
        return stored, HandedOver(_queued(QUEUE, connection), cpu_seconds)


def count_plain(engines: Engines, redis_url: str) -> tuple[int, int]:
    """Count the messages that the plain app kept, and the jobs that it queued."""
    engine = plain_app.open_engine(engines.plain_url)
    with engine.connect() as connection:
        stored = connection.execute(select(func.count()).select_from(plain_app.Message)).scalar_one()
    engine.dispose()
    return stored, _queued(plain_app.QUEUE, connect(redis_url))


def _queued(queue: str, connection: redis.Redis) -> int:
    return Queue(queue, connection=connection, serializer=JSONSerializer).count


@contextmanager
def private_redis(folder: Path) -> Iterator[str]:
    """Run a Redis for both apps; give its URL without the number of a database."""
    server = PrivateRedis.prepare(folder)
    with _running(server.command(), os.environ, folder / "redis.log"):
        connection, deadline = connect(server.url), time.monotonic() + _START_SECONDS
        while True:
            try:
                connection.ping()
                break
            except redis.RedisError:
                if time.monotonic() > deadline:
                    raise BenchProblem("The private Redis did not start.") from None
                time.sleep(0.02)
        yield server.url.removesuffix("?db=0")
    server.clear_away(folder)


@contextmanager
def _served(name: str, app: list[str], env: Mapping[str, str], folder: Path) -> Iterator[Server]:
    listeners = open_listeners([("IZWI_BIND", Address("127.0.0.1", 0)), ("IZWI_OPS_BIND", Address("127.0.0.1", 0))])
    port, ops_port = (listener.getsockname()[1] for listener in listeners)
    fds = [listener.fileno() for listener in listeners]
    bound = {**child_env(env), "IZWI_BIND": f"127.0.0.1:{port}", "IZWI_OPS_BIND": f"127.0.0.1:{ops_port}"}
    log = folder / f"{name}.log"
    with _running([*web_command(fds), *app], bound, log, fds) as process:
        _wait_until_live(name, port, process, log)
        for listener in listeners:
            listener.close()
        yield Server(name, port, process.pid)


@contextmanager
def _running(
    command: list[str], env: Mapping[str, str], log: Path, fds: list[int] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    me = os.getpid()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(env),
            pass_fds=fds or (),
            start_new_session=True,  # its processes are told by their session, see `cpu_seconds`
            preexec_fn=lambda: die_with_parent(me),  # noqa: PLW1509  # there are no threads here
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_live(name: str, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with direct.open(f"http://127.0.0.1:{port}/health/live", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
    raise BenchProblem("\n".join([f"{name} did not start:", *said]))
