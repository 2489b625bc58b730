"""`./izwi bench across`: how well triage does on each author's examples with what the other authors taught."""

from __future__ import annotations

from pathlib import Path

import click

from config.settings import ROOT


@click.command()
@click.option("--keep", type=click.Path(path_type=Path, exists=True, file_okay=False), help="A folder for the weights of each.")
def across(keep: Path | None) -> None:
    """Score triage on the examples of each hand, with weights that were learned without that hand.

    Takes some minutes. No list should have been written while reading the examples: then the figures are too good.
    """
    from bench.triage_across import across_hands

    click.echo("hand      texts   kinds F1: lists, with examples   urgent recall at precision: lists, with examples")
    rows = []
    for row in across_hands(ROOT / "config", lambda sentence: click.echo(sentence, err=True), keep):
        kinds = row.kinds_by_lists.figures()["f1"], row.kinds.figures()["f1"]
        before, after = row.urgent_by_lists.figures(), row.urgent.figures()
        rows.append((*kinds, before["recall"], before["precision"], after["recall"], after["precision"]))
        click.echo(_line(row.hand, str(row.texts), rows[-1]))
    mean = tuple(sum(column) / len(rows) for column in zip(*rows, strict=True))
    click.echo(_line("mean", "", mean))


def _line(hand: str, texts: str, row: tuple[float, ...]) -> str:
    return f"{hand:9} {texts:>5}   {row[0]:.3f} {row[1]:.3f}   {row[2]:.3f} at {row[3]:.3f}, {row[4]:.3f} at {row[5]:.3f}"
