"""A phone without a page, for tests and drills: `dial(exchange, "twilio", number).hear()`, `.press("1#")`, `.speak(wav)`,
`.hang_up()`. It drives the very interpreter that the phones of the page drive, with a clock of its own: time passes only where it
says so.
"""

from __future__ import annotations

import time

from gateway.providers.simulator.calls.exchange import Exchange
from gateway.providers.simulator.calls.heard import Heard, Wanting
from gateway.providers.simulator.calls.leg import Leg
from gateway.providers.simulator.calls.ussd import UssdSession
from gateway.providers.simulator.sound import read

_PATIENCE = 20.0


class Stuck(AssertionError):
    """The line neither spoke, nor asked, nor hung up in time."""


class Talk:
    """A call as the person at the phone has it."""

    def __init__(self, leg: Leg, *, patience: float = _PATIENCE) -> None:
        self.leg, self._patience = leg, patience
        self._seen = 0

    @property
    def wanting(self) -> Wanting | None:
        """What the line waits for."""
        return self.leg.wanting

    @property
    def is_over(self) -> bool:
        """Whether the call is over."""
        return self.leg.state == "over"

    @property
    def notes(self) -> list[str]:
        """What the page says beside the call: what could not be performed, and why."""
        return [one.text for one in self.leg.heard if one.kind == "note"]

    def hear(self) -> list[Heard]:
        """Hear all prompts out, until the line wants something or is gone; give what was heard since the last time."""
        while self.hear_one() is not None:
            pass
        return self._news()

    def hear_one(self) -> Heard | None:
        """Hear one prompt out, and give it; None where the line waits or is gone."""
        if not self.leg.settle(self._patience):
            raise Stuck("the line neither spoke, nor asked, nor hung up in time")
        playing = self.leg.playing if not self.leg.is_over else None
        if playing is not None:
            self.leg.hear_out(playing.number)
        return playing

    def words(self) -> str:
        """Hear all prompts out, and give their words; for a prompt that is played, `(a recording)`."""
        return " ".join(one.text or "(a recording)" for one in self.hear() if one.kind in ("say", "play"))

    def press(self, keys: str) -> Talk:
        """Press keys, also into a prompt that a key cuts short."""
        self.leg.settle(self._patience)
        self.leg.press(keys)
        return self

    def speak(self, wav: bytes) -> Talk:
        """Hear the tone, and speak."""
        self.hear()
        self.leg.speak(read(wav))
        self.leg.settle(self._patience)
        return self

    def say_nothing(self) -> Talk:
        """Hear all prompts out, and let the time pass that the line waits for."""
        self.hear()
        self.leg.let_pass()
        return self

    def hang_up(self) -> Talk:
        """Hang up, and wait until the line has noticed; what it tells the product may take longer."""
        self.leg.hang_up()
        if not self.leg.wait_for_end(self._patience):
            raise Stuck("the line did not notice that the call is over")
        return self

    def _news(self) -> list[Heard]:
        news = [one for one in self.leg.heard if one.number > self._seen and one.is_from_line]
        self._seen = max((one.number for one in self.leg.heard), default=0)
        return news


class Ringing:
    """A phone that rings, since the line calls it."""

    def __init__(self, leg: Leg) -> None:
        self.leg = leg

    def answer(self) -> Talk:
        """Answer it."""
        self.leg.answer()
        return Talk(self.leg)

    def decline(self) -> None:
        """Decline it: the line finds it busy."""
        self.leg.answer("busy")
        self.leg.wait_for_end(_PATIENCE)

    def let_ring(self) -> None:
        """Let it ring for as long as the line lets it."""
        self.leg.answer("no-answer")
        self.leg.wait_for_end(_PATIENCE)


class Ussd:
    """A phone in a USSD session."""

    def __init__(self, exchange: Exchange, number: str, code: str) -> None:
        self._exchange, self._phone = exchange, exchange.network.phones.find(number)
        self.session: UssdSession = exchange.ussd.dial(self._phone, code)

    @property
    def screen(self) -> str:
        """What the screen says."""
        return self.session.screen

    @property
    def is_over(self) -> bool:
        """Whether no answer is awaited any more."""
        return self.session.is_over

    def type(self, text: str) -> Ussd:
        """Answer the screen."""
        self._exchange.ussd.answer(self._phone, text)
        return self

    def close(self) -> None:
        """Cancel the session."""
        self._exchange.ussd.close(self._phone)


def dial(exchange: Exchange, line: str, number: str) -> Talk:
    """Call a line from a phone, and begin to listen."""
    return Talk(exchange.dial(exchange.network.phones.find(number), line))


def flash(exchange: Exchange, line: str, number: str) -> None:
    """Let it ring once at a line and hang up, and wait until the line has noticed."""
    leg = exchange.dial(exchange.network.phones.find(number), line, rings_once=True)
    leg.wait_for_end(_PATIENCE)


def wait_for_ring(exchange: Exchange, number: str, *, seconds: float = _PATIENCE) -> Ringing | None:
    """Wait until the line calls a phone; None where it does not in time."""
    phone = exchange.network.phones.find(number)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        leg = exchange.switchboard.of(phone)
        if leg is not None and leg.is_placed and leg.state == "ringing":
            return Ringing(leg)
        time.sleep(0.02)
    return None


def dial_code(exchange: Exchange, number: str, code: str = "") -> Ussd:
    """Dial a USSD code from a phone; the line's own where none is given."""
    return Ussd(exchange, number, code or exchange.network.config.africastalking_ussd_code)
