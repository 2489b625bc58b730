"""Rows of coming in: invitations, second steps, and what is quietly told to a colleague."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.records.states import Role, StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A code that makes one person once. Only its hash is kept."""

    id: str
    code_hash: bytes = field(repr=False)
    login: str
    role: Role
    inviter_id: str | None
    hour: int
    ends_hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStep:
    """What somebody shows beside their password. `content` is sealed under the boot secret; of a recovery code it is the hash.
    `counter` only rises: it tells what was used already."""

    id: str
    person_id: str
    kind: StepKind
    content: bytes = field(repr=False)
    counter: int
    hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that one person is told about another, until they have seen it."""

    id: str
    person_id: str
    about_id: str
    kind: str
    hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFilter:
    """What somebody wants to see of the inbox again, and how they call it: both sealed to the desk, as what somebody watches and
    why is nobody else's business."""

    id: str
    person_id: str
    content: bytes = field(repr=False)
