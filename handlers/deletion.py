"""Deletion at the wish of a source: nothing of what was told is left but the empty row that says so."""

from __future__ import annotations

from handlers.ports import UnitOfWork
from handlers.records import ProposalState, Report
from handlers.reports import ReportState


def forget(unit: UnitOfWork, report: Report) -> None:
    """Delete the content of a report, and the way back to its source unless another report of theirs is open.

    An entry of the case log stays: it never held anything of the source.
    """
    messages = unit.messages.all(report_id=report.id)
    unit.findings.remove(report_id=report.id)
    unit.notes.remove(report_id=report.id)
    unit.proposals.remove(report_id=report.id, state=(ProposalState.WAITING.value, ProposalState.RETURNED.value))
    for message in messages:
        unit.work.remove(subject_id=message.id)
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
        unit.sources.change(report.source_id, pseudonym=None, contact=None, contact_period=None)
