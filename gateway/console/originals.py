"""The door to the room of originals: a voice as it came, heard once for a reason, and another disguise of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.headers import CONTENT_SECURITY_POLICY
from gateway.console.languages import gettext
from gateway.console.reports import done, unfinished, version
from gateway.console.rooms import console
from handlers.desk.office import Unfinished
from handlers.desk.originals import OpenedOriginal
from handlers.records import RecordingKind
from handlers.voice.sniffing import sniff

bp = Blueprint("originals", __name__, url_prefix="/desk/reports")
bp.register_error_handler(Unfinished, unfinished)

# What browsers play; anything else is given as a file.
_PLAYED = {"wav": "audio/wav", "mp3": "audio/mpeg", "ogg": "audio/ogg", "mov": "audio/mp4", "aac": "audio/aac"}
_HERE = "here-comes-the-sound"
_GROUP = 3  # bytes that become four letters of base64


@bp.post("/<report_id>/recordings/<recording_id>/original")
def open_original(report_id: str, recording_id: str) -> ResponseReturnValue:
    """Open an original, once: sound is part of this one answer and lies at no address; what is not played is a file."""
    opened = console().originals.open(
        signed_in(), report_id, version(), recording_id=recording_id, reason=request.form.get("reason", "")
    )
    kind = _PLAYED.get(sniff(opened.first) or "")
    is_sound = opened.kind not in (RecordingKind.PICTURE, RecordingKind.OTHER)
    if kind is None or not is_sound or request.form.get("how") == "file":
        return _as_file(opened, recording_id)
    page = render_template("original.html", report_id=report_id, kind=kind, here=_HERE)
    before, _, after = page.partition(_HERE)
    answer = Response(stream_with_context(_around(before, opened.pieces, after)), content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace("media-src 'self'", "media-src data:")
    return answer


@bp.post("/<report_id>/recordings/<recording_id>/again")
def again(report_id: str, recording_id: str) -> ResponseReturnValue:
    """Disguise a recording again, in another manner."""
    manner = request.form.get("manner", "")
    console().originals.disguise_again(signed_in(), report_id, version(), recording_id=recording_id, manner=manner)
    return done(report_id, gettext("Disguised again. The voice that was there before is gone."), f"recording-{recording_id}")


def _as_file(opened: OpenedOriginal, recording_id: str) -> Response:
    """Give an original to be kept by the person: never shown by the browser itself, whatever it is."""
    ending = opened.ending or sniff(opened.first) or "bin"
    headers = {
        "Content-Disposition": f'attachment; filename="{recording_id[:8]}.{ending}"',
        "Content-Length": str(opened.size),
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(opened.pieces, headers=headers, content_type="application/octet-stream")


def _around(before: str, pieces: Iterator[bytes], after: str) -> Iterator[str]:
    """Give a page with the sound within it, as letters, while it is opened chunk by chunk."""
    yield before
    held = b""
    for piece in pieces:
        held += piece
        whole = len(held) - len(held) % _GROUP
        yield b64encode(held[:whole]).decode()
        held = held[whole:]
    yield b64encode(held).decode() + after
