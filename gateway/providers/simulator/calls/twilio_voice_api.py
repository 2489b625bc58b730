"""The part of Twilio's REST API for calls and recordings that we use. https://www.twilio.com/docs/voice/api, seen 2026-11."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from gateway.providers.simulator.calls.twilio_calling import Placed, place_call
from gateway.providers.simulator.calls.twilio_calls import OVER, TwilioCall, TwilioCalls, TwilioRecording
from gateway.providers.simulator.media_host import StoredFile
from gateway.providers.simulator.sound import to_mp3, to_wav
from gateway.providers.simulator.twilio_api import refused, twilio_blueprint

_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
_MOST_A_PAGE = 1000


def twilio_voice_api(calls: TwilioCalls) -> Blueprint:
    """Make the blueprint of calls and recordings."""
    bp = twilio_blueprint("twilio_voice", calls.side)

    def add(rule: str, endpoint: str, view: Callable[..., BaseResponse], *methods: str) -> None:
        bp.add_url_rule(rule, endpoint, lambda **named: view(calls, **named), methods=list(methods))

    add("/Calls.json", "create_call", _create, "POST")
    add("/Calls.json", "list_calls", _list_calls, "GET")
    add("/Calls/<sid>.json", "call", _call, "GET", "POST")
    add("/Calls/<sid>.json", "delete_call", _delete_call, "DELETE")
    add("/Recordings.json", "list_recordings", _list_recordings, "GET")
    add("/Calls/<call_sid>/Recordings.json", "list_of_call", _list_recordings, "GET")
    add("/Recordings/<sid>.json", "recording", _recording, "GET")
    add("/Recordings/<sid>.json", "delete_recording", _delete_recording, "DELETE")
    add("/Recordings/<sid>.wav", "wav", _wav, "GET")
    add("/Recordings/<sid>.mp3", "mp3", _mp3, "GET")
    add("/Recordings/<sid>", "sound", _wav, "GET")
    return bp


def _create(calls: TwilioCalls) -> Response:
    form = request.form
    code = _refusal(calls)
    if code:
        return refused(400, code)
    failure = calls.network.failures.take("twilio", "call")
    if failure is not None and failure.kind == "code":
        return refused(400, failure.code)
    placed = Placed(
        sender=form["From"],
        recipient=form["To"],
        address=form.get("Url", ""),
        method=form.get("Method", "POST"),
        document=form.get("Twiml", ""),
        status_address=form.get("StatusCallback", ""),
        told=frozenset(form.getlist("StatusCallbackEvent")) & _EVENTS or frozenset({"completed"}),
        ring_seconds=min(form.get("Timeout", 60, type=int), 600),
    )
    if failure is not None and not failure.sent:
        return calls.network.failures.happen(failure)
    call = place_call(calls, placed)
    if failure is not None:
        return calls.network.failures.happen(failure)
    answer = jsonify(_as_json(calls, call) | {"status": "queued"})
    answer.status_code = 201
    return answer


def _refusal(calls: TwilioCalls) -> int:
    """Give the code that Twilio would refuse this call with; 0 where it would not."""
    form = request.form
    if not form.get("To"):
        return 21201
    if not form["To"].startswith("+") or not form["To"][1:].isdigit() or len(form["To"]) < 8:
        return 21211
    if not form.get("From"):
        return 21213
    if form["From"] != calls.network.config.twilio_line:
        return 21210
    return 0 if form.get("Url") or form.get("Twiml") else 21205


def _list_calls(calls: TwilioCalls) -> Response:
    asked = request.args
    with calls.lock:
        kept = [
            call
            for call in reversed(calls.calls.values())
            if asked.get("To", call.recipient) == call.recipient
            and asked.get("From", call.sender) == call.sender
            and asked.get("Status", call.status) == call.status
            and _is_since(call.created, asked.get("StartTime>", ""))
        ]
    return _page("calls", [_as_json(calls, call) for call in kept])


def _call(calls: TwilioCalls, sid: str) -> Response:
    call = calls.calls.get(sid)
    if call is None:
        return refused(404, 20404)
    if request.method == "POST" and request.form.get("Status") in ("completed", "canceled") and call.leg is not None:
        call.leg.end("ended by the line")
    return jsonify(_as_json(calls, call))


def _delete_call(calls: TwilioCalls, sid: str) -> Response:
    with calls.lock:
        call = calls.calls.get(sid)
        if call is None:
            return refused(404, 20404)
        if call.status not in OVER:
            return refused(400, 20009)
        del calls.calls[sid]
    return Response(status=204)


def _list_recordings(calls: TwilioCalls, call_sid: str = "") -> Response:
    failure = calls.network.failures.take("twilio", "list")
    if failure is not None:
        return refused(400, failure.code) if failure.kind == "code" else calls.network.failures.happen(failure)
    wanted = call_sid or request.args.get("CallSid", "")
    after, before = request.args.get("DateCreated>", ""), request.args.get("DateCreated<", "")
    with calls.lock:
        kept = [
            recording
            for recording in reversed(calls.recordings.values())
            if wanted in ("", recording.call_sid)
            and _is_since(recording.created, after)
            and (not before or not _is_since(recording.created, before))
        ]
    return _page("recordings", [_recording_as_json(calls, recording) for recording in kept])


def _is_since(moment: datetime, given: str) -> bool:
    """Compare with a day, or with a moment where one is given."""
    if not given:
        return True
    if len(given) <= 10:
        return moment.date().isoformat() >= given
    return moment >= datetime.fromisoformat(given.replace("Z", "+00:00"))


def _page(name: str, entries: list[dict[str, Any]]) -> Response:
    size, number = min(request.args.get("PageSize", 50, type=int), _MOST_A_PAGE), request.args.get("Page", 0, type=int)
    first = number * size
    following = None
    if first + size < len(entries):
        query = "&".join(f"{key}={value}" for key, value in request.args.items() if key != "Page")
        following = f"{request.path}?{query}&Page={number + 1}"
    page = {"next_page_uri": following, "page": number, "page_size": size, "uri": request.full_path}
    return jsonify({name: entries[first : first + size], **page})


def _recording(calls: TwilioCalls, sid: str) -> Response:
    recording = calls.recordings.get(sid)
    return jsonify(_recording_as_json(calls, recording)) if recording is not None else refused(404, 20404)


def _delete_recording(calls: TwilioCalls, sid: str) -> Response:
    failure = calls.network.failures.take("twilio", "erase")
    if failure is not None:
        return refused(400, failure.code) if failure.kind == "code" else calls.network.failures.happen(failure)
    with calls.lock:
        if calls.recordings.pop(sid, None) is None:
            return refused(404, 20404)
    return Response(status=204)


def _wav(calls: TwilioCalls, sid: str) -> BaseResponse:
    return _file(calls, sid, "audio/x-wav", ".wav")


def _mp3(calls: TwilioCalls, sid: str) -> BaseResponse:
    return _file(calls, sid, "audio/mpeg", ".mp3")


def _file(calls: TwilioCalls, sid: str, content_type: str, suffix: str) -> BaseResponse:
    """Lead to the file on the media host."""
    recording = calls.recordings.get(sid)
    if recording is None:
        return refused(404, 20404)
    if request.args.get("RequestedChannels", "1") != "1":
        return refused(400, 20001)
    data = to_wav(recording.samples) if suffix == ".wav" else to_mp3(recording.samples)
    return calls.media.lead_to(StoredFile(provider="twilio", data=data, content_type=content_type), suffix=suffix)


def _as_json(calls: TwilioCalls, call: TwilioCall) -> dict[str, Any]:
    account = calls.network.config.twilio_account_sid
    uri = f"/2010-04-01/Accounts/{account}/Calls/{call.sid}"
    return {
        "account_sid": account,
        "answered_by": None,
        "api_version": "2010-04-01",
        "date_created": format_datetime(call.created),
        "date_updated": format_datetime(call.ended or call.created),
        "direction": call.direction,
        "duration": str(call.seconds) if call.ended else None,
        "end_time": format_datetime(call.ended) if call.ended else None,
        "from": call.sender,
        "parent_call_sid": None,
        "price": None,
        "price_unit": "USD",
        "sid": call.sid,
        "start_time": format_datetime(call.started) if call.started else None,
        "status": call.status,
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
        "to": call.recipient,
        "uri": f"{uri}.json",
    }


def _recording_as_json(calls: TwilioCalls, recording: TwilioRecording) -> dict[str, Any]:
    account = calls.network.config.twilio_account_sid
    uri = f"/2010-04-01/Accounts/{account}/Recordings/{recording.sid}"
    return {
        "account_sid": account,
        "api_version": "2010-04-01",
        "call_sid": recording.call_sid,
        "channels": 1,
        "conference_sid": None,
        "date_created": format_datetime(recording.created),
        "date_updated": format_datetime(recording.created),
        "duration": str(recording.seconds),
        "encryption_details": None,
        "error_code": None,
        "media_url": f"http://api.twilio.com{uri}",
        "price": None,
        "price_unit": "USD",
        "sid": recording.sid,
        "source": "RecordVerb",
        "start_time": format_datetime(recording.created),
        "status": "completed",
        "track": "inbound",
        "uri": f"{uri}.json",
    }
