"""A desk full of made-up reports, sealed as intake and triage seal them, made quickly: for whatever is measured on the desk.

The texts are those of `bench/triage/develop.jsonl`, each triaged once; every row is sealed for itself. Whoever measures gets the
rooms of the desk with a coordinator whose password is `PASSWORD`.
"""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from config.lists import read_lists
from config.settings import ROOT
from handlers.desk.people import People
from handlers.ports import OpenUnit
from handlers.protection.boot import BootSecret
from handlers.protection.keyring import HOURS, Keyring
from handlers.protection.people import DESK, Cost, seal_to
from handlers.protection.sealing import Place, new_key, seal
from handlers.records import Direction, MessageKind, MessageState, Purpose, Role
from handlers.reports import ReportState
from handlers.triage.lookups import Lookups, build_lookups
from handlers.triage.pipeline import triage
from handlers.triage.telling import Telling
from storage import tables
from storage.database import Database
from storage.migrating import upgrade
from storage.unit_of_work import units_of

LOGIN, PASSWORD = "tariro", "correct horse battery"
RAREST = "dzimbanhete"  # told in the oldest report alone
_CHEAP = Cost(1, 8192 * 1024)
_SLICE = 5_000
_OPEN_DAYS = 60  # what is open came in within so many days, what is closed before
_CLOSED_DAYS = 3 * 365
_TEXTS = Path(__file__).parent / "triage" / "develop.jsonl"
_CLOSED = (ReportState.REJECTED, ReportState.REJECTED, ReportState.LOGGED)
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class FullDesk:
    """A founded desk with reports in it."""

    database: Database
    writing: OpenUnit
    reading: OpenUnit
    boot: BootSecret = field(repr=False)
    keyring: Keyring = field(repr=False)
    people: People
    lookups: Lookups = field(repr=False)
    now: float

    def clock(self) -> float:
        """Give the time that it is at this desk: it stands still."""
        return self.now


@dataclass(frozen=True, slots=True)
class _Told:
    """One text as it is sealed, and what triage found in it."""

    text: str = field(repr=False)
    findings: bytes = field(repr=False)
    priority: int


def found(url: str) -> FullDesk:
    """Found an empty desk in an empty database."""
    database = Database(url)
    upgrade(database)
    writing, reading = units_of(database)
    boot, now = BootSecret(secrets.token_bytes(32)), datetime.now(UTC).timestamp()
    people = People(writing=writing, reading=reading, log_writing=writing, clock=lambda: now, cost=_CHEAP)
    private, _ = people.found()
    people.add(LOGIN, Role.COORDINATOR, PASSWORD, held=private)
    keyring = Keyring(boot, writing=writing, reading=reading, clock=lambda: now)
    lookups = build_lookups(read_lists(ROOT / "config"))
    return FullDesk(database, writing, reading, boot, keyring, people, lookups, now)


