"""How long the desk keeps a coordinator waiting: the inbox, a report, a search; on a full desk, and beside an empty one.

Everything runs in this process, without a network: what is measured is the time until the page's first byte, or its last.
"""

from __future__ import annotations

import random
import re
import secrets
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bench.desk_data import LOGIN, PASSWORD, RAREST, FullDesk, fill, found
from bench.problem import BenchProblem
from config.settings import ROOT
from gateway.carriage import PrivateRedis, connect
from gateway.console import mount
from gateway.console.services import ConsoleServices, SpokenServices
from gateway.lists.editing import Editing
from gateway.lists.live import LiveLists
from gateway.lists.versions import Versions
from gateway.voice.sandbox import normalise_prompt_apart, render_apart
from handlers.pacing import Pace
from handlers.protection.monitor_keys import MonitorKeys
from handlers.reports import ReportState
from handlers.voice.terms import Limits
from storage.blobs import FolderBlobs
from storage.tables import reports

COMMON = "masoja"  # told in one report of a few
MUST_MS = {"inbox, first byte": 100.0, "report, first byte": 60.0, "search for a common word, first hit": 300.0}
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_HIT = b'<article class="hit">'
_ROUNDS = 15


@dataclass(frozen=True, slots=True)
class Measured:
    """What one engine took, in milliseconds by what was done: on the full desk and on the empty one."""

    engine: str
    opened: int
    closed: int
    full: Mapping[str, list[float]] = field(repr=False)
    empty: Mapping[str, list[float]] = field(repr=False)

    def values(self) -> dict[str, Any]:
        """Give the medians, the slowest and the ratio as plain values."""
        return {
            name: {
                "p50_ms": round(statistics.median(times), 1),
                "max_ms": round(max(times), 1),
                "empty_p50_ms": round(statistics.median(self.empty[name]), 1),
                "ratio": round(statistics.median(times) / statistics.median(self.empty[name]), 2),
                "must_ms": MUST_MS.get(name),
            }
            for name, times in self.full.items()
        }


def measure(engine: str, urls: tuple[str, str], *, opened: int, closed: int, tick: Callable[[int], object]) -> Measured:
    """Fill one desk, leave the other all but empty, and measure both."""
    taken = []
    for url, counts in zip(urls, ((opened, closed), (1, 0)), strict=True):
        desk = found(url)
        try:
            fill(desk, opened=counts[0], closed=counts[1], tick=tick)
            taken.append(measure_desk(desk))
        finally:
            desk.database.close()
    return Measured(engine, opened, closed, taken[0], taken[1])


def measure_desk(desk: FullDesk) -> dict[str, list[float]]:
    """Measure one desk, as it stands."""
    with pages(desk) as client:
        ids = _some_reports(desk, _ROUNDS)
        taken = {
            "inbox, first byte": [_first_byte(client, "/desk/") for _ in range(_ROUNDS)],
            "inbox narrowed by category, first": [_narrowed(client)],
            "inbox narrowed by category, again": [_first_byte(client, "/desk/?category=BEAT") for _ in range(_ROUNDS)],
            "inbox, is it as it was": [_first_byte(client, "/desk/pulse") for _ in range(_ROUNDS)],
            "inbox of closed reports": [_first_byte(client, "/desk/?state=closed") for _ in range(_ROUNDS)],
            "report, first byte": [_first_byte(client, f"/desk/reports/{name}") for name in ids],
        }
        for word, name in ((COMMON, "a common word"), (RAREST, "the rarest word"), (RAREST, "the rarest word again")):
            first, last = _search(client, word)
            taken |= {f"search for {name}, first hit": [first], f"search for {name}, end": [last]}
        return taken


@contextmanager
def pages(desk: FullDesk) -> Iterator[FlaskClient]:
    """Give a browser that is signed in at the pages of a desk."""
    with tempfile.TemporaryDirectory(prefix="izwi-bench-desk-") as folder, _redis(Path(folder)) as url:
        app = Flask("bench", static_folder=None)
        mount(app, _services(desk, url, Path(folder)))
        client = app.test_client()
        form = {"csrf_token": _token(client, "/sign-in"), "login": LOGIN, "password": PASSWORD}
        if client.post("/sign-in", data=form).status_code != 303:
            raise BenchProblem("The made-up coordinator could not sign in.")
        client.get("/desk/")
        yield client


