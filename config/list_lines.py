"""The lines of the operator's lists as they are read, and the two tables (kinds of incident, places) among the lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

LEVELS = ("village", "ward", "clinic", "river", "hill", "place", "town", "border", "district", "province", "country")
TABLES = ("categories/categories.txt", "places/places.txt")
_LARGEST = 10_000_000
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f]")


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """One kind of incident, from `categories/categories.txt`."""

    code: str
    label: str
    huridocs: tuple[str, ...]
    severity: int
    is_urgent: bool
    list_name: str
    line: int


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """One place, from `places/places.txt`. `id` is made of name and level."""

    id: str
    name: str
    level: str
    within: str
    variants: tuple[str, ...]
    as_of: str
    list_name: str
    line: int


def lines(folder: Path, name: str, problems: list[str], *, remarks_within: bool = True) -> Iterator[tuple[int, str]]:
    """Give the lines of a file that say something, with their numbers; `remarks_within`: a `#` within one begins a remark."""
    try:
        raw = (folder / name).read_bytes()
    except OSError as error:
        problems.append(f"{name}:0: expected a file that can be read, came: {error.strerror}")
        return
    if len(raw) > _LARGEST:
        problems.append(f"{name}:0: expected at most {_LARGEST} bytes, came {len(raw)}")
        return
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.append(f"{name}:{raw[: error.start].count(10) + 1}: expected text in UTF-8, came other bytes")
        return
    for number, line in enumerate(text.split("\n"), 1):
        said = line.partition("#")[0].strip() if remarks_within or line.startswith("#") else line.strip()
        if _CONTROL.search(said):
            problems.append(f"{name}:{number}: expected text, came a control character")
        elif said:
            yield number, said


def quote(text: str) -> str:
    """Show what came, not longer than a message should be."""
    return f"'{text if len(text) <= 60 else text[:57] + '...'}'"


def _table(
    folder: Path, name: str, shape: str, problems: list[str]
) -> Iterator[tuple[int, list[str], Callable[[str, str], None]]]:
    """Give the lines of a table as columns, with a way to say what is wrong with one."""
    for number, line in lines(folder, name, problems):
        columns = [column.strip() for column in line.split("|")]

        def wrong(expected: str, came: str, at: int = number) -> None:
            problems.append(f"{name}:{at}: expected {expected}, came {quote(came)}")

        if len(columns) != shape.count("|") + 1 or not columns[0]:
            wrong(f"'{shape}'", line)
        else:
            yield number, columns, wrong


def categories(folder: Path, problems: list[str]) -> Iterator[CategoryEntry]:
    """Read the kinds of incident; what is malformed goes to `problems`."""
    name = TABLES[0]
    seen: set[str] = set()
    shape = "CODE | label | HURIDOCS codes | severity 0 to 40 | urgent or ordinary"
    for number, (code, label, huridocs, severity, urgent), wrong in _table(folder, name, shape, problems):
        if not re.fullmatch(r"[A-Z][A-Z0-9]{1,7}", code) or code in seen:
            wrong("a code of two to eight capitals, each once", code)
        elif not (severity.isascii() and severity.isdigit() and int(severity) <= 40):
            wrong("a severity from 0 to 40", severity)
        elif urgent not in ("urgent", "ordinary") or not label:
            wrong("a label, and 'urgent' or 'ordinary' at the end", urgent)
        else:
            seen.add(code)
            codes = tuple(part.strip() for part in huridocs.split(",") if part.strip())
            yield CategoryEntry(code, label, codes, int(severity), urgent == "urgent", name, number)


def places(folder: Path, problems: list[str]) -> Iterator[PlaceEntry]:
    """Read the places; what is malformed goes to `problems`."""
    name = TABLES[1]
    seen: set[str] = set()
    found: list[PlaceEntry] = []
    shape = "name | level | within | other spellings | year of its borders"
    for number, (place, level, within, others, as_of), wrong in _table(folder, name, shape, problems):
        slug = re.sub(r"[\W_]+", "-", f"{place} {level}".casefold()).strip("-")
        if level not in LEVELS:
            wrong(f"a level ({', '.join(LEVELS)})", level)
        elif slug in seen:
            wrong("each name once a level", place)
        elif as_of and not re.fullmatch(r"(?:19|20)[0-9]{2}", as_of):
            wrong("a year such as 2023, or nothing", as_of)
        else:
            seen.add(slug)
            variants = tuple(part.strip() for part in others.split(",") if part.strip())
            found.append(PlaceEntry(slug, place, level, within, variants, as_of, name, number))
    names = {place.name for place in found}
    problems.extend(
        f"{name}:{place.line}: expected 'within' to be a place of this list, came {quote(place.within)}"
        for place in found
        if place.within and place.within not in names
    )
    yield from found
