"""The words of Africa's Talking to ours. https://developers.africastalking.com/docs/sms/notifications, seen 2026-11.

Fields are absent, empty, added, or come as JSON without notice: nothing is required but what a text cannot be without.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.providers.africastalking.codes import FAILURES, STATES
from gateway.providers.contract import WebhookRequest
from gateway.providers.reading import fields_of, kept_whole, moment
from handlers.events import DeliveryState, DeliveryStatus, Event, InboundCall, InboundText, OptOut, Unrecognised

NAME = "africastalking"


def parse(request: WebhookRequest) -> tuple[Event, ...]:
    """Translate a verified request; what is not understood is kept whole."""
    fields = fields_of(request)
    event: Event | None = None
    if request.door == "message":
        event = received_text(fields)
    elif request.door == "delivery":
        event = _status(fields)
    elif request.door == "optout":
        event = _opt_out(fields)
    elif request.door == "voice":
        event = _call(fields)
    return (event or _unrecognised(request, fields),)


def received_text(fields: Mapping[str, str]) -> InboundText | None:
    """Read a text of the webhook or of the list; None where these are not the fields of a text."""
    if "from" not in fields and "text" not in fields:
        return None
    return InboundText(
        provider=NAME,
        provider_id=_id(fields, "id"),
        line=fields.get("to", "").strip(),
        sender=_number(fields.get("from", "")),
        text=fields.get("text", ""),
        # Two forms are documented, one without a zone; both are read as UTC.
        sent_at=moment(fields.get("date", "")),
        reply_token=_id(fields, "linkId"),
    )


def _status(fields: Mapping[str, str]) -> DeliveryStatus | None:
    provider_id = _id(fields, "id")
    if provider_id is None:
        return None
    word = fields.get("status", "").casefold()
    state = STATES.get(word, DeliveryState.UNKNOWN)
    reason = None
    if state is DeliveryState.FAILED:
        given = (_id(fields, "failureReason") or word).casefold()
        reason = FAILURES.get(given, "rejected")
    return DeliveryStatus(provider=NAME, provider_id=provider_id, state=state, reason=reason)


def _opt_out(fields: Mapping[str, str]) -> OptOut | None:
    """Read an opt-out (senderId, phoneNumber) or the change of a subscription (updateType)."""
    sender = _number(fields.get("phoneNumber", ""))
    if not sender:
        return None
    return OptOut(provider=NAME, sender=sender, lifted=fields.get("updateType", "").casefold() == "addition")


def _call(fields: Mapping[str, str]) -> InboundCall | None:
    """Read the first ring of a call to us; None for its later requests and for calls of ours."""
    is_first = fields.get("isActive") == "1" and not fields.get("dtmfDigits") and not fields.get("recordingUrl")
    if not is_first or fields.get("direction", "inbound").casefold() != "inbound":
        return None
    return InboundCall(
        provider=NAME,
        provider_id=_id(fields, "sessionId"),
        line=fields.get("destinationNumber", "").strip(),
        sender=_number(fields.get("callerNumber", "")),
    )


def _unrecognised(request: WebhookRequest, fields: Mapping[str, str]) -> Unrecognised:
    why = {"voice": "call_step", "ussd": "ussd"}.get(request.door.partition("/")[0], "not_understood")
    provider_id = _id(fields, "sessionId") or _id(fields, "id")
    return Unrecognised(provider=NAME, provider_id=provider_id, door=request.door, why=why, fields=kept_whole(request))


def _id(fields: Mapping[str, str], name: str) -> str | None:
    """Give an id; None where there is none, or the word that their software prints for none."""
    value = fields.get(name, "").strip()
    return value if value and value.casefold() not in ("none", "null") else None


def _number(value: str) -> str:
    """Give a number; some of their senders leave the plus unescaped, and a form turns it into a space."""
    if value.startswith(" ") and value.strip().isdigit():
        return "+" + value.strip()
    return value.strip()
