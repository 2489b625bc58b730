"""What is attached to a text: voice notes, sounds, pictures. Announced with the text, fetched afterwards."""

from __future__ import annotations

from handlers.events import InboundText
from handlers.ports import UnitOfWork
from handlers.records import Message, RecordingKind
from handlers.voice.announcing import Announcement, OpenNow, announce

_KINDS = {"audio": RecordingKind.VOICE_NOTE, "video": RecordingKind.VOICE_NOTE, "image": RecordingKind.PICTURE}


def announce_attached(unit: UnitOfWork, event: InboundText, message: Message, at: OpenNow) -> None:
    """Announce each attachment of a text. Its kind is what its sender claims, until it is here."""
    for medium in event.media:
        found = Announcement(
            provider=event.provider,
            reference=medium.reference,
            parent=event.provider_id or "",
            kind=_KINDS.get(medium.content_type.partition("/")[0].strip().lower(), RecordingKind.OTHER),
            content_type=medium.content_type[:100],
        )
        announce(unit, found, message, at)
