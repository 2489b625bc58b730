"""A whole line in one object: what comes in, the work it makes, and what goes out through a fake provider."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from handlers.commands import build_command_words
from handlers.deletion import forget
from handlers.events import InboundText
from handlers.intake import Intake, Taken
from handlers.protection.sealing import Place, open_json
from handlers.records import Direction, Message, Purpose, Report, Source, Work, WorkKind
from handlers.replies import build_replies
from handlers.voice.menu import build_keypad
from handlers.voice.prompts import build_prompts
from handlers.voice.switchboard import Switchboard
from handlers.voice.telephone import Telephone
from handlers.voice.ussd_desk import UssdDesk
from handlers.voice.ussd_texts import build_ussd_texts
from handlers.work.answering import Answering, Caps
from handlers.work.erasing import Erasing
from handlers.work.sending import Sending
from handlers.work.triaging import Triaging
from handlers.work.workbench import Outcome, Workbench
from tests.fakes import FakeClient
from tests.shipped import shipped_lists, shipped_lookups

if TYPE_CHECKING:
    from tests.conftest import Rooms

NUMBER = "+263770000011"
OTHER_NUMBER = "+263710000022"
CAPS = Caps(acknowledge=True, language="sn", per_source_per_day=3, per_hour=200)
LISTS = shipped_lists()
WORDS = build_command_words(LISTS.commands, LISTS.automatic)
REPLIES = build_replies(LISTS.replies)
USSD = build_ussd_texts(LISTS.ussd)
LOOKUPS = shipped_lookups()


@dataclass
class Line:
    """A line over a founded desk."""

    rooms: Rooms
    caps: Caps = CAPS
    client: FakeClient = field(default_factory=FakeClient)
    erase_at_provider: bool = True
    received: int = 0

    def __post_init__(self) -> None:
        rooms = self.rooms
        self.switchboard = Switchboard(
            reading=rooms.reading,
            keyring=rooms.keyring,
            boot=rooms.boot,
            prompts=build_prompts(LISTS.prompts, LISTS.categories),
            keypad=build_keypad(LISTS),
            clock=rooms.clock,
            language="sn",
        )
        self.intake = Intake(
            writing=rooms.writing,
            keyring=rooms.keyring,
            boot=rooms.boot,
            words=WORDS,
            clock=rooms.clock,
            join_hours=72,
            telephone=Telephone(self.switchboard, {}),
            ussd=UssdDesk(
                keyring=rooms.keyring,
                receipt_key=rooms.boot.derive("receipt tag"),
                texts=USSD,
                clock=rooms.clock,
                language="sn",
                offers_calls=True,
            ),
        )
        self.bench = self.bench_of(rooms)

    def bench_of(self, rooms: Rooms) -> Workbench:
        """Give a workbench as one process has it."""
        shared = {"writing": rooms.writing, "keyring": rooms.keyring}
        answering = Answering(
            **shared,
            reading=rooms.reading,
            receipt_key=rooms.boot.derive("receipt tag"),
            replies=REPLIES,
            words=WORDS,
            caps=self.caps,
            clock=rooms.clock,
            erase_at_provider=self.erase_at_provider,
        )
        clients: dict[str, Callable[[], FakeClient]] = {"twilio": lambda: self.client}
        self.triaging = Triaging(
            **shared,
            reading=rooms.reading,
            lookups=LOOKUPS,
            answering=answering,
            clock=rooms.clock,
            erase_at_provider=self.erase_at_provider,
        )
        self.sending = Sending(**shared, tag_key=rooms.boot.derive("delivery tag"), clients=clients, clock=rooms.clock)
        doers = {
            WorkKind.TRIAGE: self.triaging,
            WorkKind.ANSWER: answering,
            WorkKind.SEND: self.sending,
            WorkKind.ERASE: Erasing(**shared, reading=rooms.reading, clients=clients),
        }
        return Workbench(writing=rooms.writing, clock=rooms.clock, doers=doers)

    def receive(self, text: str = "Masoja arova vanhu kuChiadzwa", *, sender: str = NUMBER, **more: Any) -> Taken:
        """Take in a text under a new id."""
        self.received += 1
        more = {"provider_id": f"SM{self.received}", **more}
        return self.intake.take_in(InboundText(provider="twilio", line="+12065550100", sender=sender, text=text, **more))

    def delete_report(self) -> None:
        """Have the one report deleted, as its source may."""
        contact_period = self.rooms.keyring.current(Purpose.CONTACT)
        with self.rooms.writing() as unit:
            forget(unit, self.report(), keyring=self.rooms.keyring, contact_period=contact_period)
            unit.commit()

    def do(self, kind: WorkKind) -> list[Outcome]:
        """Do the work of one kind that is due, once each."""
        return [self.bench.do(work.id)[0] for work in self.work(kind)]

    def work(self, kind: WorkKind | None = None) -> list[Work]:
        """Give the work that is there."""
        with self.rooms.reading() as unit:
            return [work for work in unit.work.all() if kind in (None, work.kind)]

    def messages(self, direction: Direction | str | None = None) -> list[Message]:
        """Give the messages that are there."""
        with self.rooms.reading() as unit:
            return [message for message in unit.messages.all() if direction in (None, message.direction)]

    def sent_texts(self) -> list[str]:
        """Give the texts that the line is to send, or has sent."""
        return sorted(self.opened(message)["text"] for message in self.messages(Direction.OUT))

    def outgoing(self) -> Message:
        """Give the one text of ours."""
        (message,) = self.messages(Direction.OUT)
        return message

    def report(self) -> Report:
        """Give the one report."""
        with self.rooms.reading() as unit:
            (report,) = unit.reports.all()
        return report

    def source(self) -> Source:
        """Give the one source."""
        with self.rooms.reading() as unit:
            (source,) = unit.sources.all()
        return source

    def opened(self, message: Message) -> dict[str, Any]:
        """Open a message's content."""
        place = Place("messages", "content", message.id, message.period)
        content: dict[str, Any] = open_json(self.rooms.keyring.key(message.period), message.content, place)
        return content
