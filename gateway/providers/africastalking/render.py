"""Our answers in the dialects of Africa's Talking: nothing for a text, XML for a call, a last screen for USSD. No word of a
sender is in them."""

from __future__ import annotations

from xml.etree import ElementTree

from gateway.providers.contract import Answer, WebhookRequest

# Two languages, no name of ours: whoever looks over a shoulder learns nothing. USSD is cut at 182 characters.
_LAST_SCREEN = "END Tatenda. Thank you."


def answer(request: WebhookRequest) -> Answer:
    """Say nothing to a text, reject a call, end a USSD session."""
    room, _, step = request.door.partition("/")
    if room == "voice" and step != "events":
        return Answer(body=_rejection(), content_type="text/xml")
    if request.door == "ussd":
        return Answer(body=_LAST_SCREEN, content_type="text/plain")
    return Answer(body="", content_type="text/plain")


def _rejection() -> str:
    response = ElementTree.Element("Response")
    ElementTree.SubElement(response, "Reject")
    return str(ElementTree.tostring(response, encoding="utf-8", xml_declaration=True), "utf-8")
