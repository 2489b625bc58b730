"""How many texts a second are taken in for good, and how long a provider waits: Izwi beside the plain app, in one run.

The rounds are short and alternate, and who goes first alternates too, so that whatever else the machine does falls on both alike.
Both get the same requests, byte for byte.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import apps
from bench.apps import Server
from bench.engines import Engines, durability
from bench.machine import cpu_seconds, sync_times
from bench.plain_app import open_engine
from bench.problem import BenchProblem
from config.settings import load_settings
from gateway.children import child_env

_FIRST_RATE = 3000  # more than any app here takes in a second; then what was seen decides
_WARM_UP_SECONDS = 0.5


@dataclass(slots=True)
class Side:
    """What one app did over all its rounds. The warm-up counts among `answered`, and nowhere else."""

    app: str
    rates: list[float] = field(default_factory=list)
    latencies: list[int] = field(default_factory=list)
    cpu: float | None = 0.0
    answered: int = 0
    refused: int = 0
    stored: int = 0
    queued: int = 0

    @property
    def rate(self) -> float:
        """Answers 2xx a second, in the middle round."""
        return statistics.median(self.rates)

    def latency_ms(self, share: float) -> float:
        """Give the milliseconds within which that share of the answers came."""
        ordered = sorted(self.latencies)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)] / 1000

    @property
    def cpu_ms(self) -> float | None:
        """Milliseconds of processor time a request; None where the machine does not tell."""
        return None if self.cpu is None else 1000 * self.cpu / len(self.latencies)


@dataclass(slots=True)
class Comparison:
    """Both apps on one engine."""

    engine: str
    durability: str
    processes: int
    threads: int
    clients: int
    sides: tuple[Side, Side]
    syncs_ms: list[float]
    hand_over_cpu_ms: float = 0.0

    @property
    def ratios(self) -> list[float]:
        """Izwi's rate over the plain app's, round by round."""
        izwi, plain = self.sides
        return [ours / theirs for ours, theirs in zip(izwi.rates, plain.rates, strict=True)]

    def faults(self) -> list[str]:
        """Say what makes the figures worthless: an answer that was not 2xx, a text kept not at all or twice."""
        told = []
        for side in self.sides:
            if side.refused:
                told.append(f"{self.engine}, {side.app}: {side.refused} answers were not 2xx.")
            if side.stored != side.answered:
                told.append(f"{self.engine}, {side.app}: {side.answered} answers 2xx, but {side.stored} rows.")
            if side.queued != side.answered:
                told.append(f"{self.engine}, {side.app}: {side.answered} answers 2xx, but {side.queued} jobs queued.")
        return told


class Load:
    """The process that posts."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def make(self, count: int, **seed: int) -> None:
        """Sign so many new requests."""
        self._order(make=count, **seed)

    def post(self, server: Server, clients: int, seconds: float) -> dict[str, Any]:
        """Post them for so long; give what was seen."""
        return self._order(run=seconds, port=server.port, clients=clients)

    def _order(self, **order: object) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise BenchProblem("The load has no pipes.")
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise BenchProblem("The load broke off: an app closed a connection, or did not answer for 30 s.")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def _load() -> Iterator[Load]:
    command = [sys.executable, "-m", "bench.load"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=child_env(os.environ)
    ) as process:
        try:
            yield Load(process)
        finally:
            process.kill()


def compare(engines: Engines, folder: Path, *, seconds: float, clients: int, tick: Callable[[], object]) -> Comparison:
    """Measure both apps on one engine for so many seconds each; `tick` is called after each pair of rounds."""
    folder.mkdir(mode=0o700)
    with apps.private_redis(folder) as redis_url, _load() as load:
        izwi_redis, plain_redis = f"{redis_url}?db=0", f"{redis_url}?db=1"
        env = apps.izwi_env(engines, folder, izwi_redis)
        with apps.izwi(env) as izwi, apps.plain(engines, env, plain_redis) as plain:
            compared = _compared(engines, (Side("izwi"), Side("plain")), clients)
            _measure(compared, (izwi, plain), load, folder=folder, seconds=seconds, tick=tick)
        ours, theirs = compared.sides
        ours.stored, handed = apps.count_izwi(load_settings(env), izwi_redis)
        theirs.stored, theirs.queued = apps.count_plain(engines, plain_redis)
    ours.queued = handed.jobs
    compared.hand_over_cpu_ms = 1000 * handed.cpu_seconds / max(handed.jobs, 1)
    return compared


def rounds_in(seconds: float) -> int:
    """Say into how many rounds of about a second the time of each app is cut; two at least, so that each goes first once."""
    return max(2, math.ceil(seconds))


def _compared(engines: Engines, sides: tuple[Side, Side], clients: int) -> Comparison:
    engine = open_engine(engines.plain_url)
    told = durability(engine)
    engine.dispose()
    return Comparison(engines.name, told, engines.processes, apps.THREADS, clients, sides, [])


def _measure(
    compared: Comparison,
    servers: tuple[Server, Server],
    load: Load,
    *,
    folder: Path,
    seconds: float,
    tick: Callable[[], object],
) -> None:
    rounds = rounds_in(seconds)
    pairs = list(zip(compared.sides, servers, strict=True))
    load.make(math.ceil(_FIRST_RATE * _WARM_UP_SECONDS), seed=1)
    fastest = 0.0
    for side, server in pairs:
        seen = load.post(server, compared.clients, _WARM_UP_SECONDS)
        _note(side, seen)
        fastest = max(fastest, len(seen["latencies"]) / seen["seconds"])
    for number in range(rounds):
        compared.syncs_ms += sync_times(folder, 40)
        load.make(math.ceil(1.5 * max(fastest, 100) * seconds / rounds))
        for side, server in _in_turn(pairs, number):
            _round(side, server, load, clients=compared.clients, seconds=seconds / rounds)
            fastest = max(fastest, side.rates[-1])
        tick()


def _in_turn(pairs: Sequence[tuple[Side, Server]], number: int) -> Sequence[tuple[Side, Server]]:
    return pairs if number % 2 == 0 else pairs[::-1]


def _round(side: Side, server: Server, load: Load, *, clients: int, seconds: float) -> None:
    before = cpu_seconds(server.pid)
    seen = load.post(server, clients, seconds)
    after = cpu_seconds(server.pid)
    _note(side, seen)
    side.latencies += seen["latencies"]
    side.rates.append(len(seen["latencies"]) / seen["seconds"])
    side.cpu = None if before is None or after is None or side.cpu is None else side.cpu + after - before


def _note(side: Side, seen: dict[str, Any]) -> None:
    side.answered += len(seen["latencies"])
    side.refused += seen["refused"]
    if not seen["latencies"]:
        raise BenchProblem(f"{side.app} answered no request with 2xx.")
