"""Calls at Africa's Talking: what it remembers of them, what every request says, and both ways to begin one."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from gateway.providers.simulator.africastalking_side import AfricasTalkingSide
from gateway.providers.simulator.calls.switchboard import Switchboard
from gateway.providers.simulator.media_host import MediaHost, StoredFile
from gateway.providers.simulator.posting import Parcel
from gateway.providers.simulator.side import Network, now
from gateway.providers.simulator.sound import Samples, to_mp3

_MOST = 1_000


@dataclass(slots=True)
class AtCall:
    """A call as Africa's Talking keeps it. `number` is the phone's, in both directions."""

    session: str
    direction: Literal["Inbound", "Outbound"]
    number: str = field(repr=False)
    created: datetime
    state: str = "Ringing"
    is_answered: bool = False
    unanswered: str = "no-answer"
    request_id: str = ""


class AtCalls:
    """The calls of the account."""

    def __init__(self, side: AfricasTalkingSide, switchboard: Switchboard, media: MediaHost) -> None:
        self.side, self.switchboard, self.media = side, switchboard, media
        self.calls: OrderedDict[str, AtCall] = OrderedDict()

    @property
    def network(self) -> Network:
        """What the side works with."""
        return self.side.network

    def begin(self, number: str, direction: Literal["Inbound", "Outbound"], request_id: str = "") -> AtCall:
        """Keep a new call, and forget the oldest of too many."""
        call = AtCall("ATVId_" + secrets.token_hex(16), direction, number, now(), request_id=request_id)
        self.calls[call.session] = call
        while len(self.calls) > _MOST:
            self.calls.popitem(last=False)
        return call

    def keep_recording(self, call: AtCall, samples: Samples) -> str:
        """Keep what was said; give the address that anybody can fetch it from, or one that leads elsewhere."""
        planned = self.network.failures.take("africastalking", "recording", of=frozenset({"elsewhere"}))
        stored = StoredFile(provider="africastalking", data=to_mp3(samples), content_type="audio/mpeg")
        return planned.to if planned is not None else self.media.offer(stored, suffix=".mp3")

    def address(self, door: str) -> str:
        """Give the address of a door of the product, as it is set on the dashboard."""
        config = self.network.config
        return f"{config.signed_url}/webhooks/africastalking/{config.africastalking_webhook_secret}/{door}"

    def parcel(self, path: str, fields: dict[str, str]) -> Parcel:
        """Make a request, which nothing signs."""
        return self.side.parcel_to(path, fields)

    def fields_of(self, call: AtCall, *, is_active: bool) -> dict[str, str]:
        """Give what every request about a call says."""
        return {
            "isActive": "1" if is_active else "0",
            "sessionId": call.session,
            "direction": call.direction,
            "callerNumber": call.number,
            "destinationNumber": self.network.config.africastalking_voice_line,
            "callSessionState": call.state,
            "callStartTime": call.created.strftime("%Y-%m-%d+%H:%M:%S"),
            "callerCountryCode": "263",
            "callerCarrierName": "None",
        }
