"""Place calls at Twilio, by its own SDK, and look them up. https://www.twilio.com/docs/voice/api/call-resource, seen 2026-11.

Nobody listens in for an answering machine (`MachineDetection` is left off, it would hold the line open and send the greeting to a
recogniser): what is said first names nothing, and a machine presses no key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from gateway.providers.twilio.config import TwilioConfig
from gateway.providers.twilio.parse import NAME
from gateway.providers.twilio.sdk import asked, new_sdk, unless_gone
from handlers.errors import ProviderError
from handlers.events import CallEnded
from handlers.outgoing import OutgoingCall, Sent

_PAGE = 100
# CallStatus of a call that is over -> whether somebody answered it
OVER: Mapping[str, bool] = MappingProxyType(
    {"completed": True, "busy": False, "no-answer": False, "failed": False, "canceled": False}
)


def call(config: TwilioConfig, outgoing: OutgoingCall) -> Sent:
    """Place a call."""
    made = asked(
        lambda: new_sdk(config).calls.create(
            to=outgoing.recipient,
            from_=outgoing.sender,
            url=outgoing.answer_address,
            method="POST",
            status_callback=outgoing.status_address,
            status_callback_method="POST",
            status_callback_event=["completed"],
            timeout=outgoing.ring_seconds,
            time_limit=outgoing.most_seconds,
            record=False,
        )
    )
    if not made.sid:
        raise ProviderError("rejected", permanent=True, unknown_outcome=True)
    return Sent(provider_id=made.sid)


def find_call(config: TwilioConfig, outgoing: OutgoingCall, since: datetime) -> Sent | None:
    """Find a call to the same number from the same line since then. Twilio keeps no id of ours; but nobody else rings from it."""
    for made in _calls(config, to=outgoing.recipient, from_=outgoing.sender):
        created = made.date_created or made.start_time
        is_ours = str(made.direction) == "outbound-api"
        if is_ours and created is not None and created.astimezone(UTC) >= since:
            return Sent(provider_id=made.sid)
    return None


def end_of(config: TwilioConfig, provider_id: str) -> CallEnded | None:
    """Say what became of a call; None while it goes on, and where it is not to be found any more."""
    made = unless_gone(lambda: new_sdk(config).calls(provider_id).fetch())
    status = "" if made is None else str(made.status)
    if made is None or status not in OVER:
        return None
    seconds = str(made.duration or "")
    return CallEnded(
        provider=NAME,
        provider_id=provider_id,
        is_answered=OVER[status],
        is_ours=True,
        seconds=int(seconds) if seconds.isascii() and seconds.isdigit() else None,
    )


def _calls(config: TwilioConfig, **filters: Any) -> Iterator[Any]:
    entries = asked(lambda: iter(new_sdk(config).calls.stream(page_size=_PAGE, limit=_PAGE, **filters)))
    while (entry := asked(lambda: next(entries, None))) is not None:
        yield entry
