"""`./izwi bench desk`: how long the desk keeps a coordinator waiting, on a full desk and on an empty one."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bench.desk import Measured

_FOLDER = Path("/var/tmp")  # noqa: S108  # on a disk where /tmp may be in memory; a folder of our own is made in it


@click.command()
@click.option("--reports", "opened", type=click.IntRange(1), default=1000, show_default=True, help="Open reports.")
@click.option("--closed", type=click.IntRange(0), default=10_000, show_default=True, help="Closed reports; 4 kB each on disk.")
@click.option("--engine", type=click.Choice(["sqlite", "postgresql", "both"]), default="both", show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), default=_FOLDER, show_default=True, help="Where to measure.")
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
    from bench import engines
    from bench.desk import measure
    from bench.problem import BenchProblem

    try:
        place = Path(tempfile.mkdtemp(prefix="izwi-bench-", dir=folder))
    except OSError:
        raise click.ClickException(f"{folder} is no folder that can be written: give --folder one that is.") from None
    try:
        for name in ("sqlite", "postgresql") if engine == "both" else (engine,):
            with ExitStack() as stack:
                try:
                    found = engines.sqlite(place) if name == "sqlite" else stack.enter_context(engines.postgresql(place))
                except BenchProblem as problem:
                    if engine != "both":
                        raise
                    click.echo(f"izwi: {problem}", err=True)
                    continue
                bar = stack.enter_context(click.progressbar(length=opened + closed + 1, label=name, file=sys.stderr))
                urls = found.izwi_url, found.plain_url
                yield measure(name, urls, opened=opened, closed=closed, tick=partial(bar.update))
    finally:
        shutil.rmtree(place, ignore_errors=True)
