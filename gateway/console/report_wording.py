"""The words of a report's page alone: texts to begin with, and why a call of ours was not made."""

from __future__ import annotations

from flask import Flask

from gateway.console.languages import date_words, gettext, lazy_gettext
from gateway.console.said_words import said
from gateway.console.trail_words import action_words
from handlers.desk.findings import Found
from handlers.pacing import Pace
from handlers.records import Call, CallState, Direction

ANSWERS = {
    "where": lazy_gettext("Ask where it was"),
    "when": lazy_gettext("Ask when it was"),
    "how_many": lazy_gettext("Ask how many people"),
    "help": lazy_gettext("Ask who needs help"),
    "seen": lazy_gettext("Ask whether they saw it"),
    "received": lazy_gettext("Say that it was read"),
    "looking": lazy_gettext("Say that it is looked into"),
    "safe": lazy_gettext("Say to keep safe and not to write"),
    "later": lazy_gettext("Say that there is nothing new"),
}
CALLS = {
    CallState.PLANNED: lazy_gettext("A call back is planned."),
    CallState.PLACED: lazy_gettext("It was rung; what became of it is not known yet."),
    CallState.GOING_ON: lazy_gettext("The call may still be going on."),
    CallState.ENDED: lazy_gettext("It was answered."),
    CallState.MISSED: lazy_gettext("Nobody answered."),
    CallState.FAILED: lazy_gettext("The call back failed."),
    CallState.WITHHELD: lazy_gettext("Nobody was called back."),
}
CALL_REASONS = {
    "stopped": lazy_gettext("The source wants to hear nothing from us."),
    "deleted": lazy_gettext("The source had the report deleted."),
    "not_configured": lazy_gettext("No line of ours can ring anybody: it is not set up, or call backs are switched off."),
    "capped": lazy_gettext(
        "As many calls as a day may cost had been made already, and it would have come too late to be of use."
    ),
    "key_destroyed": lazy_gettext("The number was destroyed before the call could be made."),
    "bad_number": lazy_gettext("The network does not know the number."),
    "credentials": lazy_gettext("The provider refused our credentials. Tell whoever runs this line."),
    "balance": lazy_gettext("The provider's account is empty. Tell whoever runs this line."),
    "throttled": lazy_gettext("The provider asks us to wait."),
    "unreachable": lazy_gettext("The provider was out of reach."),
    "timeout": lazy_gettext("The provider did not answer in time."),
    "rejected": lazy_gettext("The provider refused it."),
    "busy": lazy_gettext("The line was busy."),
    "no_answer": lazy_gettext("Nobody picked up."),
}


def register(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.filters.update(
        of_minute=of_minute,
        call_sentences=call_sentences,
        said=said,
        finding_name=finding_name,
        action_words=action_words,
        date_words=date_words,
    )
    app.jinja_env.globals.update(answer_words=ANSWERS, quiet_hours=quiet_hours)


def finding_name(item: Found) -> str:
    """Give what was found, in words."""
    return said(item.finding.label or item.finding.value)


def quiet_hours(pace: Pace) -> dict[str, str]:
    """Give between which times of a day nothing goes out."""
    return {"from": of_minute(pace.quiet[0]), "until": of_minute(pace.quiet[1])}


def of_minute(minutes: int) -> str:
    """Give a time of day from its minutes after midnight, such as 07:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def call_sentences(call: Call) -> tuple[str, ...]:
    """Say what became of a call of ours, and why no more; nothing of a call to us, which speaks for itself."""
    if call.direction is Direction.IN:
        return ()
    why = CALL_REASONS.get(call.reason, gettext("The provider gave a reason that is not known here.")) if call.reason else ""
    return (CALLS[call.state], why) if why else (CALLS[call.state],)
