"""What is spoken, forgotten with what it belongs to. Each of these is a part of `SqlUnitOfWork`'s own forgetting."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, delete, or_, select, update

from storage.tables import calls, recordings, waiting, work


def forget_spoken(connection: Connection, period_id: str, ended: Select[Any]) -> None:
    """Forget what is sealed to a period, or belongs to messages that end with it. An original's key that is sealed to it goes
    alone: the disguised voice stays."""
    run = connection.execute
    run(update(recordings).where(recordings.c.original_period == period_id).values(original_key=None, original_period=None))
    of_period = or_(recordings.c.period == period_id, recordings.c.message_id.in_(ended))
    run(delete(work).where(work.c.subject_id.in_(select(recordings.c.id).where(of_period))))
    run(delete(recordings).where(of_period))
    run(delete(waiting).where(or_(waiting.c.period == period_id, waiting.c.message_id.in_(ended))))
    run(delete(calls).where(calls.c.message_id.in_(ended)))


def forget_spoken_of(connection: Connection, gone: Select[Any]) -> None:
    """Forget what belongs to reports that nothing is left of."""
    run = connection.execute
    run(delete(work).where(work.c.subject_id.in_(select(recordings.c.id).where(recordings.c.report_id.in_(gone)))))
    for table in (recordings, waiting, calls):
        run(delete(table).where(table.c.report_id.in_(gone)))


def forget_calls(connection: Connection, before_hour: int) -> None:
    """Forget the calls older than that which no message tells of."""
    connection.execute(delete(calls).where(calls.c.hour < before_hour, calls.c.message_id.is_(None)))
