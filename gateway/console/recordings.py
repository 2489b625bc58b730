"""Recordings: the disguised voice to be played, and what is written down of it."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.languages import gettext
from gateway.console.reports import done, unfinished, version
from gateway.console.rooms import console
from gateway.console.wording import HARARE
from handlers.desk.office import Unfinished
from handlers.protection.blob_sealing import SealedBlob

bp = Blueprint("recordings", __name__, url_prefix="/desk/reports")
bp.register_error_handler(Unfinished, unfinished)


@bp.get("/<report_id>/recordings/<recording_id>/voice")
def play(report_id: str, recording_id: str) -> ResponseReturnValue:
    """Give the disguised voice, whole or the range that a player asks for. It is opened chunk by chunk as it is sent."""
    voice = console().voices.disguised(signed_in(), report_id, recording_id)
    size = voice.size()
    console().voices.note_played(signed_in(), report_id)
    asked = request.range
    if asked is None or asked.units != "bytes":
        return _sent(voice, 0, size, size)
    span = asked.range_for_length(size)
    if span is None:
        return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    return _sent(voice, span[0], span[1], size, is_part=True)


@bp.post("/<report_id>/recordings/<recording_id>/writing")
def write(report_id: str, recording_id: str) -> ResponseReturnValue:
    """Keep what was written down of a recording."""
    texts = {kind: request.form.get(kind, "") for kind in ("transcript", "translation")}
    console().voices.write(signed_in(), report_id, version(), recording_id=recording_id, texts=texts)
    console().drafting.drop(signed_in(), recording_id)
    return done(report_id, gettext("Written down. The report was weighed anew by it."), f"recording-{recording_id}")


@bp.post("/<report_id>/recordings/<recording_id>/draft")
def draft(report_id: str, recording_id: str) -> ResponseReturnValue:
    """Keep what is being written down, as a draft. A page that saves by itself is told the time alone."""
    texts = {kind: request.form.get(kind, "") for kind in ("transcript", "translation")}
    at = console().drafting.keep(signed_in(), report_id, recording_id, texts)
    if "X-Izwi-Draft" in request.headers:
        return datetime.fromtimestamp(at, HARARE).strftime("%H:%M:%S"), 200, {"Content-Type": "text/plain; charset=utf-8"}
    return done(report_id, gettext("Saved as a draft. Only you see it, until you keep it."), f"recording-{recording_id}")


@bp.post("/<report_id>/recordings/<recording_id>/mark")
def mark(report_id: str, recording_id: str) -> ResponseReturnValue:
    """Mark a second of a recording."""
    form = request.form
    console().marking.mark(signed_in(), report_id, recording_id, at=form.get("at", ""), text=form.get("mark", ""))
    return done(report_id, gettext("Marked."), f"recording-{recording_id}")


@bp.post("/<report_id>/recordings/<recording_id>/marks/<mark_id>/remove")
def unmark(report_id: str, recording_id: str, mark_id: str) -> ResponseReturnValue:
    """Take a mark away."""
    console().marking.unmark(signed_in(), report_id, mark_id)
    return done(report_id, gettext("The mark is gone."), f"recording-{recording_id}")


def _sent(voice: SealedBlob, start: int, end: int, size: int, *, is_part: bool = False) -> Response:
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if is_part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return Response(voice.read(start, end), 206 if is_part else 200, headers, content_type="audio/mpeg")
