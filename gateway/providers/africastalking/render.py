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
    """Put a verb that takes one child around the last of what is said: as much of it as one voice says in one go. The rest goes
    before, where no key is heard yet."""
    spoken = [each for each in said if isinstance(each, Speak)]
    last = _runs(said)[-1:] if spoken else []
    before = said[: len(said) - len(last[0])] if last else ()
    _say(response, before)
    _say(ElementTree.SubElement(response, verb, named), last[0] if last else ())


def _say(parent: ElementTree.Element, said: Sequence[Said]) -> None:
    """Say texts that follow each other with one verb, and play each recording with one of its own."""
    for run in _runs(said):
        texts = [each for each in run if isinstance(each, Speak)]
        if texts and texts[0].address:
            ElementTree.SubElement(parent, "Play", url=texts[0].address)
        elif texts:
            ElementTree.SubElement(parent, "Say").text = _joined(texts)


def _runs(said: Sequence[Said]) -> list[Sequence[Said]]:
    """Part what is said into what one verb can say. There is no verb for a pause: a new verb makes a short one."""
    runs: list[list[Said]] = []
    for each in said:
        goes_on = runs and isinstance(each, Speak) and not each.address and _is_text(runs[-1][-1])
        if goes_on or (runs and isinstance(each, Pause)):
            runs[-1].append(each)
        else:
            runs.append([each])
    return [tuple(run) for run in runs]


def _joined(texts: Sequence[Speak]) -> str:
    """Join texts; between words that stand alone, such as digits, the voice makes a stop."""
    parts = [speakable(each.text).strip() for each in texts]
    return " ".join(part if part[-1:] in ".,:;!?" else f"{part}," for part in parts if part).rstrip(",")


def _is_text(said: Said) -> bool:
    return isinstance(said, Speak) and not said.address
