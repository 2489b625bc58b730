"""Twilio's memory of calls and recordings, and what it tells the product of them. https://www.twilio.com/docs/voice, seen
2026-11."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import partial

from gateway.providers.simulator.calls.callbacks import Callbacks
from gateway.providers.simulator.calls.leg import Leg
from gateway.providers.simulator.calls.switchboard import Switchboard
from gateway.providers.simulator.media_host import MediaHost
from gateway.providers.simulator.side import Network, now
from gateway.providers.simulator.sound import Samples, seconds_of
from gateway.providers.simulator.twilio_side import TwilioSide, new_sid

_MOST = 1_000
_EVENTS = {"queued": "initiated", "ringing": "ringing", "in-progress": "answered"}
OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


@dataclass(slots=True)
class TwilioCall:
    """A call as Twilio keeps it. `told` are the events that the product wants to hear of, at `status_address`."""

    sid: str
    direction: str
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    status: str
    created: datetime
    status_address: str = field(repr=False)
    told: frozenset[str] = frozenset({"completed"})
    leg: Leg | None = field(default=None, repr=False)
    started: datetime | None = None
    ended: datetime | None = None
    sequence: int = 0

    @property
    def seconds(self) -> int:
        """How long it was talked."""
        return max(1, round(self.leg.seconds)) if self.leg is not None and self.started is not None else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioRecording:
    """A recording as Twilio keeps it."""

    sid: str
    call_sid: str
    samples: Samples = field(repr=False)
    created: datetime

    @property
    def seconds(self) -> int:
        """How long it is, in whole seconds as Twilio tells it."""
        return max(1, round(seconds_of(self.samples)))


class TwilioCalls:
    """The calls of the account."""

    def __init__(self, side: TwilioSide, switchboard: Switchboard, media: MediaHost) -> None:
        self.side, self.switchboard, self.media = side, switchboard, media
        self.lock = threading.RLock()
        self.calls: OrderedDict[str, TwilioCall] = OrderedDict()
        self.recordings: OrderedDict[str, TwilioRecording] = OrderedDict()

    @property
    def network(self) -> Network:
        """What the side works with."""
        return self.side.network

    def keep(self, call: TwilioCall) -> None:
        """Keep a call, and forget the oldest of too many."""
        with self.lock:
            self.calls[call.sid] = call
            while len(self.calls) > _MOST:
                self.calls.popitem(last=False)

    def keep_recording(self, call: TwilioCall, samples: Samples) -> TwilioRecording:
        """Keep what was said."""
        recording = TwilioRecording(sid=new_sid("RE"), call_sid=call.sid, samples=samples, created=now())
        with self.lock:
            self.recordings[recording.sid] = recording
            while len(self.recordings) > _MOST:
                self.recordings.popitem(last=False)
        return recording

    def fields_of(self, call: TwilioCall) -> dict[str, str]:
        """Give what every request about a call says."""
        places = {f"{end}{what}": "" for end in ("From", "To", "Caller", "Called") for what in ("City", "State", "Zip")}
        ours, theirs = ("To", "Called"), ("From", "Caller")
        if call.direction != "inbound":
            ours, theirs = theirs, ours
        return {
            "CallSid": call.sid,
            "AccountSid": self.network.config.twilio_account_sid,
            "From": call.sender,
            "To": call.recipient,
            "Caller": call.sender,
            "Called": call.recipient,
            "CallStatus": call.status,
            "ApiVersion": "2010-04-01",
            "Direction": call.direction,
            **places,
            **{f"{end}Country": "US" for end in ours},
            **{f"{end}Country": "ZW" for end in theirs},
        }

    def tell_status(self, call: TwilioCall, callbacks: Callbacks) -> None:
        """Tell the product how far a call has come, if it asked for that."""
        event = _EVENTS.get(call.status, "completed")
        number, call.sequence = call.sequence, call.sequence + 1
        address, ours = call.status_address, self.network.config.signed_url
        if event not in call.told or not address.startswith(ours + "/"):
            return
        fields = self.fields_of(call) | {
            "Timestamp": format_datetime(now()),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(number),
        }
        if call.status in OVER:
            fields |= {"CallDuration": str(call.seconds), "Duration": str(-(-call.seconds // 60)), "SipResponseCode": _sip(call)}
        callbacks.tell(partial(self.side.signed, address[len(ours) :], fields), on="status")


def _sip(call: TwilioCall) -> str:
    return {"completed": "200", "busy": "486", "canceled": "487", "failed": "404"}.get(call.status, "480")
