"""Enrolling field monitors: a code name for the desk, a code and two PINs for the telephone, a word for texts.

To add one needs no key but the desk's public one; who a monitor is, only a coordinator reads. What a monitor must learn by heart
is given once, to who asked for it, and kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from handlers.caselog.grading import SOURCE_GRADES
from handlers.commands import LANGUAGES
from handlers.desk.office import KEY_GONE, Unfinished, new_id
from handlers.desk.people import SignedIn
from handlers.errors import NotAllowed, NotFound, SealError
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.desk_sealing import open_at_desk, seal_for_desk
from handlers.protection.monitor_keys import MonitorKeys, new_code, new_pin, new_word
from handlers.protection.people import DESK
from handlers.protection.sealing import Place
from handlers.records import Audit, Monitor, MonitorState
from handlers.voice.monitors import needs_a_look

_LONGEST_NAME = 40
_NOT_A_NAME = re.compile(r"\d{5,}|[\x00-\x1f\x7f]")
_TRIES = 200  # codes that somebody has already are drawn again


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the desk knows of a monitor. `name` is a code name, `grade` the grade as a source that their reports begin with."""

    name: str = field(repr=False)
    language: str = field(repr=False)
    grade: str = field(default="", repr=False)
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What is told to a monitor once, and kept nowhere."""

    monitor_id: str
    code: str = field(repr=False)
    pin: str = field(repr=False)
    duress_pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShownMonitor:
    """A monitor as a coordinator sees them. Without a profile it could not be opened."""

    row: Monitor
    profile: Profile | None
    is_locked: bool

    @property
    def name(self) -> str:
        """Give the code name."""
        return self.profile.name if self.profile else KEY_GONE

    @property
    def needs_a_look(self) -> bool:
        """Say whether somebody tried wrong PINs until the code was locked."""
        return needs_a_look(self.row)


class Enrolling:
    """Adds monitors and looks after them. `who` may be missing where the command line does what needs no key."""

    def __init__(self, *, writing: OpenUnit, reading: OpenUnit, keys: MonitorKeys, clock: Clock) -> None:
        self._writing = writing
        self._reading = reading
        self._keys = keys
        self._clock = clock

    def add(self, who: SignedIn | None, *, name: str, language: str, grade: str = "") -> Enrolled:
        """Add a monitor; give what they are to learn by heart. Raise `Unfinished` for what will not do."""
        profile = Profile(name=_checked_name(name), language=language, grade=grade)
        if language not in LANGUAGES:
            raise Unfinished(f"The language is one of {', '.join(LANGUAGES)}.")
        if grade and grade not in SOURCE_GRADES:
            raise Unfinished(f"The grade is one of {', '.join(SOURCE_GRADES)}, or none.")
        monitor_id = new_id()
        with self._writing() as unit:
            public = self._desk_public(unit)
        pin = new_pin()
        duress_pin = new_pin(unlike=pin)
        hashed = (self._keys.hash_pin(monitor_id, pin), self._keys.hash_pin(monitor_id, duress_pin))
        with self._writing() as unit:
            for _ in range(_TRIES):
                code = new_code()
                row = self._row(monitor_id, replace(profile, code=code), hashed, public)
                if unit.monitors.add_new(row):
                    self._audit(unit, who, "added a monitor", monitor_id)
                    unit.commit()
                    return Enrolled(monitor_id=monitor_id, code=code, pin=pin, duress_pin=duress_pin)
        raise Unfinished("Nearly every code is taken. Suspend monitors who report no more.")

    def new_pins(self, who: SignedIn, monitor_id: str, version: int) -> Enrolled:
        """Give a monitor new PINs in place of the old ones; the code stays, and is unlocked."""
        with self._reading() as unit:
            profile = opened(who, unit.monitors.get(monitor_id))
        if profile is None:
            raise NotAllowed("What is kept of this monitor does not open. Suspend them, and add them anew.")
        pin = new_pin()
        duress_pin = new_pin(unlike=pin)
        changes = {
            # Anew: after the boot secret was lost, no tag is any more what it was.
            "code_tag": self._keys.code_tag(profile.code),
            "pin": self._keys.hash_pin(monitor_id, pin),
            "duress_pin": self._keys.hash_pin(monitor_id, duress_pin),
            "failures": 0,
            "locked_until": 0,
        }
        self._change(who, monitor_id, version, "gave a monitor new PINs", **changes)
        return Enrolled(monitor_id=monitor_id, code=profile.code, pin=pin, duress_pin=duress_pin)

    def new_word(self, who: SignedIn, monitor_id: str, version: int) -> str:
        """Give a monitor a word that ties the telephone whose text begins with it, once, in place of one that was not used."""
        word = new_word()
        self._change(who, monitor_id, version, "gave a monitor a word", word_tag=self._keys.word_tag(word))
        return word

    def unlock(self, who: SignedIn, monitor_id: str, version: int) -> None:
        """Unlock a code whose PIN was tried in vain."""
        self._change(who, monitor_id, version, "unlocked a monitor", failures=0, locked_until=0)

    def suspend(self, who: SignedIn | None, monitor_id: str, version: int | None = None) -> None:
        """Let a monitor's code, word and telephones count no more. What they told stays."""
        with self._writing() as unit:
            row = unit.monitors.get(monitor_id, lock=True)
            seen = row.version if version is None else version
            unit.monitors.change(monitor_id, version=seen, state=MonitorState.SUSPENDED, word_tag=None)
            for source in unit.sources.all(monitor_id=monitor_id):
                unit.sources.change(source.id, monitor_id=None)
            self._audit(unit, who, "suspended a monitor", monitor_id)
            unit.commit()

    def resume(self, who: SignedIn | None, monitor_id: str, version: int | None = None) -> None:
        """Let a suspended monitor report again."""
        self._change(who, monitor_id, version, "let a monitor report again", state=MonitorState.ACTIVE)

    def find(self, beginning: str) -> Monitor:
        """Give the monitor whose id begins so; raise `NotFound` unless it is exactly one."""
        with self._reading() as unit:
            found = [row for row in unit.monitors.all() if beginning and row.id.startswith(beginning)]
        if len(found) != 1:
            raise NotFound("a monitor whose id begins so")
        return found[0]

    def rows(self) -> list[Monitor]:
        """Give every monitor as anybody here may see them."""
        with self._reading() as unit:
            return sorted(unit.monitors.all(), key=lambda row: (row.created_hour, row.id))

    def list(self, who: SignedIn) -> list[ShownMonitor]:
        """Give every monitor by name."""
        now = self._clock()
        shown = [ShownMonitor(row, opened(who, row), row.locked_until > now) for row in self.rows()]
        return sorted(shown, key=lambda each: (each.row.state is MonitorState.SUSPENDED, each.name.casefold()))

    def get(self, who: SignedIn, monitor_id: str) -> ShownMonitor:
        """Give one monitor."""
        with self._reading() as unit:
            row = unit.monitors.get(monitor_id)
        return ShownMonitor(row, opened(who, row), row.locked_until > self._clock())

    def _row(self, monitor_id: str, profile: Profile, hashed: tuple[str, str], public: bytes) -> Monitor:
        return Monitor(
            id=monitor_id,
            code_tag=self._keys.code_tag(profile.code),
            pin=hashed[0],
            duress_pin=hashed[1],
            state=MonitorState.ACTIVE,
            content=seal_for_desk(public, asdict(profile), _place(monitor_id)),
            created_hour=self._hour(),
        )

    def _change(self, who: SignedIn | None, monitor_id: str, version: int | None, action: str, **changes: object) -> None:
        with self._writing() as unit:
            row = unit.monitors.get(monitor_id, lock=True)
            unit.monitors.change(monitor_id, version=row.version if version is None else version, **changes)
            self._audit(unit, who, action, monitor_id)
            unit.commit()

    def _desk_public(self, unit: UnitOfWork) -> bytes:
        desk = unit.compartments.first(name=DESK)
        if desk is None:
            raise NotFound("the desk's key: run ./izwi init first")
        return desk.public_key

    def _audit(self, unit: UnitOfWork, who: SignedIn | None, action: str, monitor_id: str) -> None:
        person_id = who.person.id if who else None
        unit.audits.add(Audit(id=new_id(), hour=self._hour(), person_id=person_id, action=action, subject_id=monitor_id))

    def _hour(self) -> int:
        return int(self._clock() // 3600)


def opened(who: SignedIn, row: Monitor) -> Profile | None:
    """Give what the desk knows of a monitor; None where it does not open. Raise `NotAllowed` for who does not hold the desk's
    key."""
    if DESK not in who.keys:
        raise NotAllowed("Only a coordinator may do this.")
    try:
        plain: Mapping[str, str] = open_at_desk(who.keys[DESK], row.content, _place(row.id))
    except SealError:
        return None
    return Profile(**plain)


def _checked_name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise Unfinished("A monitor needs a code name.")
    if len(tidy) > _LONGEST_NAME or _NOT_A_NAME.search(tidy):
        raise Unfinished(f"A code name has at most {_LONGEST_NAME} letters, and no telephone number in it.")
    return tidy


def _place(monitor_id: str) -> Place:
    return Place("monitors", "content", monitor_id)
