"""A console over a real founded desk, a real Redis, and reports as intake and triage leave them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.settings import ROOT
from gateway.console import mount
from gateway.console.services import ConsoleServices, SpokenServices
from gateway.lists.editing import Editing
from gateway.lists.live import LiveLists
from gateway.lists.versions import Versions
from handlers.errors import SoundError
from handlers.pacing import Pace
from handlers.protection.monitor_keys import MonitorKeys
from handlers.protection.sealing import Place, seal_json
from handlers.records import Direction, Findings, Message, MessageKind, MessageState, Purpose, Report, Source
from handlers.reports import ReportState
from handlers.triage.lookups import Lookups
from handlers.triage.pipeline import triage, with_gist
from handlers.triage.telling import Telling
from handlers.voice.terms import Prompt
from tests.conftest import CHEAP
from tests.fakes import MemoryBlobs
from tests.handlers.work.voices import FakeRenders
from tests.shipped import shipped_lookups

NUMBER = "+263770000042"
NUMBER_SHAPES = ("263770000042", "0770000042", "770000042", "70000042", "0000042", "000042")
PASSWORD = "correct horse battery"
BEATING = "Masoja arova vanhu vatatu paChirasika nhasi mangwanani, mumwe akatyoka ruoko. Batsirai."
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture(scope="session")
def lookups() -> Lookups:
    return shipped_lookups()


@dataclass
class Desk:
    """A console, the rooms behind it, and how reports come into it."""

    app: Flask
    rooms: Any
    lookups: Lookups = field(repr=False)
    redis: redis.Redis
    compares: bool = False  # as a worker does, with the texts told before
    told: list[Telling] = field(default_factory=list, repr=False)
    blobs: Any = None
    renders: Any = None

    def browser(self) -> Browser:
        return Browser(self.app.test_client())

    def signed_in(self, login: str = "tariro") -> Browser:
        browser = self.browser()
        answer = browser.post("/sign-in", login=login, password=PASSWORD)
        assert answer.status_code == 303, answer.text
        return browser

    def tell(self, text: str = BEATING, *, sender: str = "number", stopped: bool = False, **content: Any) -> str:
        """Keep a report as intake and triage do; give its id."""
        keyring, now = self.rooms.keyring, self.rooms.clock()
        period, contacts = keyring.current(Purpose.REPORT), keyring.current(Purpose.CONTACT)
        source_id, report_id = secrets.token_hex(12), secrets.token_hex(12)
        contact = {"number": NUMBER, "provider": "simulator", "line": "+263770000001", "channel": "sms", "reply_token": None}
        sealed = seal_json(contacts.key, contact, Place("sources", "contact", source_id, contacts.id))
        has_number = sender == "number"
        source = Source(
            id=source_id,
            period=None,
            pseudonym=secrets.token_bytes(32) if has_number else None,
            contact=sealed if has_number else None,
            contact_period=contacts.id if has_number else None,
            stopped=stopped,
        )
        hour = int(now // 3600)
        report = Report(
            id=report_id,
            source_id=source_id,
            state=ReportState.RECEIVED,
            priority=0,
            opened_hour=hour,
            updated_hour=hour,
            receipt_tag=None,
        )
        with self.rooms.writing() as unit:
            unit.sources.add(source)
            unit.reports.add(report)
            unit.commit()
        self.follow(report_id, text, sender_kind=sender, **content)
        assert period.key
        return report_id

    def follow(self, report_id: str, text: str, **content: Any) -> None:
        """Add a text of the source to a report, triaged."""
        period, now = self.rooms.keyring.current(Purpose.REPORT), self.rooms.clock()
        message_id, row_id = secrets.token_hex(12), secrets.token_hex(12)
        hour = int(now // 3600)
        plain = {
            "text": text,
            "at": now,
            "provider": "simulator",
            "line": "+263770000001",
            "channel": "sms",
            "media": [],
            **content,
        }
        telling = Telling(
            id=message_id,
            report_id=report_id,
            source_id=None,
            text=text,
            channel="sms",
            received_at=datetime.fromtimestamp(now, UTC),
        )
        found = triage(telling, self.lookups, tuple(self.told) if self.compares else ())
        self.told.append(with_gist(telling, self.lookups))
        findings = {"findings": [asdict(item) for item in found.findings], "priority": found.priority}
        with self.rooms.writing() as unit:
            report = unit.reports.get(report_id)
            message = Message(
                id=message_id,
                report_id=report_id,
                source_id=report.source_id,
                direction=Direction.IN,
                kind=MessageKind.TEXT,
                state=MessageState.RECEIVED,
                hour=hour,
                period=period.id,
                content=seal_json(period.key, plain, Place("messages", "content", message_id, period.id)),
            )
            row = Findings(
                id=row_id,
                report_id=report_id,
                message_id=message_id,
                author_id=None,
                hour=hour,
                period=period.id,
                content=seal_json(period.key, findings, Place("findings", "content", row_id, period.id)),
            )
            unit.messages.add(message)
            unit.findings.add(row)
            unit.reports.change(report_id, state=ReportState.OPEN, priority=max(report.priority, found.priority), news=True)
            unit.commit()

    def report(self, report_id: str) -> Report:
        with self.rooms.reading() as unit:
            found: Report = unit.reports.get(report_id)
            return found

    def verified(self, browser: Browser, text: str = BEATING, **content: Any) -> str:
        """Bring a report as far as it can be proposed."""
        report_id = self.tell(text, **content)
        page = f"/desk/reports/{report_id}"
        browser.act(page, "grade", source="B", information="3", text="told before", first_hand="yes")
        browser.act(page, "join", incident="")
        incident = f"/desk/incidents/{self.report(report_id).incident_id}"
        for standing in ("reasonable_suspicion", "reasonable_grounds"):
            browser.act(incident, "standing", standing=standing, reason="two clinics say so")
        return report_id

    def proposed(self, browser: Browser) -> str:
        """Propose a verified report; give the proposal's id."""
        report_id = self.verified(browser)
        answer = browser.propose(report_id)
        assert answer.status_code == 303, answer.text
        return str(answer.location).rsplit("/", 1)[-1]


