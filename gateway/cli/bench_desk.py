"""`./izwi bench desk`: how long the desk keeps a coordinator waiting, on a full desk and on an empty one."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.bench_engines import FOLDER, each_engine

if TYPE_CHECKING:
    from bench.desk import Measured


@click.command()
@click.option("--reports", "opened", type=click.IntRange(1), default=1000, show_default=True, help="Open reports.")
@click.option("--closed", type=click.IntRange(0), default=10_000, show_default=True, help="Closed reports; 4 kB each on disk.")
@click.option("--engine", type=click.Choice(["sqlite", "postgresql", "both"]), default="both", show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, show_default=True, help="Where to measure.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def desk(opened: int, closed: int, engine: str, folder: Path, as_json: bool) -> None:
    """Measure the inbox, a report and a search on a desk of made-up reports, beside an empty desk.

    \b
    Example: ./izwi bench desk --reports 10000 --closed 1000000 --engine sqlite
    """
    from bench import desk as bench  # the bench is no part of what runs

    measured = list(_measured(opened, closed, engine, folder))
    if as_json:
        told = [{"engine": one.engine, "open": opened, "closed": closed, "measured": one.values()} for one in measured]
        click.echo(json.dumps({"desk": told}, indent=2))
    else:
        click.echo("\n\n".join(bench.table(one) for one in measured))


def _measured(opened: int, closed: int, engine: str, folder: Path) -> Iterator[Measured]:
    from bench.desk import measure

    for name, found, _ in each_engine(engine, folder):
        with click.progressbar(length=opened + closed + 1, label=name, file=sys.stderr) as bar:
            urls = found.izwi_url, found.plain_url
            yield measure(name, urls, opened=opened, closed=closed, tick=partial(bar.update))
