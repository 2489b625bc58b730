"""Meanwhile: who did what to a report since somebody opened it, for whoever comes second."""

from __future__ import annotations

from handlers.desk.office import Office
from handlers.desk.people import SignedIn
from handlers.desk.views import Deed
from handlers.ports import UnitOfWork

_NO_CHANGE = "read "  # it is noted who read what, but nothing is different then


class Meanwhile:
    """Tells people what others did."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def since(self, who: SignedIn, report_id: str, version: int) -> tuple[Deed, ...]:
        """Give what was done to a report since it stood at a version, in the order of its doing."""
        self._office.keys(who)
        with self._office.reading() as unit:
            return deeds_since(unit, report_id, version)


def deeds_since(unit: UnitOfWork, report_id: str, version: int) -> tuple[Deed, ...]:
    """Give what was done to a report since it stood at a version."""
    rows = [row for row in unit.audits.all(subject_id=report_id) if row.version is not None and row.version > version]
    logins = {person.id: person.login for person in unit.people.all()}
    told = [row for row in sorted(rows, key=lambda row: row.version or 0) if not row.action.startswith(_NO_CHANGE)]
    return tuple(Deed(row.hour, logins.get(row.person_id or "", "Izwi"), row.action) for row in told)
