"""Africa's Talking: a phone calls the line, and the line calls a phone by `POST /call`.

https://developers.africastalking.com/docs/voice/make_call, seen 2026-11.
"""

from __future__ import annotations

from functools import partial
from hmac import compare_digest
from typing import Any

from flask import Blueprint, Response, jsonify, request

from gateway.providers.simulator.calls.africastalking_calls import AtCalls
from gateway.providers.simulator.calls.africastalking_stage import AtStage
from gateway.providers.simulator.calls.leg import Leg
from gateway.providers.simulator.calls.switchboard import Engaged
from gateway.providers.simulator.phones import Phone

_RING_SECONDS = 60


def take_call(calls: AtCalls, phone: Phone, *, hears_itself: bool = False, rings_once: bool = False) -> Leg:
    """Let a phone call the line; with `rings_once` it does not wait to be answered. Raise `Engaged`."""
    leg = calls.switchboard.connect(phone, "africastalking", is_placed=False, hears_itself=hears_itself)
    stage = AtStage(calls, calls.begin(phone.number, "Inbound"), leg)
    if rings_once:
        leg.hang_up()
    calls.switchboard.perform(leg, stage.play)
    return leg


def place_call(calls: AtCalls, number: str, request_id: str) -> str:
    """Call a phone for the product; give the session, which goes on by itself."""
    phone = calls.network.phones.find(number)
    call = calls.begin(number, "Outbound", request_id)
    try:
        leg = calls.switchboard.connect(phone, "africastalking", is_placed=True)
    except Engaged:
        # The phone is in a call: another leg, that nobody sees, finds it busy.
        leg = Leg(phone, "africastalking", is_placed=True, hears_itself=True, changed=lambda: None)
        leg.answer("busy")
    calls.switchboard.perform(leg, partial(_perform, AtStage(calls, call, leg)))
    return call.session


def _perform(stage: AtStage) -> None:
    if stage.ring(_RING_SECONDS):
        stage.play()
    else:
        stage.finish()


def africastalking_voice_api(calls: AtCalls) -> Blueprint:
    """Make the blueprint of the voice host."""
    bp = Blueprint("africastalking_voice", __name__)
    bp.add_url_rule("/call", "call", lambda: _call(calls), methods=["POST"])
    return bp


def _call(calls: AtCalls) -> Response:
    form, config = request.form, calls.network.config
    is_ours = form.get("username") == config.africastalking_username
    if not is_ours or not compare_digest(request.headers.get("apiKey", "").encode(), config.africastalking_api_key.encode()):
        return Response("The supplied authentication is invalid", status=401, content_type="text/plain")
    failure = calls.network.failures.take("africastalking", "call")
    if failure is not None and failure.kind == "empty":
        return _told([], "InsufficientCredit")
    if failure is not None and not failure.sent:
        return calls.network.failures.happen(failure)
    if form.get("from") != config.africastalking_voice_line:
        return _told([], "Invalid callerId")
    numbers = [number.strip() for number in form.get("to", "").split(",") if number.strip()]
    entries = [_entry(calls, number, form.get("clientRequestId", "")) for number in numbers]
    return calls.network.failures.happen(failure) if failure is not None else _told(entries, "None")


def _entry(calls: AtCalls, number: str, request_id: str) -> dict[str, Any]:
    if not number.startswith("+") or not number[1:].isdigit() or len(number) < 8:
        return {"phoneNumber": number, "status": "InvalidPhoneNumber", "sessionId": "None"}
    return {"phoneNumber": number, "status": "Queued", "sessionId": place_call(calls, number, request_id)}


def _told(entries: list[dict[str, Any]], message: str) -> Response:
    return jsonify({"entries": entries, "errorMessage": message})
