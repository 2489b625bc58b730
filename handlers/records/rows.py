"""The rows: one frozen record each."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.records.states import (
    Direction,
    MessageKind,
    MessageState,
    ProposalState,
    Purpose,
    Role,
    Standing,
    WorkKind,
    WorkState,
)
from handlers.reports import ReportState


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The life of one key. `intake_wrap` opens with the boot secret, `desk_seal` with the desk's private key; None once
    destroyed."""

    id: str
    purpose: Purpose
    opens_hour: int
    closes_hour: int
    intake_wrap: bytes | None = field(repr=False)
    desk_seal: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One delivery by a provider, known again by its tags (see `pseudonyms.delivery_tags`). `period` is set where the tag dies
    with it."""

    tag: bytes = field(repr=False)
    same_id: bytes | None = field(repr=False)
    content: bytes | None = field(repr=False)
    from_list: bool
    matched: bool
    hour: int
    period: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A person as we know them. `contact` is the sealed way back; `stopped` says that they want no texts."""

    id: str
    period: str | None
    pseudonym: bytes | None = field(repr=False)
    contact: bytes | None = field(repr=False)
    contact_period: str | None
    stopped: bool = False
    monitor_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a source told us. `flags` are words such as `same_id`; `news` says that something came since a person last looked."""

    id: str
    source_id: str
    state: ReportState
    priority: int
    opened_hour: int
    updated_hour: int
    receipt_tag: bytes | None = field(repr=False)
    incident_id: str | None = None
    claimed_by: str | None = None
    claimed_until: int | None = None
    flags: str = ""
    news: bool = True
    version: int = 0
    monitor_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. `content` is sealed to a report period; `envelope`, number and text on their way out, to a contact period."""

    id: str
    report_id: str
    source_id: str
    direction: Direction
    kind: MessageKind
    state: MessageState
    hour: int
    period: str
    content: bytes = field(repr=False)
    author_id: str | None = None
    envelope: bytes | None = field(default=None, repr=False)
    envelope_period: str | None = None
    provider_tag: bytes | None = field(default=None, repr=False)
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What triage found in one message (`author_id` None), or what a person corrected."""

    id: str
    report_id: str
    message_id: str | None
    author_id: str | None
    hour: int
    period: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something a person wrote down: `kind` is note, grade, rejection, standing, return, or release."""

    id: str
    report_id: str | None
    incident_id: str | None
    author_id: str
    kind: str
    hour: int
    period: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What happened; many reports can be about one."""

    id: str
    standing: Standing
    opened_hour: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What one person proposes for the case log and another approves."""

    id: str
    report_id: str
    proposer_id: str
    approver_id: str | None
    state: ProposalState
    hour: int
    period: str
    content: bytes = field(repr=False)
    entry_index: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A piece of work, written in one transaction with what it concerns. Times are seconds since 1970; 0 is at once.

    `payload` is sealed to `payload_period`. `subject_id` is the id of what it concerns.
    """

    id: str
    kind: WorkKind
    subject_id: str
    state: WorkState = WorkState.DUE
    due_at: int = 0
    lease_until: int = 0
    enqueued_at: int = 0
    attempts: int = 0
    reason: str | None = None
    payload: bytes | None = field(default=None, repr=False)
    payload_period: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One delivery status of a text of ours, kept apart from it: statuses arrive early, late and twice."""

    id: str
    provider_tag: bytes = field(repr=False)
    state: str
    reason: str | None
    hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signs in. The private half of their pair stands only under their password. What opens with a duress password
    is there for everybody: for whoever set none, under a password that nobody has."""

    id: str
    login: str
    role: Role
    public_key: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    passes: int
    memory: int
    wrapped_private: bytes = field(repr=False)
    disabled: bool = False
    created_hour: int = 0
    duress_salt: bytes = field(default=b"", repr=False)
    duress_wrapped: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A compartment's private key, sealed to one person."""

    id: str
    person_id: str
    compartment: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compartment:
    """A compartment's public key, and its private key sealed to the recovery key."""

    name: str
    public_key: bytes
    recovery_seal: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Who did what to what, and in which hour. `version` is that of the report once it was done, where it is a report."""

    id: str
    hour: int
    person_id: str | None
    action: str
    subject_id: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey:
    """The case log's signing key: the public half, and the private half sealed to *log*."""

    id: str
    public_key: bytes
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One record of the case log. `sealed` is None once its content was destroyed; `origin` makes appending once, once."""

    index: int
    leaf: bytes
    sealed: bytes | None = field(repr=False)
    origin: str
    hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHead:
    """A signed tree head over the first `size` entries."""

    size: int
    root: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ListVersion:
    """One saved version of a list. `content` opens with a key of its own, which is kept twice: wrapped under the boot secret for
    the gateway, and sealed to the desk. `revision` counts over all lists, `number` within the list `name`."""

    revision: int
    name: str
    number: int
    hour: int
    author_id: str | None
    content: bytes = field(repr=False)
    intake_wrap: bytes = field(repr=False)
    desk_seal: bytes = field(repr=False)
