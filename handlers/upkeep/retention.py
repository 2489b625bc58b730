"""Destroy what is kept long enough: first the rows, then the desk's copy of the key, which takes the backups with it."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.ports import Clock, OpenUnit
from handlers.records import Purpose


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long things are kept, in days."""

    reports: int
    contacts: int
    originals: int
    deliveries: int


class Retention:
    """Destroys what is past its time."""

    def __init__(self, *, writing: OpenUnit, reading: OpenUnit, clock: Clock, keeping: Keeping) -> None:
        self._writing = writing
        self._reading = reading
        self._clock = clock
        self._keeping = keeping

    def destroy_due(self) -> int:
        """Destroy the periods and deliveries that are past their time; say how many periods."""
        hour = int(self._clock() // 3600)
        with self._writing() as unit:
            unit.forget_deliveries(before_hour=hour - self._keeping.deliveries * 24)
            unit.commit()
        days = {
            Purpose.REPORT: self._keeping.reports,
            Purpose.CONTACT: self._keeping.contacts,
            Purpose.ORIGINAL: self._keeping.originals,
        }
        with self._reading() as unit:
            due = [
                period
                for period in unit.periods.all()
                if period.desk_seal is not None and period.closes_hour + days[period.purpose] * 24 <= hour
            ]
        for period in due:
            with self._writing() as unit:
                unit.forget_period(period.id)
                unit.periods.change(period.id, desk_seal=None, intake_wrap=None)
                unit.commit()
        return len(due)
