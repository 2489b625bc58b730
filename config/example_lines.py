"""The examples (made-up reports with what a careful reader says of each) and what was learned from them, read as plain data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from config.list_lines import lines, quote

LEARNED = "learned/weights.txt"
URGENT, PAST, DENIED, OVER = "URGENT", "PAST", "DENIED", "OVER"
MARKS = (URGENT, PAST, DENIED, OVER)  # what is learned of a text besides its kinds of incident
EXAMPLE_FILES = tuple(
    f"examples/{kind}.{language}.txt" for kind in ("reports", "own") for language in ("sn", "nd", "en", "mixed")
)
_ORDINARY = "ordinary"
_HOW = (_ORDINARY, *(mark.lower() for mark in MARKS))
_SHAPE = "hand | CODE, CODE | urgent, ordinary, past, denied or over | text"
_HAND = re.compile(r"[^\W_]{1,12}")
_WEIGHT = re.compile(r"([A-Z][A-Z0-9]{1,7}):([+-]?\d{1,3}(?:\.\d{1,3})?)")
_INPUTS = re.compile(r"inputs ([0-9a-f]{64})")
_CUES = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Example:
    """One made-up report: whose hand wrote it, the kinds of incident that it tells of, and the mark that it bears, if any: it is
    urgent, or it is not since what it tells is of years ago, denied, or over."""

    hand: str
    codes: tuple[str, ...]
    mark: str
    text: str = field(repr=False)
    list_name: str
    line: int


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned: for each piece of a text its weight for each code. `cues` are the marks of the entries of the lists
    that were there then; `inputs` is the digest of all that it was learned from, empty where nothing was learned."""

    inputs: str = ""
    cues: frozenset[str] = field(default=frozenset(), repr=False)
    weights: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict, repr=False)

    def __hash__(self) -> int:
        return hash(self.inputs)


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it stands, the same wherever it is linked: what is in these large ones is read once and not at each edit."""

    folder: Path = field(compare=False)
    name: str
    stamp: tuple[int, ...]


def _files(folder: Path, *names: str) -> Iterator[_File]:
    for name in names:
        if (folder / name).exists():
            told = (folder / name).stat()
            yield _File(folder, name, (told.st_dev, told.st_ino, told.st_mtime_ns, told.st_ctime_ns, told.st_size))


def examples(folder: Path, codes: Sequence[str], problems: list[str]) -> Iterator[Example]:
    """Read the examples; what is malformed goes to `problems`. A `#` within a text is no remark."""
    for file in _files(folder, *EXAMPLE_FILES):
        found, wrong = _examples(file, tuple(codes))
        problems += wrong
        yield from found


@lru_cache(maxsize=2 * len(EXAMPLE_FILES))
def _examples(file: _File, codes: tuple[str, ...]) -> tuple[tuple[Example, ...], tuple[str, ...]]:
    found, problems = [], list[str]()
    for number, line in lines(file.folder, file.name, problems, remarks_within=False):
        columns = [column.strip() for column in line.split("|", 3)]
        wrong = _wrong_example(columns, codes)
        if wrong:
            problems.append(f"{file.name}:{number}: expected {wrong[0]}, came {quote(wrong[1])}")
            continue
        hand, told, how, text = columns
        found.append(Example(hand, _codes(told), "" if how == _ORDINARY else how.upper(), text, file.name, number))
    return tuple(found), tuple(problems)


def _codes(told: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in told.split(",") if code.strip())


def _wrong_example(columns: list[str], codes: Sequence[str]) -> tuple[str, str] | None:
    if len(columns) != _SHAPE.count("|") + 1 or not columns[3]:
        return f"'{_SHAPE}'", " | ".join(columns)
    if not _HAND.fullmatch(columns[0]):
        return "a short word for whose hand wrote it", columns[0]
    if unknown := [code for code in _codes(columns[1]) if code not in codes]:
        return "kinds of incident, or nothing", unknown[0]
    return None if columns[2] in _HOW else ("urgent, ordinary, past, denied or over", columns[2])


def learned(folder: Path, codes: Sequence[str], problems: list[str]) -> Learned:
    """Read what was learned; nothing where nothing was. What is malformed goes to `problems`; a code that is gone is left out."""
    for file in _files(folder, LEARNED):
        found, wrong = _learned(file, tuple(codes))
        problems += wrong
        return found
    return Learned()


@lru_cache(maxsize=2)
def _learned(file: _File, codes: tuple[str, ...]) -> tuple[Learned, tuple[str, ...]]:
    problems: list[str] = []
    inputs, cues = "", set()
    weights: dict[str, tuple[tuple[str, float], ...]] = {}
    read = _Parts((*codes, *MARKS))
    for number, line in lines(file.folder, LEARNED, problems, remarks_within=False):
        if found := _INPUTS.fullmatch(line):
            inputs = found[1]
            continue
        piece, tab, rest = line.partition("\t")
        if piece == "cues":
            cues.update(_CUES.findall(rest))
            continue
        try:
            weights[piece] = tuple(filter(None, map(read.__getitem__, rest.split(" "))))
        except ValueError:
            tab = ""
        if not tab:
            problems.append(f"{LEARNED}:{number}: expected 'piece <tab> CODE:+1.8 CODE:-0.4', came {quote(line)}")
    return Learned(inputs, frozenset(cues), weights), tuple(problems)


class _Parts(dict[str, tuple[str, float] | None]):
    """The parts of lines (`BEAT:+1.8`) as they are met: each is read once, and kept once however many lines hold it."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__()
        self._codes = frozenset(codes)

    def __missing__(self, part: str) -> tuple[str, float] | None:
        found = _WEIGHT.fullmatch(part)
        if not found:
            raise ValueError(part)
        self[part] = (found[1], float(found[2])) if found[1] in self._codes else None
        return self[part]
