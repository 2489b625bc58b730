"""`./izwi bench`."""

from __future__ import annotations

import click


@click.group()
def bench() -> None:
    """Measure, as ratios in one run."""
