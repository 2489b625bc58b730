"""USSD at Africa's Talking: one request a screen. https://developers.africastalking.com/docs/ussd/handle_sessions, seen 2026-11.

`text` is all that was typed so far, joined with `*`. What tells of the end of a session repeats the whole of it: only its state
is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from gateway.providers.africastalking.fields import given, number
from gateway.providers.contract import Answer
from handlers.events import UssdEnded, UssdStep
from handlers.voice.speech import Screen

NAME = "africastalking"
State = Literal["success", "incomplete", "failed", "unknown"]

_STATES: Mapping[str, State] = MappingProxyType({"success": "success", "incomplete": "incomplete", "failed": "failed"})


def read(door: str, fields: Mapping[str, str]) -> UssdStep | UssdEnded | None:
    """Give what a request says; None where it is not understood, and nothing is lost: it is kept whole."""
    session = given(fields, "sessionId")
    if door == "ussd/events":
        state = _STATES.get(fields.get("status", "").strip().casefold(), "unknown")
        return UssdEnded(provider=NAME, state=state) if session or "status" in fields else None
    if session is None or "text" not in fields:
        return None
    return UssdStep(
        provider=NAME,
        provider_id=session,
        line=fields.get("serviceCode", "").strip(),
        sender=number(fields.get("phoneNumber", "")),
        inputs=fields["text"],
    )


def render(screen: Screen) -> Answer:
    """Put a screen as it is shown: `CON` goes on, `END` ends the session."""
    return Answer(body=f"{'CON' if screen.goes_on else 'END'} {screen.text}", content_type="text/plain; charset=utf-8")
