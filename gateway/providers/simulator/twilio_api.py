"""The part of Twilio's REST API for texts that we use: Messages and their Media. https://www.twilio.com/docs/messaging/api, seen
2026-11."""

from __future__ import annotations

from email.utils import format_datetime
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from gateway.providers.simulator.media_host import MediaHost, StoredFile
from gateway.providers.simulator.side import now
from gateway.providers.simulator.twilio_side import TwilioMessage, TwilioSide, new_sid

_WORDS = {
    20001: "Invalid parameter",
    20003: "Authentication Error - invalid username",
    20009: "Cannot delete this resource before it is complete",
    20404: "The requested resource was not found",
    21201: "No 'To' number is specified",
    21205: "Url is not a valid URL",
    21210: "'From' phone number not verified",
    21211: "Invalid 'To' Phone Number",
    21213: "'From' phone number is required",
    21215: "Account not authorized to call this number",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit.",
}
_LONGEST = 1600
_MOST_A_PAGE = 1000


def twilio_api(side: TwilioSide, media: MediaHost) -> Blueprint:
    """Make the blueprint of Twilio's API over what a side keeps."""
    bp = twilio_blueprint("twilio", side)
    bp.add_url_rule("/Messages.json", "create", lambda: _create(side), methods=["POST"])
    bp.add_url_rule("/Messages.json", "list", lambda: _list(side))
    bp.add_url_rule("/Messages/<sid>.json", "fetch", lambda sid: _fetch(side, sid), methods=["GET", "POST"])
    bp.add_url_rule("/Messages/<sid>.json", "delete", lambda sid: _delete(side, sid), methods=["DELETE"])
    bp.add_url_rule("/Messages/<sid>/Media.json", "media", lambda sid: _media(side, sid))
    bp.add_url_rule("/Messages/<sid>/Media/<media_sid>", "file", lambda sid, media_sid: _file(side, media, sid, media_sid))
    bp.add_url_rule("/Messages/<sid>/Media/<media_sid>.json", "medium", lambda sid, media_sid: _medium(side, sid, media_sid))
    bp.add_url_rule(
        "/Messages/<sid>/Media/<media_sid>.json",
        "delete_media",
        lambda sid, media_sid: _delete_media(side, sid, media_sid),
        methods=["DELETE"],
    )
    return bp


def twilio_blueprint(name: str, side: TwilioSide) -> Blueprint:
    """Make an empty blueprint at the account's address, which asks for its credentials."""
    bp = Blueprint(name, __name__, url_prefix=f"/2010-04-01/Accounts/{side.network.config.twilio_account_sid}")
    bp.before_request(lambda: _check_credentials(side))
    return bp


def _check_credentials(side: TwilioSide) -> Response | None:
    given, config = request.authorization, side.network.config
    user = (given.username if given else None) or ""
    password = (given.password if given else None) or ""
    is_ours = compare_digest(user.encode(), config.twilio_account_sid.encode())
    if is_ours and compare_digest(password.encode(), config.twilio_auth_token.encode()):
        return None
    return refused(401, 20003)


def _create(side: TwilioSide) -> Response:
    form = request.form
    recipient, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
    code = _refusal(side, recipient, sender or form.get("MessagingServiceSid", ""), body)
    if code:
        return refused(400, code)
    failure = side.network.failures.take("twilio", "send")
    if failure is not None and failure.kind == "code":
        return refused(400, failure.code)
    message = TwilioMessage(
        sid=new_sid("SM"),
        direction="outbound-api",
        sender=sender or side.network.config.twilio_line,
        recipient=recipient,
        body=body,
        status="queued",
        created=now(),
    )
    if failure is None or failure.sent:
        side.send(message, form.get("StatusCallback", ""))
    if failure is not None:
        return side.network.failures.happen(failure)
    answer = jsonify(_as_json(side, message))
    answer.status_code = 201
    return answer


def _refusal(side: TwilioSide, recipient: str, sender: str, body: str) -> int:
    """Give the code that Twilio would refuse this with; 0 where it would not."""
    number = recipient.removeprefix("whatsapp:")
    if not number.startswith("+") or not number[1:].isdigit() or len(number) < 8:
        return 21211
    if not sender:
        return 21603
    if not body:
        return 21602
    if len(body) > _LONGEST:
        return 21617
    return 21610 if recipient in side.blocked else 0


