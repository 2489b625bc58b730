"""The doors for providers: verify, parse, take in, answer. One view serves every provider.

403: not proven to be theirs. 200: kept (what was not understood too, sealed and flagged). 503: could be kept nowhere, please
send it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import parse_qsl

from flask import Blueprint, Response, abort, current_app, request
from werkzeug.exceptions import HTTPException

from config.logs import get_log
from gateway.providers.contract import Addresses, Provider, WebhookRequest, has_door
from handlers.errors import Refused, Unavailable
from handlers.events import CallEnded, CallStep, Event, InboundCall, Unrecognised, UssdEnded, UssdStep
from handlers.intake import Taken
from handlers.voice.speech import Dialog, HangUp, Reject
from storage.spool import Spool

log = get_log(__name__)
bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")

_MOST_FIELDS = 1000


class TakesIn(Protocol):
    """Takes in events, as `Intake` does."""

    def take_in(self, event: Event, *, from_list: bool = False) -> Taken: ...

    def converse(self, event: InboundCall | CallStep | UssdStep) -> Dialog: ...

    def for_spool(self, event: Event) -> Event: ...


@dataclass(frozen=True, slots=True)
class Doors:
    """What the webhooks need: the providers by name, where events go, and our public address."""

    providers: Mapping[str, Provider]
    intake: TakesIn
    spool: Spool
    public_url: str


@bp.post("/<provider>/<path:rest>")
def take(provider: str, rest: str) -> Response:
    """Take what a provider sends to one of its doors."""
    doors: Doors = current_app.extensions["doors"]
    known = doors.providers.get(provider)
    if known is None:
        abort(404)
    secret, _, door = rest.partition("/") if known.has_path_secret else ("", "", rest)
    if not has_door(known, door):
        abort(404)
    received = _received(door, secret, doors.public_url)
    try:
        events = _events(known, received)
    except Refused as refusal:
        log.warning("webhook_refused", provider=known.name, reason=refusal.reason)
        abort(403)
    dialog: Dialog = ()
    try:
        for event in events:
            dialog = _keep(doors, event) or dialog
    except Unavailable:
        log.error("webhook_not_kept", provider=known.name)
        abort(503)
    is_call = any(isinstance(event, InboundCall | CallStep | CallEnded | UssdStep) for event in events)
    addresses = Addresses(base="/".join(part for part in (f"{doors.public_url}/webhooks/{provider}", secret) if part))
    answer = known.render(received, dialog, addresses) if is_call else known.answer(received)
    return Response(answer.body, status=answer.status, content_type=answer.content_type)


def _events(provider: Provider, received: WebhookRequest) -> tuple[Event, ...]:
    """Give what a verified request says. A fault of ours on the way loses nothing: the request is kept as it came."""
    try:
        provider.verify(received)
    except Refused:
        raise
    except Exception as error:
        log.error("webhook_verification_failed", provider=provider.name, exc_info=error)
        raise Refused("verification_failed") from None
    try:
        return provider.parse(received)
    except Refused:
        raise
    except Exception as error:
        log.error("webhook_parser_failed", provider=provider.name, exc_info=error)
        fields = {"body": received.body.decode("utf-8", "backslashreplace")}
        return (Unrecognised(provider=provider.name, provider_id=None, door=received.door, why="parser_failed", fields=fields),)


def _keep(doors: Doors, event: Event) -> Dialog:
    """Keep an event in the database, or, whatever is wrong with that, sealed in the spool; give what a caller hears next. Raise
    `Unavailable` if neither can be. A call is not begun, and not gone on with, while nothing can be learnt from it."""
    try:
        if isinstance(event, UssdEnded):
            log.info("ussd_ended", provider=event.provider, state=event.state)
        if isinstance(event, InboundCall | CallStep | UssdStep):
            return doors.intake.converse(event)
        doors.intake.take_in(event)
    except Exception as error:
        log.error("event_spooled", kind=type(event).__name__, exc_info=error)
        doors.spool.put(doors.intake.for_spool(event))
        return (Reject(),) if isinstance(event, InboundCall) else (HangUp(),) if isinstance(event, CallStep) else ()
    return ()


def _received(door: str, secret: str, public_url: str) -> WebhookRequest:
    """Put the request in our own words. The raw body is read first: Flask empties a form that holds one raw byte that is not
    UTF-8."""
    try:
        body = request.get_data(cache=True)
    except HTTPException:
        raise
    except (OSError, ValueError):
        abort(400)
    query = request.query_string.decode("latin-1")
    return WebhookRequest(
        door=door,
        method=request.method,
        url=public_url + _raw_path() + (f"?{query}" if query else ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        form=_form(body),
        body=body,
        received_at=datetime.now(UTC),
        secret=secret or None,
        remote=request.remote_addr,
    )


def _raw_path() -> str:
    """Give the path as it was sent: signatures are made over it before anything is decoded."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.path
    path = str(raw).partition("?")[0]
    return path if path.startswith("/") else request.path


def _form(body: bytes) -> dict[str, tuple[str, ...]]:
    """Decode a form. Bytes that are not UTF-8 become replacement characters; what is no form gives no fields."""
    kind = request.mimetype
    if kind == "multipart/form-data":
        pairs = [(name, value) for name, value in request.form.items(multi=True)]
    elif kind in ("application/x-www-form-urlencoded", "", "text/plain") and body[:1] not in (b"{", b"["):
        try:
            text = body.decode("utf-8", "replace")
            pairs = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS)
        except ValueError:
            pairs = []
    else:
        pairs = []
    form: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        form[name] = (*form.get(name, ()), value)
    return form
