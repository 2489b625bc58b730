"""Take in what a provider tells us: seal it, keep it, add the work to be done, in one transaction.

When `take_in` returns, what was said is on disk, once. When it raises, nothing is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any

from handlers.arrival import NO_SUCH_RECEIPT, Arrival, OpenNow, contact_of, message_of, new_id, work_of
from handlers.commands import CallMe, ChooseLanguage, Command, CommandWords, Continue, Delete, Help, Start, Stop, read_command
from handlers.deletion import forget
from handlers.errors import SealError, Unavailable
from handlers.events import (
    CallEnded,
    CallStep,
    DeliveryStatus,
    Event,
    InboundCall,
    InboundText,
    OptOut,
    RecordingMade,
    Unrecognised,
    UssdStep,
)
from handlers.ports import Clock, OpenUnit, T, Transact, UnitOfWork
from handlers.protection.boot import BootSecret
from handlers.protection.keyring import Keyring
from handlers.protection.numbers import SenderKind, read_sender
from handlers.protection.pseudonyms import DeliveryTags, delivery_tags, pseudonym, receipt_tag
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.records import (
    Delivery,
    Purpose,
    Report,
    Source,
)
from handlers.reports import ReportState
from handlers.statuses import StatusNotes

_MOST_WRONG_OF_SOURCE = 5  # receipts in an hour
_MOST_WRONG_OF_LINE = 60


class Taken(StrEnum):
    """What became of an event."""

    NEW = "new"
    AGAIN = "again"  # the same delivery as before: nothing was added
    STATUS = "status"


class Intake:
    """Takes in events. One object serves all threads of a process."""

    def __init__(
        self,
        *,
        writing: OpenUnit,
        keyring: Keyring,
        boot: BootSecret,
        words: CommandWords,
        clock: Clock,
        join_hours: int,
        ids_differ_on_list: frozenset[str] = frozenset(),
        transact: Transact | None = None,
    ) -> None:
        self._transact = transact or alone(writing)
        self._keyring = keyring
        self._tag_key = boot.derive("delivery tag")
        self._receipt_key = boot.derive("receipt tag")
        self._words = words
        self._clock = clock
        self._join_hours = join_hours
        self._ids_differ_on_list = ids_differ_on_list
        self._statuses = StatusNotes(writing=writing, keyring=keyring, tag_key=self._tag_key, clock=clock)

    def take_in(self, event: Event, *, from_list: bool = False) -> Taken:
        """Keep an event, once. `from_list` says that it came from the provider's list and not by a webhook."""
        if isinstance(event, DeliveryStatus):
            self._statuses.note_status(event)
            return Taken.STATUS
        if isinstance(event, OptOut):
            self._statuses.note_opt_out(event)
            return Taken.STATUS
        if isinstance(event, CallStep | RecordingMade | CallEnded | UssdStep):
            raise Unavailable("calls are not taken in here yet")
        now = self._clock()
        arrival = Arrival(
            event=event,
            sender=read_sender("" if isinstance(event, Unrecognised) else event.sender),
            command=_command_of(event, self._words) if isinstance(event, InboundText) else None,
            open=OpenNow(
                report=self._keyring.current(Purpose.REPORT),
                contact=self._keyring.current(Purpose.CONTACT),
                pseudonym=self._keyring.current(Purpose.PSEUDONYM),
                now=now,
            ),
        )
        return self._transact(lambda unit: self._keep(unit, arrival, from_list=from_list))

    def _keep(self, unit: UnitOfWork, arrival: Arrival, *, from_list: bool) -> Taken:
        tags = delivery_tags(arrival.event, tag_key=self._tag_key, pseudonym_key=arrival.open.pseudonym.key)
        if not self._is_new(unit, arrival, tags, from_list=from_list):
            return Taken.AGAIN
        source = self._source(unit, arrival)
        report = self._report(unit, arrival, source)
        message = message_of(arrival, report, source)
        unit.messages.add(message)
        unit.work.add(work_of(arrival, message))
        return Taken.NEW

    def _is_new(self, unit: UnitOfWork, arrival: Arrival, tags: DeliveryTags, *, from_list: bool) -> bool:
        """Note the delivery; say whether what was said is new. Same id and other words is new, and flagged."""
        twin = None
        if tags.content is not None and arrival.event.provider in self._ids_differ_on_list:
            twin = unit.deliveries.first(content=tags.content, from_list=not from_list, matched=False)
        delivery = Delivery(
            tag=tags.whole,
            same_id=tags.same_id,
            content=tags.content,
            from_list=from_list,
            matched=twin is not None,
            hour=arrival.open.hour,
            period=arrival.open.pseudonym.id if tags.of_period else None,
        )
        if not unit.deliveries.add_new(delivery):
            # Known by its tag, or by its id alone: then other words came under it. The id stays with the first of them.
            if not unit.deliveries.add_new(replace(delivery, same_id=None)):
                return False
            arrival.flags = "same_id"
        if twin is not None:
            unit.deliveries.change(twin.tag, matched=True)
            return False
        return True

    def _source(self, unit: UnitOfWork, arrival: Arrival) -> Source:
        """Give the source, locked until the end of the transaction: two texts of one person must not open two reports."""
        name = pseudonym(arrival.open.pseudonym.key, arrival.sender.value) if _is_recognisable(arrival) else None
        new = self._new_source(arrival, name)
        known = unit.sources.add_or_get(new, by="pseudonym")
        if known.id == new.id:
            arrival.is_first = True
            return known
        self._renew_contact(unit, arrival, known)
        return known

    def _new_source(self, arrival: Arrival, name: bytes | None) -> Source:
        source_id, period, contact = new_id(), arrival.open.contact, None
        if arrival.sender.kind is SenderKind.NUMBER:
            language = arrival.command.language if isinstance(arrival.command, ChooseLanguage) else None
            contact = seal_json(period.key, contact_of(arrival, language), Place("sources", "contact", source_id, period.id))
        return Source(
            id=source_id,
            period=arrival.open.pseudonym.id if name else None,
            pseudonym=name,
            contact=contact,
            contact_period=period.id if contact else None,
            stopped=isinstance(arrival.command, Stop),
        )

    def _renew_contact(self, unit: UnitOfWork, arrival: Arrival, source: Source) -> None:
        """Seal the way back anew, to the period that is open now, and note what the source wants of us."""
        changes: dict[str, Any] = {}
        if isinstance(arrival.command, Stop | Start):
            changes["stopped"] = isinstance(arrival.command, Stop)
        if arrival.sender.kind is SenderKind.NUMBER:
            known = self._contact(unit, arrival, source)
            chosen = arrival.command.language if isinstance(arrival.command, ChooseLanguage) else known.get("language")
            contact = contact_of(arrival, chosen if isinstance(chosen, str) else None)
            if source.contact_period != arrival.open.contact.id or contact != known:
                place = Place("sources", "contact", source.id, arrival.open.contact.id)
                changes["contact"] = seal_json(arrival.open.contact.key, contact, place)
                changes["contact_period"] = arrival.open.contact.id
        if changes:
            unit.sources.change(source.id, **changes)

    def _contact(self, unit: UnitOfWork, arrival: Arrival, source: Source) -> dict[str, Any]:
        """Give the way back as it is sealed now; empty once its key is gone."""
        if source.contact is None or source.contact_period is None:
            return {}
        try:
            key = arrival.open.contact.key
            if source.contact_period != arrival.open.contact.id:
                key = self._keyring.key_in(unit, source.contact_period)
            known: dict[str, Any] = open_json(key, source.contact, Place("sources", "contact", source.id, source.contact_period))
        except SealError:
            return {}
        return known

    def _report(self, unit: UnitOfWork, arrival: Arrival, source: Source) -> Report:
        """Give the report that this belongs to: by its receipt, else the source's open one, else a new one."""
        hour = arrival.open.hour
        if isinstance(arrival.command, Continue | Delete):
            named = self._named(unit, arrival.command.receipt, source, hour)
            if named is not None and isinstance(arrival.command, Delete):
                forget(unit, named, keyring=self._keyring, contact_period=arrival.open.contact)
                return named
            if named is not None:
                return self._continued(unit, arrival, named)
            arrival.flags = _joined_flags(arrival.flags, NO_SUCH_RECEIPT)
        if isinstance(arrival.event, InboundText | InboundCall) and not arrival.is_first:
            followed = unit.open_report_of(source.id, since_hour=hour - self._join_hours)
            if followed is not None:
                return self._continued(unit, arrival, followed)
        is_mere_command = arrival.command is not None and not isinstance(arrival.command, Continue | Help | CallMe)
        report = Report(
            id=new_id(),
            source_id=source.id,
            state=ReportState.REJECTED if is_mere_command else ReportState.RECEIVED,
            priority=0,
            opened_hour=hour,
            updated_hour=hour,
            receipt_tag=None,
            flags=_joined_flags(arrival.flags, "command" if is_mere_command else ""),
            news=not is_mere_command,
        )
        unit.reports.add(report)
        return report

    def _named(self, unit: UnitOfWork, receipt: str, source: Source, hour: int) -> Report | None:
        """Give the report of a receipt. None after too many wrong ones, too: whoever guesses on could delete what others told."""
        wrong = {"reason": NO_SUCH_RECEIPT, "hour": hour}
        if unit.messages.count(**wrong, source_id=source.id) >= _MOST_WRONG_OF_SOURCE:
            return None
        if unit.messages.count(**wrong) >= _MOST_WRONG_OF_LINE:  # each withheld number is a source of its own
            return None
        return unit.reports.first(receipt_tag=receipt_tag(self._receipt_key, receipt), lock=True)

    def _continued(self, unit: UnitOfWork, arrival: Arrival, report: Report) -> Report:
        changes: dict[str, Any] = {"updated_hour": arrival.open.hour}
        if not isinstance(arrival.command, Stop | Start | ChooseLanguage | Delete):
            changes["news"] = True
        if report.state is ReportState.REJECTED:
            changes["state"] = ReportState.OPEN
        if arrival.flags:
            changes["flags"] = _joined_flags(report.flags, arrival.flags)
        unit.reports.change(report.id, **changes)
        return report


def alone(writing: OpenUnit) -> Transact:
    """Give each act a transaction of its own."""

    def transact(act: Callable[[UnitOfWork], T]) -> T:
        with writing() as unit:
            done = act(unit)
            unit.commit()
        return done

    return transact


def _command_of(event: InboundText, words: CommandWords) -> Command | None:
    """Give what the source asks of the line. What the provider itself made of the text counts: it has acted already."""
    if event.keyword == "stop":
        return Stop()
    if event.keyword == "start":
        return Start()
    return read_command(event.text, words)


def _is_recognisable(arrival: Arrival) -> bool:
    """Say whether the sender means one person. A name of letters on SMS may be anybody's; a withheld number is everybody's."""
    if arrival.sender.kind is SenderKind.NUMBER:
        return True
    is_whatsapp = isinstance(arrival.event, InboundText) and arrival.event.channel == "whatsapp"
    return arrival.sender.kind is SenderKind.NAME and is_whatsapp


def _joined_flags(*flags: str) -> str:
    return " ".join(sorted({flag for text in flags for flag in text.split()}))
