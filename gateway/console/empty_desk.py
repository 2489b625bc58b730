"""An empty desk for somebody who signs in under duress: the same pages and services over a database in memory, with no report.

It is the same code as the real desk, so that it looks, answers and fails as that does. It knows the same people, by copies that
open nothing. It is gone with the process; nothing of it touches the disk.

One is always made ready before it is needed, at sign-ins of every kind, so that signing in under duress takes as long as signing
in does.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace

from nacl.public import PrivateKey

from gateway.console.rooms import Console
from gateway.console.services import ConsoleServices
from handlers.desk.people import People, SignedIn
from handlers.ports import Blobs, OpenUnit
from handlers.protection.boot import BOOT_SECRET_BYTES, BootSecret
from handlers.protection.keyring import Keyring
from handlers.protection.people import DURESS, seal_to, unset_duress
from handlers.records import Audit, Grant, Person, SecondStep
from storage.database import Database
from storage.memory import memory_database
from storage.trail import trail
from storage.unit_of_work import units_of

_MOST_DESKS = 8
_LINES = 50
# What the trail of the empty desk may repeat of the real one: nothing that concerns reports, nor an alert.
_HARMLESS = ("desk founded", "signed in", "disabled", "changed a password")
_HARMLESS_STARTS = ("added ", "invited ", "gave the ", "withdrew the ")


@dataclass(frozen=True, slots=True)
class _Founded:
    database: Database
    writing: OpenUnit
    reading: OpenUnit
    boot: BootSecret = field(repr=False)
    people: People
    private: dict[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Copied:
    """What the empty desk shows of the real one."""

    people: tuple[Person, ...] = field(repr=False)
    grants: tuple[Grant, ...] = field(repr=False)
    steps: tuple[SecondStep, ...] = field(repr=False)
    audits: tuple[Audit, ...]


class EmptyDesks:
    """Gives everybody who needs one an empty desk."""

    def __init__(self, services: ConsoleServices, blobs: Blobs) -> None:
        self._services = services
        self._blobs = blobs
        self._lock = threading.Lock()
        self._spare: _Founded | None = None
        self._made: OrderedDict[str, tuple[Console, dict[str, bytes]]] = OrderedDict()

    def make_ready(self) -> None:
        """Have one ready for the next who needs it."""
        with self._lock:
            self._spare = self._spare or self._found()

    def enter(self, who: SignedIn) -> tuple[Console, SignedIn]:
        """Give the desk of somebody who signed in under duress, and them as they are there."""
        person, seed = who.person, who.keys[DURESS]
        with self._lock:
            if person.id not in self._made:
                spare, self._spare = self._spare or self._found(), None
                self._made[person.id] = self._furnish(spare, person, seed)
            while len(self._made) > _MOST_DESKS:
                self._made.popitem(last=False)
            self._made.move_to_end(person.id)
            console, held = self._made[person.id]
        return console, SignedIn(person, held)

    def _found(self) -> _Founded:
        database = memory_database()
        writing, reading = units_of(database)
        people = People(writing=writing, reading=reading, log_writing=writing, clock=self._services.clock)
        private, _ = people.found()
        return _Founded(database, writing, reading, BootSecret(os.urandom(BOOT_SECRET_BYTES)), people, private)

    def _furnish(self, desk: _Founded, person: Person, seed: bytes) -> tuple[Console, dict[str, bytes]]:
        copied = self._copied(person, seed)
        held = {grant.compartment: desk.private[grant.compartment] for grant in copied.grants if grant.person_id == person.id}
        with desk.writing() as unit:
            for audit in unit.audits.all():
                unit.audits.remove(id=audit.id)
            for each in copied.people:
                unit.people.add(each)
            for grant in copied.grants:
                unit.grants.add(grant)
            for step in copied.steps:
                unit.second_steps.add(step)
            for audit in copied.audits:
                unit.audits.add(audit)
            unit.commit()
        given = self._services
        services = replace(
            given,
            writing=desk.writing,
            reading=desk.reading,
            log_writing=desk.writing,
            log_reading=desk.reading,
            keyring=Keyring(desk.boot, writing=desk.writing, reading=desk.reading, clock=given.clock),
            people=desk.people,
            editing=given.editing.as_shipped(desk.boot, writing=desk.writing, reading=desk.reading),
            blobs=self._blobs,
            connector_names=(),
            duress_of=person.id,
        )
        return Console(services), held

    def _copied(self, person: Person, seed: bytes) -> _Copied:
        with self._services.reading() as unit:
            everybody, grants = unit.people.all(), unit.grants.all()
            steps = unit.second_steps.all(person_id=person.id)
            lines = trail(unit, limit=10 * _LINES, offset=0)
        public = bytes(PrivateKey(seed).public_key)
        keys = {each.id: public if each.id == person.id else each.public_key for each in everybody}
        return _Copied(
            people=tuple(_as_seen_by(each, person.id, public) for each in everybody),
            grants=tuple(replace(grant, sealed=seal_to(keys[grant.person_id], secrets.token_bytes(32))) for grant in grants),
            steps=tuple(steps),
            audits=tuple(line for line in lines if _is_harmless(line))[:_LINES],
        )


def _as_seen_by(each: Person, person_id: str, public: bytes) -> Person:
    """Copy a person without what opens anything: of oneself, the duress password stands where the real one would."""
    other = unset_duress(each.id)
    if each.id != person_id:
        another = unset_duress(each.id)
        return replace(
            each,
            salt=another.salt,
            wrapped_private=another.wrapped,
            duress_salt=other.salt,
            duress_wrapped=other.wrapped,
        )
    return replace(
        each,
        public_key=public,
        salt=each.duress_salt,
        wrapped_private=each.duress_wrapped,
        duress_salt=other.salt,
        duress_wrapped=other.wrapped,
    )


def _is_harmless(line: Audit) -> bool:
    return line.action in _HARMLESS or line.action.startswith(_HARMLESS_STARTS)
