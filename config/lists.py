"""The lists that an operator edits: plain text, one entry or a few a line, `#` for remarks. Read whole, checked whole.

What a line looks like is said at the top of each file. A malformed line is refused with its file, its line, what was
expected and what came; all problems are told at once, and nothing is read by halves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LANGUAGES = ("sn", "manyika", "ndau", "nd", "en")
LEVELS = ("village", "ward", "clinic", "river", "hill", "place", "town", "border", "district", "province", "country")
SIGNS = ("NOW", "SOON", "HELP", "RECENT", "LONG_AGO", "BEFORE_YEAR", "NOT", "CHILD", "PERSON", "TRAPPED", "AGE", "FORWARDED")
NAMES = ("MY_NAME", "I_AM", "TITLE", "TITLE_PREFIX", "LINK", "NAME", "ADDRESS")
COMMANDS = ("HELP", "STOP", "START", "DELETE", "LANGUAGE_SN", "LANGUAGE_NDAU", "LANGUAGE_ND", "LANGUAGE_EN")
REPLIES = ("acknowledgement", "help", "stopped", "deleted", "not_found", "language_set")
_LARGEST = 1_000_000
_ENTRY_PART = re.compile(r"<number>|<money>|-?[^\W_]+(?:['\u2019][^\W_]+)*-?")
_NUMBER_KEY = re.compile(r"\d{1,6}(?: people)?")


class ListProblem(ValueError):
    """Lists that cannot be used: `problems` holds a line for each fault, as `file:line: what was expected, what came`."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: the key it stands under, the entry as written, its language (of the file's name), its place."""

    key: str
    entry: str = field(repr=False)
    language: str
    list_name: str
    line: int


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


