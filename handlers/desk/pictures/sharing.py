"""Sharing: figures as they may leave the desk. No small count can be read from them, nor reckoned back from the others.

Counts below five are one band, nought among them: that somebody reported anything at all from a small place on one day can
point to them. Counts from five on are told to the nearest five, so that what is banded is no difference of two sums. Nothing is
told by day, and no kind of incident is crossed with a place or a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from handlers.desk.pictures.figures import Cell, Figure, Row, by_category, by_place, by_standing, by_time, by_waiting
from handlers.desk.pictures.looking import Looked
from handlers.triage.gazetteer import KnownPlace
from handlers.triage.lookups import Category

LEAST = 5
FEWER = f"fewer than {LEAST}"
_DRAWN_AS = 2.0  # all of a band are drawn alike


def banded(count: int) -> Cell:
    """Give a count as it may be shared."""
    if count < LEAST:
        return Cell(_DRAWN_AS, FEWER, is_banded=True)
    rounded = LEAST * round(count / LEAST)
    return Cell(float(rounded), f"about {rounded:,}")


def shared_figures(looked: Looked, categories: Mapping[str, Category], places: Mapping[str, KnownPlace]) -> tuple[Figure, ...]:
    """Give every figure of a period as it may be shared."""
    return (
        _as_shared(by_time(looked, categories, by_kind=False)),
        _without_small(_as_shared(by_category(looked, categories))),
        _as_shared(replace(by_waiting(looked), remarks=())),
        _without_small(_as_shared(by_place(looked, places))),
        _as_shared(by_standing(looked)),
    )


def _as_shared(figure: Figure) -> Figure:
    rows = tuple(replace(row, cells=tuple(banded(round(cell.drawn)) for cell in row.cells)) for row in figure.rows)
    return replace(figure, rows=rows)


def _without_small(figure: Figure) -> Figure:
    """Leave out what has only small counts: that it is named at all would tell that somebody told of it."""
    kept: tuple[Row, ...] = tuple(row for row in figure.rows if not all(cell.is_banded for cell in row.cells))
    return replace(figure, rows=kept, remarks=(f"What is not named here was told of in {FEWER} reports, or in none.",))
