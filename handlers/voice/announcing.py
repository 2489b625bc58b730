"""Announce a recording: a row that names it, and the work of fetching it, in the transaction of what it belongs to.

What was said is safe once it is announced: whatever dies after that, the work fetches it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from handlers.ports import UnitOfWork
from handlers.protection.keyring import OpenPeriod
from handlers.protection.pseudonyms import recording_tag
from handlers.protection.sealing import Place, seal_json
from handlers.records import Message, Recording, RecordingKind, RecordingState, Work, WorkKind

DELETED = "deleted"  # why a recording is absent: its caller wished so


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A recording or a medium that a provider has. `parent` is the provider's id of the call or the text that it belongs to."""

    provider: str
    reference: str = field(repr=False)
    parent: str = field(repr=False)
    kind: RecordingKind
    content_type: str = ""
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNow:
    """The report and contact periods that are open now, the moment, and the key of tags."""

    report: OpenPeriod
    contact: OpenPeriod
    now: float
    tag_key: bytes = field(repr=False)

    @property
    def hour(self) -> int:
        """The hour since 1970."""
        return int(self.now // 3600)


def announce(unit: UnitOfWork, found: Announcement, message: Message, at: OpenNow) -> bool:
    """Add a recording to a message, with the work of fetching it; say whether it was new. The same one again changes nothing,
    however often and by whatever way it is told of."""
    recording = _row(found, message, at, RecordingState.ANNOUNCED)
    if not unit.recordings.add_new(recording):
        return False
    unit.work.add(Work(id=secrets.token_hex(12), kind=WorkKind.FETCH, subject_id=recording.id))
    return True


def announce_deleted(unit: UnitOfWork, found: Announcement, message: Message, at: OpenNow) -> bool:
    """Note a recording that its caller deleted before we heard of it: it is never fetched, only erased at the provider."""
    recording = _row(found, message, at, RecordingState.ABSENT, reason=DELETED)
    if not unit.recordings.add_new(recording):
        return False
    order_file_erasing(unit, found, recording.id, at.contact)
    return True


def withdraw(unit: UnitOfWork, recording: Recording, found: Announcement, at: OpenNow) -> None:
    """Delete a recording at its caller's wish. The row stays, with no key and no content, so that the same recording, told of
    again, is known; its blobs can no longer be opened, and are swept."""
    held = unit.recordings.get(recording.id, lock=True)
    if held.state is RecordingState.ABSENT:
        return
    unit.work.remove(subject_id=held.id, kind=(WorkKind.FETCH.value, WorkKind.DISGUISE.value))
    place = Place("recordings", "content", held.id, at.report.id)
    unit.recordings.change(
        held.id,
        state=RecordingState.ABSENT,
        reason=DELETED,
        period=at.report.id,
        content=seal_json(at.report.key, {"provider": found.provider}, place),
        original_key=None,
        original_period=None,
        version=held.version,
    )
    order_file_erasing(unit, found, held.id, at.contact)


def order_file_erasing(unit: UnitOfWork, found: Announcement, recording_id: str, period: OpenPeriod) -> None:
    """Add the work of erasing a file at its provider; the work itself holds its name there."""
    work_id = secrets.token_hex(12)
    named = {"provider": found.provider, "reference": found.reference, "parent": found.parent}
    payload = seal_json(period.key, named, Place("work", "payload", work_id, period.id))
    unit.work.add(Work(id=work_id, kind=WorkKind.ERASE, subject_id=recording_id, payload=payload, payload_period=period.id))


def _row(found: Announcement, message: Message, at: OpenNow, state: RecordingState, reason: str | None = None) -> Recording:
    recording_id = secrets.token_hex(12)
    content = {
        "provider": found.provider,
        "reference": found.reference,
        "parent": found.parent,
        "content_type": found.content_type,
        "seconds": found.seconds,
        "at": at.now,
    }
    kept = content if state is not RecordingState.ABSENT else {"provider": found.provider}
    return Recording(
        id=recording_id,
        message_id=message.id,
        report_id=message.report_id,
        kind=found.kind,
        state=state,
        hour=at.hour,
        tag=recording_tag(at.tag_key, found.provider, found.reference),
        period=at.report.id,
        content=seal_json(at.report.key, kept, Place("recordings", "content", recording_id, at.report.id)),
        reason=reason,
    )
