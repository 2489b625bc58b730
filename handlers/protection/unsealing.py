"""The one door to a contact: it is opened here, for one text, and the number leaves only inside that text's sealed envelope.

The reason for opening and the audit row are part of it: whoever calls this commits them together with the text.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Literal

from handlers.errors import KeyDestroyed, NotAllowed
from handlers.ports import UnitOfWork
from handlers.protection.keyring import DeskKeyring, OpenPeriod
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.records import Audit, Source

DESTROYED = "The way back to this source is no longer there: it was destroyed after its time, or the source had it deleted."
_STOPPED = "This source asked for no more texts."


@dataclass(frozen=True, slots=True)
class Envelope:
    """A number and a text, sealed for the worker that sends it. `route` is what may be known of the way it goes."""

    value: bytes = field(repr=False)
    period: str
    route: dict[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Why a contact is opened (a fixed word: it stands in the clear), by whom, and for which text."""

    person_id: str
    reason: Literal["answer", "question"]
    message_id: str
    text: str = field(repr=False)
    hour: int
    may_wait: bool = False  # until nobody sleeps


def enclose(unit: UnitOfWork, source: Source, errand: Errand, *, keys: DeskKeyring, period: OpenPeriod) -> Envelope:
    """Open the contact of a source and seal number and text to a contact period, noting who did and why.

    Raise `NotAllowed`, with a sentence for the person, where there is nobody to be answered.
    """
    if source.stopped:
        raise NotAllowed(_STOPPED)
    if source.contact is None or source.contact_period is None:
        raise NotAllowed(DESTROYED)
    try:
        key = keys.key(source.contact_period)
    except KeyDestroyed:
        raise NotAllowed(DESTROYED) from None
    contact = open_json(key, source.contact, Place("sources", "contact", source.id, source.contact_period))
    route = {name: contact.get(name) for name in ("provider", "line", "channel")}
    envelope = {"number": contact["number"], "text": errand.text, "reply_token": contact.get("reply_token"), **route}
    if errand.may_wait:
        envelope["may_wait"] = True
    action = f"contact opened: {errand.reason}"
    audit = Audit(id=secrets.token_hex(12), hour=errand.hour, person_id=errand.person_id, action=action, subject_id=source.id)
    unit.audits.add(audit)
    place = Place("messages", "envelope", errand.message_id, period.id)
    return Envelope(seal_json(period.key, envelope, place), period.id, route)