@dataclass(frozen=True, slots=True)
class Lists:
    """Every list, as plain data."""

    categories: tuple[CategoryEntry, ...] = ()
    category_words: tuple[Entry, ...] = ()
    signs: tuple[Entry, ...] = ()
    numbers: tuple[Entry, ...] = ()
    language_words: tuple[Entry, ...] = ()
    names: tuple[Entry, ...] = field(default=(), repr=False)
    affixes: tuple[Entry, ...] = ()
    places: tuple[PlaceEntry, ...] = ()
    place_kinds: tuple[Entry, ...] = ()
    commands: tuple[Entry, ...] = ()
    automatic: tuple[Entry, ...] = ()
    replies: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of list: its files are `folder/stem.<language>.txt`, or `folder/stem.txt` where there is no language."""

    name: str
    folder: str
    stem: str
    keys: tuple[str, ...] = ()
    by_language: bool = True
    is_whole: bool = False  # the line is one entry, commas and all


_KINDS = (
    _Kind("category_words", "categories", "words"),
    _Kind("signs", "lexicons", "signs", SIGNS),
    _Kind("numbers", "lexicons", "numbers"),
    _Kind("language_words", "lexicons", "language", ("WORD", "PART")),
    _Kind("names", "lexicons", "names", NAMES),
    _Kind("affixes", "lexicons", "affixes", ("VERB", "PLACE_PREFIX", "PLACE_ENDING", "BEFORE_PLACE")),
    _Kind("place_kinds", "places", "kinds", tuple(level.upper() for level in LEVELS), by_language=False),
    _Kind("commands", "words", "commands", COMMANDS),
    _Kind("automatic", "words", "automatic", ("PHRASE",)),
    _Kind("replies", "prompts", "replies", REPLIES, is_whole=True),
)
_TABLES = ("categories/categories.txt", "places/places.txt")
_OWN_FOLDERS = ("categories", "lexicons", "places", "words")


def read_lists(folder: Path) -> Lists:
    """Read every list under this folder; raises `ListProblem` with all that is wrong."""
    problems: list[str] = []
    categories = tuple(_categories(folder, problems))
    places = tuple(_places(folder, problems))
    codes = tuple(category.code for category in categories)
    entries = {kind.name: tuple(_entries(folder, kind, codes, problems)) for kind in _KINDS}
    _check_files(folder, problems)
    if problems:
        raise ListProblem(problems)
    return Lists(categories=categories, places=places, **entries)


def _check_files(folder: Path, problems: list[str]) -> None:
    """Refuse a file whose name no list has: a slip of the pen would silently switch a list off."""
    known = {*_TABLES}
    for kind in _KINDS:
        known |= {name for name, _ in _files_of(kind)}
    for room in _OWN_FOLDERS:
        for path in sorted((folder / room).glob("*.txt")):
            name = f"{room}/{path.name}"
            if name not in known:
                problems.append(f"{name}:0: expected the name of a list, came a file that no list has")


def _files_of(kind: _Kind) -> list[tuple[str, str]]:
    """Give the file names that a kind of list may have, with the language of each."""
    if not kind.by_language:
        return [(f"{kind.folder}/{kind.stem}.txt", "")]
    languages = (*LANGUAGES, "operator") if kind.name == "names" else LANGUAGES
    return [(f"{kind.folder}/{kind.stem}.{language}.txt", language) for language in languages]


def _lines(folder: Path, name: str, problems: list[str]) -> Iterator[tuple[int, str]]:
    """Give the lines of a file that say something, with their numbers."""
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
        said = line.partition("#")[0].strip()
        if any(ord(letter) < 32 and letter != "\t" for letter in said):
            problems.append(f"{name}:{number}: expected text, came a control character")
        elif said:
            yield number, said


def _entries(folder: Path, kind: _Kind, codes: tuple[str, ...], problems: list[str]) -> Iterator[Entry]:
    present = [(name, language) for name, language in _files_of(kind) if (folder / name).exists()]
    if not present:
        problems.append(f"{_files_of(kind)[0][0]}:0: expected this list, came no such file")
    for name, language in present:
        seen: dict[tuple[str, str], int] = {}
        for number, line in _lines(folder, name, problems):
            key, colon, rest = line.partition(":")
            key = key.strip()
            wanted = _wrong_key(kind, key, codes)
            if not colon or wanted:
                problems.append(f"{name}:{number}: expected '{wanted or 'KEY'}: entry, entry', came {_quote(line)}")
                continue
            shown = (lambda text: "one of a name") if kind.name == "names" else _quote
            for text in [rest.strip()] if kind.is_whole else [part.strip() for part in rest.split(",")]:
                wrong = _wrong_entry(kind, text)
                said = (key, "" if kind.is_whole else text.casefold())
                earlier = seen.get(said)
                seen[said] = number
                if wrong:
                    problems.append(f"{name}:{number}: expected {wrong}, came {shown(text)}")
                elif earlier is not None:
                    problems.append(f"{name}:{number}: expected each entry once, came {shown(text)} again (line {earlier})")
                else:
                    yield Entry(key, text, language, name, number)


def _wrong_key(kind: _Kind, key: str, codes: tuple[str, ...]) -> str:
    """Say what a key should be, or nothing where it is right."""
    if kind.name == "numbers":
        return "" if _NUMBER_KEY.fullmatch(key) else "a number, or a number and 'people'"
    allowed = codes if kind.name == "category_words" else kind.keys
    return "" if key in allowed else " or ".join(allowed)


def _wrong_entry(kind: _Kind, text: str) -> str:
    """Say what an entry should be, or nothing where it is right."""
    if not text:
        return "an entry between the commas"
    if kind.is_whole:
        return ""
    parts = text.removesuffix("?").split()
    if not parts or not all(_ENTRY_PART.fullmatch(part) or _is_hyphened(part) for part in parts):
        return "words, with <number> or <money> for such, '-' before or behind a stem, '?' behind a hint"
    is_stem = kind.name in ("category_words", "signs") and parts[0].startswith("-")
    return "a stem of one word and three letters or more" if is_stem and (len(parts) > 1 or len(parts[0].strip("-")) < 3) else ""


def _is_hyphened(part: str) -> bool:
    return all(_ENTRY_PART.fullmatch(word) for word in part.split("-") if word) and not part.startswith(("-", "<"))


def _quote(text: str) -> str:
    return f"'{text if len(text) <= 60 else text[:57] + '...'}'"


def _table(
    folder: Path, name: str, shape: str, problems: list[str]
) -> Iterator[tuple[int, list[str], Callable[[str, str], None]]]:
    """Give the lines of a table as columns, with a way to say what is wrong with one."""
    for number, line in _lines(folder, name, problems):
        columns = [column.strip() for column in line.split("|")]

        def wrong(expected: str, came: str, at: int = number) -> None:
            problems.append(f"{name}:{at}: expected {expected}, came {_quote(came)}")

        if len(columns) != shape.count("|") + 1 or not columns[0]:
            wrong(f"'{shape}'", line)
        else:
            yield number, columns, wrong


def _categories(folder: Path, problems: list[str]) -> Iterator[CategoryEntry]:
    name = _TABLES[0]
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


def _places(folder: Path, problems: list[str]) -> Iterator[PlaceEntry]:
    name = _TABLES[1]
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
        f"{name}:{place.line}: expected 'within' to be a place of this list, came {_quote(place.within)}"
        for place in found
        if place.within and place.within not in names
    )
    yield from found
