"""What providers fetch and play to callers: prompts as speakers recorded them.

Open to everybody, without a session: a prompt is what every caller hears. An address names one sound for ever, so it may be kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app

from handlers.ports import OpenUnit
from handlers.voice.recorded_prompts import read_file_name

PREFIX = "/speech"
bp = Blueprint("speech", __name__, url_prefix=PREFIX)

_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where what is played is kept."""

    reading: OpenUnit


@bp.get("/<name>")
def prompt(name: str) -> Response:
    """Give a recorded prompt. One that was recorded anew while a call went on is given as it is now, and not to be kept so."""
    read = read_file_name(name)
    if read is None:
        abort(404)
    key, language, found_id = read
    shelf: Shelf = current_app.extensions["speech"]
    with shelf.reading() as unit:
        found = unit.prompts.first(key=key, language=language)
    if found is None:
        abort(404)
    response = Response(found.audio, content_type="audio/wav")
    response.headers["Cache-Control"] = _FOR_EVER if found.id == found_id else "no-store"
    response.set_etag(found.id)
    return response
