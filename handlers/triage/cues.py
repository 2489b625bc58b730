"""Cues: the entries of the operator's lists, and where a text holds one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One entry of a list: what it stands for (`kind`, `value`), its language, and where it is written.

    A hint (`?` behind the entry) proves nothing alone: two different ones of a category are needed. One that stands fast
    (`!` behind it) says the same where it is denied: no compensation, no jobs. `is_new`: the line was added after the
    weights were learned.
    """

    kind: str
    value: str
    language: str
    entry: str
    list_name: str
    line: int
    is_hint: bool = False
    stands_fast: bool = False
    is_new: bool = False


class Hit(NamedTuple):
    """A cue found in a text: the words from token `first` to before token `last`.

    `anchors` are the words that matter where others stand between them; `says_no` is a form that denies itself (haarohwi),
    `to_come` one of what has not happened yet (vachandirova).
    """

    cue: Cue
    first: int
    last: int
    anchors: tuple[int, ...] = ()
    says_no: bool = False
    to_come: bool = False

    def __repr__(self) -> str:
        """Show where it stands and of what kind of list it is, not what the text holds."""
        return f"Hit({self.cue.kind} {self.first}:{self.last})"


@dataclass(frozen=True, slots=True)
class NumberWord:
    """What a number word says, and whether its form counts people (vatatu, abathathu)."""

    value: int
    counts_people: bool
