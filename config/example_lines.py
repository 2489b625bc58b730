"""The examples (made-up reports with what a careful reader says of each) and what was learned from them, read as plain data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.list_lines import lines, quote

LEARNED = "learned/weights.txt"
URGENT = "URGENT"
EXAMPLE_FILES = tuple(
    f"examples/{kind}.{language}.txt" for kind in ("reports", "own") for language in ("sn", "nd", "en", "mixed")
)
_SHAPE = "hand | CODE, CODE | urgent or ordinary | text"
_HAND = re.compile(r"[^\W_]{1,12}")
_WEIGHT = re.compile(r"([A-Z][A-Z0-9]{1,7}):([+-]?\d{1,3}(?:\.\d{1,3})?)")
_INPUTS = re.compile(r"inputs ([0-9a-f]{64})")
_CUES = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Example:
    """One made-up report: whose hand wrote it, the kinds of incident that it tells of, whether it is urgent."""

    hand: str
    codes: tuple[str, ...]
    is_urgent: bool
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


def examples(folder: Path, codes: Sequence[str], problems: list[str]) -> Iterator[Example]:
    """Read the examples; what is malformed goes to `problems`. A `#` within a text is no remark."""
    for name in EXAMPLE_FILES:
        if not (folder / name).exists():
            continue
        for number, line in lines(folder, name, problems, remarks_within=False):
            columns = [column.strip() for column in line.split("|", 3)]
            wrong = _wrong_example(columns, codes)
            if wrong:
                problems.append(f"{name}:{number}: expected {wrong[0]}, came {quote(wrong[1])}")
                continue
            hand, told, urgent, text = columns
            yield Example(hand, _codes(told), urgent == "urgent", text, name, number)


def _codes(told: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in told.split(",") if code.strip())


def _wrong_example(columns: list[str], codes: Sequence[str]) -> tuple[str, str] | None:
    if len(columns) != _SHAPE.count("|") + 1 or not columns[3]:
        return f"'{_SHAPE}'", " | ".join(columns)
    if not _HAND.fullmatch(columns[0]):
        return "a short word for whose hand wrote it", columns[0]
    if unknown := [code for code in _codes(columns[1]) if code not in codes]:
        return "kinds of incident, or nothing", unknown[0]
    return None if columns[2] in ("urgent", "ordinary") else ("urgent or ordinary", columns[2])


def learned(folder: Path, codes: Sequence[str], problems: list[str]) -> Learned:
    """Read what was learned; nothing where nothing was. What is malformed goes to `problems`; a code that is gone is left out."""
    if not (folder / LEARNED).exists():
        return Learned()
    inputs, cues = "", set()
    weights: dict[str, tuple[tuple[str, float], ...]] = {}
    known = {*codes, URGENT}
    for number, line in lines(folder, LEARNED, problems, remarks_within=False):
        if found := _INPUTS.fullmatch(line):
            inputs = found[1]
            continue
        piece, tab, rest = line.partition("\t")
        if piece == "cues":
            cues.update(_CUES.findall(rest))
            continue
        parts = [_WEIGHT.fullmatch(part) for part in rest.split(" ")]
        if not tab or not all(parts):
            problems.append(f"{LEARNED}:{number}: expected 'piece <tab> CODE:+1.8 CODE:-0.4', came {quote(line)}")
            continue
        weights[piece] = tuple((part[1], float(part[2])) for part in parts if part and part[1] in known)
    return Learned(inputs, frozenset(cues), weights)
