"""The words of a report's page alone: texts to begin with, and why a call of ours was not made."""

from __future__ import annotations

from flask import Flask

from handlers.records import Call, CallState, Direction

ANSWERS = {
    "where": "Ask where it was",
    "when": "Ask when it was",
    "how_many": "Ask how many people",
    "help": "Ask who needs help",
    "seen": "Ask whether they saw it",
    "received": "Say that it was read",
    "looking": "Say that it is looked into",
    "safe": "Say to keep safe and not to write",
    "later": "Say that there is nothing new",
}
CALLS = {
    CallState.PLANNED: "A call back is planned.",
    CallState.PLACED: "It was rung; what became of it is not known yet.",
    CallState.GOING_ON: "The call may still be going on.",
    CallState.ENDED: "It was answered.",
    CallState.MISSED: "Nobody answered.",
    CallState.FAILED: "The call back failed.",
    CallState.WITHHELD: "Nobody was called back.",
}
CALL_REASONS = {
    "stopped": "The source wants to hear nothing from us.",
    "deleted": "The source had the report deleted.",
    "not_configured": "No line of ours can ring anybody: it is not set up, or call backs are switched off.",
    "capped": "As many calls as a day may cost had been made already, and it would have come too late to be of use.",
    "key_destroyed": "The number was destroyed before the call could be made.",
    "bad_number": "The network does not know the number.",
    "credentials": "The provider refused our credentials. Tell whoever runs this line.",
    "balance": "The provider's account is empty. Tell whoever runs this line.",
    "throttled": "The provider asks us to wait.",
    "unreachable": "The provider was out of reach.",
    "timeout": "The provider did not answer in time.",
    "rejected": "The provider refused it.",
    "busy": "The line was busy.",
    "no_answer": "Nobody picked up.",
}


def register(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.filters.update(of_minute=of_minute, call_sentences=call_sentences)
    app.jinja_env.globals.update(answer_words=ANSWERS)


def of_minute(minutes: int) -> str:
    """Give a time of day from its minutes after midnight, such as 07:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def call_sentences(call: Call) -> tuple[str, ...]:
    """Say what became of a call of ours, and why no more; nothing of a call to us, which speaks for itself."""
    if call.direction is Direction.IN:
        return ()
    why = CALL_REASONS.get(call.reason, "The provider gave a reason that is not known here.") if call.reason else ""
    return (CALLS[call.state], why) if why else (CALLS[call.state],)
