"""The words that rows carry in the clear: what a row is, and where it stands."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """What a period's key is for."""

    REPORT = "report"
    CONTACT = "contact"
    PSEUDONYM = "pseudonym"
    ORIGINAL = "original"  # voices as they came: a room of its own, with a retention of its own


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
    FETCH = "fetch"  # a recording or a picture, from the provider
    DISGUISE = "disguise"  # a recording that was fetched
    CALL_BACK = "call_back"  # somebody who rang, or asked to be called


class CallState(StrEnum):
    """Where a call stands."""

    PLANNED = "planned"  # we shall call back
    PLACED = "placed"  # handed to the provider; nobody has answered yet
    GOING_ON = "going_on"
    ENDED = "ended"
    MISSED = "missed"  # nobody spoke: a flash, or a call of ours that was not answered
    FAILED = "failed"
    WITHHELD = "withheld"  # not placed: capped, stopped, switched off


class RecordingKind(StrEnum):
    """What a recording is."""

    CALL = "call"  # said in a call
    VOICE_NOTE = "voice_note"  # attached to a text
    PICTURE = "picture"  # attached to a text: kept sealed, never disguised
    OTHER = "other"
    REPLY = "reply"  # spoken by a coordinator for a source


class RecordingState(StrEnum):
    """How far a recording has come."""

    ANNOUNCED = "announced"  # known by name, not fetched yet
    FETCHED = "fetched"  # the original is here, sealed
    DISGUISED = "disguised"  # can be played
    KEPT = "kept"  # no voice: sealed as it came
    UNREADABLE = "unreadable"  # kept sealed as it came: no program of ours can play it
    REFUSED = "refused"  # not fetched: not where the provider keeps its files, too large, too slow
    ABSENT = "absent"  # the provider has none, or has it no longer
    SILENT = "silent"  # nothing is said in it


class MonitorState(StrEnum):
    """Whether a field monitor may report."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class WorkState(StrEnum):
    """Where a piece of work stands. What is done is deleted."""

    DUE = "due"
    RUNNING = "running"
    FAILED = "failed"


class Role(StrEnum):
    """What a person may do."""

    COORDINATOR = "coordinator"
    APPROVER = "approver"
    FOCAL_POINT = "focal_point"
    ADMINISTRATOR = "administrator"


class StepKind(StrEnum):
    """What a second step is."""

    APP = "app"  # an authenticator app: a new code every thirty seconds
    PASSKEY = "passkey"
    RECOVERY = "recovery"  # a code on paper, good once


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
