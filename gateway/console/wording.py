"""How things are said on the pages: words in place of codes."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, g
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from gateway.console.languages import gettext, in_language, language_tag, lazy_gettext, marked
from gateway.console.rooms import console
from gateway.console.times import HARARE, age, hours, iso, moment, of_hour
from handlers.caselog.grading import INFORMATION_GRADES, SOURCE_GRADES
from handlers.desk.explaining import how_sure, reasons_of
from handlers.desk.incidents import STANDINGS
from handlers.desk.listening import clock_time
from handlers.desk.office import incident_name, report_name, source_name
from handlers.desk.views import ShownRecording
from handlers.records import MessageState, ProposalState, RecordingKind, RecordingState, Role
from handlers.reports import ReportState

__all__ = ["HARARE", "first_large", "recording_state", "register"]

STATES = {
    ReportState.RECEIVED: lazy_gettext("just received"),
    ReportState.OPEN: lazy_gettext("open"),
    ReportState.PROPOSED: lazy_gettext("proposed for the case log"),
    ReportState.LOGGED: lazy_gettext("in the case log"),
    ReportState.REJECTED: lazy_gettext("closed"),
    ReportState.DELETED: lazy_gettext("deleted by its source"),
}
DELIVERY = {
    MessageState.RECEIVED: lazy_gettext("received"),
    MessageState.QUEUED: lazy_gettext("waiting to be sent"),
    MessageState.SENDING: lazy_gettext("being sent"),
    MessageState.SENT: lazy_gettext("sent, not yet confirmed"),
    MessageState.DELIVERED: lazy_gettext("delivered"),
    MessageState.FAILED: lazy_gettext("not delivered"),
    MessageState.UNCERTAIN: lazy_gettext("may or may not have been sent; it is not sent again by itself"),
    MessageState.WITHHELD: lazy_gettext("not sent"),
}
REASONS = {
    "opted_out": lazy_gettext("the source wants no texts"),
    "stopped": lazy_gettext("the source wants no texts"),
    "bad_number": lazy_gettext("the network does not know the number"),
    "credentials": lazy_gettext("the provider refused our credentials"),
    "balance": lazy_gettext("the provider's account is empty"),
    "throttled": lazy_gettext("the provider asks us to wait"),
    "unreachable": lazy_gettext("the provider or the phone was out of reach"),
    "timeout": lazy_gettext("the provider did not answer in time"),
    "rejected": lazy_gettext("the provider refused it"),
    "not_configured": lazy_gettext("this line is not set up"),
    "capped": lazy_gettext("too many texts at once"),
    "recalled": lazy_gettext("it was taken back before it went out"),
    "taken_back": lazy_gettext("it was taken back before anybody heard it"),
    "not_heard": lazy_gettext("nobody called to hear it"),
}
STAGES = {
    "category": lazy_gettext("What happened"),
    "call": lazy_gettext("Call"),
    "when": lazy_gettext("When"),
    "how_many": lazy_gettext("How many"),
    "help": lazy_gettext("Who needs help"),
    "negation": lazy_gettext("What it denies"),
    "past": lazy_gettext("Told of years ago"),
    "urgency": lazy_gettext("How urgent it is"),
    "place": lazy_gettext("Where"),
    "spam": lazy_gettext("Perhaps no report"),
    "language": lazy_gettext("Language"),
    "variety": lazy_gettext("Form of the language"),
    "segment": lazy_gettext("Parts in another language"),
    "forwarded": lazy_gettext("Passed on"),
    "duplicates": lazy_gettext("Told before in nearly the same words"),
    "incidents": lazy_gettext("Perhaps the same incident"),
}
NOT_FOUND = {
    "category": lazy_gettext("No kind of incident was found in its words."),
    "place": lazy_gettext("No place that is known was found in its words."),
    "language": lazy_gettext("The language could not be told."),
    "urgency": lazy_gettext("Nothing was weighed yet."),
}
CORRECT = {
    "category": lazy_gettext("Correct what happened"),
    "place": lazy_gettext("Confirm or correct the place"),
    "language": lazy_gettext("Correct the language"),
    "urgency": lazy_gettext("Correct the urgency"),
}
# What a person says of a finding that is there or not: where the program found it, and where it did not.
YES_OR_NO = {
    "spam": (lazy_gettext("It is a report"), lazy_gettext("It is no report")),
    "past": (lazy_gettext("It is of now"), lazy_gettext("It is of years ago")),
    "negation": (lazy_gettext("It denies none of this"), lazy_gettext("It denies something")),
}
LANGUAGES = {
    "sn": lazy_gettext("Shona"),
    "ndau": lazy_gettext("Ndau"),
    "nd": lazy_gettext("Ndebele"),
    "en": lazy_gettext("English"),
}
RECORDING_KINDS = {
    RecordingKind.CALL: lazy_gettext("Voice, in a call"),
    RecordingKind.VOICE_NOTE: lazy_gettext("Voice note"),
    RecordingKind.PICTURE: lazy_gettext("Picture"),
    RecordingKind.OTHER: lazy_gettext("File"),
    RecordingKind.REPLY: lazy_gettext("Spoken reply"),
}
RECORDINGS = {
    RecordingState.ANNOUNCED: lazy_gettext("on its way"),
    RecordingState.FETCHED: lazy_gettext("being disguised"),
    RecordingState.DISGUISED: lazy_gettext("can be played"),
    RecordingState.KEPT: lazy_gettext("kept sealed, as it came"),
    RecordingState.UNREADABLE: lazy_gettext("could not be read: kept sealed"),
    RecordingState.REFUSED: lazy_gettext("not fetched"),
    RecordingState.ABSENT: lazy_gettext("the provider has none"),
    RecordingState.SILENT: lazy_gettext("nothing is said in it"),
}
RECORDING_REASONS = {
    "not_theirs": lazy_gettext("it does not lie where this provider keeps its files"),
    "too_large": lazy_gettext("it is larger than is taken; it is still at the provider"),
    "timeout": lazy_gettext("it took too long"),
    "gone": lazy_gettext("it was deleted there"),
    "not_yet": lazy_gettext("it is not there yet"),
    "not_offered": lazy_gettext("this line gives no files"),
    "no_room": lazy_gettext("the disk is full"),
    "lost": lazy_gettext("its file is no longer here"),
    "altered": lazy_gettext("its file was altered or is incomplete"),
    "deleted": lazy_gettext("its caller had it deleted"),
    "empty": lazy_gettext("the file is empty"),
    "not_audio": lazy_gettext("it is no sound"),
    "too_long": lazy_gettext("it is longer than an hour"),
    "bomb": lazy_gettext("it would unpack to far more than it is"),
    "corrupt": lazy_gettext("the file is damaged"),
    "memory": lazy_gettext("it needs more memory than is given"),
    "killed": lazy_gettext("it needs more than this machine has"),
    "provider_down": lazy_gettext("the provider is out of reach"),
}
MANNERS = {
    "milder": lazy_gettext("Milder: easier to follow, easier to recognise"),
    "usual": lazy_gettext("As usual, drawn anew"),
    "stronger": lazy_gettext("Stronger: a whisper, harder to recognise and to follow"),
}
PROPOSALS = {
    ProposalState.WAITING: lazy_gettext("waits for a second person"),
    ProposalState.APPROVED: lazy_gettext("approved"),
    ProposalState.RETURNED: lazy_gettext("returned"),
}
ROLES = {
    Role.COORDINATOR: lazy_gettext("coordinator"),
    Role.APPROVER: lazy_gettext("approver"),
    Role.FOCAL_POINT: lazy_gettext("focal-point reader"),
    Role.ADMINISTRATOR: lazy_gettext("administrator"),
}
ROLE_HINTS = {
    Role.COORDINATOR: lazy_gettext("reads reports, grades, answers and proposes; approves what others propose"),
    Role.APPROVER: lazy_gettext("reads proposals and the reports they come from; approves or returns them"),
    Role.FOCAL_POINT: lazy_gettext("reads the case log"),
    Role.ADMINISTRATOR: lazy_gettext("looks after people and holds no key"),
}
KEYS = {"desk": lazy_gettext("desk"), "log": lazy_gettext("log")}
KINDS = {"case": lazy_gettext("case"), "correction": lazy_gettext("correction"), "withdrawal": lazy_gettext("withdrawal")}
_NAMED = (marked("source"), marked("incident"), marked("report"))
NOTES = {
    "note": lazy_gettext("Note"),
    "grade": lazy_gettext("Grade"),
    "rejection": lazy_gettext("Closed"),
    "standing": lazy_gettext("Standing"),
    "return": lazy_gettext("Proposal returned"),
    "release": lazy_gettext("Words released"),
    "original": lazy_gettext("Original opened"),
    "urgent": lazy_gettext("Sent at once"),
}


def register(app: Flask) -> None:
    """Give the templates their words."""
    _register_filters(app)
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
        kind_words=KINDS,
        source_grades=in_language(SOURCE_GRADES),
        information_grades=in_language(INFORMATION_GRADES),
        standings=in_language(STANDINGS),
    )
    app.context_processor(_of_request)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _register_filters(app: Flask) -> None:
    app.jinja_env.filters.update(
        first_large=first_large,
        moment=moment,
        of_hour=of_hour,
        iso=iso,
        age=age,
        hours=hours,
        how_sure=lambda weight: gettext(how_sure(weight)),
        reasons_of=reasons_of,
        source_name=lambda source_id: _name_in_language(source_name(source_id)),
        incident_name=lambda incident_id: _name_in_language(incident_name(incident_id)),
        report_name=lambda report_id: _name_in_language(report_name(report_id)),
        in_words=_name_in_language,
        clock_time=clock_time,
        recording_state=recording_state,
        key_names=key_names,
        language_tag=language_tag,
        browser_words=browser_words,
    )


def first_large(words: str) -> str:
    """Begin with a capital, and leave the rest as it is."""
    return words[:1].upper() + words[1:]


def recording_state(shown: ShownRecording) -> str:
    """Say how far a recording has come, and why no farther."""
    words = str(RECORDINGS[shown.state])
    if shown.is_given_up and shown.state is RecordingState.ANNOUNCED:
        words = gettext("could not be fetched")
    elif shown.is_given_up and shown.state is RecordingState.FETCHED:
        words = gettext("could not be disguised by itself: kept sealed")
    elif shown.state is RecordingState.ABSENT and shown.reason in ("lost", "deleted"):
        words = gettext("no longer here")
    elif shown.state is RecordingState.ABSENT and shown.reason == "not_yet":
        return gettext("the provider has none (it never came)")
    reason = str(RECORDING_REASONS.get(shown.reason or "", REASONS.get(shown.reason or "", shown.reason or "")))
    if reason and shown.state is RecordingState.ANNOUNCED and not shown.is_given_up:
        reason = gettext("%(reason)s; it is tried again", reason=reason)
    return f"{words} ({reason})" if reason else words


def key_names(names: Sequence[str]) -> str:
    """Say which keys of compartments are meant, one or two of them."""
    known = [str(KEYS.get(name, name)) for name in names]
    return gettext("%(one)s and %(other)s", one=known[0], other=known[1]) if len(known) == 2 else ", ".join(known)


def browser_words(kept: str) -> str:
    """Say what somebody came with, of what `access.browser_name` kept of it."""
    browser, on, system = kept.partition(" on ")
    return gettext("%(browser)s on %(system)s", browser=gettext(browser), system=gettext(system)) if on else kept


def _name_in_language(name: str) -> str:
    """Say what a name such as `source 3F2A` is of in the language of the request."""
    kind, _, mark = name.partition(" ")
    return f"{gettext(kind)} {mark}" if kind in _NAMED else name


def _of_request() -> dict[str, object]:
    return {"current_person": g.get("person"), "csrf": _csrf_field, "leave_url": console().given.leave_url}


def _csrf_field() -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
