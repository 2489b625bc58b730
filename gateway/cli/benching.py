"""`./izwi bench` measures Izwi beside a plain app that seals nothing, as ratios in one run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.bench_across import across
from gateway.cli.bench_desk import desk
from gateway.cli.bench_engines import FOLDER, each_engine
from gateway.cli.bench_triage import triage
from gateway.cli.bench_voice import voice

if TYPE_CHECKING:
    from bench.accept import Comparison


@click.group()
def bench() -> None:
    """Measure, as ratios in one run."""


bench.add_command(triage)
bench.add_command(across)
bench.add_command(voice)
bench.add_command(desk)


@bench.command()
@click.option("--seconds", type=click.FloatRange(0.2, 600), default=10.0, show_default=True, help="For each app on each engine.")
@click.option("--clients", type=click.IntRange(1, 256), default=8, show_default=True, help="Connections that post at once.")
@click.option("--engine", type=click.Choice(["sqlite", "postgresql", "both"]), default="both", show_default=True)
@click.option(
    "--folder", type=click.Path(path_type=Path), default=FOLDER, show_default=True, help="Where to measure: its disk counts."
)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def accept(seconds: float, clients: int, engine: str, folder: Path, as_json: bool) -> None:
    """Compare how fast texts are taken in for good: Izwi, and a plain app that seals nothing.

    Both commit to disk before they answer. Exit code 1 if an answer was not 2xx, or a text is not there once.

    \b
    Example: ./izwi bench accept --seconds 20
    """
    from bench import report  # the bench is no part of what runs

    comparisons = list(_comparisons(seconds, clients, engine, folder))
    if as_json:
        click.echo(json.dumps({"accept": [report.values(one) for one in comparisons]}, indent=2))
    else:
        click.echo(report.table(comparisons))
    raise click.exceptions.Exit(1 if any(one.faults() for one in comparisons) else 0)


def _comparisons(seconds: float, clients: int, engine: str, folder: Path) -> Iterator[Comparison]:
    from bench.accept import compare, rounds_in

    for name, found, place in each_engine(engine, folder):
        with click.progressbar(length=rounds_in(seconds), label=name, file=sys.stderr) as bar:
            yield compare(found, place / name, seconds=seconds, clients=clients, tick=partial(bar.update, 1))
