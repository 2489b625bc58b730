"""`./izwi bench voice`: how well the disguise hides a voice, how well it is understood, what it costs."""

from __future__ import annotations

import json
import os
import sys

import click


@click.command()
@click.option("--quick", is_flag=True, help="Fewer people and minutes: a minute instead of ten, and figures that vary more.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def voice(quick: bool, as_json: bool) -> None:
    """Measure the disguise of voices, beside doing nothing and beside the usual disguises.

    All speech is made here: by espeak-ng where it is installed, else by simple formants. Exit code 1 if, in a full run with
    espeak-ng, the disguise hides less than it should, or the judge is broken.

    \b
    Example: ./izwi bench voice --quick
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # per core is what is asked
    from bench.voice import report, run  # the bench is no part of what runs, and numpy of no other command

    with click.progressbar(length=run.steps(quick=quick), label="voice", file=sys.stderr) as bar:
        measured = run.run(quick=quick, tick=lambda: bar.update(1))
    click.echo(json.dumps(report.values(measured), indent=2) if as_json else report.table(measured))
    faults = run.faults(measured)
    for fault in faults:
        click.echo(f"izwi: {fault}.", err=True)
    raise click.exceptions.Exit(1 if faults and not quick and measured.speech == "espeak-ng" else 0)
