"""The page with the phones, and the same for programs: `POST /simulator/text`, `GET /simulator/phones`, `POST
/simulator/fail`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from gateway.providers.simulator.attachments import ATTACHMENTS, CARRY_MEDIA, attached, sample_of
from gateway.providers.simulator.calls.exchange import Exchange
from gateway.providers.simulator.calls.pages import back_to, shown_on
from gateway.providers.simulator.config import LINES, VOICE_LINES
from gateway.providers.simulator.failures import Failure
from gateway.providers.simulator.guarding import guarded
from gateway.providers.simulator.phones import Bubble
from gateway.providers.simulator.posting import Outcome
from gateway.providers.simulator.side import Network, Side, TypedText, now
from gateway.providers.simulator.speech import SAMPLES

_MOST_TIMES = 100


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages work with: the network, the side of each line for texts, and the calls."""

    network: Network
    sides: Mapping[str, Side]
    exchange: Exchange

    def type_text(self, typed: TypedText) -> tuple[str, list[Outcome]]:
        """Type a text on a phone, and show on its screen what became of it."""
        phones = self.network.phones
        phones.choose_line(typed.phone, typed.line)
        bubble = phones.show(
            typed.phone,
            Bubble(
                text=typed.text,
                line=typed.line,
                is_reply=False,
                at=now(),
                state="sending",
                attached=tuple(medium.content_type for medium in typed.media),
            ),
        )
        if typed.media and typed.line not in CARRY_MEDIA:
            phones.mark(bubble, "failed", "this line carries words alone")
            return "", []
        provider_id, outcomes = self.sides[typed.line].take_text(typed)
        if not outcomes or any(outcome.is_taken for outcome in outcomes):
            phones.mark(bubble, "taken")
        else:
            status = outcomes[-1].status
            phones.mark(bubble, "failed", f"answered {status}" if status > 0 else "no answer from the line")
        return provider_id, outcomes


def pages(desk: Desk) -> Blueprint:
    """Make the blueprint of the page and the control API."""
    bp = guarded("pages")
    bp.add_url_rule("/", "phones", lambda: _page(desk))
    bp.add_url_rule("/changes", "changes", lambda: _changes(desk))
    bp.add_url_rule("/type", "type_text", lambda: _type_text(desk), methods=["POST"])
    bp.add_url_rule("/simulator/phones", "list_phones", lambda: jsonify(desk.network.phones.as_json()))
    bp.add_url_rule("/simulator/text", "control_text", lambda: _control_text(desk), methods=["POST"])
    bp.add_url_rule("/simulator/fail", "fail", lambda: _fail(desk), methods=["POST", "DELETE"])
    return bp


def _page(desk: Desk) -> str:
    version, seen = desk.network.phones.seen()
    return render_template(
        "phones.html",
        version=version,
        seen=[(phone, bubbles, shown_on(desk.exchange, phone)) for phone, bubbles in seen],
        lines=LINES,
        voice_lines=VOICE_LINES,
        samples=SAMPLES,
        attachments=ATTACHMENTS,
        config=desk.network.config,
    )


def _changes(desk: Desk) -> Response:
    """Give the screens if they changed since the version that the page knows."""
    desk.exchange.ussd.look()
    version, seen = desk.network.phones.seen()
    if request.args.get("version", type=int) == version:
        return Response(status=204)
    screens = [
        {
            "number": phone.number,
            "name": phone.name,
            "html": render_template("screen.html", bubbles=bubbles, lines=LINES),
            "call": render_template(
                "call.html", phone=phone, shown=shown_on(desk.exchange, phone), voice_lines=VOICE_LINES, samples=SAMPLES
            ),
        }
        for phone, bubbles in seen
    ]
    return jsonify({"version": version, "screens": screens})


def _type_text(desk: Desk) -> BaseResponse:
    form = request.form
    line, text = form.get("line", ""), form.get("text", "")
    if line not in LINES or not form.get("phone"):
        abort(400)
    phone = desk.network.phones.find(form["phone"])
    media = attached(request.files.get("file"), form.get("attach", ""))
    if text or media:
        desk.type_text(TypedText(phone=phone, line=line, text=text, media=media))
    return back_to(phone)


def _control_text(desk: Desk) -> Response:
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict) or asked.get("line") not in LINES or not asked.get("phone"):
        return _wrong(f"expected a JSON object with phone, line (one of {', '.join(LINES)}) and text")
    provider_id, outcomes = desk.type_text(_typed(desk, asked))
    return jsonify({"provider_id": provider_id, "statuses": [outcome.status for outcome in outcomes]})


def _typed(desk: Desk, asked: Mapping[str, Any]) -> TypedText:
    times = asked.get("times", 1)
    return TypedText(
        phone=desk.network.phones.find(str(asked["phone"])),
        line=str(asked["line"]),
        text=str(asked.get("text", "")),
        provider_id=str(asked["provider_id"]) if asked.get("provider_id") else None,
        times=min(max(times, 1), _MOST_TIMES) if isinstance(times, int) else 1,
        at_once=bool(asked.get("at_once")),
        with_webhook=bool(asked.get("webhook", True)),
        media=tuple(sample_of(str(content_type)) for content_type in asked.get("media", [])),
    )


def _fail(desk: Desk) -> Response:
    if request.method == "DELETE":
        desk.network.failures.forget()
        return Response(status=204)
    try:
        desk.network.failures.plan(Failure.read(request.get_json(silent=True) or {}))
    except (ValueError, TypeError, AttributeError):
        return _wrong("expected a JSON object with provider, on and kind")
    return Response(status=204)


def _wrong(sentence: str) -> Response:
    answer = jsonify({"error": sentence})
    answer.status_code = 400
    return answer
