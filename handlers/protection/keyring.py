"""The keys of periods: made when first needed, opened while their work lasts, destroyed when it is done.

A period's key is random. It is kept twice: wrapped under the boot secret, for the running gateway, and sealed to the desk, for
the coordinators. A *pseudonym* key is kept for the gateway alone: once its wrap is destroyed it is gone for everybody.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from handlers.errors import KeyDestroyed, NotFound, SealError
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.boot import BootSecret
from handlers.protection.people import DESK, open_with, seal_to
from handlers.protection.sealing import Place, new_key, open_sealed, seal
from handlers.records import Period, Purpose

HOURS: Mapping[Purpose, int] = {Purpose.REPORT: 24, Purpose.CONTACT: 24, Purpose.ORIGINAL: 24, Purpose.PSEUDONYM: 24 * 30}


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """A period and its key."""

    id: str
    key: bytes = field(repr=False)
    closes_hour: int


class Keyring:
    """Gives the running gateway the keys of open periods.

    Only keys that are committed are ever given out: what is sealed under a key that was rolled back could never be opened.
    """

    def __init__(self, boot: BootSecret, *, writing: OpenUnit, reading: OpenUnit, clock: Clock) -> None:
        self._wrap_key = boot.derive("period wrap")
        self._writing = writing
        self._reading = reading
        self._clock = clock
        self._current: dict[Purpose, OpenPeriod] = {}
        self._lock = threading.Lock()

    def current(self, purpose: Purpose) -> OpenPeriod:
        """Give the period that is open now. Call it before a unit of work is opened: it may need one of its own."""
        hour = int(self._clock() // 3600)
        with self._lock:
            known = self._current.get(purpose)
            if known is None or not known.closes_hour - HOURS[purpose] <= hour < known.closes_hour:
                known = self._current[purpose] = self._find_or_make(purpose, hour - hour % HOURS[purpose])
        return known

    def key(self, period_id: str) -> bytes:
        """Give the key of a period; raise `KeyDestroyed` once it is closed to the gateway."""
        hour = int(self._clock() // 3600)
        for known in tuple(self._current.values()):
            if known.id == period_id and hour < known.closes_hour:
                return known.key
        with self._reading() as unit:
            return self.key_in(unit, period_id)

    def key_in(self, unit: UnitOfWork, period_id: str) -> bytes:
        """Give the key of a period within a unit of work that is open already."""
        try:
            return self._open(unit.periods.get(period_id))
        except NotFound:
            raise KeyDestroyed("the period of this value is gone") from None

    def fits(self) -> bool:
        """Say whether the boot secret opens every period that is not closed; if not, it is not this database's."""
        with self._reading() as unit:
            return not self._misfits(unit)

    def begin_anew(self) -> None:
        """Close what the boot secret does not open, after the one before was lost: the desk still opens it, the gateway never."""
        hour = int(self._clock() // 3600)
        with self._writing() as unit:
            for period in self._misfits(unit):
                opens_hour = period.opens_hour  # moved out of the way of the period that takes its place
                while unit.periods.count(purpose=period.purpose.value, opens_hour=opens_hour):
                    opens_hour -= 1
                closes_hour = min(hour, period.closes_hour)
                unit.periods.change(period.id, opens_hour=opens_hour, closes_hour=closes_hour, intake_wrap=None)
                if period.purpose is Purpose.PSEUDONYM:
                    unit.forget_pseudonyms(period.id)
            unit.commit()

    def _misfits(self, unit: UnitOfWork) -> list[Period]:
        return [period for period in unit.periods.all() if period.intake_wrap is not None and not self._opens(period)]

    def _opens(self, period: Period) -> bool:
        try:
            self._open(period)
        except SealError:
            return False
        return True

    def _find_or_make(self, purpose: Purpose, opens_hour: int) -> OpenPeriod:
        with self._reading() as unit:
            found = unit.periods.first(purpose=purpose, opens_hour=opens_hour)
        if found is None:
            found = self._make(purpose, opens_hour)
        return OpenPeriod(found.id, self._open(found), found.closes_hour)

    def _make(self, purpose: Purpose, opens_hour: int) -> Period:
        with self._writing() as unit:
            desk = unit.compartments.first(name=DESK)
            if desk is None:
                raise NotFound("the desk's key: run ./izwi init first")
            unit.periods.add_new(self._new_period(purpose, opens_hour, desk.public_key))
            made = unit.periods.first(purpose=purpose, opens_hour=opens_hour)
            unit.commit()
        if made is None:
            raise NotFound("periods")
        return made

    def _new_period(self, purpose: Purpose, opens_hour: int, desk_public: bytes) -> Period:
        key, name = new_key(), f"{purpose.value}-{opens_hour}-{secrets.token_hex(3)}"
        period = Period(
            id=name,
            purpose=purpose,
            opens_hour=opens_hour,
            closes_hour=opens_hour + HOURS[purpose],
            intake_wrap=None,
            desk_seal=None if purpose is Purpose.PSEUDONYM else seal_to(desk_public, key),
        )
        return replace(period, intake_wrap=seal(self._wrap_key, key, _place(period)))

    def _open(self, period: Period) -> bytes:
        if period.intake_wrap is None:
            raise KeyDestroyed("the gateway's copy of this period's key is destroyed")
        return open_sealed(self._wrap_key, period.intake_wrap, _place(period))


class DeskKeyring:
    """Gives a signed-in coordinator the keys of all periods that retention has left, with the desk's private key."""

    def __init__(self, desk_private: bytes, reading: OpenUnit) -> None:
        self._desk_private = desk_private
        self._reading = reading
        self._known: dict[str, bytes] = {}

    def key(self, period_id: str) -> bytes:
        """Give the key of a period; raise `KeyDestroyed` once its retention is over."""
        if period_id not in self._known:
            with self._reading() as unit:
                period = unit.periods.first(id=period_id)
            if period is None or period.desk_seal is None:
                raise KeyDestroyed("the desk's copy of this period's key is destroyed")
            self._known[period_id] = open_with(self._desk_private, period.desk_seal)
        return self._known[period_id]


def _place(period: Period) -> Place:
    return Place("periods", "intake_wrap", period.id, period.purpose.value)
