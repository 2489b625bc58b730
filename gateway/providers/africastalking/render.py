"""Our answers in the dialects of Africa's Talking: nothing for a text, XML for a call, a last screen for USSD. No word of a
source is in them. https://developers.africastalking.com/docs/voice/actions/overview, seen 2026-11; the SDK makes no XML."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from gateway.providers.contract import Addresses, Answer, WebhookRequest
from gateway.providers.reading import speakable
from handlers.voice.speech import Ask, Dialog, GoTo, Pause, Reject, Said, Speak, Take

# Two languages, no name of ours: whoever looks over a shoulder learns nothing. USSD is cut at 182 characters.
_LAST_SCREEN = "END Tatenda. Thank you."


def answer(request: WebhookRequest) -> Answer:
    """Say nothing to a text, reject a call, end a USSD session."""
    room, _, step = request.door.partition("/")
    if room == "voice" and step != "events":
        return render((Reject(),), Addresses(base=""))
    if request.door == "ussd":
        return Answer(body=_LAST_SCREEN, content_type="text/plain")
    return Answer(body="", content_type="text/plain")


def render(dialog: Dialog, addresses: Addresses) -> Answer:
    """Put a dialog into XML. No verb ends a call: it ends after the last one."""
    response = ElementTree.Element("Response")
    for verb in dialog:
        if isinstance(verb, Speak | Pause):
            _say(response, (verb,))
        elif isinstance(verb, Ask):
            _ask(response, verb, addresses)
        elif isinstance(verb, Take):
            _take(response, verb, addresses)
        elif isinstance(verb, GoTo):
            ElementTree.SubElement(response, "Redirect").text = addresses.of(verb.next)
        elif isinstance(verb, Reject):
            ElementTree.SubElement(response, "Reject")
    return Answer(body=str(ElementTree.tostring(response, "utf-8", xml_declaration=True), "utf-8"), content_type="text/xml")


def _ask(response: ElementTree.Element, ask: Ask, addresses: Addresses) -> None:
    """Ask for keys. Without any, the next verb is run and no request made: hence the redirect behind."""
    following = addresses.of(ask.next)
    named = {"timeout": str(ask.seconds), "numDigits": str(ask.most_keys), "callbackUrl": following}
    if ask.ends_with:
        named["finishOnKey"] = ask.ends_with
    _around(response, "GetDigits", named, ask.speak)
    ElementTree.SubElement(response, "Redirect").text = following


def _take(response: ElementTree.Element, take: Take, addresses: Addresses) -> None:
    following = addresses.of(take.next)
    named = {
        "finishOnKey": "#",
        "maxLength": str(take.most_seconds),
        "timeout": str(take.silence_seconds),
        "trimSilence": "false",
        "playBeep": "true",
        "callbackUrl": following,
    }
    _around(response, "Record", named, take.speak)
    ElementTree.SubElement(response, "Redirect").text = following


def _around(response: ElementTree.Element, verb: str, named: dict[str, str], said: Sequence[Said]) -> None:
    """Put a verb that takes one child around the last of what is said: as much of it as one voice can say. The rest goes before,
    where no key is heard yet."""
    first = len(said)
    while first > 0 and _is_text(said[first - 1]):
        first -= 1
    first = min(first, len(said) - 1) if said else 0
    _say(response, said[:first])
    _say(ElementTree.SubElement(response, verb, named), said[first:])


def _say(parent: ElementTree.Element, said: Sequence[Said]) -> None:
    """Say texts that follow each other with one verb, and play each recording with one of its own."""
    run: list[Said] = []
    for each in said:
        if _is_text(each):
            run.append(each)
            continue
        _say_run(parent, run)
        run = []
        ElementTree.SubElement(parent, "Play", url=each.address or "" if isinstance(each, Speak) else "")
    _say_run(parent, run)


def _say_run(parent: ElementTree.Element, run: Sequence[Said]) -> None:
    if not run:
        return
    say = ElementTree.SubElement(parent, "Say")
    if not any(isinstance(each, Pause) for each in run):
        say.text = " ".join(speakable(each.text) for each in run if isinstance(each, Speak))
        return
    speech = ElementTree.SubElement(say, "speak")
    for each in run:
        if isinstance(each, Pause):
            ElementTree.SubElement(speech, "break", time=f"{each.seconds}s")
        else:
            ElementTree.SubElement(speech, "s").text = speakable(each.text)


def _is_text(said: Said) -> bool:
    return isinstance(said, Pause) or not said.address
