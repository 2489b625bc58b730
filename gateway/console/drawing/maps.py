"""The map: a circle for each place that reports name, as large as they are many, on the rivers and towns around. It is drawn
from the coordinates of `config/map`; no map is ever fetched from anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import cos, radians, sqrt
from xml.etree.ElementTree import Element, SubElement

from markupsafe import Markup

from config.field_map import FieldMap, Point
from gateway.console.drawing.charts import titled
from gateway.console.languages import gettext
from handlers.desk.pictures.figures import Cell
from handlers.desk.pictures.looking import Seen
from handlers.triage.gazetteer import KnownPlace

_KM_A_DEGREE = 111.2
_WIDTH = 480.0
_LETTER = 12.0
_LARGEST, _SMALLEST = 30.0, 4.0
_SCALE_KM = 20
_FAR_KM = 10  # what is known no better than that gets a ring around it


@dataclass(frozen=True, slots=True)
class Spot:
    """One place on the map, with the reports that are counted there."""

    place: KnownPlace
    at: Point
    within_km: float
    count: Cell


@dataclass(frozen=True, slots=True)
class Mapped:
    """What the map shows, and the names of places that reports name but that do not lie on it."""

    spots: tuple[Spot, ...] = field(repr=False)
    rivers: Mapping[str, tuple[KnownPlace, Cell]] = field(repr=False)
    elsewhere: tuple[str, ...] = field(repr=False)


def mapped(
    chart: FieldMap, places: Mapping[str, KnownPlace], seen: Sequence[Seen], *, told: Callable[[int], Cell], small: int = 0
) -> Mapped:
    """Count each report once at each spot that it names a place of. Counts below `small` are not shown at their spots."""

    def shown(count: int) -> Cell:
        return told(count) if count >= max(1, small) else Cell(0, "")

    rivers = {river.name for river in chart.rivers}
    homes = {name: _home(name, chart, places) for each in seen for name in each.places if name not in rivers}
    flows = Counter(name for each in seen for name in each.places if name in rivers and name in places)
    counted = Counter(spot for each in seen for spot in {homes.get(name, "") for name in each.places} if spot)
    by_point: dict[Point, str] = {}
    for name in chart.places:
        if name in places:
            by_point.setdefault(chart.places[name], name)
    totals: Counter[str] = Counter()
    for name, count in counted.items():
        totals[by_point[chart.places[name]]] += count
    spots = tuple(Spot(places[name], at, chart.within_km[name], shown(totals[name])) for at, name in by_point.items())
    away = dict.fromkeys(places[name].name for name, home in homes.items() if not home and name in places)
    named = {name: (places[name], shown(flows[name])) for name in rivers if name in places}
    return Mapped(spots, named, tuple(sorted(away)) if not small else ())


def draw(chart: FieldMap, shown: Mapped, *, about: str) -> Markup:
    """Draw the map."""
    paper = _Paper(chart)
    drawn = Element("svg", {"viewBox": f"0 0 {_WIDTH:.0f} {paper.height:.0f}", "class": "chart map"})
    SubElement(drawn, "rect", {"class": "land", "width": f"{_WIDTH:.0f}", "height": f"{paper.height:.0f}"})
    for river in chart.rivers:
        points = " ".join("{:.1f},{:.1f}".format(*paper.at(point)) for point in river.points)
        SubElement(drawn, "polyline", {"class": "river", "points": points})
    most = max((spot.count.drawn for spot in shown.spots), default=0)
    ordered = sorted(shown.spots, key=lambda spot: -spot.count.drawn)
    sizes = [_put(drawn, paper, spot, most) for spot in ordered]
    for spot, radius in zip(ordered, sizes, strict=True):
        _name(drawn, paper, spot.at, radius, spot.place.name, spot.count)
    for river in chart.rivers:
        place, count = shown.rivers.get(river.name, (None, Cell(0, "")))
        _name(drawn, paper, river.points[len(river.points) // 3], 2, place.name if place else river.name, count, of_river=True)
    _scale(drawn, paper)
    return titled(drawn, "map", chart.title, about)


class _Paper:
    """Where a point of the earth lies on the paper. Over a hundred kilometres the earth is flat enough."""

    def __init__(self, chart: FieldMap) -> None:
        self._corner = chart.upper_left
        middle = (chart.upper_left.latitude + chart.lower_right.latitude) / 2
        self._narrow = cos(radians(middle))
        self.a_degree = _WIDTH / ((chart.lower_right.longitude - chart.upper_left.longitude) * self._narrow)
        self.height = (chart.upper_left.latitude - chart.lower_right.latitude) * self.a_degree
        self.taken: list[tuple[float, float, float, float]] = []

    def at(self, point: Point) -> tuple[float, float]:
        """Give x and y."""
        x = (point.longitude - self._corner.longitude) * self._narrow * self.a_degree
        return x, (self._corner.latitude - point.latitude) * self.a_degree

    def room_for(self, x: float, y: float, radius: float, words: str) -> tuple[float, float, str]:
        """Give where words stand beside a circle without covering others, and which end of them that is; on its right where
        there is room nowhere."""
        wide = len(words) * _LETTER * 0.6
        ways = (
            (x + radius + 5, y + 4, "start"),
            (x - radius - 5, y + 4, "end"),
            (x, y - radius - 6, "middle"),
            (x, y + radius + 15, "middle"),
        )
        for at, base, anchor in ways:
            left = at - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            box = (left, base - _LETTER, left + wide, base + 3)
            is_inside = box[0] >= 2 and box[2] <= _WIDTH - 2 and box[1] >= 2 and box[3] <= self.height - 2
            if is_inside and not any(_overlap(box, other) for other in self.taken):
                self.taken.append(box)
                return at, base, anchor
        return ways[0]


def _put(drawn: Element, paper: _Paper, spot: Spot, most: float) -> float:
    """Put a spot down: a circle by its count, a small ring where there is none. Give its radius."""
    x, y = paper.at(spot.at)
    radius = max(_SMALLEST, _LARGEST * sqrt(spot.count.drawn / most)) if spot.count.drawn and most else 3.0
    about = {"cx": f"{x:.1f}", "cy": f"{y:.1f}"}
    if spot.within_km >= _FAR_KM and spot.count.drawn:
        wide = spot.within_km / _KM_A_DEGREE * paper.a_degree
        SubElement(drawn, "circle", {**about, "r": f"{wide:.1f}", "class": "within"})
    circle = SubElement(drawn, "circle", {**about, "r": f"{radius:.1f}", "class": "spot" if spot.count.drawn else "town"})
    SubElement(circle, "title").text = f"{spot.place.name}: {spot.count.text}" if spot.count.text else spot.place.name
    paper.taken.append((x - radius, y - radius, x + radius, y + radius))
    return radius


def _name(drawn: Element, paper: _Paper, at: Point, radius: float, name: str, count: Cell, *, of_river: bool = False) -> None:
    words = f"{name} {count.text}".strip()
    x, y, anchor = paper.room_for(*paper.at(at), radius, words)
    _write(drawn, x, y, words, "told" if count.drawn else "river-name" if of_river else "town-name", anchor)


def _scale(drawn: Element, paper: _Paper) -> None:
    long = _SCALE_KM / _KM_A_DEGREE * paper.a_degree
    x, y = 16.0, paper.height - 18
    SubElement(drawn, "path", {"class": "scale", "d": f"M{x:.0f} {y - 6:.0f} v6 h{long:.0f} v-6"})
    _write(drawn, x, y - 12, gettext("%(length)s km. North is up.", length=_SCALE_KM), "scale-name")


def _write(drawn: Element, x: float, y: float, words: str, name: str, anchor: str = "start") -> None:
    about = {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": name, "text-anchor": anchor}
    SubElement(drawn, "text", about).text = words


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _home(name: str, chart: FieldMap, places: Mapping[str, KnownPlace]) -> str:
    """Name the spot that a place is counted at: its own, or the next one that it lies in; nothing where there is none."""
    by_name = {place.name: key for key, place in places.items()}
    for _ in range(10):
        if name in chart.places:
            return name
        above = places[name].within if name in places else ""
        if above not in by_name:
            return ""
        name = by_name[above]
    return ""
