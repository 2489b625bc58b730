"""The outbox: work that is saved with what it concerns, and handed out by its ids."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select, update

from handlers.records import WorkKind, WorkState
from storage.database import Database
from storage.tables import work


class Outbox:
    """Hands out the ids of work that is due."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def has_due(self, *, now: int, again_after: int) -> bool:
        """Say whether work is due, without waiting for any writer."""
        with self._database.reading() as connection:
            return connection.execute(select(work.c.id).where(_is_due(now, again_after)).limit(1)).first() is not None

    def take_due(self, *, now: int, again_after: int, limit: int) -> list[tuple[str, WorkKind]]:
        """Give the ids and kinds of what is due and was not handed out in the last `again_after` seconds, and note that it was
        handed out."""
        with self._database.writing() as connection:
            statement = (
                select(work.c.id, work.c.kind)
                .where(_is_due(now, again_after))
                .order_by(work.c.due_at)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            taken = [(str(row[0]), WorkKind(row[1])) for row in connection.execute(statement)]
            for start in range(0, len(taken), 500):
                chunk = [name for name, _ in taken[start : start + 500]]
                connection.execute(update(work).where(work.c.id.in_(chunk)).values(enqueued_at=now))
            connection.commit()
        return taken

    def forget_handed_out(self) -> None:
        """Have everything handed out again at once: the queue was lost."""
        with self._database.writing() as connection:
            connection.execute(update(work).where(work.c.enqueued_at != 0).values(enqueued_at=0))
            connection.commit()


def _is_due(now: int, again_after: int) -> ColumnElement[bool]:
    is_waiting = and_(work.c.state == WorkState.DUE.value, work.c.due_at <= now)
    is_abandoned = and_(work.c.state == WorkState.RUNNING.value, work.c.lease_until <= now)
    return and_(or_(is_waiting, is_abandoned), work.c.enqueued_at <= now - again_after)
