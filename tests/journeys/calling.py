"""Telephones that dial a line which runs in processes of its own, over real HTTP; and what the line keeps of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import requests

from gateway.providers.simulator.caller import Talk
from handlers.records import Recording, Work
from storage.database import Database
from storage.unit_of_work import units_of
from tests.telephones import AfricasTelephone, Reached, Telephone, TwilioTelephone


@dataclass(frozen=True)
class _Answer:
    """An answer, as Flask's test client gives it."""

    status_code: int
    body: str

    def get_data(self, *, as_text: bool) -> str:
        assert as_text
        return self.body


@dataclass(frozen=True)
class _Client:
    """Posts over HTTP what a telephone hands to Flask's test client."""

    url: str

    def post(self, path: str, *, data: dict[str, str], headers: dict[str, str] | None = None, **_: Any) -> _Answer:
        answer = requests.post(self.url + path, data=data, headers=headers, timeout=20)
        return _Answer(answer.status_code, answer.text)


def telephone(line: Any, provider: str, number: str, name: str) -> Telephone:
    """Give a telephone that reaches a running line."""
    config = line.simulator.config
    at = Reached(
        public_url=line.url,
        account=config.twilio_account_sid,
        token=config.twilio_auth_token,
        secret=config.africastalking_webhook_secret,
        twilio_line="+12065550100",
        africas_line="+254711082000",
    )
    kind = TwilioTelephone if provider == "twilio" else AfricasTelephone
    return kind(_Client(line.url), at=at, number=number, name=name)  # type: ignore[arg-type]  # it posts, as that one does


_FIGURES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def go_through(talk: Talk, *keys: str) -> str:
    """Hear each prompt out before the next keys; give the words that were heard in all."""
    heard = []
    for each in keys:
        heard.append(talk.words())
        assert talk.wanting is not None and talk.wanting.kind == "keys", (each, talk.wanting, talk.notes)
        talk.press(each)
    return " ".join(heard)


def read_out(words: str) -> str:
    """Give the receipt that is read out, which must be the same both times."""
    figures = [str(_FIGURES.index(word)) for word in re.findall(r"[a-z]+", words) if word in _FIGURES]
    assert len(figures) == 20 and figures[:10] == figures[10:], words
    return "".join(figures[:10])


def recordings_at(line: Any) -> Sequence[Recording]:
    """Give the recordings that a line keeps."""
    return _read(line, lambda unit: unit.recordings.all())


def work_at(line: Any, *kinds: str) -> Sequence[Work]:
    """Give the work of these kinds that a line still has before it."""
    return _read(line, lambda unit: unit.work.all(kind=kinds))


def _read(line: Any, ask: Any) -> Any:
    database = Database(f"sqlite:///{line.state / 'izwi.db'}")
    try:
        with units_of(database)[1]() as unit:
            return ask(unit)
    finally:
        database.close()
