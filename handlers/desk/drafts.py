"""A draft of an entry for the case log: what a person writes of a verified report, nothing of its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from handlers.caselog.content import EntryContent, Kind
from handlers.desk.office import Unfinished
from handlers.errors import NotAllowed
from handlers.records import Standing

KP_HOOKS: Mapping[str, str] = {
    "KP-II": "certificate",
    "KP-III": "receipts and records",
    "KP-IV-a": "internal controls",
    "KP-IV-d": "smuggling",
    "KP-IV-e": "penalties",
    "KP-AnnexII": "artisanal mining and site security",
    "JWP": "Joint Work Plan",
    "NON-KP": "human rights beyond the KP",
}
ACTORS = ("army", "police", "intelligence", "private security", "company", "syndicate", "buyers", "mob", "not known")
SOMEBODY = "a second person"  # stands for the approver until there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the form of a proposal holds."""

    summary: str = field(default="", repr=False)
    categories: tuple[str, ...] = ()
    kp_hooks: tuple[str, ...] = ()
    within_kp: bool = False
    place: str = field(default="", repr=False)
    place_level: str = "ward"
    when: str = field(default="", repr=False)
    people: str = field(default="", repr=False)
    actors: tuple[str, ...] = ()
    kind: str = Kind.CASE.value
    refers_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What the desk judged of the report: it goes into the entry as it stands when the entry is proposed."""

    source_grade: str
    information_grade: int
    standing: Standing
    independent_sources: int
    proposer: str


def as_proposed(draft: Draft, verified: Verified) -> dict[str, Any]:
    """Give what is sealed as a proposal; raise `Unfinished`, with a sentence, for what could not become an entry."""
    if any(value not in KP_HOOKS for value in draft.kp_hooks):
        raise Unfinished("Choose the Kimberley Process hooks from the list.")
    if any(value not in ACTORS for value in draft.actors):
        raise Unfinished("Choose the alleged actors from the list: roles, no names.")
    plain = {**asdict(draft), **asdict(verified), "standing": verified.standing.value}
    as_entry(plain, approver=SOMEBODY, logged_on=date(2000, 1, 1))
    return plain


def as_entry(proposed: Mapping[str, Any], *, approver: str, logged_on: date) -> EntryContent:
    """Give the entry that a proposal becomes; raise `Unfinished` if the case log would not take it."""
    fields = {**proposed, "approver": approver, "logged_on": logged_on.isoformat()}
    try:
        return EntryContent.from_fields(fields)
    except NotAllowed as refusal:
        raise Unfinished(str(refusal)) from None
    except ValueError:
        raise Unfinished("Something in the form is not of the list.") from None


def as_draft(proposed: Mapping[str, Any]) -> Draft:
    """Give the draft of a proposal again, for proposing a better one."""
    known: dict[str, Any] = {name: proposed[name] for name in Draft.__dataclass_fields__ if name in proposed}
    for name in ("categories", "kp_hooks", "actors"):
        known[name] = tuple(known[name])
    return Draft(**known)


def display_id(person_id: str) -> str:
    """Give what an entry calls a person: not their name."""
    return f"P-{person_id[:8]}"


def person_of(display: str, person_ids: Sequence[str]) -> str | None:
    """Give the person whom an entry calls so."""
    return next((person_id for person_id in person_ids if display_id(person_id) == display), None)
