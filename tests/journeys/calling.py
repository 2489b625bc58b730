"""Telephones that dial a line which runs in processes of its own, over real HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

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
