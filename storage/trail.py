"""The trail of who did what, in pages. In the clear are ids and fixed words alone."""

from __future__ import annotations

from sqlalchemy import select

from handlers.ports import UnitOfWork
from handlers.records import Audit
from storage.queries import connection_of
from storage.repositories import as_record
from storage.tables import audits


def trail(unit: UnitOfWork, *, limit: int, offset: int) -> list[Audit]:
    """Give lines of the trail, the newest hour first."""
    statement = select(audits).order_by(audits.c.hour.desc(), audits.c.id).limit(limit).offset(offset)
    return [as_record(Audit, row._mapping) for row in connection_of(unit).execute(statement)]
