"""One transaction over all rows. It rolls back unless it is told to commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

from handlers import records
from handlers.ports import OpenUnit
from handlers.records import WorkState
from handlers.reports import ReportState
from storage import tables
from storage.database import Database
from storage.forgetting import forget_calls, forget_spoken, forget_spoken_of
from storage.repositories import Repository, as_record

_reports = tables.reports
_MAY_HAVE_GONE = [
    state.value
    for state in (
        records.MessageState.SENDING,
        records.MessageState.SENT,
        records.MessageState.DELIVERED,
        records.MessageState.UNCERTAIN,
    )
]
_OPEN_REPORT = (
    select(_reports)
    .where(_reports.c.source_id == bindparam("source"), _reports.c.updated_hour >= bindparam("since"))
    .where(_reports.c.state.in_([ReportState.RECEIVED.value, ReportState.OPEN.value, ReportState.PROPOSED.value]))
    .where(_reports.c.monitor_id.is_not_distinct_from(bindparam("monitor")))
    .order_by(_reports.c.updated_hour.desc(), _reports.c.opened_hour.desc())
    .limit(1)
)
_ASKED_REPORT = (
    select(_reports.c.id, tables.messages.c.hour)
    .join(tables.messages, tables.messages.c.report_id == _reports.c.id)
    .where(tables.messages.c.source_id == bindparam("source"), tables.messages.c.hour >= bindparam("since"))
    .where(tables.messages.c.kind == records.MessageKind.REPLY.value, tables.messages.c.state.in_(_MAY_HAVE_GONE))
    .where(_reports.c.state != ReportState.DELETED.value)
    .order_by(tables.messages.c.hour.desc(), _reports.c.opened_hour.desc())
    .limit(1)
)


class SqlUnitOfWork:
    """Fulfils `handlers.ports.UnitOfWork` over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def apart(self) -> AbstractContextManager[object]:
        """Undo what is done within, and only that, if it raises."""
        return self._connection.begin_nested()

    def commit(self) -> None:
        """Make it stay: on return it is on disk."""
        self._connection.commit()

    @cached_property
    def periods(self) -> Repository[records.Period]:
        """The keys' periods."""
        return Repository(self._connection, tables.periods, records.Period)

    @cached_property
    def deliveries(self) -> Repository[records.Delivery]:
        """What providers delivered."""
        return Repository(self._connection, tables.deliveries, records.Delivery)

    @cached_property
    def sources(self) -> Repository[records.Source]:
        """The people who told us something."""
        return Repository(self._connection, tables.sources, records.Source)

    @cached_property
    def reports(self) -> Repository[records.Report]:
        """What they told."""
        return Repository(self._connection, tables.reports, records.Report)

    @cached_property
    def messages(self) -> Repository[records.Message]:
        """Their texts and ours."""
        return Repository(self._connection, tables.messages, records.Message)

    @cached_property
    def findings(self) -> Repository[records.Findings]:
        """What triage found, and what a person corrected."""
        return Repository(self._connection, tables.findings, records.Findings)

    @cached_property
    def notes(self) -> Repository[records.Note]:
        """What people wrote down."""
        return Repository(self._connection, tables.notes, records.Note)

    @cached_property
    def incidents(self) -> Repository[records.Incident]:
        """What happened."""
        return Repository(self._connection, tables.incidents, records.Incident)

    @cached_property
    def proposals(self) -> Repository[records.Proposal]:
        """What waits for a second person."""
        return Repository(self._connection, tables.proposals, records.Proposal)

    @cached_property
    def work(self) -> Repository[records.Work]:
        """What is to be done."""
        return Repository(self._connection, tables.work, records.Work)

    @cached_property
    def statuses(self) -> Repository[records.Status]:
        """What became of our texts."""
        return Repository(self._connection, tables.statuses, records.Status)

    @cached_property
    def people(self) -> Repository[records.Person]:
        """Those who sign in."""
        return Repository(self._connection, tables.people, records.Person)

    @cached_property
    def grants(self) -> Repository[records.Grant]:
        """Which compartments they hold."""
        return Repository(self._connection, tables.grants, records.Grant)

    @cached_property
    def compartments(self) -> Repository[records.Compartment]:
        """The compartments of keys."""
        return Repository(self._connection, tables.compartments, records.Compartment)

    @cached_property
    def audits(self) -> Repository[records.Audit]:
        """Who did what."""
        return Repository(self._connection, tables.audits, records.Audit)

    @cached_property
    def invitations(self) -> Repository[records.Invitation]:
        """Who may become one of them."""
        return Repository(self._connection, tables.invitations, records.Invitation)

    @cached_property
    def second_steps(self) -> Repository[records.SecondStep]:
        """What they show beside their password."""
        return Repository(self._connection, tables.second_steps, records.SecondStep)

    @cached_property
    def notices(self) -> Repository[records.Notice]:
        """What they are quietly told."""
        return Repository(self._connection, tables.notices, records.Notice)

    @cached_property
    def saved_filters(self) -> Repository[records.SavedFilter]:
        """What they want to see of the inbox again."""
        return Repository(self._connection, tables.saved_filters, records.SavedFilter)

    @cached_property
    def list_versions(self) -> Repository[records.ListVersion]:
        """What people made of the lists."""
        return Repository(self._connection, tables.list_versions, records.ListVersion)

    @cached_property
    def monitors(self) -> Repository[records.Monitor]:
        """The field monitors."""
        return Repository(self._connection, tables.monitors, records.Monitor)

    @cached_property
    def calls(self) -> Repository[records.Call]:
        """Calls, of ours and to us."""
        return Repository(self._connection, tables.calls, records.Call)

    @cached_property
    def recordings(self) -> Repository[records.Recording]:
        """What was said, and pictures."""
        return Repository(self._connection, tables.recordings, records.Recording)

    @cached_property
    def prompts(self) -> Repository[records.Prompt]:
        """What callers hear, as speakers recorded it."""
        return Repository(self._connection, tables.prompts, records.Prompt)

    @cached_property
    def waiting(self) -> Repository[records.Waiting]:
        """Replies that wait to be heard."""
        return Repository(self._connection, tables.waiting, records.Waiting)

    @cached_property
    def log_keys(self) -> Repository[records.LogKey]:
        """The case log's signing key."""
        return Repository(self._connection, tables.log_keys, records.LogKey)

    @cached_property
    def log_entries(self) -> Repository[records.LogEntry]:
        """The case log's entries."""
        return Repository(self._connection, tables.log_entries, records.LogEntry)

    @cached_property
    def log_heads(self) -> Repository[records.LogHead]:
        """The case log's signed heads."""
        return Repository(self._connection, tables.log_heads, records.LogHead)

    def open_report_of(self, source_id: str, *, since_hour: int, monitor_id: str | None = None) -> records.Report | None:
        """Give the newest report of a source that is not closed, has news since then, and was told by this monitor, or none."""
        row = self._connection.execute(_OPEN_REPORT, {"source": source_id, "since": since_hour, "monitor": monitor_id}).first()
        return None if row is None else as_record(records.Report, row._mapping)

    def asked_report_of(self, source_id: str, *, since_hour: int) -> tuple[records.Report, int] | None:
        """Give the report about which a person last wrote to a source since then, and the hour of that; None where nobody did."""
        row = self._connection.execute(_ASKED_REPORT, {"source": source_id, "since": since_hour}).first()
        return None if row is None else (self.reports.get(row[0]), int(row[1]))

    def claim_work(self, work_id: str, *, now: int, lease: int) -> records.Work | None:
        """Take a piece of work that is due, or whose lease is over; None if another has it or it is done."""
        table = tables.work
        is_due = and_(table.c.state == WorkState.DUE.value, table.c.due_at <= now)
        is_abandoned = and_(table.c.state == WorkState.RUNNING.value, table.c.lease_until <= now)
        statement = (
            update(table)
            .where(table.c.id == work_id, or_(is_due, is_abandoned))
            .values(state=WorkState.RUNNING.value, lease_until=now + lease, attempts=table.c.attempts + 1)
            .returning(*table.c)
        )
        row = self._connection.execute(statement).first()
        return None if row is None else as_record(records.Work, row._mapping)

    def recent_texts(self, *, since_hour: int, limit: int) -> Sequence[tuple[str, str]]:
        """Give (message id, report id) of the newest texts of sources since then, newest first, deleted reports left out."""
        table = tables.messages
        statement = (
            select(table.c.id, table.c.report_id)
            .join(tables.reports, tables.reports.c.id == table.c.report_id)
            .where(table.c.hour >= since_hour, table.c.kind == records.MessageKind.TEXT.value)
            .where(tables.reports.c.state != ReportState.DELETED.value)
            .order_by(table.c.hour.desc())
            .limit(limit)
        )
        return [(row[0], row[1]) for row in self._connection.execute(statement)]

    def unfinished_in(self, period_id: str) -> int:
        """Count the messages of a period that are still to be triaged or answered, or texts to be sent."""
        work, messages = tables.work, tables.messages
        statement = (
            select(func.count())
            .select_from(work.join(messages, messages.c.id == work.c.subject_id))
            .where(messages.c.period == period_id, work.c.state != WorkState.FAILED.value)
            .where(work.c.kind.in_([records.WorkKind.TRIAGE.value, records.WorkKind.ANSWER.value]))
        )
        return int(self._connection.execute(statement).scalar_one())

    def forget_pseudonyms(self, period_id: str) -> None:
        """Take the pseudonyms of a period off their sources, and remove the deliveries whose tags die with it."""
        sources, deliveries = tables.sources, tables.deliveries
        self._connection.execute(update(sources).where(sources.c.period == period_id).values(pseudonym=None))
        self._connection.execute(delete(deliveries).where(deliveries.c.period == period_id))

    def forget_deliveries(self, *, before_hour: int) -> None:
        """Remove the deliveries and statuses older than that."""
        for table in (tables.deliveries, tables.statuses):
            self._connection.execute(delete(table).where(table.c.hour < before_hour))
        forget_calls(self._connection, before_hour)

    def forget_period(self, period_id: str) -> None:
        """Remove all that is sealed to a period, and the reports and sources that nothing is left of."""
        run, messages, reports, sources = self._connection.execute, tables.messages, tables.reports, tables.sources
        run(update(sources).where(sources.c.contact_period == period_id).values(contact=None, contact_period=None))
        run(update(messages).where(messages.c.envelope_period == period_id).values(envelope=None, envelope_period=None))
        run(delete(tables.work).where(tables.work.c.payload_period == period_id))
        ended = select(messages.c.id).where(messages.c.period == period_id)
        run(delete(tables.work).where(tables.work.c.subject_id.in_(ended)))
        run(update(tables.findings).where(tables.findings.c.message_id.in_(ended)).values(message_id=None))
        forget_spoken(self._connection, period_id, ended)
        for table in (tables.findings, tables.notes, tables.proposals, messages):
            run(delete(table).where(table.c.period == period_id))
        left = select(messages.c.report_id)
        emptied = reports.c.id.not_in(left) & (reports.c.state != ReportState.DELETED.value)
        gone = select(reports.c.id).where(emptied)
        forget_spoken_of(self._connection, gone)
        for table in (tables.findings, tables.notes, tables.proposals):
            run(delete(table).where(table.c.report_id.in_(gone)))
        run(delete(reports).where(emptied))
        told = (reports.c.source_id, messages.c.source_id, tables.calls.c.source_id)
        run(delete(sources).where(*(sources.c.id.not_in(select(column)) for column in told)))


def units_of(database: Database) -> tuple[OpenUnit, OpenUnit]:
    """Give the two ways into a database: units that write, and units that only read."""
    return _opener(database.writing), _opener(database.reading)


def _opener(connect: Callable[[], AbstractContextManager[Connection]]) -> OpenUnit:
    @contextmanager
    def open_unit() -> Iterator[SqlUnitOfWork]:
        with connect() as connection:
            yield SqlUnitOfWork(connection)

    return open_unit
