"""Voice notes and pictures that go with a text: bundled ones, made here, or brought by the person at the phone."""

from __future__ import annotations

import struct
import zlib

from werkzeug.datastructures import FileStorage

from gateway.providers.simulator.side import Attachment
from gateway.providers.simulator.sound import to_mp3, to_ogg, to_wav
from gateway.providers.simulator.speech import SAMPLES, babbled

# The lines that carry more than words, and what is bundled: name -> (content type, label).
CARRY_MEDIA = frozenset({"twilio", "whatsapp"})
ATTACHMENTS = {"voice": ("audio/ogg", "A voice note"), "picture": ("image/png", "A picture")}
_NOTE = "beaten"
_SIDE = 64


def attached(brought: FileStorage | None, bundled: str) -> tuple[Attachment, ...]:
    """Give what goes with a text: the file that was brought, else a bundled one, else nothing."""
    if brought is not None and brought.filename:
        return (Attachment(brought.mimetype or "application/octet-stream", brought.read()),)
    return (sample_of(ATTACHMENTS[bundled][0]),) if bundled in ATTACHMENTS else ()


def sample_of(content_type: str) -> Attachment:
    """Give a bundled file of a type; of a type that none is bundled of, a few bytes."""
    kind, _, form = content_type.partition(";")[0].partition("/")
    if kind == "audio":
        samples = babbled(_NOTE, seconds=4.0, voice=SAMPLES[_NOTE][0])
        make = {"ogg": to_ogg, "mpeg": to_mp3, "mp3": to_mp3}.get(form, to_wav)
        return Attachment(content_type, make(samples))
    return Attachment(content_type, _picture() if kind == "image" else b"simulated")


def _picture() -> bytes:
    """Draw a small PNG picture, with a note in it of the kind that a camera leaves."""
    rows = b"".join(
        b"\0" + bytes(value for across in range(_SIDE) for value in (40 + 3 * down, 120, 90 + 2 * across))
        for down in range(_SIDE)
    )
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    note = b"Comment\0made up: camera 4711, 18.61 S 32.37 E"
    chunks = ((b"IHDR", header), (b"tEXt", note), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
