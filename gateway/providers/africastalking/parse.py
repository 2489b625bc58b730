"""The words of Africa's Talking to ours. https://developers.africastalking.com/docs/sms/notifications, seen 2026-11.

Fields are absent, empty, added, or come as JSON without notice: nothing is required but what a text cannot be without.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.providers.africastalking import calls, ussd
from gateway.providers.africastalking.codes import FAILURES, STATES
from gateway.providers.africastalking.fields import given, number
from gateway.providers.contract import WebhookRequest
from gateway.providers.reading import fields_of, kept_whole, moment
from handlers.events import DeliveryState, DeliveryStatus, Event, InboundText, OptOut, Unrecognised

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
    elif request.door.partition("/")[0] == "voice" and (spoken := calls.read(request.door, fields)) is not None:
        return spoken
    elif request.door.partition("/")[0] == "ussd":
        event = ussd.read(request.door, fields)
    return (event or _unrecognised(request, fields),)


def received_text(fields: Mapping[str, str]) -> InboundText | None:
    """Read a text of the webhook or of the list; None where these are not the fields of a text."""
    if "from" not in fields and "text" not in fields:
        return None
    return InboundText(
        provider=NAME,
        provider_id=given(fields, "id"),
        line=fields.get("to", "").strip(),
        sender=number(fields.get("from", "")),
        text=fields.get("text", ""),
        # Two forms are documented, one without a zone; both are read as UTC.
        sent_at=moment(fields.get("date", "")),
        reply_token=given(fields, "linkId"),
    )


def _status(fields: Mapping[str, str]) -> DeliveryStatus | None:
    provider_id = given(fields, "id")
    if provider_id is None:
        return None
    word = fields.get("status", "").casefold()
    state = STATES.get(word, DeliveryState.UNKNOWN)
    reason = None
    if state is DeliveryState.FAILED:
        why = (given(fields, "failureReason") or word).casefold()
        reason = FAILURES.get(why, "rejected")
    return DeliveryStatus(provider=NAME, provider_id=provider_id, state=state, reason=reason)


def _opt_out(fields: Mapping[str, str]) -> OptOut | None:
    """Read an opt-out (senderId, phoneNumber) or the change of a subscription (updateType)."""
    sender = number(fields.get("phoneNumber", ""))
    if not sender:
        return None
    return OptOut(provider=NAME, sender=sender, lifted=fields.get("updateType", "").casefold() == "addition")


def _unrecognised(request: WebhookRequest, fields: Mapping[str, str]) -> Unrecognised:
    why = {"voice": "call_step", "ussd": "ussd"}.get(request.door.partition("/")[0], "not_understood")
    provider_id = given(fields, "sessionId") or given(fields, "id")
    return Unrecognised(provider=NAME, provider_id=provider_id, door=request.door, why=why, fields=kept_whole(request))
