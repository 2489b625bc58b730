"""What is remembered: one frozen record a row. In the clear are random ids, states, numbers and hours; the rest is sealed.

Hours are whole hours since 1970 in UTC: the exact time of arrival is sealed with the text. A `..._period` names the period
whose key opens the sealed value beside it.
"""

from handlers.records.rows import (
    Audit,
    Compartment,
    Delivery,
    Findings,
    Grant,
    Incident,
    ListVersion,
    LogEntry,
    LogHead,
    LogKey,
    Message,
    Note,
    Period,
    Person,
    Proposal,
    Report,
    Source,
    Status,
    Work,
)
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

__all__ = [
    "Audit",
    "Compartment",
    "Delivery",
    "Direction",
    "Findings",
    "Grant",
    "Incident",
    "ListVersion",
    "LogEntry",
    "LogHead",
    "LogKey",
    "Message",
    "MessageKind",
    "MessageState",
    "Note",
    "Period",
    "Person",
    "Proposal",
    "ProposalState",
    "Purpose",
    "Report",
    "Role",
    "Source",
    "Standing",
    "Status",
    "Work",
    "WorkKind",
    "WorkState",
]
