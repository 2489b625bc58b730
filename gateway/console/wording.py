"""How things are said on the pages: times in Zimbabwe, ages, and words in place of codes."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from gateway.console.rooms import console
from handlers.caselog.grading import INFORMATION_GRADES, SOURCE_GRADES
from handlers.desk.explaining import how_sure, reasons_of
from handlers.desk.incidents import STANDINGS
from handlers.desk.listening import clock_time
from handlers.desk.office import incident_name, report_name, source_name
from handlers.desk.views import ShownRecording
from handlers.records import MessageState, ProposalState, RecordingKind, RecordingState, Role
from handlers.reports import ReportState

HARARE = ZoneInfo("Africa/Harare")

STATES = {
    ReportState.RECEIVED: "just received",
    ReportState.OPEN: "open",
    ReportState.PROPOSED: "proposed for the case log",
    ReportState.LOGGED: "in the case log",
    ReportState.REJECTED: "closed",
    ReportState.DELETED: "deleted by its source",
}
DELIVERY = {
    MessageState.RECEIVED: "received",
    MessageState.QUEUED: "waiting to be sent",
    MessageState.SENDING: "being sent",
    MessageState.SENT: "sent, not yet confirmed",
    MessageState.DELIVERED: "delivered",
    MessageState.FAILED: "not delivered",
    MessageState.UNCERTAIN: "may or may not have been sent; it is not sent again by itself",
    MessageState.WITHHELD: "not sent",
}
REASONS = {
    "opted_out": "the source wants no texts",
    "stopped": "the source wants no texts",
    "bad_number": "the network does not know the number",
    "credentials": "the provider refused our credentials",
    "balance": "the provider's account is empty",
    "throttled": "the provider asks us to wait",
    "unreachable": "the provider or the phone was out of reach",
    "timeout": "the provider did not answer in time",
    "rejected": "the provider refused it",
    "not_configured": "this line is not set up",
    "capped": "too many texts at once",
    "recalled": "it was taken back before it went out",
    "taken_back": "it was taken back before anybody heard it",
    "not_heard": "nobody called to hear it",
}
STAGES = {
    "category": "What happened",
    "call": "Call",
    "when": "When",
    "how_many": "How many",
    "help": "Who needs help",
    "negation": "What it denies",
    "past": "Told of years ago",
    "urgency": "How urgent it is",
    "place": "Where",
    "spam": "Perhaps no report",
    "language": "Language",
    "variety": "Form of the language",
    "segment": "Parts in another language",
    "forwarded": "Passed on",
    "duplicates": "Told before in nearly the same words",
    "incidents": "Perhaps the same incident",
}
NOT_FOUND = {
    "category": "No kind of incident was found in its words.",
    "place": "No place that is known was found in its words.",
    "language": "The language could not be told.",
    "urgency": "Nothing was weighed yet.",
}
CORRECT = {
    "category": "Correct what happened",
    "place": "Confirm or correct the place",
    "language": "Correct the language",
    "urgency": "Correct the urgency",
}
# What a person says of a finding that is there or not: where the program found it, and where it did not.
YES_OR_NO = {
    "spam": ("It is a report", "It is no report"),
    "past": ("It is of now", "It is of years ago"),
    "negation": ("It denies none of this", "It denies something"),
}
LANGUAGES = {"sn": "Shona", "ndau": "Ndau", "nd": "Ndebele", "en": "English"}
RECORDING_KINDS = {
    RecordingKind.CALL: "Voice, in a call",
    RecordingKind.VOICE_NOTE: "Voice note",
    RecordingKind.PICTURE: "Picture",
    RecordingKind.OTHER: "File",
    RecordingKind.REPLY: "Spoken reply",
}
RECORDINGS = {
    RecordingState.ANNOUNCED: "on its way",
    RecordingState.FETCHED: "being disguised",
    RecordingState.DISGUISED: "can be played",
    RecordingState.KEPT: "kept sealed, as it came",
    RecordingState.UNREADABLE: "could not be read: kept sealed",
    RecordingState.REFUSED: "not fetched",
    RecordingState.ABSENT: "the provider has none",
    RecordingState.SILENT: "nothing is said in it",
}
RECORDING_REASONS = {
    "not_theirs": "it does not lie where this provider keeps its files",
    "too_large": "it is larger than is taken; it is still at the provider",
    "timeout": "it took too long",
    "gone": "it was deleted there",
    "not_yet": "it is not there yet",
    "not_offered": "this line gives no files",
    "no_room": "the disk is full",
    "lost": "its file is no longer here",
    "altered": "its file was altered or is incomplete",
    "deleted": "its caller had it deleted",
    "empty": "the file is empty",
    "not_audio": "it is no sound",
    "too_long": "it is longer than an hour",
    "bomb": "it would unpack to far more than it is",
    "corrupt": "the file is damaged",
    "memory": "it needs more memory than is given",
    "killed": "it needs more than this machine has",
    "provider_down": "the provider is out of reach",
}
MANNERS = {
    "milder": "Milder: easier to follow, easier to recognise",
    "usual": "As usual, drawn anew",
    "stronger": "Stronger: a whisper, harder to recognise and to follow",
}
PROPOSALS = {
    ProposalState.WAITING: "waits for a second person",
    ProposalState.APPROVED: "approved",
    ProposalState.RETURNED: "returned",
}
ROLES = {
    Role.COORDINATOR: "coordinator",
    Role.APPROVER: "approver",
    Role.FOCAL_POINT: "focal-point reader",
    Role.ADMINISTRATOR: "administrator",
}
ROLE_HINTS = {
    Role.COORDINATOR: "reads reports, grades, answers and proposes; approves what others propose",
    Role.APPROVER: "reads proposals and the reports they come from; approves or returns them",
    Role.FOCAL_POINT: "reads the case log",
    Role.ADMINISTRATOR: "looks after people and holds no key",
}
NOTES = {
    "note": "Note",
    "grade": "Grade",
    "rejection": "Closed",
    "standing": "Standing",
    "return": "Proposal returned",
    "release": "Words released",
    "original": "Original opened",
    "urgent": "Sent at once",
}


def register(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.filters.update(
        first_large=first_large,
        moment=moment,
        of_hour=of_hour,
        iso=iso,
        age=age,
        hours=hours,
        how_sure=how_sure,
        reasons_of=reasons_of,
        source_name=source_name,
        incident_name=incident_name,
        report_name=report_name,
        clock_time=clock_time,
        recording_state=recording_state,
    )
    app.jinja_env.globals.update(
        state_words=STATES,
        delivery_words=DELIVERY,
        reason_words=REASONS,
        stage_words=STAGES,
        not_found_words=NOT_FOUND,
        correct_words=CORRECT,
        yes_or_no_words=YES_OR_NO,
        proposal_words=PROPOSALS,
        note_words=NOTES,
        language_words=LANGUAGES,
        role_words=ROLES,
        role_hints=ROLE_HINTS,
        recording_kinds=RECORDING_KINDS,
        manner_words=MANNERS,
        source_grades=SOURCE_GRADES,
        information_grades=INFORMATION_GRADES,
        standings=STANDINGS,
    )
    app.context_processor(_of_request)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def moment(at: float) -> str:
    """Give a moment as told in Zimbabwe, such as `Tue 24 Nov 2026, 04:15`."""
    return datetime.fromtimestamp(at, HARARE).strftime("%a %-d %b %Y, %H:%M")


def of_hour(hour: int) -> str:
    """Give an hour since 1970 as told in Zimbabwe."""
    return datetime.fromtimestamp(hour * 3600, HARARE).strftime("%a %-d %b %Y, %H h")


def first_large(words: str) -> str:
    """Begin with a capital, and leave the rest as it is."""
    return words[:1].upper() + words[1:]


def iso(at: float) -> str:
    """Give a moment for machines."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def recording_state(shown: ShownRecording) -> str:
    """Say how far a recording has come, and why no farther."""
    words = RECORDINGS[shown.state]
    if shown.is_given_up and shown.state is RecordingState.ANNOUNCED:
        words = "could not be fetched"
    elif shown.is_given_up and shown.state is RecordingState.FETCHED:
        words = "could not be disguised by itself: kept sealed"
    elif shown.state is RecordingState.ABSENT and shown.reason in ("lost", "deleted"):
        words = "no longer here"
    elif shown.state is RecordingState.ABSENT and shown.reason == "not_yet":
        return f"{words} (it never came)"
    reason = RECORDING_REASONS.get(shown.reason or "", REASONS.get(shown.reason or "", shown.reason or ""))
    if reason and shown.state is RecordingState.ANNOUNCED and not shown.is_given_up:
        reason = f"{reason}; it is tried again"
    return f"{words} ({reason})" if reason else words


def age(hours: int) -> str:
    """Give an age in words."""
    if hours < 1:
        return "under an hour"
    if hours < 48:
        return f"{hours} h"
    return f"{hours // 24} days"


def hours(count: int) -> str:
    """Give a number of hours in words, such as `8 hours` or `3 days and 2 hours`."""
    days, rest = divmod(count, 24) if count >= 48 else (0, count)
    parts = [f"{days} days" if days else "", f"{rest} {'hour' if rest == 1 else 'hours'}" if rest or not days else ""]
    return " and ".join(part for part in parts if part)


def _of_request() -> dict[str, object]:
    return {"current_person": g.get("person"), "csrf": _csrf_field, "leave_url": console().given.leave_url}


def _csrf_field() -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
