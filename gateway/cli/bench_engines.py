"""The database engines that a bench measures on, one after the other, in a folder of its own that is gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bench.engines import Engines

FOLDER = Path("/var/tmp")  # noqa: S108  # on a disk where /tmp may be in memory; a folder of our own is made in it


def each_engine(engine: str, folder: Path) -> Iterator[tuple[str, Engines, Path]]:
    """Give the engines that are asked for (`both`: each that can be started here) with their names, and the place to measure at.

    Raises `click.ClickException` for a folder that cannot be written, `BenchProblem` where the one engine cannot be started.
    """
    from bench import engines  # the bench is no part of what runs
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
                yield name, found, place
    finally:
        shutil.rmtree(place, ignore_errors=True)
