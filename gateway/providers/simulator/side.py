"""What the three simulated providers have in common: a text goes to the product, a text of the product goes to a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from gateway.providers.simulator.config import SimulatorConfig
from gateway.providers.simulator.failures import Failures
from gateway.providers.simulator.phones import Bubble, Phone, Phones
from gateway.providers.simulator.posting import Outcome, Postman


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """All that a simulated provider works with."""

    config: SimulatorConfig
    phones: Phones
    failures: Failures
    postman: Postman


@dataclass(frozen=True, slots=True)
class Attachment:
    """A voice note or picture that goes with a text. The type is what the phone claims."""

    content_type: str
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedText:
    """A text that somebody typed on a phone. `provider_id` is given by a test that wants to say it again."""

    phone: Phone
    line: str
    text: str = field(repr=False)
    provider_id: str | None = field(default=None, repr=False)
    times: int = 1
    at_once: bool = False
    with_webhook: bool = True
    media: tuple[Attachment, ...] = ()


class Side(Protocol):
    """One simulated provider."""

    def take_text(self, typed: TypedText) -> tuple[str, list[Outcome]]:
        """Take a text from a phone to the product; give its id and what the product answered each time."""
        ...


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def reply_on(network: Network, number: str, line: str, text: str) -> Bubble:
    """Show a text of the product on its way to a phone."""
    phone = network.phones.find(number)
    return network.phones.show(phone, Bubble(text=text, line=line, is_reply=True, at=now(), state="sending"))


def deliver(network: Network, provider: str, bubble: Bubble, tell: Callable[[str, int], None]) -> None:
    """Let a text arrive step by step, in the order and about the time it takes, and tell the product of each step."""

    def errand() -> None:
        failure = network.failures.take(provider, "delivery")
        last = "failed" if failure else "delivered"
        for step in ("sent", last):
            if not network.postman.pause(network.config.pace):
                return
            network.phones.mark(bubble, step)
            tell(step, failure.code if failure else 0)

    network.postman.later(errand)
