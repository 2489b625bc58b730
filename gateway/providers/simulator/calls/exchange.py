"""Where phones and lines meet: a phone dials by the name of a line, in whatever dialect that line speaks."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.providers.simulator.africastalking_side import AfricasTalkingSide
from gateway.providers.simulator.calls import africastalking_calling, twilio_calling
from gateway.providers.simulator.calls.africastalking_calls import AtCalls
from gateway.providers.simulator.calls.leg import Leg
from gateway.providers.simulator.calls.switchboard import Switchboard
from gateway.providers.simulator.calls.twilio_calls import TwilioCalls
from gateway.providers.simulator.calls.ussd import Ussd
from gateway.providers.simulator.media_host import MediaHost
from gateway.providers.simulator.phones import Phone
from gateway.providers.simulator.side import Network
from gateway.providers.simulator.twilio_side import TwilioSide


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """The voice side of the simulator."""

    network: Network
    switchboard: Switchboard
    twilio: TwilioCalls
    africastalking: AtCalls
    ussd: Ussd

    @classmethod
    def of(cls, twilio: TwilioSide, africastalking: AfricasTalkingSide, media: MediaHost) -> Exchange:
        """Build it over the sides of the two providers that carry voice."""
        switchboard = Switchboard(twilio.network.phones)
        at_calls = AtCalls(africastalking, switchboard, media)
        return cls(
            network=twilio.network,
            switchboard=switchboard,
            twilio=TwilioCalls(twilio, switchboard, media),
            africastalking=at_calls,
            ussd=Ussd(at_calls),
        )

    def dial(self, phone: Phone, line: str, *, hears_itself: bool = False, rings_once: bool = False) -> Leg:
        """Call a line from a phone; with `rings_once` hang up before anybody answers. Raise `Engaged`."""
        if line == "twilio":
            return twilio_calling.take_call(self.twilio, phone, hears_itself=hears_itself, rings_once=rings_once)
        return africastalking_calling.take_call(self.africastalking, phone, hears_itself=hears_itself, rings_once=rings_once)
