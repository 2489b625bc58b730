"""A USSD session as a pure function of what was typed so far: where it stands, and what is to be kept of it.

The network joins all answers with `*` and may repeat any of them; nothing is remembered between two screens. What is typed as a
text is the last of a session, so that it may hold any `*`. Words that are typed where a key was asked for are kept, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from handlers.commands import LANGUAGES, Language, read_receipt
from handlers.voice.ussd_texts import SAFETY

Place = Literal[
    "languages", "menu", "report", "receipt", "receipt_wrong", "reply", "add", "safety", "call", "told", "called", "bye"
]
_FEWEST_LETTERS = 3  # fewer are a slip of the thumb
_BACK, _MORE, _ADD = "0", "1", "2"
_MENU: dict[str, Place] = {"1": "report", "2": "receipt", "3": "safety", "4": "call"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Where a session stands. `text` is what was told at last; `receipt` that of the report it belongs to, or that is read;
    `page` counts the screens of a reply, or of how to stay safe."""

    place: Place = "languages"
    language: Language | None = None
    receipt: str | None = field(default=None, repr=False)
    text: str = field(default="", repr=False)
    page: int = 0


def read_session(inputs: str, *, offers_calls: bool) -> Session:
    """Give where a session stands after these inputs. Whatever they are, this never raises."""
    session = Session()
    answers = inputs.split("*") if inputs else []
    for count, answer in enumerate(answers):
        rest = "*".join(answers[count:]).lstrip(" *").rstrip()
        if session.place in ("report", "add"):
            return replace(session, place="told", text=rest) if rest else session
        if session.place in ("called", "bye"):
            return session
        if _is_words(answer):
            return _told(session, rest)
        session = _moved(session, answer.strip(), offers_calls=offers_calls)
    return session


def _told(session: Session, rest: str) -> Session:
    """Keep words that were typed where a key was asked for; a receipt before them says where they belong."""
    named = read_receipt(rest)
    if named is not None and named[1]:
        return replace(session, place="told", receipt=named[0], text=named[1])
    receipt = session.receipt if session.place == "reply" else None
    return replace(session, place="told", receipt=receipt, text=rest)


def _moved(session: Session, key: str, *, offers_calls: bool) -> Session:
    if session.place == "languages":
        language = LANGUAGES[int(key) - 1] if key in ("1", "2", "3", "4") else None
        return replace(session, place="menu", language=language) if language else session
    if session.place == "menu":
        place = _MENU.get(key)
        return session if place is None or (place == "call" and not offers_calls) else replace(session, place=place, page=0)
    if session.place in ("receipt", "receipt_wrong"):
        return _with_receipt(session, key)
    if session.place == "reply":
        moves: dict[str, Session] = {
            _BACK: replace(session, place="bye"),
            _MORE: replace(session, page=session.page + 1),
            _ADD: replace(session, place="add"),
        }
        return moves.get(key, session)
    if session.place == "safety":
        further = min(session.page + 1, len(SAFETY) - 1)
        return replace(session, place="menu") if key == _BACK else replace(session, page=further) if key == _MORE else session
    return replace(session, place={"1": "called", _BACK: "menu"}.get(key, "call"))  # type: ignore[arg-type]  # each is a place


def _with_receipt(session: Session, key: str) -> Session:
    if key == _BACK:
        return replace(session, place="menu")
    named = read_receipt(key)
    if named is None or named[1]:
        return replace(session, place="receipt_wrong")
    return replace(session, place="reply", receipt=named[0], page=0)


def _is_words(answer: str) -> bool:
    return sum(letter.isalpha() for letter in answer) >= _FEWEST_LETTERS
