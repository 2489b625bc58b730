"""Receipts: the number by which a source comes back to a report, from any phone. Whoever guesses is shut out for the hour."""

from __future__ import annotations

from handlers.ports import UnitOfWork
from handlers.protection.pseudonyms import receipt_tag
from handlers.records import MessageKind, Report

NO_SUCH_RECEIPT = "no_such_receipt"
CALL_GUESSES = 3  # what a call that pressed a wrong one counts for: it may try as often

_MOST_WRONG_OF_SOURCE = 5  # receipts in an hour
_MOST_WRONG_OF_LINE = 60


def find_report(unit: UnitOfWork, receipt: str, *, key: bytes, source_id: str, hour: int) -> Report | None:
    """Give the report of a receipt, locked. None after too many wrong ones, too: whoever guesses on could delete, or hear, what
    others told."""
    if _wrong(unit, hour=hour, source_id=source_id) >= _MOST_WRONG_OF_SOURCE:
        return None
    if _wrong(unit, hour=hour) >= _MOST_WRONG_OF_LINE:  # each withheld number is a source of its own
        return None
    return unit.reports.first(receipt_tag=receipt_tag(key, receipt), lock=True)


def _wrong(unit: UnitOfWork, **of: object) -> int:
    every = unit.messages.count(reason=NO_SUCH_RECEIPT, **of)
    calls = unit.messages.count(reason=NO_SUCH_RECEIPT, kind=MessageKind.CALL.value, **of)
    return every + (CALL_GUESSES - 1) * calls
