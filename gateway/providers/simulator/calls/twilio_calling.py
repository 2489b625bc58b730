"""Twilio: a phone calls the line, and the line calls a phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from gateway.providers.simulator.calls.leg import Leg
from gateway.providers.simulator.calls.switchboard import Engaged
from gateway.providers.simulator.calls.twilio_calls import TwilioCall, TwilioCalls
from gateway.providers.simulator.calls.twilio_stage import TwilioStage
from gateway.providers.simulator.phones import Phone
from gateway.providers.simulator.side import now
from gateway.providers.simulator.twilio_side import new_sid

_VOICE = "/webhooks/twilio/voice"
_STATUS = "/webhooks/twilio/call"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A call that the product asks for: an address, or a document itself, that says what is performed."""

    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    address: str = field(default="", repr=False)
    method: str = "POST"
    document: str = field(default="", repr=False)
    status_address: str = field(default="", repr=False)
    told: frozenset[str] = frozenset({"completed"})
    ring_seconds: int = 60


def take_call(calls: TwilioCalls, phone: Phone, *, hears_itself: bool = False, rings_once: bool = False) -> Leg:
    """Let a phone call the line; with `rings_once` it does not wait to be answered. Raise `Engaged`."""
    leg = calls.switchboard.connect(phone, "twilio", is_placed=False, hears_itself=hears_itself)
    config = calls.network.config
    call = TwilioCall(
        sid=new_sid("CA"),
        direction="inbound",
        sender=phone.number,
        recipient=config.twilio_line,
        status="ringing",
        created=now(),
        status_address=config.signed_url + _STATUS,
        leg=leg,
    )
    calls.keep(call)
    if rings_once:
        leg.hang_up()
    stage = TwilioStage(calls, call, leg)
    calls.switchboard.perform(leg, partial(stage.play, config.signed_url + _VOICE))
    return leg


def place_call(calls: TwilioCalls, placed: Placed) -> TwilioCall:
    """Call a phone for the product; give the call, which goes on by itself."""
    call = TwilioCall(
        sid=new_sid("CA"),
        direction="outbound-api",
        sender=placed.sender,
        recipient=placed.recipient,
        status="queued",
        created=now(),
        status_address=placed.status_address,
        told=placed.told,
    )
    calls.keep(call)
    phone = calls.network.phones.find(placed.recipient)
    try:
        leg = call.leg = calls.switchboard.connect(phone, "twilio", is_placed=True)
    except Engaged:
        # The phone is in a call: another leg, that nobody sees, finds it busy.
        leg = call.leg = Leg(phone, "twilio", is_placed=True, hears_itself=True, changed=lambda: None)
        leg.answer("busy")
    stage = TwilioStage(calls, call, leg)
    calls.switchboard.perform(leg, partial(_perform, stage, placed))
    return call


def _perform(stage: TwilioStage, placed: Placed) -> None:
    if not stage.ring(placed.ring_seconds):
        stage.finish()
    elif placed.document:
        stage.play_document(placed.document.encode())
    else:
        stage.play(placed.address, placed.method)
