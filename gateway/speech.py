"""What providers fetch and play to callers: prompts as speakers recorded them, and spoken replies.

Open to everybody, without a session. A prompt is what every caller hears: its address names one sound for ever, and may be kept.
The address of a reply is sealed, is good for some minutes and one fetch, and what is fetched is kept by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app

from handlers.ports import OpenUnit
from handlers.voice.recorded_prompts import read_file_name
from handlers.voice.spoken_replies import SpokenReplies

PREFIX = "/speech"
bp = Blueprint("speech", __name__, url_prefix=PREFIX)

_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where what is played is kept."""

    reading: OpenUnit
    replies: SpokenReplies


@bp.get("/reply/<token>.mp3")
def reply(token: str) -> Response:
    """Give a spoken reply, once."""
    shelf: Shelf = current_app.extensions["speech"]
    found = shelf.replies.served(token)
    if found is None:
        abort(404)
    return Response(found, content_type="audio/mpeg", headers={"Cache-Control": "no-store"})


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
