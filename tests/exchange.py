"""A line that answers calls at both providers, over the real web views: for tests that dial it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask

from config.settings import ROOT
from gateway import webhooks
from gateway.lists.merging import compile_lists
from gateway.providers.africastalking import AfricasTalkingConfig
from gateway.providers.registry import build
from gateway.providers.twilio import TwilioConfig
from handlers.intake import Intake
from handlers.ports import OpenUnit
from handlers.protection.sealing import Place, open_json
from handlers.records import Call, Message, Recording, Report, WorkKind
from handlers.voice.switchboard import Switchboard
from handlers.voice.telephone import Telephone as TelephoneOfOurs
from storage.group_commit import GroupCommit
from storage.spool import Spool
from tests.captured.loading import PUBLIC_URL
from tests.telephones import (
    ACCOUNT,
    AFRICAS_LINE,
    SECRET,
    TOKEN,
    TWILIO_LINE,
    AfricasTelephone,
    Telephone,
    TwilioTelephone,
)

if TYPE_CHECKING:
    from handlers.records import Waiting
    from handlers.voice.needs import Checked, Outcome
    from tests.conftest import Rooms

COMPILED = compile_lists(ROOT / "config", {})
PROVIDERS = build(
    [
        TwilioConfig(account_sid=ACCOUNT, auth_tokens=(TOKEN,)),
        AfricasTalkingConfig(username="izwi", api_key="captured-api-key", webhook_secrets=(SECRET,)),
    ]
)
LINES = {"twilio": frozenset({TWILIO_LINE}), "africastalking": frozenset({AFRICAS_LINE})}


@dataclass
class FakeChecked:
    """What became of a code and a PIN."""

    outcome: Outcome = "wrong"
    monitor_id: str | None = None


@dataclass
class FakeMonitors:
    """Knows one monitor: code 4711, PIN 80513, and under duress 80514."""

    monitor_id: str | None = None
    checked: list[tuple[str, str]] = field(default_factory=list)
    is_locked: bool = False

    def check(self, code: str, pin: str) -> Checked:
        """Check a code and a PIN."""
        self.checked.append((code, pin))
        if self.is_locked:
            return FakeChecked("locked")
        if code == "4711" and pin in ("80513", "80514"):
            return FakeChecked("right" if pin == "80513" else "duress", self.monitor_id)
        return FakeChecked()


@dataclass
class FakeCallBacks:
    """Writes down which calls it was told of."""

    missed_calls: list[Call] = field(default_factory=list)
    ended: list[Call] = field(default_factory=list)

    def missed(self, unit: Any, call: Call) -> None:
        """Write it down."""
        self.missed_calls.append(call)

    def over(self, unit: Any, call: Call) -> None:
        """Write it down."""
        self.ended.append(call)


@dataclass
class Exchange:
    """The line, what it kept, and telephones that reach it."""

    rooms: Rooms
    folder: Path
    lines: Any = field(default_factory=lambda: LINES)
    monitors: FakeMonitors = field(default_factory=FakeMonitors)
    call_backs: FakeCallBacks = field(default_factory=FakeCallBacks)
    writing: OpenUnit | None = None
    shares_commits: bool = False

    def __post_init__(self) -> None:
        rooms = self.rooms
        board = Switchboard(
            reading=rooms.reading,
            keyring=rooms.keyring,
            boot=rooms.boot,
            prompts=COMPILED.prompts,
            keypad=COMPILED.keypad,
            clock=rooms.clock,
            language="sn",
            monitors=self.monitors,
            call_backs=self.call_backs,
        )
        writing = self.writing or rooms.writing
        self.intake = Intake(
            writing=writing,
            keyring=rooms.keyring,
            boot=rooms.boot,
            words=COMPILED.words,
            clock=rooms.clock,
            join_hours=72,
            transact=GroupCommit(writing) if self.shares_commits else None,
            telephone=TelephoneOfOurs(board, self.lines),
        )
        self.spool = Spool(self.folder / "spool", b"k" * 32)
        app = Flask("izwi", static_folder=None)
        app.extensions["doors"] = webhooks.Doors(PROVIDERS, self.intake, self.spool, PUBLIC_URL)
        app.register_blueprint(webhooks.bp)
        self.client = app.test_client()

    def telephone(self, provider: str, name: str = "a", **more: Any) -> Telephone:
        """Give a telephone that reaches the line through a provider."""
        kind = {"twilio": TwilioTelephone, "africastalking": AfricasTelephone}[provider]
        return kind(self.client, name=f"{name}{len(provider)}", **more)

    def calls(self) -> list[Call]:
        """Give the calls that are kept."""
        with self.rooms.reading() as unit:
            return unit.calls.all()

    def call(self) -> Call:
        """Give the one call."""
        (call,) = self.calls()
        return call

    def messages(self) -> list[Message]:
        """Give the messages that are kept."""
        with self.rooms.reading() as unit:
            return unit.messages.all()

    def known(self, message: Message | None = None) -> dict[str, Any]:
        """Give what is known of the one call, or of this message."""
        if message is None:
            (message,) = self.messages()
        place = Place("messages", "content", message.id, message.period)
        content: dict[str, Any] = open_json(self.rooms.keyring.key(message.period), message.content, place)
        return content

    def recordings(self) -> list[Recording]:
        """Give the recordings that are kept."""
        with self.rooms.reading() as unit:
            return unit.recordings.all()

    def reports(self) -> list[Report]:
        """Give the reports that are kept."""
        with self.rooms.reading() as unit:
            return unit.reports.all()

    def waiting(self) -> list[Waiting]:
        """Give the replies that are kept."""
        with self.rooms.reading() as unit:
            return unit.waiting.all()

    def work(self, kind: WorkKind) -> list[str]:
        """Give what the work of a kind concerns."""
        with self.rooms.reading() as unit:
            return [work.subject_id for work in unit.work.all(kind=kind)]

    def everything(self) -> list[Any]:
        """Give every row that a call can change, to see whether one did. What is sealed is compared as it opens."""
        with self.rooms.reading() as unit:
            rows = [*unit.calls.all(), *unit.reports.all(), *unit.recordings.all(), *unit.waiting.all(), *unit.work.all()]
            messages = unit.messages.all()
        return [*rows, *((message, self.known(message)) for message in messages)]
