"""The load, in a process of its own: `python -m bench.load`. Orders come in on stdin and results leave on stdout, a line each.

`{"make": N, "seed": S}` signs N new requests; `{"run": SECONDS, "port": P, "clients": C}` posts them, each client on one
connection that is kept open, the next request as soon as the last is answered. A second run posts the same requests again, to
another app.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.texts import requests
from config.process import die_with_parent

_MOST_SECONDS = 30  # without an answer


@dataclass(slots=True)
class Run:
    """What one run saw."""

    latencies: list[int] = field(default_factory=list)  # microseconds, of answers 2xx
    refused: int = 0
    seconds: float = 0.0


async def run(port: int, clients: int, seconds: float, texts: list[bytes]) -> Run:
    """Post for so many seconds, or until there is nothing more to post. Every request that was begun is finished and counted."""
    seen = Run()
    connections = [await asyncio.open_connection("127.0.0.1", port) for _ in range(clients)]
    waiting = iter(texts)
    began = time.perf_counter()
    try:
        await asyncio.gather(*(_post(*connection, waiting, began + seconds, seen) for connection in connections))
        seen.seconds = time.perf_counter() - began
    finally:
        for _, writer in connections:
            writer.close()
    return seen


async def _post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, waiting: Iterator[bytes], end: float, seen: Run
) -> None:
    while (now := time.perf_counter()) < end:
        text = next(waiting, None)
        if text is None:
            return
        writer.write(text)
        status = await asyncio.wait_for(_status(reader), _MOST_SECONDS)
        if 200 <= status < 300:
            seen.latencies.append(round((time.perf_counter() - now) * 1e6))
        else:
            seen.refused += 1


async def _status(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end; give its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines if line)
    await reader.readexactly(int(headers["content-length"]))
    return int(status.split(" ", 2)[1])


def main() -> int:
    """Do what each line says, until there are no more."""
    die_with_parent(os.getppid())
    gc.disable()
    source: Iterator[bytes] = iter(())
    texts: list[bytes] = []
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        if "seed" in order:
            source = requests(order["seed"])
        if "make" in order:
            texts = list(itertools.islice(source, order["make"]))
            answer: dict[str, object] = {"made": len(texts)}
        else:
            seen = asyncio.run(run(order["port"], order["clients"], order["run"], texts))
            answer = {"latencies": seen.latencies, "refused": seen.refused, "seconds": seen.seconds}
        print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
