"""Deletion at the wish of a source: nothing of what was told is left but the empty row that says so."""

from __future__ import annotations

import secrets

from handlers.errors import SealError
from handlers.ports import UnitOfWork
from handlers.protection.keyring import Keyring, OpenPeriod
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.records import Message, ProposalState, Report, Work, WorkKind
from handlers.reports import ReportState


def forget(unit: UnitOfWork, report: Report, *, keyring: Keyring, contact_period: OpenPeriod) -> None:
    """Delete the content of a report, and the way back to its source unless another report of theirs is open; have it erased
    at the provider too.

    An entry of the case log stays: it never held anything of the source.
    """
    messages = unit.messages.all(report_id=report.id)
    unit.findings.remove(report_id=report.id)
    unit.notes.remove(report_id=report.id)
    unit.proposals.remove(report_id=report.id, state=(ProposalState.WAITING.value, ProposalState.RETURNED.value))
    for message in messages:
        unit.work.remove(subject_id=message.id)
        _erase_at_provider(unit, message, keyring, contact_period)
        if message.provider_tag is not None:
            unit.statuses.remove(provider_tag=message.provider_tag)
    for call in unit.calls.all(report_id=report.id):
        unit.work.remove(subject_id=call.id)
    unit.calls.remove(report_id=report.id)
    unit.messages.remove(report_id=report.id)
    unit.reports.change(
        report.id,
        state=ReportState.DELETED,
        priority=0,
        receipt_tag=None,
        incident_id=None,
        claimed_by=None,
        claimed_until=None,
        flags="",
        version=report.version,
    )
    still_open = (ReportState.RECEIVED.value, ReportState.OPEN.value, ReportState.PROPOSED.value)
    if not unit.reports.count(source_id=report.source_id, state=still_open):
        # Who said stop must go on being known, or their next text would be answered.
        known = {} if unit.sources.get(report.source_id).stopped else {"pseudonym": None}
        unit.sources.change(report.source_id, **known, contact=None, contact_period=None)


def _erase_at_provider(unit: UnitOfWork, message: Message, keyring: Keyring, period: OpenPeriod) -> None:
    """Add the work of erasing a message at its provider. The message itself will be gone, so the work holds its name there."""
    try:
        place = Place("messages", "content", message.id, message.period)
        content = open_json(keyring.key_in(unit, message.period), message.content, place)
    except SealError:
        return  # its day is closed: it was erased long ago, as soon as it was triaged
    if not content.get("provider_id"):
        return
    work_id = secrets.token_hex(12)
    named = {name: content.get(name) for name in ("provider", "provider_id")}
    payload = seal_json(period.key, named, Place("work", "payload", work_id, period.id))
    work = Work(id=work_id, kind=WorkKind.ERASE, subject_id=message.id, payload=payload, payload_period=period.id)
    unit.work.add(work)
