"""Twilio, simulated: its webhooks, signed by its own SDK, with its retry policy and its way with STOP."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from defusedxml import ElementTree
from twilio.request_validator import RequestValidator

from gateway.providers.simulator.phones import Bubble
from gateway.providers.simulator.posting import Outcome, Parcel
from gateway.providers.simulator.side import Attachment, Network, TypedText, deliver, now, reply_on

_MOST_MESSAGES = 20_000
_DOOR = "/webhooks/twilio/message"
_STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit"})
_START = frozenset({"start", "yes", "unstop"})
_STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
_STARTED = "You have successfully been re-subscribed to messages from this number."


def new_sid(prefix: str) -> str:
    """Give an id as Twilio makes them."""
    return prefix + secrets.token_hex(16)


@dataclass(slots=True)
class TwilioMessage:
    """A message as Twilio keeps it. `media` are by their ids."""

    sid: str
    direction: str
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    body: str = field(repr=False)
    status: str
    created: datetime
    sent: datetime | None = None
    error_code: int | None = None
    media: dict[str, Attachment] = field(default_factory=dict, repr=False)


class TwilioSide:
    """Twilio's memory and its webhooks."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.lock = threading.RLock()
        self.messages: OrderedDict[str, TwilioMessage] = OrderedDict()
        self.blocked: set[str] = set()

    def take_text(self, typed: TypedText) -> tuple[str, list[Outcome]]:
        """Keep a text, tell the product of it, and act on a keyword as Twilio does."""
        prefix = "whatsapp:" if typed.line == "whatsapp" else ""
        message = TwilioMessage(
            sid=typed.provider_id or new_sid("MM" if typed.media else "SM"),
            direction="inbound",
            sender=prefix + typed.phone.number,
            recipient=prefix + self.network.config.twilio_line,
            body=typed.text,
            status="received",
            created=now(),
            sent=now(),
            media={new_sid("ME"): attachment for attachment in typed.media},
        )
        self.keep(message)
        if not prefix:
            self._act_on_keyword(typed)
        if not typed.with_webhook:
            return message.sid, []
        fields = self._fields(message)
        if typed.at_once:
            outcomes = self.network.postman.post_all([self.signed(_DOOR, fields) for _ in range(typed.times)])
        else:
            outcomes = [self._post_with_fallback(fields) for _ in range(typed.times)]
        for outcome in outcomes:
            self._show_answer(typed, outcome)
        return message.sid, outcomes

    def keep(self, message: TwilioMessage) -> None:
        """Keep a message, and forget the oldest of too many."""
        with self.lock:
            self.messages[message.sid] = message
            while len(self.messages) > _MOST_MESSAGES:
                self.messages.popitem(last=False)

    def send(self, message: TwilioMessage, callback: str) -> None:
        """Send a message of the product to its phone, and tell the address it named what becomes of it."""
        self.keep(message)
        line = "whatsapp" if message.recipient.startswith("whatsapp:") else "twilio"
        bubble = reply_on(self.network, message.recipient.removeprefix("whatsapp:"), line, message.body)

        def tell(step: str, code: int) -> None:
            message.status = "undelivered" if step == "failed" else step
            message.sent = message.sent or now()
            message.error_code = code or None
            if callback.startswith(self.network.config.signed_url):
                self.network.postman.post(self.signed(callback[len(self.network.config.signed_url) :], _status(self, message)))

        deliver(self.network, "twilio", bubble, tell)

    def _post_with_fallback(self, fields: dict[str, str]) -> Outcome:
        """Post as Twilio does by default: one more try if no connection was made, then the fallback address once."""
        outcome = self.network.postman.post(self.signed(_DOOR, fields))
        if outcome.status == 0:
            outcome = self.network.postman.post(self.signed(_DOOR, fields))
        if 200 <= outcome.status < 400 or 400 <= outcome.status < 500:
            return outcome
        code = "11205" if outcome.status == 0 else "11200"
        again = {**fields, "ErrorCode": code, "ErrorUrl": self.network.config.signed_url + _DOOR}
        return self.network.postman.post(self.signed(_DOOR, again))

    def signed(self, path: str, fields: dict[str, str], *, method: str = "POST") -> Parcel:
        """Give a webhook as Twilio signs it: over a form's fields, or over an address that holds them."""
        config = self.network.config
        if method == "GET":
            path, fields = f"{path}{'&' if '?' in path else '?'}{urlencode(fields)}", {}
        signature = RequestValidator(config.twilio_auth_token).compute_signature(config.signed_url + path, fields)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": str(signature),
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
            "User-Agent": "TwilioProxy/1.1",
        }
        return Parcel(path=path, body=urlencode(fields).encode(), headers=headers, method=method)

    def _fields(self, message: TwilioMessage) -> dict[str, str]:
        account = self.network.config.twilio_account_sid
        base = f"https://api.twilio.com/2010-04-01/Accounts/{account}/Messages/{message.sid}/Media/"
        fields = {
            "ToCountry": "US",
            "ToState": "",
            "SmsMessageSid": message.sid,
            "NumMedia": str(len(message.media)),
            "ToCity": "",
            "FromZip": "",
            "SmsSid": message.sid,
            "FromState": "",
            "SmsStatus": "received",
            "FromCity": "",
            "Body": message.body,
            "FromCountry": "ZW",
            "To": message.recipient,
            "ToZip": "",
            "NumSegments": str(1 + len(message.body) // 153),
            "MessageSid": message.sid,
            "AccountSid": account,
            "From": message.sender,
            "ApiVersion": "2010-04-01",
        }
        for place, (sid, attachment) in enumerate(message.media.items()):
            fields |= {f"MediaUrl{place}": base + sid, f"MediaContentType{place}": attachment.content_type}
        return fields

    def _act_on_keyword(self, typed: TypedText) -> None:
        word = typed.text.strip().casefold()
        number = typed.phone.number
        if word in _STOP:
            self.blocked.add(number)
        elif word in _START and number in self.blocked:
            self.blocked.discard(number)
        else:
            return
        answer = _STOPPED if word in _STOP else _STARTED
        self.network.phones.mark(reply_on(self.network, number, "twilio", answer), "delivered", "said by Twilio itself")

    def _show_answer(self, typed: TypedText, outcome: Outcome) -> None:
        """Show the texts that the product's TwiML sends back, if any."""
        if not outcome.is_taken or not outcome.body.strip():
            return
        try:
            answer = ElementTree.fromstring(outcome.body)
        except (ElementTree.ParseError, ValueError):
            return
        for told in answer.iter("Message"):
            bubble: Bubble = reply_on(self.network, typed.phone.number, typed.line, "".join(told.itertext()))
            self.network.phones.mark(bubble, "delivered")


def _status(side: TwilioSide, message: TwilioMessage) -> dict[str, str]:
    fields = {
        "SmsSid": message.sid,
        "SmsStatus": message.status,
        "MessageStatus": message.status,
        "To": message.recipient,
        "MessageSid": message.sid,
        "AccountSid": side.network.config.twilio_account_sid,
        "From": message.sender,
        "ApiVersion": "2010-04-01",
    }
    return fields | ({"ErrorCode": str(message.error_code)} if message.error_code else {})
