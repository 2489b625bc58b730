"""Our answers in TwiML, by the SDK's classes. No word of a source is ever in them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Gather, VoiceResponse

from gateway.providers.contract import Addresses, Answer, WebhookRequest
from gateway.providers.reading import speakable
from gateway.providers.twilio.config import TwilioConfig
from handlers.voice.speech import Ask, Dialog, GoTo, HangUp, Pause, Reject, Said, Speak, Take

_NOTHING = Answer(body=str(MessagingResponse()), content_type="text/xml")
_RECORDING_ID = re.compile(r"RE[0-9a-fA-F]{32}")
_API = "https://api.twilio.com"
_VOICE = "en-GB"  # Twilio has no voice for Shona, Ndau or Ndebele: until a speaker records a prompt, this one reads its text


def answer(request: WebhookRequest) -> Answer:
    """Say nothing to a text; reject a call, which costs neither side anything."""
    if request.door.partition("/")[0] != "voice":
        return _NOTHING
    response = VoiceResponse()
    response.reject(reason="busy")
    return _as_answer(response)


def render(dialog: Dialog, addresses: Addresses, config: TwilioConfig) -> Answer:
    """Put a dialog into TwiML."""
    response = VoiceResponse()
    for verb in dialog:
        if isinstance(verb, Speak | Pause):
            _say(response, (verb,), config)
        elif isinstance(verb, Ask):
            _ask(response, verb, addresses, config)
        elif isinstance(verb, Take):
            _take(response, verb, addresses, config)
        elif isinstance(verb, GoTo):
            response.redirect(addresses.of(verb.next), method="POST")
        elif isinstance(verb, HangUp):
            response.hangup()
        elif isinstance(verb, Reject):
            response.reject(reason="busy")
    return _as_answer(response)


def _ask(response: VoiceResponse, ask: Ask, addresses: Addresses, config: TwilioConfig) -> None:
    following = addresses.of(ask.next)
    gather = Gather(
        input="dtmf",  # never speech: that would send the caller's voice to a recogniser
        num_digits=ask.most_keys,
        action=following,
        method="POST",
        timeout=ask.seconds,
        finish_on_key=ask.ends_with,
        action_on_empty_result=True,
    )
    _say(gather, ask.speak, config)
    response.append(gather)
    response.redirect(following, method="POST")


def _take(response: VoiceResponse, take: Take, addresses: Addresses, config: TwilioConfig) -> None:
    """Record. What stands behind is reached only where nothing was recorded and no action was asked for, as older versions do."""
    following = addresses.of(take.next)
    _say(response, take.speak, config)
    response.record(
        action=following,
        method="POST",
        max_length=take.most_seconds,
        timeout=take.silence_seconds,
        finish_on_key="#",
        play_beep=True,
        trim="do-not-trim",
        recording_status_callback=addresses.recording,
        recording_status_callback_method="POST",
        recording_status_callback_event="completed absent",
    )
    response.redirect(following, method="POST")


def _say(response: VoiceResponse | Gather, said: Iterable[Said], config: TwilioConfig) -> None:
    for each in said:
        if isinstance(each, Pause):
            response.pause(length=each.seconds)
        elif each.address:
            response.play(_address(each.address, config))
        else:
            response.say(speakable(each.text), language=_VOICE)


def _address(address: str, config: TwilioConfig) -> str:
    """Give the address of what is played; a caller's own recording is named by its id alone."""
    if not _RECORDING_ID.fullmatch(address):
        return address
    return f"{config.api_base or _API}/2010-04-01/Accounts/{config.account_sid}/Recordings/{address}.mp3"


def _as_answer(response: VoiceResponse) -> Answer:
    return Answer(body=str(response), content_type="text/xml")
