"""What Twilio says of calls and recordings. https://www.twilio.com/docs/voice/twiml, seen 2026-11."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from handlers.events import CallEnded, CallStep, Event, InboundCall, RecordingMade

NAME = "twilio"

_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_GOING_ON = frozenset({"queued", "initiated", "ringing", "answered", "in-progress"})
_RECORDING_ID = re.compile(r"RE[0-9a-fA-F]{32}")
_RECORDING_STATES: Mapping[str, Literal["ready", "absent", "failed"]] = {
    "completed": "ready",
    "absent": "absent",
    "failed": "failed",
}
_HANGUP = "hangup"  # what `Digits` says where a recording was ended by no key


def read(door: str, fields: Mapping[str, str]) -> tuple[Event, ...] | None:
    """Give what a request says of a call; nothing where it is no news, None where it is not understood."""
    room, *rest = door.split("/")
    if not fields.get("CallSid"):
        return None
    if room == "voice":
        return _at_the_line(fields) if not rest else (_step(fields, step=rest[0], token="".join(rest[1:2])),)
    if door == "call":
        return _status(fields)
    return _recording_status(fields) if door == "recording" else None


def _at_the_line(fields: Mapping[str, str]) -> tuple[Event, ...]:
    """Read the first request of a call: somebody rang, or answered a call of ours."""
    if _is_ours(fields):
        return (_step(fields, step="answered", token=""),)
    line, sender = _ends(fields)
    came = InboundCall(provider=NAME, provider_id=fields["CallSid"], line=line, sender=sender)
    return (came, _ended(fields)) if _word(fields, "CallStatus") in _OVER else (came,)


def _step(fields: Mapping[str, str], *, step: str, token: str) -> CallStep:
    line, sender = _ends(fields)
    recording = _recording(fields)
    keys = fields.get("Digits", "").strip()
    return CallStep(
        provider=NAME,
        provider_id=fields["CallSid"],
        line=line,
        sender=sender,
        step=step,
        token=token,
        keys=""
        if recording is not None or keys == _HANGUP
        else keys,  # the key that ended a recording is none that was asked for
        recording=recording,
        is_over=_word(fields, "CallStatus") in _OVER,
        is_ours=_is_ours(fields),
    )


def _status(fields: Mapping[str, str]) -> tuple[Event, ...] | None:
    """Read what became of a call. That it rings or goes on is no news."""
    word = _word(fields, "CallStatus")
    if word in _GOING_ON:
        return ()
    if word not in _OVER:
        return None
    recording = _recording(fields)
    return (recording, _ended(fields)) if recording else (_ended(fields),)


def _ended(fields: Mapping[str, str]) -> CallEnded:
    line, sender = _ends(fields)
    return CallEnded(
        provider=NAME,
        provider_id=fields["CallSid"],
        line=line,
        sender=sender,
        is_answered=_word(fields, "CallStatus") == "completed",
        is_ours=_is_ours(fields),
        seconds=_count(fields, "CallDuration"),
    )


def _recording_status(fields: Mapping[str, str]) -> tuple[Event, ...] | None:
    """Read the callback of a recording, which names neither end of the call. That it is being made is no news."""
    word = _word(fields, "RecordingStatus")
    if word == "in-progress":
        return ()
    state, recording = _RECORDING_STATES.get(word), _recording(fields)
    if state is None or (recording is None and state == "ready"):
        return None
    reference = recording.reference if recording else ""
    made = RecordingMade(
        provider=NAME,
        call_id=fields["CallSid"],
        reference=reference,
        seconds=_count(fields, "RecordingDuration"),
        state=state,
    )
    return (made,)


def _recording(fields: Mapping[str, str]) -> RecordingMade | None:
    """Read the recording that a request names. By its id alone: its address is built anew where it is fetched."""
    found = _RECORDING_ID.search(fields.get("RecordingSid", "") or fields.get("RecordingUrl", ""))
    if found is None:
        return None
    seconds = _count(fields, "RecordingDuration")
    return RecordingMade(provider=NAME, call_id=fields["CallSid"], reference=found[0], seconds=seconds)


def _ends(fields: Mapping[str, str]) -> tuple[str, str]:
    """Give our line and the other end."""
    came_from, went_to = fields.get("From", ""), fields.get("To", "")
    return (came_from, went_to) if _is_ours(fields) else (went_to, came_from)


def _is_ours(fields: Mapping[str, str]) -> bool:
    return _word(fields, "Direction").startswith("outbound")


def _word(fields: Mapping[str, str], name: str) -> str:
    return fields.get(name, "").strip().casefold()


def _count(fields: Mapping[str, str], name: str) -> int | None:
    text = fields.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
