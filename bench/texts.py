"""Made-up texts as Twilio would post them, signed beforehand, each the bytes of a whole HTTP request."""

from __future__ import annotations

import random
from collections.abc import Iterator
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

ACCOUNT = "AC" + "b" * 32
TOKEN = "b" * 32  # opens nothing: it signs the benchmark's own requests
PUBLIC_URL = "https://line.example.org"
PATH = "/webhooks/twilio/message"
LINE = "+12065550100"

_TOLD = (
    "soldiers took two men from the road near the river this morning and beat them because they would not say where the others "
    "had gone we saw a white truck and heard shots after dark please tell somebody"
)
_LENGTH = 100


def requests(seed: int) -> Iterator[bytes]:
    """Give requests without end: every message id is new, the senders are ten thousand, the same seed gives the same texts."""
    chance = random.Random(seed)
    validator = RequestValidator(TOKEN)
    while True:
        form = _form(chance)
        body = urlencode(form).encode()
        signature = validator.compute_signature(PUBLIC_URL + PATH, form)
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: line.example.org\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
            f"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: {len(body)}\r\n"
            f"I-Twilio-Idempotency-Token: {chance.getrandbits(128):032x}\r\nX-Twilio-Signature: {signature}\r\n\r\n"
        )
        yield head.encode() + body


def _form(chance: random.Random) -> dict[str, str]:
    sid = f"SM{chance.getrandbits(128):032x}"
    return {
        "ToCountry": "US",
        "ToState": "WA",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": _text(chance),
        "FromCountry": "ZW",
        "To": LINE,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": f"+26377000{chance.randrange(10_000):04d}",
        "ApiVersion": "2010-04-01",
    }


def _text(chance: random.Random) -> str:
    return " ".join(chance.choices(_TOLD.split(), k=_LENGTH // 2))[:_LENGTH]
