"""The actions of Africa's Talking that are simulated, and what each may have.

https://developers.africastalking.com/docs/voice/actions/overview, seen 2026-11. `playBeep` of `Say` and `loop` are not asked for
by us and are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.providers.simulator.calls.markup import Allowed, Malformed, Verb, read_document

PROMPTS = frozenset({"Say", "Play"})
_TOP = PROMPTS | {"GetDigits", "Record", "Redirect", "Reject"}
_ALLOWED: Mapping[str, Allowed] = MappingProxyType(
    {
        "Say": Allowed(attributes=frozenset({"voice", "playBeep"}), has_text=True),
        "Play": Allowed(attributes=frozenset({"url"})),
        "GetDigits": Allowed(attributes=frozenset({"numDigits", "timeout", "finishOnKey", "callbackUrl"}), inside=PROMPTS),
        "Record": Allowed(
            attributes=frozenset({"finishOnKey", "maxLength", "timeout", "trimSilence", "playBeep", "callbackUrl"}),
            inside=PROMPTS,
        ),
        "Redirect": Allowed(has_text=True),
        "Reject": Allowed(),
    }
)
_NOT_SIMULATED = frozenset({"Dial", "Enqueue", "Dequeue", "Conference"})
_TYPES = ("text/xml", "application/xml", "text/plain")


def read_actions(body: bytes, content_type: str) -> tuple[Verb, ...]:
    """Give the actions of an answer; raise `Malformed`."""
    if content_type.partition(";")[0].strip().lower() not in _TYPES:
        raise Malformed(f"the answer is {content_type or 'of no type'}, not XML")
    for name in _NOT_SIMULATED:
        if f"<{name}".encode() in body:
            raise Malformed(f"<{name}> is not simulated")
    verbs = read_document(body, _TOP, _ALLOWED)
    for verb in verbs:
        if len(verb.inside) > 1:
            raise Malformed(f"<{verb.name}> has more than one prompt in it")
        if verb.name == "Play" and not verb.get("url", ""):
            raise Malformed("<Play> has no url")
        if verb.name == "Redirect" and not verb.text:
            raise Malformed("<Redirect> leads nowhere")
        if len(verb.get("finishOnKey", "")) > 1:
            raise Malformed(f"finishOnKey of <{verb.name}> is more than one key")
    return verbs


def is_terminal(verb: Verb) -> bool:
    """Say whether this is the recording without attributes that lasts until somebody hangs up."""
    return verb.name == "Record" and not verb.attributes and not verb.inside
