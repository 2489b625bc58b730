"""Charts, by pygal: bars over time, and bars side by side. pygal brings styles and scripts of its own, which the pages' policy
forbids; they are taken out, and the style sheet of the pages says how its classes look."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil
from xml.etree.ElementTree import Element, SubElement, tostring

import pygal
from markupsafe import Markup
from pygal.etree import etree
from pygal.style import Style

from gateway.console.languages import gettext
from handlers.desk.pictures.figures import Cell, Figure, Row
from handlers.desk.pictures.strips import Strips

MOST_BARS = 14  # of a list that is ordered by how many: the rest stands in the table
_WIDTH, _HEIGHT, _BAR = 480, 280, 26
_LETTER = 12
_MOST_LABELS = 6
_LONGEST_LABEL = 30
_SVG = "{http://www.w3.org/2000/svg}"
_STYLE = Style(label_font_size=_LETTER, major_label_font_size=_LETTER, font_family="sans-serif")
_KEPT = ("svg", "g", "rect", "path", "text", "circle")  # what is needed; styles, scripts, remarks and what they work on are not
_SHARED = {
    "style": _STYLE,
    "js": [],
    "css": [],
    "no_prefix": True,
    "show_legend": False,  # the page has one of its own, whose words are not cut off
    "truncate_label": _LONGEST_LABEL,
    "max_scale": 6,
    "margin": 8,
}
_ENDS = (("x", "width", 1), ("y", "height", 2))  # behind a bar, and half way down it
_EMPTY = ("titles", "-overlay")  # what scripts would fill
# It hangs a finder of its plug-ins among those of all modules, in a form that Python 3.11 warns of; we have no plug-ins of it.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]
etree.to_etree()  # the standard library's trees, also where lxml happens to be installed


def upright(figure: Figure) -> Markup:
    """Draw bars that stand on an axis of time, those of one step on top of each other."""
    chart = pygal.StackedBar(width=_WIDTH, height=_HEIGHT, **_common(figure), spacing=4)
    labels = [row.short or row.label for row in figure.rows]
    chart.x_labels = labels
    every = max(1, ceil(len(labels) / _MOST_LABELS))
    shown = set(range(0, len(labels), every))
    for column, head in enumerate(figure.heads):
        chart.add(head, [row.cells[column].drawn for row in figure.rows])
    drawn = chart.render_tree()
    _thin_out(drawn, shown)
    return _finished(drawn, figure, figure.rows)


def lying(figure: Figure) -> Markup:
    """Draw a bar for each row, the first on top."""
    rows = figure.rows[:MOST_BARS]
    height = 44 + _BAR * len(rows) * len(figure.heads)
    chart = pygal.HorizontalBar(width=_WIDTH, height=height, **_common(figure), spacing=2)
    most = max((cell.drawn for row in rows for cell in row.cells), default=0)
    longest = max((len(cell.text) for row in rows for cell in row.cells), default=1)
    chart.range = (0, max(4, most) * (1 + 0.03 * longest))  # with room for the count behind the longest bar
    chart.x_labels = [_short(row.label) for row in reversed(rows)]
    for column, head in enumerate(figure.heads):
        chart.add(head, [row.cells[column].drawn for row in reversed(rows)])
    return _finished(chart.render_tree(), figure, tuple(reversed(rows)), is_lying=True)


def strips(shown: Strips, *, title: str, about: str) -> Markup:
    """Draw a line through time for each incident, with a dot for each day on which reports of it came."""
    days, count = (shown.last - shown.first).days, len(shown.strips)
    chart = pygal.XY(
        width=_WIDTH,
        height=44 + _BAR * count,
        **{**_SHARED, "range": (-0.5, count - 0.5), "xrange": (0, max(1, days))},
        dots_size=5,
    )
    chart.y_labels = [{"value": count - 1 - row, "label": strip.name} for row, strip in enumerate(shown.strips)]
    marks = range(0, days + 1, max(1, ceil((days + 1) / _MOST_LABELS)))
    chart.x_labels = [{"value": mark, "label": _short_day(shown.first + timedelta(days=mark))} for mark in marks]
    for row, strip in enumerate(shown.strips):
        chart.add(strip.name, [((day - shown.first).days, count - 1 - row) for day, _ in strip.days])
    drawn = chart.render_tree()
    _strip(drawn)
    for series in _of_class(drawn, "series"):
        series.set("class", "series color-0")
    drawn.set("class", "chart strips")
    return titled(drawn, "strips", title, about)


def _short_day(day: date) -> str:
    return f"{day.day} {day:%b}"


def _common(figure: Figure) -> dict[str, object]:
    most = max((sum(cell.drawn for cell in row.cells) for row in figure.rows), default=0)
    return {
        **_SHARED,
        "value_formatter": lambda value: f"{value:g}" if float(value).is_integer() else "",
        "range": (0, max(4, most)),
    }


def _finished(drawn: Element, figure: Figure, rows: tuple[Row, ...], *, is_lying: bool = False) -> Markup:
    """Say what the picture shows, for who does not see it. Lying bars bear their counts."""
    _strip(drawn)
    for series in _of_class(drawn, "series"):
        column = next(int(name.rpartition("-")[2]) for name in series.get("class", "").split() if name.startswith("serie-"))
        for row, bar in zip(rows, list(_of_class(series, "bar")), strict=False):
            _tell(bar, row, figure, row.cells[column])
            if is_lying:
                _count(bar, row.cells[column])
            bar.set("class", "of-row")  # `bar` is a class of the pages, too
    drawn.set("class", "chart")
    return titled(drawn, figure.name, figure.title, figure.about)


def _strip(drawn: Element) -> None:
    """Take out what the policy of the pages forbids, and what only scripts would use."""
    for parent in list(drawn.iter()):
        for child in list(parent):
            if _kind(child) not in _KEPT or child.get("class", "").endswith(_EMPTY):
                parent.remove(child)
    for attribute in ("id", "width", "height"):
        drawn.attrib.pop(attribute, None)


def titled(drawn: Element, name: str, title: str, about: str) -> Markup:
    """Give a drawing its title and its description, and write it down as part of a page."""
    drawn.set("role", "img")
    drawn.set("aria-labelledby", f"{name}-svg-title {name}-svg-desc")
    for index, (tag, text) in enumerate(
        (("title", title), ("desc", gettext("%(about)s The table below it says the same in numbers.", about=about)))
    ):
        told = Element(tag, {"id": f"{name}-svg-{tag}"})
        told.text = text
        drawn.insert(index, told)
    return Markup(tostring(drawn, encoding="unicode"))  # noqa: S704 - made here


def _tell(bar: Element, row: Row, figure: Figure, cell: Cell) -> None:
    """Say what a bar stands for where a pointer rests on it; one of no height is taken away."""
    shapes = [shape for shape in bar if _kind(shape) == "rect"]
    for shape in shapes:
        if not cell.drawn:
            bar.remove(shape)
            continue
        for corner in ("rx", "ry"):
            shape.attrib.pop(corner, None)
        for side in ("x", "y", "width", "height"):
            shape.set(side, f"{float(shape.get(side, '0')):.1f}")
        shape.set("class", "rect banded" if cell.is_banded else "rect")
        told = SubElement(shape, "title")
        told.text = f"{row.label}: {cell.text}" if len(figure.heads) == 1 else f"{row.label}, {cell.text}"


def _count(bar: Element, cell: Cell) -> None:
    for shape in [shape for shape in bar if _kind(shape) == "rect"]:
        x, y = (float(shape.get(side, "0")) + float(shape.get(long, "0")) / part for side, long, part in _ENDS)
        SubElement(bar, "text", {"x": f"{x + 5:.1f}", "y": f"{y + 4:.1f}", "class": "value"}).text = cell.text


def _thin_out(drawn: Element, shown: set[int]) -> None:
    """Leave every so many labels on the axis of time: more of them would run into each other."""
    for axis in _of_class(drawn, "x"):
        for number, guide in enumerate(list(_of_class(axis, "guides"))):
            if number not in shown:
                for text in [child for child in guide if _kind(child) == "text"]:
                    guide.remove(text)


def _kind(element: Element) -> str:
    return str(element.tag).removeprefix(_SVG)


def _of_class(drawn: Element, name: str) -> Iterator[Element]:
    yield from (element for element in drawn.iter() if name in element.get("class", "").split())


def _short(label: str) -> str:
    """Shorten a label so that two that begin alike stay two."""
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1].rstrip(" ,(") + "…"
