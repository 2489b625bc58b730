"""Search: a form, and what was found, sent bit by bit as it is found. What was looked for stands in no address and in no log."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, Response, render_template, request, stream_template, stream_with_context
from flask.typing import ResponseReturnValue
from flask_login import current_user
from redis import Redis

from gateway.console.access import signed_in
from gateway.console.languages import lazy_gettext
from gateway.console.rooms import console
from gateway.console.said_words import said
from gateway.console.wording import HARARE
from handlers.desk.choices import choices
from handlers.desk.office import Unfinished
from handlers.desk.search.hits import Hit
from handlers.desk.search.searching import Asked, Ended, Event, Progress, Run
from handlers.desk.search.wanted import Band
from handlers.reports import ReportState

bp = Blueprint("search", __name__, url_prefix="/desk")

STATES: dict[str, tuple[str, tuple[ReportState, ...]]] = {
    "": (lazy_gettext("Any"), ()),
    "open": (lazy_gettext("Open"), (ReportState.RECEIVED, ReportState.OPEN, ReportState.PROPOSED)),
    "logged": (lazy_gettext("In the case log"), (ReportState.LOGGED,)),
    "closed": (lazy_gettext("Closed"), (ReportState.REJECTED,)),
}
WHERE = {
    "told": lazy_gettext("Told"),
    "written": lazy_gettext("Written to the source"),
    "transcript": lazy_gettext("Transcript"),
    "translation": lazy_gettext("Translation"),
    "found": lazy_gettext("Found by triage"),
}
_FIELDS = ("words", "category", "place", "language", "state", "since", "until", "source")
_LONGEST = 200
_CHOOSE = {
    "category": "Choose a category from the list.",
    "place": "Choose a place from the list.",
    "language": "Choose a language from the list.",
}
_SOURCE = re.compile(r"(?:source\s+)?([0-9a-f]{2,24})", re.IGNORECASE)
FLUSH = "\f"  # what the template says where the browser shall see what there is; it never reaches it
_FIRST_GAP, _LARGEST_GAP, _WIDER = 0.3, 5.0, 1.25
_TURN_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's turn to search: who begins another search, in whatever window, ends the one before."""

    redis: Redis
    person_id: str
    mark: str

    @classmethod
    def take(cls, redis: Redis, person_id: str) -> Turn:
        """Begin a turn. In Redis stands whose it is, and a random mark; nothing of what is looked for."""
        turn = cls(redis, person_id, secrets.token_hex(8))
        redis.set(_turn_key(person_id), turn.mark, ex=_TURN_SECONDS)
        return turn

    def goes_on(self) -> bool:
        """Say whether it is still this search's turn."""
        found = self.redis.get(_turn_key(self.person_id))
        is_ours = found in (self.mark, self.mark.encode())
        if is_ours:
            self.redis.expire(_turn_key(self.person_id), _TURN_SECONDS)
        return is_ours


@bp.get("/search")
def show() -> ResponseReturnValue:
    """Show the form."""
    return render_template("search.html", **_form({}))


@bp.post("/search")
def run() -> ResponseReturnValue:
    """Search, and send what is found while it goes on."""
    here, who = console(), signed_in()
    try:
        found = here.searching.begin(who, asked(request.form))
    except Unfinished as problem:
        return render_template("search.html", **_form(request.form), problem=said(str(problem))), 400
    turn = Turn.take(here.given.redis, who.person.id)
    events = _told(found, current_user.get_id(), turn)
    page = stream_template("search.html", **_form(request.form), events=events, flush=FLUSH)
    headers = {"X-Accel-Buffering": "no"}  # a web server in front that gathers the page would hold back what is found
    return Response(stream_with_context(in_pieces(page)), mimetype="text/html", headers=headers)


@bp.post("/search/stop")
def stop() -> ResponseReturnValue:
    """Stop the search of this person. Nothing is answered, so that a browser keeps what it shows; it reads no further."""
    console().given.redis.delete(_turn_key(signed_in().person.id))
    return "", 204


def asked(form: Mapping[str, str]) -> Asked:
    """Read what is looked for from a form; raise `Unfinished` for what cannot be."""
    lookups = console().office.lookups
    words = form.get("words", "").strip()
    if len(words) > _LONGEST:
        raise Unfinished("That is more than 200 characters. Look for fewer words.")
    for stage in ("category", "place", "language"):
        if form.get(stage) and form[stage] not in choices(stage, lookups):
            raise Unfinished(_CHOOSE[stage])
    source = form.get("source", "").strip()
    match = _SOURCE.fullmatch(source)
    if source and match is None:
        raise Unfinished("Write a source as the pages do, such as 3F2A.")
    return Asked(
        words=words,
        category=form.get("category", ""),
        place=form.get("place", ""),
        language=form.get("language", ""),
        source=match.group(1).lower() if match else "",
        states=STATES.get(form.get("state", ""), STATES[""])[1],
        since_hour=_hour(form.get("since", ""), 0),
        until_hour=_hour(form.get("until", ""), 2**31, days=1) - 1,
    )


def _hour(day: str, otherwise: int, *, days: int = 0) -> int:
    """Give the hour at which a day begins in Zimbabwe, or so many days later."""
    if not day:
        return otherwise
    try:
        found = date.fromisoformat(day) + timedelta(days=days)
        return int(datetime(found.year, found.month, found.day, tzinfo=HARARE).timestamp() // 3600)
    except (ValueError, OverflowError):
        raise Unfinished("Write a day as 2026-11-25.") from None


def _form(typed: Mapping[str, str]) -> dict[str, object]:
    lookups = console().office.lookups
    return {
        "typed": {name: typed.get(name, "") for name in _FIELDS},
        "choices": {stage: choices(stage, lookups) for stage in ("category", "place", "language")},
        "states": {name: label for name, (label, _) in STATES.items()},
        "where": WHERE,
    }


def _told(found: Run, session_id: str, turn: Turn) -> Iterator[tuple[str, object]]:
    """Give each event with a name for the template: `near` stands once before what was one letter off."""
    here = console()
    shelf = here.shelves.take(session_id, hour=here.office.hour())
    try:
        yield from _named(found.events(shelf, turn.goes_on))
    finally:  # also where the browser went away
        here.shelves.put_back(session_id, shelf)


def _named(events: Iterable[Event]) -> Iterator[tuple[str, object]]:
    is_near = False
    said_at, gap = time.monotonic(), _FIRST_GAP
    for event in events:
        match event:
            case Hit():
                if event.band is Band.NEAR and not is_near:
                    is_near = True
                    yield "near", None
                yield "hit", event
            case Progress() if time.monotonic() - said_at >= gap:  # a page of nothing but progress is long, too
                said_at, gap = time.monotonic(), min(gap * _WIDER, _LARGEST_GAP)
                yield "progress", event
            case Ended():
                yield "end", event


def in_pieces(page: Iterator[str]) -> Iterator[str]:
    """Send the page in the pieces that the template asks for, not in the hundreds that it is made of."""
    waiting: list[str] = []
    for part in page:
        waiting.append(part)
        if FLUSH in part:
            yield "".join(waiting).replace(FLUSH, "")
            waiting.clear()
    yield "".join(waiting)


def _turn_key(person_id: str) -> str:
    return f"izwi:search:{person_id}"
