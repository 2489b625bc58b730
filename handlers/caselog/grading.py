"""Grades, standings, and whether sources are independent. The program computes and shows its reasons; a person decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.errors import NotAllowed
from handlers.records import Standing

SOURCE_GRADES: Mapping[str, str] = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "cannot be judged",  # a first report of somebody unknown is F, never E
}
INFORMATION_GRADES: Mapping[int, str] = {
    1: "confirmed by other independent sources",
    2: "probably true",
    3: "possibly true",
    4: "doubtful",
    5: "improbable",
    6: "cannot be judged",
}
_LADDER = (Standing.LEAD, Standing.REASONABLE_SUSPICION, Standing.REASONABLE_GROUNDS, Standing.CORROBORATED)
_CLOSED = (Standing.UNFOUNDED, Standing.CANNOT_BE_VERIFIED, Standing.TEST_OR_ABUSE)


def standings_after(standing: Standing) -> tuple[Standing, ...]:
    """Give the standings that a person may change to: one step up, any step down, or closed; what is closed may be opened at any
    step."""
    if standing in _CLOSED:
        return (*_LADDER, *(closed for closed in _CLOSED if closed is not standing))
    step = _LADDER.index(standing)
    return (*_LADDER[:step], *_LADDER[step + 1 : step + 2], *_CLOSED)


def may_be_logged(standing: Standing) -> bool:
    """Say whether an incident of this standing may go into the case log."""
    return standing in (Standing.REASONABLE_GROUNDS, Standing.CORROBORATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingChange:
    """One change of an incident's standing: by whom, and why."""

    before: Standing
    after: Standing
    person_id: str
    reason: str = field(repr=False)


def change_standing(before: Standing, after: Standing, *, person_id: str, reason: str) -> StandingChange:
    """Change an incident's standing, or raise `NotAllowed` with a sentence for the person."""
    if not person_id:
        raise NotAllowed("A standing is changed by a person who is signed in.")
    if not reason.strip():
        raise NotAllowed("Say why the standing changes.")
    if after not in standings_after(before):
        raise NotAllowed("The standing rises one step at a time; it may fall or be closed from any step.")
    return StandingChange(before=before, after=after, person_id=person_id, reason=reason.strip())


def may_approve(proposer_id: str, approver_id: str) -> bool:
    """Say whether the second may approve what the first proposed: two different people, both known."""
    first, second = proposer_id.strip().casefold(), approver_id.strip().casefold()
    return bool(first and second) and first != second


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingFacts:
    """What a person noted about one telling of an incident.

    `source` is None where nobody can say who told it (a withheld number). `text_group` is the same for tellings that are one
    forwarded text. `in_contact_with` names sources that this one spoke with about it. `with_record`: it came with a document,
    photograph or medical record.
    """

    source: str | None
    is_first_hand: bool
    text_group: str = ""
    in_contact_with: frozenset[str] = frozenset()
    with_record: bool = False


@dataclass(frozen=True, slots=True)
class Independence:
    """How many independent first-hand sources an incident has, at least, and why no more."""

    count: int
    reasons: tuple[str, ...]
    has_record: bool = False

    @property
    def supports_corroborated(self) -> bool:
        """Say whether it is two sources, or one and a record."""
        return self.count >= 2 or (self.count == 1 and self.has_record)


def independence(tellings: Sequence[TellingFacts]) -> Independence:
    """Count the sources that are different people, first-hand, in their own words and not in contact, directly or through one
    another. Whatever is not known counts against: all tellings of unknown people count once at most."""
    first_hand = [telling for telling in tellings if telling.is_first_hand]
    reasons = _reasons(tellings, first_hand)
    joined = _Groups()
    for telling in first_hand:
        source = _source(telling)
        joined.join(source, source)
        if telling.text_group:
            joined.join(source, f"text {telling.text_group}")
        for other in telling.in_contact_with:
            joined.join(source, f"source {other}")
    count = joined.count_of(_source(telling) for telling in first_hand)
    has_record = any(telling.with_record for telling in tellings)
    if has_record:
        reasons.append("A document, photograph or medical record came with it.")
    reasons.append(f"Independent first-hand sources: {count}.")
    return Independence(count, tuple(reasons), has_record)


def _source(telling: TellingFacts) -> str:
    return "unknown" if telling.source is None else f"source {telling.source}"


def _reasons(tellings: Sequence[TellingFacts], first_hand: Sequence[TellingFacts]) -> list[str]:
    """Say in sentences what was not counted."""
    reasons = []
    if len(first_hand) < len(tellings):
        reasons.append(f"Not noted as told at first hand, so not counted: {len(tellings) - len(first_hand)}.")
    known = [telling.source for telling in first_hand if telling.source is not None]
    if len(set(known)) < len(known):
        reasons.append("More than one telling comes from the same person.")
    if len(first_hand) - len(known) > 1:
        reasons.append("Tellings of unknown people may all be one person's, and count once at most.")
    texts = defaultdict(set)
    for telling in first_hand:
        texts[telling.text_group].add(_source(telling))
    if any(group and len(sources) > 1 for group, sources in texts.items()):
        reasons.append("Some tellings are one forwarded text and count once.")
    if any(telling.in_contact_with for telling in first_hand):
        reasons.append("Some sources were in contact about it and count once.")
    return reasons


class _Groups:
    """Sets of names that belong together."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def join(self, one: str, other: str) -> None:
        self._above[self._top(one)] = self._top(other)

    def count_of(self, names: Iterable[str]) -> int:
        return len({self._top(name) for name in names})

    def _top(self, name: str) -> str:
        while (above := self._above.setdefault(name, name)) != name:
            name = above
        return name