def table(measured: Measured) -> str:
    """Give what was measured as a table."""
    head = f"{measured.engine}: {measured.opened:,} open and {measured.closed:,} closed reports, beside a desk with one"
    lines = [head, f"  {'':44}{'p50 ms':>10}{'max ms':>10}{'empty ms':>10}{'ratio':>8}{'must ms':>9}"]
    for name, told in measured.values().items():
        must = f"{told['must_ms']:.0f}" if told["must_ms"] else "-"
        times = f"{told['p50_ms']:>10.1f}{told['max_ms']:>10.1f}{told['empty_p50_ms']:>10.1f}"
        lines.append(f"  {name:44}{times}{told['ratio']:>8.2f}{must:>9}")
    return "\n".join(lines)


def _services(desk: FullDesk, redis_url: str, folder: Path) -> ConsoleServices:
    versions = Versions(desk.boot, desk.reading)
    return ConsoleServices(
        redis=connect(redis_url),
        redis_url=redis_url,
        writing=desk.writing,
        reading=desk.reading,
        log_writing=desk.writing,
        log_reading=desk.reading,
        keyring=desk.keyring,
        people=desk.people,
        editing=Editing(LiveLists(ROOT / "config", versions), versions, writing=desk.writing, clock=desk.clock),
        blobs=FolderBlobs(folder / "blobs"),
        renders=partial(render_apart, limits=Limits()),
        pace=Pace(),
        covered=("SEXV", "KILL", "BEAT+child"),
        cookie_key=desk.boot.derive("cookie"),
        limits_key=desk.boot.derive("limits"),
        steps_key=desk.boot.derive("second step"),
        connector_names=(),
        spoken=SpokenServices(monitor_keys=MonitorKeys(desk.boot.derive("monitors")), normalise=normalise_prompt_apart),
        clock=desk.clock,
        secure_cookies=False,
    )


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    server = PrivateRedis.prepare(folder)
    process = subprocess.Popen(server.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while not server.socket.exists():
            if time.monotonic() > deadline:
                raise BenchProblem("Redis did not come up.")
            time.sleep(0.02)
        yield server.url
    finally:
        process.terminate()
        process.wait(10)


def _some_reports(desk: FullDesk, count: int) -> list[str]:
    with desk.database.reading() as connection:
        rows = connection.execute(select(reports.c.id).where(reports.c.state == ReportState.OPEN.value).limit(1000))
        names = [str(row[0]) for row in rows]
    return random.Random(secrets.token_hex(4)).choices(names, k=count)


def _first_byte(client: FlaskClient, path: str) -> float:
    began = time.perf_counter()
    answer = client.get(path)
    next(iter(answer.response), b"")
    taken = 1000 * (time.perf_counter() - began)
    if answer.status_code != 200:
        raise BenchProblem(f"A page of the desk answered {answer.status_code}.")
    answer.close()
    return taken


def _narrowed(client: FlaskClient) -> float:
    """Narrow the inbox by what is sealed, and go on until all that waits was looked at; give the milliseconds."""
    began = time.perf_counter()
    while "were looked at so far" in client.get("/desk/?category=BEAT").text:
        continue
    return 1000 * (time.perf_counter() - began)


def _search(client: FlaskClient, word: str) -> tuple[float, float]:
    """Search; give the milliseconds to the first hit and to the end. Where there is no hit, the end counts as the first."""
    form = {"csrf_token": _token(client, "/desk/search"), "words": word}
    began, first = time.perf_counter(), 0.0
    answer = client.post("/desk/search", data=form)
    for piece in answer.response:
        if not first and _HIT in (piece if isinstance(piece, bytes) else piece.encode()):
            first = 1000 * (time.perf_counter() - began)
    last = 1000 * (time.perf_counter() - began)
    answer.close()
    return first or last, last


def _token(client: FlaskClient, path: str) -> str:
    match = _TOKEN.search(client.get(path).text)
    if match is None:
        raise BenchProblem(f"There is no form at {path}.")
    return match.group(1)
