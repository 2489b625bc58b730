"""Take in what a provider tells us: seal it, keep it, add the work to be done, in one transaction.

When `take_in` returns, what was said is on disk, once. When it raises, nothing is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers.arrival import (
    Arrival,
    OpenNow,
    command_of,
    contact_of,
    is_recognisable,
    joined_flags,
    message_of,
    new_report,
    new_source,
    work_of,
)
from handlers.commands import ChooseLanguage, CommandWords, Continue, Delete, Start, Stop
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
    Taken,
    Told,
    Unrecognised,
    UssdEnded,
    UssdStep,
)
from handlers.ports import Clock, OpenUnit, T, Transact, UnitOfWork
from handlers.protection.boot import BootSecret
from handlers.protection.keyring import Keyring
from handlers.protection.monitor_keys import MonitorKeys
from handlers.protection.numbers import SenderKind, read_sender
from handlers.protection.pseudonyms import DeliveryTags, delivery_tags, pseudonym
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.receipts import NO_SUCH_RECEIPT, find_report
from handlers.records import Delivery, Purpose, Report, Source
from handlers.reports import ReportState
from handlers.statuses import StatusNotes
from handlers.tying import tied
from handlers.voice.announcing import OpenNow as VoiceNow
from handlers.voice.attached import announce_attached
from handlers.voice.speech import Dialog
from handlers.voice.telephone import Keeping, NoTelephone, Telephone
from handlers.voice.ussd_desk import UssdDesk

__all__ = ["Intake", "Taken", "alone"]

_ANSWER_HOURS = 14 * 24  # who has no airtime answers when they have some


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
        telephone: Telephone | NoTelephone | None = None,
        ussd: UssdDesk | None = None,
    ) -> None:
        self._transact = transact or alone(writing)
        self._keyring = keyring
        self._tag_key = boot.derive("delivery tag")
        self._receipt_key = boot.derive("receipt tag")
        self._monitor_keys = MonitorKeys(boot.derive("monitors"))
        self._words = words
        self._clock = clock
        self._join_hours = join_hours
        self._ids_differ_on_list = ids_differ_on_list
        self._telephone = telephone or NoTelephone()
        self._ussd = ussd
        self._statuses = StatusNotes(writing=writing, keyring=keyring, tag_key=self._tag_key, clock=clock)

    def take_in(self, event: Event, *, from_list: bool = False) -> Taken:
        """Keep an event, once. `from_list` says that it came from the provider's list and not by a webhook."""
        if isinstance(event, DeliveryStatus):
            self._statuses.note_status(event)
            return Taken.STATUS
        if isinstance(event, OptOut):
            self._statuses.note_opt_out(event)
            return Taken.STATUS
        if isinstance(event, UssdEnded):
            return Taken.STATUS
        if isinstance(event, UssdStep):
            self.converse(event)
            return Taken.STATUS
        if isinstance(event, CallStep | RecordingMade | CallEnded):
            return self._telephone.take_in(event, self._keeping())
        arrival = self._arrival(event, self._open_now())
        report = self._transact(lambda unit: self._keep(unit, arrival, from_list=from_list))
        return Taken.AGAIN if report is None else Taken.NEW

    def converse(self, event: InboundCall | CallStep | UssdStep) -> Dialog:
        """Keep an event of a call or a USSD session, and give what the caller hears, or sees, next."""
        if isinstance(event, UssdStep):
            if self._ussd is None:
                raise Unavailable("USSD is not answered here")
            return (self._ussd.converse(event, self._keeping()),)
        if isinstance(event, InboundCall):
            self.take_in(event)
            return self._telephone.first(event)
        return self._telephone.converse(event, self._keeping())

    def for_spool(self, event: Event) -> Event:
        """Give an event as it may wait in the spool: without keys that may be a PIN."""
        return replace(event, keys="") if isinstance(event, CallStep) and len(event.keys) > 1 else event

    def _open_now(self) -> OpenNow:
        return OpenNow(
            report=self._keyring.current(Purpose.REPORT),
            contact=self._keyring.current(Purpose.CONTACT),
            pseudonym=self._keyring.current(Purpose.PSEUDONYM),
            now=self._clock(),
        )

    def _arrival(self, event: Told, opened: OpenNow) -> Arrival:
        return Arrival(
            event=event,
            sender=read_sender("" if isinstance(event, Unrecognised) else event.sender),
            command=command_of(event, self._words) if isinstance(event, InboundText) else None,
            open=opened,
        )

    def _keeping(self) -> Keeping:
        """Give the telephone a way to keep things, a call too that we were never told came in but that is spoken of."""
        opened = self._open_now()

        def keep(unit: UnitOfWork, event: InboundCall | InboundText) -> Report | None:
            return self._keep(unit, self._arrival(event, opened), from_list=False)

        return Keeping(transact=self._transact, keep=keep, names=opened.pseudonym.key)

    def _keep(self, unit: UnitOfWork, arrival: Arrival, *, from_list: bool) -> Report | None:
        """Keep what arrived, and give its report; None where it was kept before."""
        tags = delivery_tags(arrival.event, tag_key=self._tag_key, pseudonym_key=arrival.open.pseudonym.key)
        if not self._is_new(unit, arrival, tags, from_list=from_list):
            return None
        source = tied(unit, arrival, self._source(unit, arrival), self._monitor_keys)
        report = self._report(unit, arrival, source)
        message = message_of(arrival, report, source)
        unit.messages.add(message)
        work = work_of(arrival, message)
        if isinstance(arrival.event, InboundCall):
            work = replace(work, due_at=self._telephone.begun(unit, arrival.event, message, now=arrival.open.now))
        unit.work.add(work)
        if isinstance(arrival.event, InboundText) and not isinstance(arrival.command, Delete):
            now = VoiceNow(report=arrival.open.report, contact=arrival.open.contact, now=arrival.open.now, tag_key=self._tag_key)
            announce_attached(unit, arrival.event, message, now)
        return report

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
        name = pseudonym(arrival.open.pseudonym.key, arrival.sender.value) if is_recognisable(arrival) else None
        new = new_source(arrival, name)
        known = unit.sources.add_or_get(new, by="pseudonym")
        if known.id == new.id:
            arrival.is_first = True
            return known
        self._renew_contact(unit, arrival, known)
        return known

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
            receipt = arrival.command.receipt
            named = find_report(unit, receipt, key=self._receipt_key, source_id=source.id, hour=hour)
            if named is not None and isinstance(arrival.command, Delete):
                forget(unit, named, keyring=self._keyring, contact_period=arrival.open.contact)
                return named
            if named is not None:
                return self._continued(unit, arrival, named)
            arrival.flags = joined_flags(arrival.flags, NO_SUCH_RECEIPT)
        if isinstance(arrival.event, InboundText | InboundCall) and not arrival.is_first:
            followed = self._followed(unit, arrival.event, source, since_hour=hour - self._join_hours)
            if followed is not None:
                return self._continued(unit, arrival, followed)
        report = new_report(arrival, source)
        unit.reports.add(report)
        return report

    def _followed(self, unit: UnitOfWork, event: InboundText | InboundCall, source: Source, *, since_hour: int) -> Report | None:
        """Give the report that a source goes on with. A call begins one of its own where the last one has a receipt: people
        borrow telephones to call, and each must get a receipt of theirs."""
        if isinstance(event, InboundText):
            return self._told_on(unit, source, since_hour=since_hour)
        states = (ReportState.RECEIVED.value, ReportState.OPEN.value)
        without = unit.reports.all(source_id=source.id, receipt_tag=None, monitor_id=None, state=states)
        recent = [report for report in without if report.updated_hour >= since_hour]
        return max(recent, key=lambda report: (report.updated_hour, report.opened_hour), default=None)

    def _told_on(self, unit: UnitOfWork, source: Source, *, since_hour: int) -> Report | None:
        """Give the report that a text goes on with: the source's open one, or that which a person wrote to them about since: what
        comes after a question is its answer, though it take days, and though the report be closed or in the log."""
        own = unit.open_report_of(source.id, since_hour=since_hour, monitor_id=source.monitor_id)
        asked_since = since_hour + self._join_hours - _ANSWER_HOURS
        asked = unit.asked_report_of(source.id, since_hour=asked_since)
        if asked is None or asked[0].monitor_id != source.monitor_id:
            return own
        report, asked_hour = asked
        return report if own is None or own.updated_hour <= asked_hour else own

    def _continued(self, unit: UnitOfWork, arrival: Arrival, report: Report) -> Report:
        changes: dict[str, Any] = {"updated_hour": arrival.open.hour}
        if not isinstance(arrival.command, Stop | Start | ChooseLanguage | Delete):
            changes["news"] = True
        if report.state is ReportState.REJECTED:
            changes["state"] = ReportState.OPEN
        if arrival.flags:
            changes["flags"] = joined_flags(report.flags, arrival.flags)
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
