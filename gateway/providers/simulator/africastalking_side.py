"""Africa's Talking, simulated: its API for texts, and its webhooks, which nothing signs.

https://developers.africastalking.com/docs/sms, seen 2026-11.
"""

from __future__ import annotations

import itertools
import secrets
import threading
import uuid
from collections import deque
from datetime import datetime
from functools import partial
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from gateway.providers.simulator.failures import Failure
from gateway.providers.simulator.posting import Outcome, Parcel
from gateway.providers.simulator.side import Network, TypedText, deliver, now, reply_on

_MOST_MESSAGES = 20_000
_A_PAGE = 100
_ECONET = "64804"


class AfricasTalkingSide:
    """The memory of Africa's Talking and its webhooks."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.lock = threading.Lock()
        self.inbox: deque[dict[str, Any]] = deque(maxlen=_MOST_MESSAGES)
        self._numbers = itertools.count(1)

    def take_text(self, typed: TypedText) -> tuple[str, list[Outcome]]:
        """Keep a text under a number of the list, and tell the product of it under an id of the webhook."""
        provider_id, at = typed.provider_id or str(uuid.uuid4()), now()
        line = self.network.config.africastalking_line
        with self.lock:
            self.inbox.append(
                {
                    "id": next(self._numbers),
                    "text": typed.text,
                    "from": typed.phone.number,
                    "to": line,
                    "linkId": "",
                    "date": at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z",
                }
            )
        if not typed.with_webhook:
            return provider_id, []
        parcel = self._parcel("message", _inbound(typed, provider_id, line, at))
        if typed.at_once:
            return provider_id, self.network.postman.post_all([parcel] * typed.times)
        outcomes = [self.network.postman.post(parcel) for _ in range(typed.times)]
        if not any(outcome.is_taken for outcome in outcomes):
            # Nothing is documented; integrators have seen deliveries repeated after a failure.
            pause = self.network.config.retry_pause
            self.network.postman.repeat(lambda: parcel, pauses=[pause, 2 * pause])
        return provider_id, outcomes

    def send(self, number: str, text: str) -> str:
        """Send a text of the product to its phone; give its id."""
        message_id = "ATXid_" + secrets.token_hex(16)
        bubble = reply_on(self.network, number, "africastalking", text)
        words = {"sent": "Sent", "delivered": "Success", "failed": "Failed"}

        def tell(step: str, code: int) -> None:
            fields = {"id": message_id, "status": words[step], "phoneNumber": number, "networkCode": _ECONET, "retryCount": "0"}
            reason = {"failureReason": "UserInBlackList" if code == 406 else "DeliveryFailure"} if step == "failed" else {}
            self.network.postman.post(self._parcel("delivery", fields | reason))

        deliver(self.network, "africastalking", bubble, tell)
        return message_id

    def parcel_to(self, path: str, fields: dict[str, str]) -> Parcel:
        """Make a request to an address of the product."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return Parcel(path=path, body=urlencode(fields).encode(), headers=headers)

    def _parcel(self, door: str, fields: dict[str, str]) -> Parcel:
        secret = self.network.config.africastalking_webhook_secret
        return self.parcel_to(f"/webhooks/africastalking/{secret}/{door}", fields)


def _inbound(typed: TypedText, provider_id: str, line: str, at: datetime) -> dict[str, str]:
    return {
        "linkId": "",
        "text": typed.text,
        "to": line,
        "id": provider_id,
        "date": at.strftime("%Y-%m-%d %H:%M:%S"),
        "from": typed.phone.number,
        "networkCode": _ECONET,
    }


def africastalking_api(side: AfricasTalkingSide) -> Blueprint:
    """Make the blueprint of the messaging API over what a side keeps."""
    bp = Blueprint("africastalking", __name__, url_prefix="/version1")
    bp.before_request(partial(_check_credentials, side))
    bp.add_url_rule("/messaging", "send", lambda: _send(side), methods=["POST"])
    bp.add_url_rule("/messaging", "list", lambda: _list(side))
    return bp


def _check_credentials(side: AfricasTalkingSide) -> Response | None:
    config = side.network.config
    key = request.headers.get("apiKey", "")
    is_ours = request.values.get("username") == config.africastalking_username
    if is_ours and compare_digest(key.encode(), config.africastalking_api_key.encode()):
        return None
    return Response("The supplied authentication is invalid", status=401, content_type="text/plain")


def _send(side: AfricasTalkingSide) -> Response:
    form = request.form
    failure = side.network.failures.take("africastalking", "send")
    if failure is not None and failure.kind not in ("code", "empty") and not failure.sent:
        return side.network.failures.happen(failure)
    if failure is not None and failure.kind == "empty":
        return _told("InvalidSenderId", [])
    numbers = [number for number in form.get("to", "").split(",") if number]
    recipients = [_recipient(side, number, form.get("message", ""), failure) for number in numbers]
    if failure is not None and failure.kind != "code":
        return side.network.failures.happen(failure)
    accepted = sum(recipient["statusCode"] == 101 for recipient in recipients)
    return _told(f"Sent to {accepted}/{len(recipients)} Total Cost: USD 0.0200 Message parts: 1", recipients)


def _recipient(side: AfricasTalkingSide, number: str, text: str, failure: Failure | None) -> dict[str, Any]:
    if failure is not None and failure.kind == "code":
        return {"statusCode": failure.code, "number": number, "status": "Failed", "cost": "0", "messageId": "None"}
    message_id = side.send(number, text)
    return {"statusCode": 101, "number": number, "status": "Success", "cost": "USD 0.0200", "messageId": message_id}


def _list(side: AfricasTalkingSide) -> Response:
    failure = side.network.failures.take("africastalking", "list")
    if failure is not None:
        return side.network.failures.happen(failure)
    last = request.args.get("lastReceivedId", 0, type=int)
    with side.lock:
        entries = [entry for entry in side.inbox if entry["id"] > last][:_A_PAGE]
    return jsonify({"SMSMessageData": {"Messages": entries}})


def _told(message: str, recipients: list[dict[str, Any]]) -> Response:
    answer = jsonify({"SMSMessageData": {"Message": message, "Recipients": recipients}})
    answer.status_code = 201
    return answer
