"""What Africa's Talking says of calls. https://developers.africastalking.com/docs/voice/handle_calls, seen 2026-11.

One request serves for all: what it is about is told by its fields. Fields are absent or empty without notice, words come in any
case, the last request repeats what came before, and `isActive` is 0 on some that are not the last.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.providers.africastalking.fields import given, number
from handlers.events import CallEnded, CallStep, Event, InboundCall, RecordingMade

NAME = "africastalking"

_OVER = frozenset({"completed", "notanswered", "aborted", "failed", "hangup"})
_GOING_ON = frozenset({"ringing", "answered", "active", "inprogress", "transferred", "transfercompleted", "dialing", "queued"})
_NOT_ANSWERED = frozenset({"notanswered", "aborted", "failed"})
_ENDED_FIELDS = ("hangupCause", "status")


def read(door: str, fields: Mapping[str, str]) -> tuple[Event, ...] | None:
    """Give what a request says of a call; nothing where it is no news, None where it is not understood."""
    session = given(fields, "sessionId")
    if session is None:
        return None
    recording = _recording(fields, session)
    if _is_over(fields):
        return (recording, _ended(fields, session)) if recording else (_ended(fields, session),)
    if door == "voice/events":
        return (recording,) if recording else _no_news(fields)
    if fields.get("isActive", "").strip() not in ("0", "1"):
        return None
    _, *rest = door.split("/")
    if not rest and not recording and not fields.get("dtmfDigits"):
        return _at_the_line(fields, session)
    if not recording and fields["isActive"].strip() == "0":
        return _no_news(fields)
    return (_step(fields, session, step="".join(rest[:1]) or "keys", token="".join(rest[1:2]), recording=recording),)


def _at_the_line(fields: Mapping[str, str], session: str) -> tuple[Event, ...] | None:
    """Read the first request of a call: somebody rings, or answered a call of ours."""
    if fields["isActive"].strip() == "0":
        return _no_news(fields)
    if _is_ours(fields):
        return (_step(fields, session, step="answered", token="", recording=None),)
    line, sender = _ends(fields)
    return (InboundCall(provider=NAME, provider_id=session, line=line, sender=sender),)


def _no_news(fields: Mapping[str, str]) -> tuple[Event, ...] | None:
    """Say that a call goes on, where that is all that a request says: it takes no answer."""
    return () if _word(fields, "callSessionState") in _GOING_ON else None


def _step(fields: Mapping[str, str], session: str, *, step: str, token: str, recording: RecordingMade | None) -> CallStep:
    line, sender = _ends(fields)
    return CallStep(
        provider=NAME,
        provider_id=session,
        line=line,
        sender=sender,
        step=step,
        token=token,
        keys="" if recording else (given(fields, "dtmfDigits") or ""),
        recording=recording,
        is_ours=_is_ours(fields),
    )


def _recording(fields: Mapping[str, str], session: str) -> RecordingMade | None:
    """Read the recording that a request names, by its address: it has no other name."""
    address = given(fields, "recordingUrl")
    return RecordingMade(provider=NAME, call_id=session, reference=address) if address else None


def _ended(fields: Mapping[str, str], session: str) -> CallEnded:
    line, sender = _ends(fields)
    seconds = fields.get("durationInSeconds", "").strip()
    length = int(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 7 else None
    words = {_word(fields, "status"), _word(fields, "callSessionState")}
    return CallEnded(
        provider=NAME,
        provider_id=session,
        line=line,
        sender=sender,
        is_answered=bool(length) or not words & _NOT_ANSWERED,
        is_ours=_is_ours(fields),
        seconds=length,
    )


def _is_over(fields: Mapping[str, str]) -> bool:
    """Say whether the call is over. `isActive=0` alone does not say so: it was seen on callbacks of recordings, too."""
    if fields.get("isActive", "").strip() != "0":
        return False
    if _word(fields, "callSessionState") in _OVER or any(given(fields, name) for name in _ENDED_FIELDS):
        return True
    return given(fields, "durationInSeconds") is not None and given(fields, "recordingUrl") is None


def _is_ours(fields: Mapping[str, str]) -> bool:
    return _word(fields, "direction") == "outbound"


def _ends(fields: Mapping[str, str]) -> tuple[str, str]:
    """Give our line and the other end: `callerNumber` is always the user of the telephone, whoever called."""
    return fields.get("destinationNumber", "").strip(), number(fields.get("callerNumber", ""))


def _word(fields: Mapping[str, str], name: str) -> str:
    return fields.get(name, "").strip().casefold()
