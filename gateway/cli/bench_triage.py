"""`./izwi bench triage`: how well triage does on labelled texts, how fast, with how much memory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from bench.triage_eval import LabelProblem, evaluate, read_labels
from config.settings import ROOT


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, without the texts.")
@click.option("--misses", default=20, show_default=True, help="How many of the worst misses to print; 0 for none.")
def triage(file: Path, as_json: bool, misses: int) -> None:
    """Score triage on FILE, lines of {"id", "text", "lang", "cat": [], "place", "urgent"}.

    A place that is one name is compared with the first suggestion, a list with all. `lang` is sn, nd, en or mixed.

    \b
    Example: ./izwi bench triage --misses 5 bench/triage/develop.jsonl
    """
    try:
        figures, missed = evaluate(read_labels(file), ROOT / "config")
    except LabelProblem as problem:
        raise _Unreadable(str(problem)) from None
    if as_json:
        click.echo(json.dumps(figures, indent=2))
        return
    for line in _lines(figures):
        click.echo(line)
    for _, name, what, text in missed[:misses]:
        click.echo(f"{name}: {what}\n    {text}")


class _Unreadable(click.ClickException):
    exit_code = 2


def _lines(figures: dict[str, Any]) -> list[str]:
    """Show the figures as lines for a person."""
    speed = figures["speed"]
    lines = [f"{figures['texts']} texts", f"language  accuracy {figures['language']['accuracy']:.3f}"]
    for gold, row in figures["language"]["confusion"].items():
        lines.append(f"    {gold:8} " + "  ".join(f"{found} {count}" for found, count in row.items()))
    for stage in ("place", "category", "urgent"):
        lines.append(f"{stage:9} {_three(figures[stage])}")
    lines += [
        f"    found by {source} {row['right'] + row['wrong']}, right {row['right']}"
        for source, row in figures["category"]["by_source"].items()
    ]
    lines += [f"    {code:8} {_three(row)}" for code, row in figures["category"]["by_category"].items()]
    lines += [f"redaction of {kind:9} {_three(row)}" for kind, row in figures["redaction"].items()]
    return [
        *lines,
        f"{speed['texts_per_second']:.0f} texts a second of processor time, {speed['texts_per_second_with_2000_recent']:.0f} "
        "with 2000 recent texts to compare",
        f"loaded in {speed['load_seconds']:.2f} s, {speed['load_memory_mb']:.0f} MB; at most {speed['peak_memory_mb']:.0f} MB",
    ]


def _three(row: dict[str, float]) -> str:
    return f"precision {row['precision']:.3f}  recall {row['recall']:.3f}  f1 {row['f1']:.3f}"
