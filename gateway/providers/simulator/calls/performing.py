"""What both dialects have in common when a document of the product is performed on a call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from gateway.providers.simulator.calls.heard import Heard, said_in
from gateway.providers.simulator.calls.leg import Leg
from gateway.providers.simulator.calls.markup import Malformed, Verb
from gateway.providers.simulator.posting import Parcel
from gateway.providers.simulator.side import Network
from gateway.providers.simulator.sound import NotSound, read, seconds_of

_MOST_STEPS_UNHEARD = 30
_TONE_SECONDS = 0.5
_PLAYED = ("audio/mpeg", "audio/mp3", "audio/wav", "audio/x-wav", "audio/wave", "audio/basic", "audio/ogg")
_REPEATED = 10  # a loop without end has one here


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where the product is asked next, and what it is told there."""

    address: str = field(repr=False)
    method: str = "POST"
    fields: dict[str, str] = field(default_factory=dict, repr=False)


class Stage:
    """A call on which documents are performed: what sounds, and where addresses lead."""

    def __init__(self, network: Network, leg: Leg) -> None:
        self.network, self.leg = network, leg
        self._unheard = 0

    def resolve(self, base: str, address: str) -> str:
        """Give the whole address that one in a document means."""
        if not address:
            raise Malformed("an address is empty")
        return urljoin(base, address)

    def path_of(self, address: str) -> str:
        """Give what of an address is asked of the product; raise `Malformed` where it leads elsewhere."""
        ours = self.network.config.signed_url
        if not address.startswith(ours + "/"):
            raise Malformed(f"the address leads to {urlsplit(address).netloc or 'nowhere'}, which is not the product")
        return address[len(ours) :].partition("#")[0]

    def count_step(self) -> None:
        """Raise `Malformed` where the documents go in circles and the caller hears nothing."""
        self._unheard += 1
        if self._unheard > _MOST_STEPS_UNHEARD:
            raise Malformed("the answers go in circles and the caller hears nothing")

    def perform_prompts(self, verbs: Iterable[Verb], base: str, *, is_open: bool) -> None:
        """Let the caller hear prompts, until a key cuts them short where that is allowed."""
        for verb in verbs:
            loop = verb.number("loop", 1) or _REPEATED
            heard = self._heard(verb, base, is_open)
            for _ in range(min(loop, _REPEATED)):
                if heard is not None and not self.give(heard):
                    return

    def give(self, heard: Heard) -> bool:
        """Let the caller hear something; give False where a key cut it short."""
        self._unheard = 0
        return self.leg.give(heard)

    def give_tone(self) -> None:
        """Give the tone after which a caller speaks."""
        self.give(Heard(kind="tone", seconds=_TONE_SECONDS))

    def _heard(self, verb: Verb, base: str, is_open: bool) -> Heard | None:
        if verb.name == "Pause":
            return Heard(kind="pause", seconds=verb.number("length", 1), is_open=is_open)
        if verb.name == "Say":
            if not verb.text:
                raise Malformed("<Say> says nothing")
            language = verb.get("language", "")
            return Heard(kind="say", text=verb.text, language=language, seconds=said_in(verb.text), is_open=is_open)
        return self._fetched(self.resolve(base, verb.get("url", "") or verb.text), is_open)

    def _fetched(self, address: str, is_open: bool) -> Heard | None:
        """Fetch a prompt as the provider does. One that cannot be had is passed over, and the page says so."""
        outcome = self.network.postman.post(Parcel(path=self.path_of(address), method="GET"))
        content_type = outcome.content_type.partition(";")[0].strip().lower()
        if outcome.status != 200:
            self.leg.note(f"a prompt could not be fetched: the product answered {outcome.status}")
            return None
        try:
            if content_type not in _PLAYED:
                raise NotSound(f"it is {content_type or 'of no type'}")
            seconds = seconds_of(read(outcome.body))
        except NotSound as error:
            self.leg.note(f"a prompt could not be played: {error}")
            return None
        return Heard(kind="play", audio=outcome.body, content_type=content_type, seconds=seconds, is_open=is_open)
