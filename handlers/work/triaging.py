"""Triage one message: open it, find what is in it, seal the findings, set the report's priority, have it acknowledged."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from handlers.errors import NotFound, SealError
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.keyring import Keyring, OpenPeriod
from handlers.protection.sealing import Place, seal_json
from handlers.records import Findings, Message, MessageKind, Purpose, Report, Work
from handlers.reports import ReportState
from handlers.triage.calls import of_call, of_file
from handlers.triage.lookups import Lookups
from handlers.triage.pipeline import Assessment, Telling, triage, with_gist
from handlers.triage.recents import Recents
from handlers.work.answering import Answering
from handlers.work.contents import open_content
from handlers.work.erasing import order_erasing

_COMPARED_HOURS = 72
_COMPARED_TEXTS = 2000


class Triaging:
    """Does the work of kind TRIAGE."""

    def __init__(
        self,
        *,
        writing: OpenUnit,
        reading: OpenUnit,
        keyring: Keyring,
        lookups: Lookups,
        answering: Answering,
        clock: Clock,
        erase_at_provider: bool,
    ) -> None:
        self._writing = writing
        self._reading = reading
        self._keyring = keyring
        self._lookups = lookups
        self._answering = answering
        self._clock = clock
        self._erase_at_provider = erase_at_provider
        self._recent = RecentTexts(reading, keyring, clock, lookups)

    def __call__(self, work: Work) -> None:
        """Triage the message of this work; nothing is left to do if it was deleted meanwhile."""
        try:
            with self._reading() as unit:
                message = unit.messages.get(work.subject_id)
                content = open_content(self._keyring, unit, message)
                source_id = unit.reports.get(message.report_id).source_id
        except NotFound:
            self._drop(work)
            return
        assessment = triage(_telling(message, content), self._lookups, self._recent.now())
        if message.kind is MessageKind.CALL:
            assessment = of_call(assessment, content, self._lookups)
        elif content.get("media") and not content.get("text"):
            assessment = of_file(assessment, self._lookups)
        report_period = self._keyring.current(Purpose.REPORT)
        contact_period = self._keyring.current(Purpose.CONTACT)
        with self._writing() as unit:
            # Source, then report, then work, as intake takes them: two that wait for each other would both be put off.
            unit.sources.first(id=source_id, lock=True)
            report = unit.reports.first(id=message.report_id, lock=True)
            if unit.work.remove(id=work.id) == 0 or report is None:
                return
            if message.kind is MessageKind.CALL:  # it is triaged each time that something is learnt of it
                unit.findings.remove(message_id=message.id, author_id=None)
            unit.findings.add(_findings(message, assessment, report_period, self._hour()))
            self._settle(unit, report, assessment)
            if message.kind is MessageKind.TEXT:
                language = next((finding.value for finding in assessment.findings if finding.stage == "language"), None)
                self._answering.acknowledge(unit, report, content, language, report_period, contact_period)
            is_over = message.kind is not MessageKind.CALL or content.get("outcome") is not None
            if self._erase_at_provider and content.get("provider_id") and is_over:
                order_erasing(unit, message.id, now=self._clock())
            unit.commit()

    def _settle(self, unit: UnitOfWork, report: Report, assessment: Assessment) -> None:
        priority = max(report.priority, assessment.priority)
        state = ReportState.OPEN if report.state is ReportState.RECEIVED else report.state
        unit.reports.change(report.id, priority=priority, state=state)

    def _drop(self, work: Work) -> None:
        with self._writing() as unit:
            unit.work.remove(id=work.id)
            unit.commit()

    def _hour(self) -> int:
        return int(self._clock() // 3600)


class RecentTexts:
    """Holds the texts of the periods that are not closed, of the last days at most, to find what was told before."""

    def __init__(self, reading: OpenUnit, keyring: Keyring, clock: Clock, lookups: Lookups) -> None:
        self._reading = reading
        self._keyring = keyring
        self._clock = clock
        self._lookups = lookups
        self._held = Recents()
        self._periods: dict[str, str] = {}
        self._unreadable: set[str] = set()

    def now(self) -> Recents:
        """Give the recent texts. What was deleted, is older, or is of a closed period is let go."""
        since = int(self._clock() // 3600) - _COMPARED_HOURS
        with self._reading() as unit:
            wanted = [pair[0] for pair in unit.recent_texts(since_hour=since, limit=_COMPARED_TEXTS)]
            new = tuple(name for name in wanted if name not in self._periods and name not in self._unreadable)
            for start in range(0, len(new), 500):
                for message in unit.messages.all(id=new[start : start + 500]):
                    self._learn(unit, message)
            closed = {period for period in set(self._periods.values()) if self._is_closed(unit, period)}
        kept = set(wanted)
        for name in [name for name, period in self._periods.items() if name not in kept or period in closed]:
            self._held.remove(name)
            del self._periods[name]
        self._unreadable.intersection_update(wanted)
        return self._held

    def _is_closed(self, unit: UnitOfWork, period_id: str) -> bool:
        period = unit.periods.first(id=period_id)
        return period is None or period.intake_wrap is None

    def _learn(self, unit: UnitOfWork, message: Message) -> None:
        try:
            telling = _telling(message, open_content(self._keyring, unit, message))
            self._held.add(with_gist(telling, self._lookups))
            self._periods[message.id] = message.period
        except SealError:
            self._unreadable.add(message.id)


def _telling(message: Message, content: dict[str, Any]) -> Telling:
    return Telling(
        id=message.id,
        report_id=message.report_id,
        source_id=message.source_id,
        text=content.get("text", ""),
        channel=content.get("channel", ""),
        received_at=datetime.fromtimestamp(content.get("at", 0), UTC),
    )


def _findings(message: Message, assessment: Assessment, period: OpenPeriod, hour: int) -> Findings:
    row_id = secrets.token_hex(12)
    plain = {"findings": [asdict(finding) for finding in assessment.findings], "priority": assessment.priority}
    return Findings(
        id=row_id,
        report_id=message.report_id,
        message_id=message.id,
        author_id=None,
        hour=hour,
        period=period.id,
        content=seal_json(period.key, plain, Place("findings", "content", row_id, period.id)),
    )
