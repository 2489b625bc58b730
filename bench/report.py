"""What was measured, as a table for people and as plain values for JSON."""

from __future__ import annotations

import statistics
from typing import Any

from bench.accept import Comparison, Side

_HEAD = f"{'engine':12}{'app':8}{'req/s':>8}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}{'to plain':>10}"


def table(comparisons: list[Comparison]) -> str:
    """Give the table, and under it what has to be known to read it."""
    lines = [_HEAD]
    for one in comparisons:
        ratios = (f"{statistics.median(one.ratios):.2f}", "1.00")
        lines += [_row(one, side, ratio) for side, ratio in zip(one.sides, ratios, strict=True)]
    lines.append("")
    for one in comparisons:
        lines += _notes(one)
    return "\n".join(lines)


def values(one: Comparison) -> dict[str, Any]:
    """Give the same as plain values."""
    return {
        "engine": one.engine,
        "durability": one.durability,
        "processes": one.processes,
        "threads": one.threads,
        "clients": one.clients,
        "rounds": len(one.ratios),
        "apps": {side.app: _side(side) for side in one.sides},
        "ratio": round(statistics.median(one.ratios), 3),
        "ratio_lowest": round(min(one.ratios), 3),
        "ratio_highest": round(max(one.ratios), 3),
        "hand_over_cpu_ms": round(one.hand_over_cpu_ms, 4),
        "fsync_p50_ms": round(statistics.median(one.syncs_ms), 3),
        "fsync_p99_ms": round(_highest(one.syncs_ms), 3),
        "faults": one.faults(),
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "requests_a_second": round(side.rate, 1),
        "p50_ms": side.latency_ms(0.5),
        "p99_ms": side.latency_ms(0.99),
        "cpu_ms": None if side.cpu_ms is None else round(side.cpu_ms, 3),
        "answered": side.answered,
        "refused": side.refused,
        "stored": side.stored,
        "queued": side.queued,
    }


def _row(one: Comparison, side: Side, ratio: str) -> str:
    cpu = "-" if side.cpu_ms is None else f"{side.cpu_ms:.2f}"
    times = f"{side.latency_ms(0.5):>9.1f}{side.latency_ms(0.99):>9.1f}"
    return f"{one.engine:12}{side.app:8}{side.rate:>8.0f}{times}{cpu:>9}{ratio:>10}"


def _notes(one: Comparison) -> list[str]:
    kept = ", ".join(f"{side.app} {side.answered} answers 2xx = {side.stored} rows" for side in one.sides if not one.faults())
    return [
        f"{one.engine}: {one.durability}; {one.clients} clients; gunicorn {one.processes} x {one.threads} threads each.",
        f"  ratio round by round: {min(one.ratios):.2f} to {max(one.ratios):.2f} over {len(one.ratios)} pairs of rounds.",
        f"  fsync of this disk meanwhile: p50 {statistics.median(one.syncs_ms):.2f} ms, p99 {_highest(one.syncs_ms):.2f} ms.",
        f"  plain queues a job within each request, Izwi's clock in batches: {one.hand_over_cpu_ms:.2f} ms CPU a message more.",
        *([f"  {kept}."] if kept else [f"  WORTHLESS: {fault}" for fault in one.faults()]),
    ]


def _highest(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[-1]
