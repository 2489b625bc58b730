"""The map of the field, as an operator may edit it: where places lie, and the rivers. The file says what a line looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from config.list_lines import lines, quote
from config.lists import ListProblem
from config.settings import ROOT

NAME = "map/field.map"
_POINT = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*")
_SHAPE = "frame, place or river | name | latitude, longitude | kilometres"


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the earth, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class River:
    """A river, from its upper end on, by the id that it has among the places."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Where places lie, by the id that they have among the places; `within_km` says how exactly."""

    title: str
    upper_left: Point
    lower_right: Point
    places: dict[str, Point]
    within_km: dict[str, float]
    rivers: tuple[River, ...]


def read_field_map(folder: Path) -> FieldMap:
    """Read the map in a folder of lists, or the one that ships; raise `ListProblem` with all that is wrong."""
    found = _Reader(folder if (folder / NAME).exists() else ROOT / "config")
    if found.frame is None:
        found.problems.append(f"{NAME}:0: expected a line that begins with 'frame', came none")
    if found.problems or found.frame is None:
        raise ListProblem(found.problems)
    title, upper_left, lower_right = found.frame
    return FieldMap(title, upper_left, lower_right, found.places, found.within_km, tuple(found.rivers))


class _Reader:
    """Reads the lines one by one."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[str] = []
        self.frame: tuple[str, Point, Point] | None = None
        self.places: dict[str, Point] = {}
        self.within_km: dict[str, float] = {}
        self.rivers: list[River] = []
        for number, line in lines(folder, NAME, self.problems):
            columns = [column.strip() for column in line.split("|")]
            if len(columns) != 4 or not self._took(*columns):
                self.problems.append(f"{NAME}:{number}: expected '{_SHAPE}', came {quote(line)}")

    def _took(self, kind: str, name: str, where: str, last: str) -> bool:
        """Take a line in; say whether it could be read."""
        if kind == "frame":
            corner, other = _point(name), _point(where)
            if corner is None or other is None or not _is_frame(corner, other):
                return False
            self.frame = last, corner, other
            return True
        points = [_point(part) for part in where.split(";")]
        known = tuple(point for point in points if point is not None)
        if len(known) < len(points) or not re.fullmatch(r"\d{1,3}(?:\.\d+)?", last):
            return False
        if kind == "river" and len(known) > 1:
            self.rivers.append(River(_slug(name), known))
            return True
        if kind != "place" or len(known) != 1:
            return False
        slug = _slug(name)
        self.places[slug], self.within_km[slug] = known[0], float(last)
        return True


def _slug(name: str) -> str:
    """Give the id that a place of this name and level has among the places."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")


def _is_frame(upper_left: Point, lower_right: Point) -> bool:
    return upper_left.latitude > lower_right.latitude and upper_left.longitude < lower_right.longitude


def _point(text: str) -> Point | None:
    match = _POINT.fullmatch(text)
    if match is None:
        return None
    point = Point(float(match[1]), float(match[2]))
    return point if abs(point.latitude) <= 90 and abs(point.longitude) <= 180 else None
