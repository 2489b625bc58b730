"""A handset with the app SMS Gateway for Android, simulated: its API, and its webhooks, signed as the app signs them.

https://docs.sms-gate.app/features/webhooks and .../integration/api, seen 2026-11.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import time
from collections import OrderedDict
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, request

from gateway.providers.simulator.posting import Outcome, Parcel
from gateway.providers.simulator.side import Network, TypedText, deliver, now, reply_on

_MOST_MESSAGES = 20_000
_DEVICE = "ffffffff" + "0" * 24
_REPEATS = 14


class HandsetSide:
    """The handset's memory and its webhooks."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.lock = threading.Lock()
        self.messages: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def take_text(self, typed: TypedText) -> tuple[str, list[Outcome]]:
        """Tell the product of a text, as often as the app does: it repeats after 10, 20, 40 seconds, 14 times."""
        provider_id = typed.provider_id or secrets.token_urlsafe(16)
        line, at = self.network.config.handset_line, now().astimezone().isoformat(timespec="milliseconds")
        payload = {
            "messageId": hashlib.sha256(typed.text.encode()).hexdigest()[:8],
            "message": typed.text,
            "sender": typed.phone.number,
            "recipient": line,
            "phoneNumber": typed.phone.number,
            "simNumber": 1,
            "receivedAt": at,
        }
        make = partial(self._parcel, "message", "sms:received", provider_id, payload)
        if not typed.with_webhook:
            return provider_id, []
        if typed.at_once:
            return provider_id, self.network.postman.post_all([make() for _ in range(typed.times)])
        outcomes = [self.network.postman.post(make()) for _ in range(typed.times)]
        if not any(outcome.is_taken for outcome in outcomes):
            pause = self.network.config.retry_pause
            self.network.postman.repeat(make, pauses=[pause * 2**count for count in range(_REPEATS)])
        return provider_id, outcomes

    def send(self, message_id: str, number: str, text: str) -> None:
        """Send a text of the product to its phone."""
        bubble = reply_on(self.network, number, "handset", text)

        def tell(step: str, code: int) -> None:
            at = now().astimezone().isoformat(timespec="milliseconds")
            payload: dict[str, Any] = {"messageId": message_id, "recipient": number, "phoneNumber": number, "simNumber": 1}
            payload |= {f"{step}At": at} | ({"reason": "RESULT_ERROR_NO_SERVICE"} if step == "failed" else {})
            with self.lock:
                self.messages[message_id]["state"] = step.capitalize()
            self.network.postman.post(self._parcel("status", f"sms:{step}", secrets.token_urlsafe(16), payload))

        deliver(self.network, "handset", bubble, tell)

    def _parcel(self, door: str, event: str, provider_id: str, payload: dict[str, Any]) -> Parcel:
        envelope = {"deviceId": _DEVICE, "event": event, "id": provider_id, "webhookId": f"izwi-{event}", "payload": payload}
        body, timestamp = json.dumps(envelope, ensure_ascii=False).encode("utf-8", "replace"), str(int(time.time()))
        key = self.network.config.handset_signing_key.encode()
        signature = hmac.new(key, body + timestamp.encode(), hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Signature": signature, "X-Timestamp": timestamp}
        return Parcel(path=f"/webhooks/handset/{door}", body=body, headers=headers)


def handset_api(side: HandsetSide, *, prefix: str) -> Blueprint:
    """Make the blueprint of the app's API over what a side keeps; the phone itself has it at the root, a server under
    `/3rdparty/v1`."""
    bp = Blueprint("handset" + prefix.replace("/", "_"), __name__, url_prefix=prefix or None)
    bp.before_request(partial(_check_credentials, side))
    bp.add_url_rule("/messages", "send", lambda: _send(side), methods=["POST"])
    bp.add_url_rule("/messages/<message_id>", "state", lambda message_id: _state(side, message_id))
    return bp


def _check_credentials(side: HandsetSide) -> Response | None:
    given, config = request.authorization, side.network.config
    user = (given.username if given else None) or ""
    password = (given.password if given else None) or ""
    is_ours = hmac.compare_digest(user.encode(), config.handset_login.encode())
    if is_ours and hmac.compare_digest(password.encode(), config.handset_password.encode()):
        return None
    return _refused(401, "Unauthorized")


def _send(side: HandsetSide) -> Response:
    failure = side.network.failures.take("handset", "send")
    if failure is not None and not failure.sent:
        return side.network.failures.happen(failure)
    given = request.get_json(silent=True)
    asked: dict[str, Any] = given if isinstance(given, dict) else {}
    told, numbers = asked.get("textMessage"), asked.get("phoneNumbers")
    text = told.get("text") if isinstance(told, dict) else None
    if not text or not isinstance(numbers, list) or not numbers:
        return _refused(400, "invalid request")
    message_id = str(asked.get("id") or secrets.token_urlsafe(16))
    if not _keep(side, message_id, numbers):
        return _refused(409, "message with this id already exists")
    side.send(message_id, str(numbers[0]), str(text))
    if failure is not None:
        return side.network.failures.happen(failure)
    answer = jsonify(side.messages[message_id])
    answer.status_code = 202
    return answer


def _keep(side: HandsetSide, message_id: str, numbers: list[Any]) -> bool:
    """Keep a text; give False where one of this id is kept already."""
    with side.lock:
        if message_id in side.messages:
            return False
        side.messages[message_id] = {
            "id": message_id,
            "deviceId": _DEVICE,
            "state": "Pending",
            "isHashed": False,
            "isEncrypted": False,
            "recipients": [{"phoneNumber": str(number), "state": "Pending"} for number in numbers],
            "states": {},
        }
        while len(side.messages) > _MOST_MESSAGES:
            side.messages.popitem(last=False)
    return True


def _state(side: HandsetSide, message_id: str) -> Response:
    found = side.messages.get(message_id)
    return jsonify(found) if found is not None else _refused(404, "not found")


def _refused(status: int, message: str) -> Response:
    answer = jsonify({"message": message})
    answer.status_code = status
    return answer