ENTRY: dict[str, Any] = {
    "summary": "Diggers were beaten by guards; one was taken to a clinic.",
    "categories": ["BEAT"],
    "kp_hooks": ["KP-AnnexII"],
    "place": "",
    "day": "2026-09-21",
    "step": "week",
    "people": "1 to 4",
    "actors": ["army"],
}


class Browser:
    """Drives the pages as a browser without scripts does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.client.get(path, **kwargs)

    def post(self, path: str, page: str | None = None, environ: Any = None, **form: Any) -> TestResponse:
        """Post a form with the token that its page holds."""
        token = TOKEN.search(self.get(page or path).text)
        assert token is not None
        return self.client.post(path, data={"csrf_token": token.group(1), **form}, environ_overrides=environ)

    def act(self, page: str, action: str, **form: Any) -> TestResponse:
        """Press a button of a page, with the version that it shows."""
        version = re.search(r'name="version" value="(\d+)"', self.get(page).text)
        assert version is not None
        return self.post(f"{page}/{action}" if action else page, page=page, **{"version": version.group(1), **form})

    def propose(self, report_id: str, **changes: Any) -> TestResponse:
        """Propose an entry, with what is hidden confirmed as the page shows it."""
        page = f"/desk/reports/{report_id}/propose"
        seal = re.search(r'name="confirmed" value="([0-9a-f]+)"', self.get(page).text)
        assert seal is not None
        return self.act(page, "", **{**ENTRY, "confirmed": seal.group(1), **changes})

    def text(self, path: str) -> str:
        """Give what a page says, without its tags."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.get(path).text)).split())


def editing_of(rooms: Any) -> Editing:
    versions = Versions(rooms.boot, rooms.reading)
    return Editing(LiveLists(ROOT / "config", versions), versions, writing=rooms.writing, clock=rooms.clock)


def normalise(data: bytes) -> Prompt:
    """Stand in for the child process, which takes a second: what begins with RIFF is a good prompt."""
    if not data.startswith(b"RIFF"):
        raise SoundError("not_audio")
    return Prompt(wav=data, seconds=1.2, faults=("too_quiet",) if b"quiet" in data else ())


def build_desk(rooms: Any, lookups: Lookups, connection: redis.Redis, url: str, **changes: Any) -> Desk:
    app = Flask("console-under-test", static_folder=None)
    app.testing = False
    services = ConsoleServices(
        **{
            "redis": connection,
            "redis_url": url,
            "writing": rooms.writing,
            "reading": rooms.reading,
            "log_writing": rooms.writing,
            "log_reading": rooms.reading,
            "keyring": rooms.keyring,
            "people": rooms.people,
            "editing": editing_of(rooms),
            "blobs": MemoryBlobs(),
            "renders": FakeRenders(),
            "cookie_key": rooms.boot.derive("cookie"),
            "limits_key": rooms.boot.derive("limits"),
            "steps_key": rooms.boot.derive("second step"),
            "connector_names": ("folder", "webhook"),
            "spoken": SpokenServices(
                monitor_keys=MonitorKeys(rooms.boot.derive("monitors"), CHEAP), lines=("+12065550100",), normalise=normalise
            ),
            "pace": Pace(delay_minutes=(2, 15), below=lambda below: 60),
            "our_names": ("Pamberi Trust",),
            "covered": ("SEXV", "KILL", "BEAT+child"),
            "clock": rooms.clock,
            "secure_cookies": False,
            **changes,
        }
    )
    mount(app, services)
    return Desk(app, rooms, lookups, connection, blobs=services.blobs, renders=services.renders)


@pytest.fixture
def desk(sqlite_rooms: Any, lookups: Lookups, redis_connection: redis.Redis, redis_url: str) -> Desk:
    return build_desk(sqlite_rooms, lookups, redis_connection, redis_url)


@pytest.fixture
def make_desk(sqlite_rooms: Any, lookups: Lookups, redis_connection: redis.Redis, redis_url: str) -> Callable[..., Desk]:
    """Build a console with some services changed."""

    def make(**changes: Any) -> Desk:
        return build_desk(sqlite_rooms, lookups, changes.pop("redis", redis_connection), redis_url, **changes)

    return make
