"""Deletion at the wish of a source: nothing of what was told is left but the empty row that says so."""

from __future__ import annotations

import secrets

from handlers.errors import SealError
from handlers.ports import UnitOfWork
from handlers.protection.keyring import Keyring, OpenPeriod
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.records import CallState, Message, ProposalState, Recording, RecordingKind, Report, Work, WorkKind
from handlers.reports import ReportState


def forget(unit: UnitOfWork, report: Report, *, keyring: Keyring, contact_period: OpenPeriod) -> None:
    """Delete the content of a report, and the way back to its source unless another report of theirs is open; have it erased
    at the provider too.

    An entry of the case log stays: it never held anything of the source.
    """
    messages = unit.messages.all(report_id=report.id)
    _forget_spoken(unit, report, keyring, contact_period)
    unit.findings.remove(report_id=report.id)
    unit.notes.remove(report_id=report.id)
    unit.proposals.remove(report_id=report.id, state=(ProposalState.WAITING.value, ProposalState.RETURNED.value))
    for message in messages:
        unit.work.remove(subject_id=message.id)
        _erase_at_provider(unit, message, keyring, contact_period)
        if message.provider_tag is not None:
            unit.statuses.remove(provider_tag=message.provider_tag)
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


def _forget_spoken(unit: UnitOfWork, report: Report, keyring: Keyring, period: OpenPeriod) -> None:
    """Delete the recordings of a report and have them erased at their provider; their blobs, which nothing opens from now on, are
    swept. A call that goes on is left without its message."""
    for recording in unit.recordings.all(report_id=report.id):
        unit.work.remove(subject_id=recording.id)
        if recording.kind is RecordingKind.CALL:  # what is attached to a text goes with the text
            _erase_file_at_provider(unit, recording, keyring, period)
    unit.recordings.remove(report_id=report.id)
    unit.waiting.remove(report_id=report.id)
    for call in unit.calls.all(report_id=report.id):
        unit.work.remove(subject_id=call.id)  # a call back that waits, with the number that it holds
        unit.calls.change(call.id, message_id=None)
        if call.state is CallState.PLANNED:
            unit.calls.change(call.id, state=CallState.WITHHELD, reason="deleted")


def _erase_file_at_provider(unit: UnitOfWork, recording: Recording, keyring: Keyring, period: OpenPeriod) -> None:
    try:
        place = Place("recordings", "content", recording.id, recording.period)
        known = open_json(keyring.key_in(unit, recording.period), recording.content, place)
    except SealError:
        return  # its day is closed: it was erased long ago, once it was disguised
    if known.get("reference"):
        _order(unit, recording.id, {name: known.get(name) for name in ("provider", "reference", "parent")}, period)


def _erase_at_provider(unit: UnitOfWork, message: Message, keyring: Keyring, period: OpenPeriod) -> None:
    """Add the work of erasing a message at its provider. The message itself will be gone, so the work holds its name there."""
    try:
        place = Place("messages", "content", message.id, message.period)
        content = open_json(keyring.key_in(unit, message.period), message.content, place)
    except SealError:
        return  # its day is closed: it was erased long ago, as soon as it was triaged
    if not content.get("provider_id"):
        return
    _order(unit, message.id, {name: content.get(name) for name in ("provider", "provider_id")}, period)


def _order(unit: UnitOfWork, subject_id: str, named: dict[str, object], period: OpenPeriod) -> None:
    work_id = secrets.token_hex(12)
    payload = seal_json(period.key, named, Place("work", "payload", work_id, period.id))
    work = Work(id=work_id, kind=WorkKind.ERASE, subject_id=subject_id, payload=payload, payload_period=period.id)
    unit.work.add(work)
