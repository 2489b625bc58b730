"""What stands in for the outside: a provider and its client that do as they are told, and a death at the worst moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from gateway.providers.contract import Addresses, Answer, Client, WebhookRequest
from handlers.errors import NotFound, ProviderError, Refused
from handlers.events import Event, InboundText
from handlers.outgoing import OutgoingText, Repeat, Sent
from handlers.ports import OpenUnit, UnitOfWork
from handlers.voice.speech import Dialog


class Killed(BaseException):
    """The process was killed here: nothing catches it, and nothing that was not committed stays."""


@dataclass
class FakeClient:
    """Fulfils `handlers.outgoing.Client`. `outcomes` are what the next sends do: an error to raise, or None to take the text."""

    repeat: Repeat = Repeat.SAFE
    outcomes: list[BaseException | None] = field(default_factory=list)
    after_taking: BaseException | None = None  # raised once, after the text went out
    look_fails: list[ProviderError] = field(default_factory=list)
    listed: list[Event | ProviderError] = field(default_factory=list)
    asked_since: list[datetime] = field(default_factory=list)
    erase_fails: list[ProviderError] = field(default_factory=list)
    taken: list[tuple[str, OutgoingText]] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)

    def send(self, text: OutgoingText) -> Sent:
        """Take a text, or raise what was ordered. Where a repeat is safe, our id is the provider's, and counts once."""
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome
        provider_id = text.id if self.repeat is Repeat.SAFE else f"sent-{len(self.taken) + 1}"
        if provider_id not in [known for known, _ in self.taken]:
            self.taken.append((provider_id, text))
        if self.after_taking is not None:
            error, self.after_taking = self.after_taking, None
            raise error
        return Sent(provider_id=provider_id)

    def find_sent(self, text: OutgoingText, since: datetime) -> Sent | None:
        """Find the newest text with the same words to the same number."""
        if self.look_fails:
            raise self.look_fails.pop(0)
        for provider_id, known in reversed(self.taken):
            if (known.recipient, known.text) == (text.recipient, text.text):
                return Sent(provider_id=provider_id)
        return None

    def received_since(self, since: datetime) -> Iterator[Event]:
        """Yield what is on the list; an error on it is raised there."""
        self.asked_since.append(since)
        for entry in self.listed:
            if isinstance(entry, ProviderError):
                raise entry
            yield entry

    def erase(self, provider_id: str) -> None:
        """Erase, or raise what was ordered."""
        if self.erase_fails:
            raise self.erase_fails.pop(0)
        self.erased.append(provider_id)


@dataclass
class FakeProvider:
    """Fulfils `Provider`: a field `sign` that says `right` is its signature, `id`, `from` and `text` make a text."""

    name: str = "fake"
    has_path_secret: bool = False
    ids_differ_on_list: bool = False
    doors: Mapping[str, str] = field(default_factory=lambda: {"message": "a text comes in", "voice/<step>": "a step of a call"})
    on_verify: Callable[[], None] | None = None
    on_parse: Callable[[], None] | None = None
    requests: list[WebhookRequest] = field(default_factory=list)

    def verify(self, request: WebhookRequest) -> None:
        """Return if the sign is right."""
        self.requests.append(request)
        if self.on_verify is not None:
            self.on_verify()
        if request.form.get("sign") != ("right",) and request.headers.get("x-sign") != "right":
            raise Refused("bad_signature")

    def parse(self, request: WebhookRequest) -> tuple[Event, ...]:
        """Give a text for every `text` field."""
        if self.on_parse is not None:
            self.on_parse()
        texts = request.form.get("text", ("",))
        return tuple(
            InboundText(
                provider=self.name,
                provider_id=f"{request.form.get('id', ('1',))[0]}-{place}",
                line="+12065550100",
                sender=request.form.get("from", ("",))[0],
                text=text,
            )
            for place, text in enumerate(texts)
        )

    def answer(self, request: WebhookRequest) -> Answer:
        """Say nothing."""
        return Answer(body="<Response/>", content_type="text/xml")

    def render(self, request: WebhookRequest, dialog: Dialog, addresses: Addresses) -> Answer:
        """Say what would be said, by the names of the verbs."""
        return Answer(body=" ".join(type(verb).__name__ for verb in dialog), content_type="text/xml")

    def client(self) -> Client:
        """Give a client."""
        return FakeClient()

    def telephony(self) -> None:
        """Give none."""

    def secrets(self) -> tuple[str, ...]:
        """Name no secrets."""
        return ()


@dataclass
class MemoryBlobs:
    """Fulfils `Blobs` in memory."""

    kept: dict[str, list[bytes]] = field(default_factory=dict, repr=False)

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Keep a blob."""
        self.kept[name] = list(chunks)

    def get(self, name: str, *, first: int = 0) -> Iterator[bytes]:
        """Give a blob in its chunks."""
        if name not in self.kept:
            raise NotFound("blob")
        return iter(self.kept[name][first:])

    def remove(self, name: str) -> None:
        """Remove a blob."""
        self.kept.pop(name, None)

    def names(self) -> Iterator[str]:
        """Give every name."""
        return iter(sorted(self.kept))

    def tidy(self) -> None:
        """Do nothing."""


def killed_before_commit(opening: OpenUnit, *, when: Callable[[], bool] = lambda: True) -> OpenUnit:
    """Give units of work whose commit is the moment of death, as often as `when` says so."""

    @contextmanager
    def open_unit() -> Iterator[UnitOfWork]:
        with opening() as unit:
            commit = unit.commit

            def die() -> None:
                if when():
                    raise Killed
                commit()

            unit.commit = die  # type: ignore[method-assign]
            yield unit

    return open_unit
