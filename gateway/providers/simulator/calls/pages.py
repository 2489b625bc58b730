"""What a person does at a phone in a call, by buttons that are forms: dial, press, speak, let time pass, hang up, answer, USSD.

The page's script sends the same forms, and says beside when a prompt has been heard out; a program sends them too, and reads
`GET /simulator/call?phone=...`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from gateway.providers.simulator.calls.exchange import Exchange
from gateway.providers.simulator.calls.heard import Seen
from gateway.providers.simulator.calls.leg import Leg
from gateway.providers.simulator.calls.switchboard import Engaged
from gateway.providers.simulator.calls.ussd import UssdSession
from gateway.providers.simulator.config import VOICE_LINES
from gateway.providers.simulator.guarding import guarded, wants_no_page
from gateway.providers.simulator.phones import Phone
from gateway.providers.simulator.sound import NotSound, read
from gateway.providers.simulator.speech import SAMPLES, say

_SETTLED_IN = 0.5
_WITHOUT_SCRIPT = 3.0
_WHEN_CALLED = ("ring", "busy", "away")


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on a phone beside its texts: the call it is or was in, and its USSD screen."""

    call: Seen | None
    ussd: UssdSession | None


def shown_on(exchange: Exchange, phone: Phone) -> Shown:
    """Give what is on a phone beside its texts."""
    leg = exchange.switchboard.of(phone)
    return Shown(leg.seen() if leg is not None else None, exchange.ussd.of(phone))


def back_to(phone: Phone) -> BaseResponse:
    """Show the page again, at the phone; nothing to the page's own script."""
    if wants_no_page():
        return Response(status=204)
    return redirect(url_for("pages.phones", _anchor=phone.name.replace(" ", "-")), 303)


def call_pages(exchange: Exchange) -> Blueprint:
    """Make the blueprint of all that is done in a call."""
    bp = guarded("calls")
    bp.add_url_rule("/call/<act>", "act", lambda act: _act(exchange, act), methods=["POST"])
    bp.add_url_rule("/call/sound", "sound", lambda: _sound(exchange))
    bp.add_url_rule("/simulator/call", "told", lambda: _told(exchange))
    return bp


def _act(exchange: Exchange, act: str) -> BaseResponse:
    doing = _ACTS.get(act)
    if doing is None:
        abort(404)
    if not request.form.get("phone"):
        abort(400)
    phone = exchange.network.phones.find(request.form["phone"])
    doing(exchange, phone)
    leg = exchange.switchboard.of(phone)
    if leg is not None and not wants_no_page():
        leg.settle(_WITHOUT_SCRIPT)  # the page that is shown next shows what came of it
    return back_to(phone)


def _sound(exchange: Exchange) -> Response:
    """Give the sound of a prompt to the page."""
    leg = exchange.switchboard.of(exchange.network.phones.find(request.args.get("phone", "")))
    number = request.args.get("number", type=int)
    heard = next((one for one in leg.seen().heard if one.number == number), None) if leg is not None else None
    if heard is None or not heard.audio:
        abort(404)
    return Response(heard.audio, content_type=heard.content_type)


def _told(exchange: Exchange) -> Response:
    """Give the call and the USSD screen of a phone for a program that drives the same forms."""
    shown = shown_on(exchange, exchange.network.phones.find(request.args.get("phone", "Phone 1")))
    call, ussd = shown.call, shown.ussd
    told: dict[str, object] = {"call": None, "ussd": None}
    if call is not None:
        told["call"] = {
            "line": call.line,
            "state": call.state,
            "ended": call.ended,
            "wanting": call.wanting.kind if call.wanting is not None else None,
            "heard": [{"kind": one.kind, "text": one.text, "seconds": one.seconds} for one in call.heard],
        }
    if ussd is not None:
        told["ussd"] = {"screen": ussd.screen, "note": ussd.note, "over": ussd.is_over}
    return jsonify(told)


def _dial(exchange: Exchange, phone: Phone) -> None:
    line = request.form.get("line", "")
    if line not in VOICE_LINES:
        abort(400)
    try:
        leg = exchange.dial(phone, line, hears_itself=not wants_no_page(), rings_once=bool(request.form.get("once")))
        leg.is_on_page = True
    except Engaged:
        abort(409)


def _press(exchange: Exchange, phone: Phone) -> None:
    leg = _leg(exchange, phone)
    leg.settle(_SETTLED_IN)
    leg.press(request.form.get("key", "") or request.form.get("keys", ""))


def _speak(exchange: Exchange, phone: Phone) -> None:
    """Say what the microphone heard or a file holds, else a sample."""
    leg, brought, sample = _leg(exchange, phone), request.files.get("file"), request.form.get("sample", "")
    if brought is not None and brought.filename:
        data = brought.read()
    elif sample in SAMPLES:
        voice, words = SAMPLES[sample]
        data = say(words, voice=voice)
    else:
        abort(400)
    leg.settle(_SETTLED_IN)
    try:
        leg.speak(read(data))
    except NotSound as error:
        leg.note(str(error))


def _answer(exchange: Exchange, phone: Phone) -> None:
    leg, how = _leg(exchange, phone), request.form.get("how", "")
    if how == "answered":
        leg.hears_itself, leg.is_on_page = not wants_no_page(), True
        leg.answer()
    else:
        leg.answer("busy" if how == "busy" else "no-answer")


def _when_called(exchange: Exchange, phone: Phone) -> None:
    what = request.form.get("what", "")
    if what not in _WHEN_CALLED:
        abort(400)
    exchange.network.phones.choose_when_called(phone, what)


def _dial_code(exchange: Exchange, phone: Phone) -> None:
    exchange.ussd.dial(phone, request.form.get("code", "").strip())


def _answer_screen(exchange: Exchange, phone: Phone) -> None:
    exchange.ussd.answer(phone, request.form.get("text", ""))


def _leg(exchange: Exchange, phone: Phone) -> Leg:
    leg = exchange.switchboard.of(phone)
    if leg is None:
        abort(409)
    return leg


_ACTS: Mapping[str, Callable[[Exchange, Phone], None]] = {
    "dial": _dial,
    "press": _press,
    "speak": _speak,
    "answer": _answer,
    "heard": lambda exchange, phone: _leg(exchange, phone).hear_out(request.form.get("number", 0, type=int)),
    "pass": lambda exchange, phone: _leg(exchange, phone).let_pass(),
    "hang_up": lambda exchange, phone: _leg(exchange, phone).hang_up(),
    "clear": lambda exchange, phone: exchange.switchboard.forget(phone),
    "when_called": _when_called,
    "ussd": _dial_code,
    "ussd_answer": _answer_screen,
    "ussd_close": lambda exchange, phone: exchange.ussd.close(phone),
}