def _list(side: TwilioSide) -> Response:
    failure = side.network.failures.take("twilio", "list")
    if failure is not None:
        return refused(400, failure.code) if failure.kind == "code" else side.network.failures.happen(failure)
    with side.lock:
        kept = [message for message in reversed(side.messages.values()) if _is_asked_for(message)]
    size = min(request.args.get("PageSize", 50, type=int), _MOST_A_PAGE)
    token = request.args.get("PageToken", "").removeprefix("PA")
    first = next((place + 1 for place, message in enumerate(kept) if message.sid == token), 0)
    page = kept[first : first + size]
    following = None
    if first + size < len(kept):
        number = request.args.get("Page", 0, type=int) + 1
        query = {**request.args, "Page": number, "PageToken": "PA" + page[-1].sid}
        following = f"{request.path}?{urlencode(query)}"
    return jsonify(
        {
            "messages": [_as_json(side, message) for message in page],
            "next_page_uri": following,
            "page": request.args.get("Page", 0, type=int),
            "page_size": size,
            "uri": request.full_path,
        }
    )


def _is_asked_for(message: TwilioMessage) -> bool:
    asked = request.args
    day = message.sent.date().isoformat() if message.sent else ""
    return (
        asked.get("To", message.recipient) == message.recipient
        and asked.get("From", message.sender) == message.sender
        and asked.get("DateSent", day)[:10] == day
        and (not asked.get("DateSent>") or day >= asked["DateSent>"][:10])
        and (not asked.get("DateSent<") or "" < day <= asked["DateSent<"][:10])
    )


def _fetch(side: TwilioSide, sid: str) -> Response:
    message = side.messages.get(sid)
    if message is None:
        return refused(404, 20404)
    if request.method == "POST" and request.form.get("Body") == "":
        message.body = ""
    return jsonify(_as_json(side, message))


def _delete(side: TwilioSide, sid: str) -> Response:
    failure = side.network.failures.take("twilio", "erase")
    if failure is not None:
        return refused(400, failure.code) if failure.kind == "code" else side.network.failures.happen(failure)
    with side.lock:
        if side.messages.pop(sid, None) is None:
            return refused(404, 20404)
    return Response(status=204)


def _media(side: TwilioSide, sid: str) -> Response:
    message = side.messages.get(sid)
    if message is None:
        return refused(404, 20404)
    entries = [_medium_as_json(side, message, media_sid) for media_sid in reversed(message.media)]
    return jsonify({"media_list": entries, "next_page_uri": None, "page": 0, "page_size": 50, "uri": request.full_path})


def _medium(side: TwilioSide, sid: str, media_sid: str) -> Response:
    message = side.messages.get(sid)
    if message is None or media_sid not in message.media:
        return refused(404, 20404)
    return jsonify(_medium_as_json(side, message, media_sid))


def _file(side: TwilioSide, media: MediaHost, sid: str, media_sid: str) -> BaseResponse:
    """Lead to the file on the media host."""
    message = side.messages.get(sid)
    attachment = message.media.get(media_sid) if message is not None else None
    if attachment is None:
        return refused(404, 20404)
    return media.lead_to(StoredFile(provider="twilio", data=attachment.data, content_type=attachment.content_type))


def _medium_as_json(side: TwilioSide, message: TwilioMessage, media_sid: str) -> dict[str, Any]:
    account = side.network.config.twilio_account_sid
    return {
        "sid": media_sid,
        "account_sid": account,
        "parent_sid": message.sid,
        "content_type": message.media[media_sid].content_type,
        "date_created": format_datetime(message.created),
        "date_updated": format_datetime(message.created),
        "uri": f"/2010-04-01/Accounts/{account}/Messages/{message.sid}/Media/{media_sid}.json",
    }


def _delete_media(side: TwilioSide, sid: str, media_sid: str) -> Response:
    message = side.messages.get(sid)
    if message is None or message.media.pop(media_sid, None) is None:
        return refused(404, 20404)
    return Response(status=204)


def _as_json(side: TwilioSide, message: TwilioMessage) -> dict[str, Any]:
    account = side.network.config.twilio_account_sid
    uri = f"/2010-04-01/Accounts/{account}/Messages/{message.sid}"
    return {
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": format_datetime(message.created),
        "date_sent": format_datetime(message.sent) if message.sent else None,
        "date_updated": format_datetime(message.sent or message.created),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": None,
        "from": message.sender,
        "messaging_service_sid": None,
        "num_media": str(len(message.media)),
        "num_segments": "1",
        "price": None,
        "price_unit": None,
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.recipient,
        "uri": f"{uri}.json",
    }


def refused(status: int, code: int) -> Response:
    """Answer as Twilio does where it refuses."""
    told = {
        "code": code,
        "message": _WORDS.get(code, "simulated failure"),
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    answer = jsonify(told)
    answer.status_code = status
    return answer
