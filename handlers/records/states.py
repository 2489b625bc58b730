"""The words that rows carry in the clear: what a row is, and where it stands."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """What a period's key is for."""

    REPORT = "report"
    CONTACT = "contact"
    PSEUDONYM = "pseudonym"


class Direction(StrEnum):
    """Which way a message went."""

    IN = "in"
    OUT = "out"


class MessageKind(StrEnum):
    """What a message is."""

    TEXT = "text"
    COMMAND = "command"  # a word to the line, such as "stop"
    CALL = "call"
    UNRECOGNISED = "unrecognised"
    AUTOMATIC = "automatic"  # what we answer by ourselves
    REPLY = "reply"  # what a coordinator wrote


class MessageState(StrEnum):
    """How far a message has come."""

    RECEIVED = "received"
    QUEUED = "queued"
    SENDING = "sending"  # handed to the provider; the outcome is not yet known
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # it may or may not have gone out, and a repeat could reach the source twice
    WITHHELD = "withheld"  # not sent: capped, stopped, or switched off


class WorkKind(StrEnum):
    """What is to be done."""

    TRIAGE = "triage"
    ANSWER = "answer"
    SEND = "send"
    ERASE = "erase"
    FORWARD = "forward"


class WorkState(StrEnum):
    """Where a piece of work stands. What is done is deleted."""

    DUE = "due"
    RUNNING = "running"
    FAILED = "failed"


class Role(StrEnum):
    """What a person may do."""

    COORDINATOR = "coordinator"
    FOCAL_POINT = "focal_point"
    ADMINISTRATOR = "administrator"


class Standing(StrEnum):
    """How far an incident is verified."""

    LEAD = "lead"
    REASONABLE_SUSPICION = "reasonable_suspicion"
    REASONABLE_GROUNDS = "reasonable_grounds"
    CORROBORATED = "corroborated"
    UNFOUNDED = "unfounded"
    CANNOT_BE_VERIFIED = "cannot_be_verified"
    TEST_OR_ABUSE = "test_or_abuse"


class ProposalState(StrEnum):
    """Where a proposal for the case log stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"
