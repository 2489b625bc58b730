"""Our answer in TwiML, by the SDK's classes. No word of a sender is ever in it."""

from __future__ import annotations

from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

from gateway.providers.contract import Answer, WebhookRequest

_NOTHING = Answer(body=str(MessagingResponse()), content_type="text/xml")


def answer(request: WebhookRequest) -> Answer:
    """Say nothing to a text; reject a call, which costs neither side anything."""
    if request.door.partition("/")[0] != "voice":
        return _NOTHING
    response = VoiceResponse()
    response.reject()
    return Answer(body=str(response), content_type="text/xml")
