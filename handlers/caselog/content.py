"""What an entry of the case log says, and the one way of writing it as bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any

from handlers.caselog.grading import INFORMATION_GRADES, SOURCE_GRADES, may_approve, may_be_logged
from handlers.errors import NotAllowed
from handlers.records import Standing

MOST_SOURCES_SAID = 3  # 3 says three or more, so that the number of sources does not tell who they can be
_CODE = re.compile(r"[A-Za-z0-9-]{1,20}")


class Kind(StrEnum):
    """What an entry is: a case, or a word about an earlier entry, which itself is never changed."""

    CASE = "case"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryContent:
    """What the focal point may read of a verified incident: nothing of the source, each detail at its chosen precision.

    `summary` is in the coordinator's words. `place`, `when` and `people` are as coarse as was chosen (see `precision`). `actors`
    are roles. `proposer` and `approver` are display ids of two persons. `independent_sources` counts to three, which says three
    or more. A refusal is a `NotAllowed` with a sentence for the coordinator.
    """

    summary: str = field(repr=False)
    categories: tuple[str, ...]
    kp_hooks: tuple[str, ...]
    within_kp: bool
    place: str = field(repr=False)
    place_level: str
    when: str = field(repr=False)
    people: str = field(repr=False)
    actors: tuple[str, ...] = field(repr=False)
    source_grade: str
    information_grade: int
    standing: Standing
    independent_sources: int
    proposer: str
    approver: str
    logged_on: date
    kind: Kind = Kind.CASE
    refers_to: int | None = None

    def __post_init__(self) -> None:
        if wrong := _first_wrong(self):
            raise NotAllowed(wrong)

    def as_fields(self) -> dict[str, Any]:
        """Give the content as plain JSON values, as it is committed to."""
        plain = asdict(self)
        for name in ("categories", "kp_hooks", "actors"):
            plain[name] = list(plain[name])
        return plain | {"standing": self.standing.value, "kind": self.kind.value, "logged_on": self.logged_on.isoformat()}

    @classmethod
    def from_fields(cls, plain: Mapping[str, Any]) -> EntryContent:
        """Read what `as_fields` gave. Fields of a later version are left aside."""
        known = {item.name: plain[item.name] for item in fields(cls) if item.name in plain}
        for name in ("categories", "kp_hooks", "actors"):
            known[name] = tuple(known[name])
        known["standing"], known["kind"] = Standing(known["standing"]), Kind(known["kind"])
        known["logged_on"] = date.fromisoformat(known["logged_on"])
        return cls(**known)


def canonical(value: object) -> bytes:
    """Write a JSON value in its one form (RFC 8785 for what we use): keys sorted, no spaces, UTF-8. Raise `ValueError` for a
    float or a lone surrogate, which have no form that every language agrees on."""
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("utf-8")


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise ValueError("a number with a fraction has no canonical form here")
    if isinstance(value, Mapping):
        for name, item in value.items():
            if not (isinstance(name, str) and name.isascii()):
                raise ValueError("a name that is not ASCII has no canonical form here")
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


def _first_wrong(content: EntryContent) -> str:
    """Say in a sentence what keeps this content out of the log; nothing if it may go in."""
    is_case = content.kind is Kind.CASE
    checks = (
        (content.summary.strip(), "The summary is empty."),
        (_is_writable(content), "A field holds a character that cannot be written."),
        (content.categories or not is_case, "A case has at least one category."),
        (all(_CODE.fullmatch(code) for code in (*content.categories, *content.kp_hooks)), "A category or hook is not a code."),
        (content.source_grade in SOURCE_GRADES, "The source is graded A to F."),
        (content.information_grade in INFORMATION_GRADES, "The information is graded 1 to 6."),
        (may_be_logged(content.standing) or not is_case, "Only reasonable grounds or a corroborated incident may be logged."),
        (0 <= content.independent_sources <= MOST_SOURCES_SAID, "The number of sources is 0 to 3; 3 says three or more."),
        (may_approve(content.proposer, content.approver), "Whoever proposes an entry does not approve it: ask another person."),
        ((content.refers_to is None) is is_case, "A correction or withdrawal names the entry it is about; a case names none."),
    )
    return next((sentence for holds, sentence in checks if not holds), "")


def _is_writable(content: EntryContent) -> bool:
    try:
        canonical(content.as_fields())
    except ValueError:
        return False
    return True
