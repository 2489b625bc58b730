"""Reckoning: who counts as independent of whom, told pair by pair. It counts as `caselog.grading` does, and says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from handlers.caselog.grading import TellingFacts


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tellings (by their numbers in the row, from 0), whether they count as two, and why."""

    one: int
    other: int
    is_two: bool
    why: str


@dataclass(frozen=True, slots=True)
class Reckoned:
    """How the tellings of an incident count: `standing` says of each why it counts or does not, `groups` which count as one
    voice together."""

    standing: tuple[str, ...]
    groups: tuple[tuple[int, ...], ...]
    pairs: tuple[Pair, ...]


def reckon(facts: Sequence[TellingFacts], is_graded: Sequence[bool]) -> Reckoned:
    """Say how tellings count."""
    heard = [number for number, telling in enumerate(facts) if telling.is_first_hand]
    groups: list[set[int]] = [{number} for number in heard]
    reasons = {(one, other): _tie(facts[one], facts[other]) for one, other in combinations(heard, 2)}
    for (one, other), why in reasons.items():
        if why:
            groups = _joined(groups, one, other)
    pairs = tuple(Pair(one, other, *_verdict(groups, one, other, why)) for (one, other), why in reasons.items())
    standing = tuple(_standing(telling, graded) for telling, graded in zip(facts, is_graded, strict=True))
    return Reckoned(standing, tuple(tuple(sorted(group)) for group in groups), pairs)


def _verdict(groups: Sequence[set[int]], one: int, other: int, why: str) -> tuple[bool, str]:
    if why:
        return False, why
    if any({one, other} <= group for group in groups):
        return False, "Each of them goes together with a third."
    return True, "As far as is known two different people, each in their own words, and not in contact about it."


def _tie(one: TellingFacts, other: TellingFacts) -> str:
    """Say what ties two tellings to one voice; nothing where nothing does."""
    if one.source is None and other.source is None:
        return "Nobody can say who told either: it may be one person."
    if one.source == other.source:
        return "Both come from the same source."
    if one.text_group and one.text_group == other.text_group:
        return "Their words are nearly the same: it may be one text passed on."
    if other.source in one.in_contact_with or one.source in other.in_contact_with:
        return "One of them was noted as in contact with other sources about it."
    return ""


def _standing(telling: TellingFacts, is_graded: bool) -> str:
    if not is_graded:
        return "Not graded yet, so it is not counted."
    if not telling.is_first_hand:
        return "Not noted as told at first hand, so it is not counted."
    known = "" if telling.source is not None else " Nobody can say who told it."
    record = " A document, photograph or medical record came with it." if telling.with_record else ""
    return f"Told at first hand: it counts.{known}{record}"


def _joined(groups: Sequence[set[int]], one: int, other: int) -> list[set[int]]:
    together = [group for group in groups if one in group or other in group]
    return [*(group for group in groups if group not in together), set().union(*together)]
