"""The verbs of TwiML that are simulated, and what each may have. https://www.twilio.com/docs/voice/twiml, seen 2026-11."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.providers.simulator.calls.markup import Allowed, Malformed, Verb, read_document

PROMPTS = frozenset({"Say", "Play", "Pause"})
_TOP = PROMPTS | {"Gather", "Record", "Redirect", "Hangup", "Reject"}
_SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})
_SSML_ATTRIBUTES = frozenset(
    {"strength", "time", "level", "{http://www.w3.org/XML/1998/namespace}lang", "alphabet", "ph", "volume", "rate", "pitch"}
    | {"interpret-as", "format", "role", "alias"}
)
_GATHER = "input action method timeout finishOnKey numDigits actionOnEmptyResult language hints speechTimeout speechModel"
_RECORD = "action method timeout finishOnKey maxLength playBeep trim transcribe transcribeCallback recordingConfigurationId"
_NOT_SIMULATED = frozenset(
    {"Dial", "Enqueue", "Leave", "Pay", "Prompt", "Queue", "Refer", "Sms", "Start", "Stop", "Connect", "Siprec", "Stream"}
)

_ALLOWED: Mapping[str, Allowed] = MappingProxyType(
    {
        "Say": Allowed(attributes=frozenset({"voice", "language", "loop"}), inside=_SSML, has_text=True),
        "Play": Allowed(attributes=frozenset({"loop", "digits"}), has_text=True),
        "Pause": Allowed(attributes=frozenset({"length"})),
        "Gather": Allowed(
            attributes=frozenset(f"{_GATHER} maxSpeechTime enhanced profanityFilter bargeIn debug".split()), inside=PROMPTS
        ),
        "Record": Allowed(
            attributes=frozenset(
                f"{_RECORD} recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent".split()
            )
        ),
        "Redirect": Allowed(attributes=frozenset({"method"}), has_text=True),
        "Hangup": Allowed(),
        "Reject": Allowed(attributes=frozenset({"reason"})),
        **{name: Allowed(attributes=_SSML_ATTRIBUTES, inside=_SSML, has_text=True) for name in _SSML},
    }
)


def read_twiml(body: bytes, content_type: str) -> tuple[Verb, ...]:
    """Give the verbs of an answer; raise `Malformed`. Plain text is read aloud, as Twilio does."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "text/plain":
        return (Verb(name="Say", attributes={}, text=body.decode("utf-8", "replace").strip()),) if body.strip() else ()
    if kind not in ("text/xml", "application/xml", "text/html"):
        raise Malformed(f"12300: the answer is {kind or 'of no type'}, not XML")
    for name in _NOT_SIMULATED:
        if f"<{name}".encode() in body:
            raise Malformed(f"<{name}> is not simulated")
    verbs = read_document(body, _TOP, _ALLOWED)
    for verb in verbs:
        _check(verb)
    return verbs


def _check(verb: Verb) -> None:
    """Refuse what would send a caller's voice to a recogniser, and what Twilio would not take."""
    if verb.name == "Gather" and verb.get("input", "dtmf") != "dtmf":
        raise Malformed("<Gather> with input other than dtmf sends the caller's voice to a recogniser")
    if verb.name == "Record" and verb.truth("transcribe", default=False):
        raise Malformed("<Record> with transcribe sends the caller's voice to a third party")
    if verb.get("method", "POST") not in ("GET", "POST"):
        raise Malformed(f"method of <{verb.name}> is neither GET nor POST")
    if verb.name == "Reject" and verb.get("reason", "rejected") not in ("rejected", "busy"):
        raise Malformed("reason of <Reject> is neither rejected nor busy")
    keys = verb.get("finishOnKey", "#")
    if any(key not in "0123456789*#" for key in keys):
        raise Malformed(f"finishOnKey of <{verb.name}> has what no telephone has")
    if verb.name in ("Redirect", "Play") and not verb.text and "digits" not in verb.attributes:
        raise Malformed(f"<{verb.name}> leads nowhere")