def fill(desk: FullDesk, *, opened: int, closed: int, seed: int = 1, tick: Callable[[int], object] = lambda _: None) -> None:
    """Put so many open and closed reports on a desk, the oldest first; `tick` is told how many more are there."""
    chance = random.Random(seed)
    told = _tellings(desk.lookups)
    hour = int(desk.now // 3600)
    hours = [*_spread(hour - 24 * _OPEN_DAYS, _CLOSED_DAYS, closed), *_spread(hour, _OPEN_DAYS, opened)]
    keys = _periods(desk, hours)
    made = _reports(chance, told, keys, hours, closed)
    with _quick(desk.database) as write:
        while batch := list(islice(made, _SLICE)):
            for table, rows in _by_table(batch):
                write(table, rows)
            tick(len(batch))
    if not desk.database.is_sqlite:  # PostgreSQL does it by itself after a while; SQLite never does, and Izwi never asks it to
        with desk.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _tellings(lookups: Lookups) -> list[_Told]:
    told = []
    for line in _TEXTS.read_text(encoding="utf-8").splitlines():
        text = json.loads(line)["text"]
        telling = Telling(
            id="0", report_id="0", source_id=None, text=text, channel="sms", received_at=datetime(2026, 9, 1, tzinfo=UTC)
        )
        found_in = triage(telling, lookups, ())
        plain = {"findings": [asdict(each) for each in found_in.findings], "priority": found_in.priority}
        told.append(_Told(text, json.dumps(plain, separators=(",", ":")).encode("ascii"), found_in.priority))
    return told


def _spread(newest: int, days: int, count: int) -> Iterator[int]:
    """Give hours, from the oldest to the newest."""
    return (newest - 24 * days + (24 * days * number) // max(1, count) for number in range(count))


def _periods(desk: FullDesk, hours: Sequence[int]) -> Mapping[int, tuple[str, bytes]]:
    """Make the key of every day that something was told on; all are closed to the gateway but today's."""
    length = HOURS[Purpose.REPORT]
    days = {hour - hour % length for hour in hours}
    today = desk.keyring.current(Purpose.REPORT)
    keys = {today.closes_hour - length: (today.id, today.key)}
    with desk.writing() as unit:
        desk_key = unit.compartments.get(DESK).public_key
        rows = []
        for day in sorted(days - keys.keys()):
            key, name = new_key(), f"report-{day}-{secrets.token_hex(3)}"
            rows.append((name, Purpose.REPORT.value, day, day + length, None, seal_to(desk_key, key)))
            keys[day] = name, key
    with _quick(desk.database) as write:
        write(tables.periods, rows)
    return keys


def _reports(
    chance: random.Random, told: Sequence[_Told], keys: Mapping[int, tuple[str, bytes]], hours: Sequence[int], closed: int
) -> Iterator[Mapping[Table, list[Row]]]:
    for number, hour in enumerate(hours):
        one = chance.choice(told)
        state = chance.choice(_CLOSED) if number < closed else ReportState.OPEN
        text = f"{one.text} {RAREST}" if number == 0 else one.text
        yield _report(chance, text, one, keys[hour - hour % HOURS[Purpose.REPORT]], hour, state)


def _report(
    chance: random.Random, text: str, told: _Told, period: tuple[str, bytes], hour: int, state: ReportState
) -> Mapping[Table, list[Row]]:
    source, report, message, findings = (f"{chance.getrandbits(96):024x}" for _ in range(4))
    name, key = period
    plain = {"text": text, "at": hour * 3600.0, "provider": "twilio", "line": "+12065550100", "channel": "sms", "media": []}
    content = seal(key, json.dumps(plain).encode("ascii"), Place("messages", "content", message, name))
    found_in = seal(key, told.findings, Place("findings", "content", findings, name))
    is_new = state is ReportState.OPEN
    of_message = (Direction.IN.value, MessageKind.TEXT.value, MessageState.RECEIVED.value)
    return {
        tables.sources: [(source, None, None, None, None, False, None)],
        tables.reports: [
            (report, source, state.value, told.priority, hour, hour, None, None, None, None, "", is_new, 0, None),
        ],
        tables.messages: [
            (message, report, source, *of_message, hour, name, content, None, None, None, None, None),
        ],
        tables.findings: [(findings, report, message, None, hour, name, found_in)],
    }


def _by_table(batch: Sequence[Mapping[Table, list[Row]]]) -> Iterator[tuple[Table, list[Row]]]:
    for table in (tables.sources, tables.reports, tables.messages, tables.findings):
        yield table, [row for each in batch for row in each[table]]


class _quick:
    """Writes many rows in one transaction, past what a power cut would ask for: a bench pulls no plug while it makes its data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> Callable[[Table, Sequence[Row]], None]:
        self._database.engine.dispose()  # another connection, even an idle one, would keep SQLite's log open
        self._connection = self._database.engine.connect()
        raw: Any = self._connection.connection.driver_connection
        if not self._database.is_sqlite:
            return lambda table, rows: _copy(raw, table, rows)
        for pragma in ("query_only=OFF", "journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("BEGIN IMMEDIATE")
        return lambda table, rows: _insert(raw, table, rows)

    def __exit__(self, kind: object, *_: object) -> None:
        raw: Any = self._connection.connection.driver_connection
        raw.commit() if kind is None else raw.rollback()
        self._connection.invalidate()  # the next one is set up as Izwi sets it up
        self._connection.close()


def _insert(raw: Any, table: Table, rows: Sequence[Row]) -> None:
    marks = ",".join("?" * len(table.columns))
    raw.executemany(f"INSERT INTO {table.name} ({_names(table)}) VALUES ({marks})", rows)  # noqa: S608 - our own names


def _copy(raw: Any, table: Table, rows: Sequence[Row]) -> None:
    with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({_names(table)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _names(table: Table) -> str:
    return ", ".join(column.name for column in table.columns)
