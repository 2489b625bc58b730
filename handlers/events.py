"""What a provider tells us, in no provider's dialect.

Values are frozen; whatever could identify a person is hidden from `repr`, so that no log or traceback can show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

Channel = Literal["sms", "whatsapp", "voice", "ussd"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """Something attached to a text. `content_type` is the sender's claim, `reference` the provider's id of it."""

    content_type: str
    reference: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundText:
    """One text that reached one of our lines.

    `provider_id` is the provider's own id (None where it gave none). `sender` and `line` are as the provider wrote them, less a
    channel prefix such as `whatsapp:`; `sender` may be empty, withheld, alphanumeric or a business-scoped id. `text` is what
    is read; where it had to be decoded (see the provider's parser), `original` holds what came. `sent_at` is the provider's time.
    `reply_token` is what a provider wants back in a reply (Africa's Talking's linkId). `keyword` is what the
    provider itself made of the text: it has blocked (`stop`) or unblocked (`start`) our replies, or answered `help`; `call` is
    what a USSD menu of ours made of a key: whoever pressed it asks to be called.
    """

    provider: str
    provider_id: str | None = field(repr=False)
    line: str
    sender: str = field(repr=False)
    text: str = field(repr=False)
    channel: Channel = "sms"
    media: tuple[Media, ...] = ()
    sent_at: datetime | None = field(default=None, repr=False)
    original: str | None = field(default=None, repr=False)
    reply_token: str | None = field(default=None, repr=False)
    keyword: Literal["stop", "start", "help", "call"] | None = None
    forwarded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundCall:
    """Somebody rang one of our lines. Every callback of one call carries the same `provider_id`."""

    provider: str
    provider_id: str | None = field(repr=False)
    line: str
    sender: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStep:
    """One request of a provider within a call that goes on: what the caller pressed or said since our last answer.

    `provider_id` is the call's. `step` and `token` are what our last answer asked it to come back with; nothing else is
    remembered between two steps. `keys` are the keys pressed, less the one that ended them. `recording` names what was said, if
    the request tells of it; `is_over` that the caller has hung up already; `is_ours` that we placed the call.
    """

    provider: str
    provider_id: str = field(repr=False)
    line: str
    sender: str = field(repr=False)
    step: str
    token: str = field(repr=False)
    keys: str = field(default="", repr=False)
    recording: RecordingMade | None = None
    is_over: bool = False
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingMade:
    """A recording of a call stands ready at the provider, or does not and never will (`absent`, `failed`).

    `call_id` is the provider's id of the call, `reference` its id (or address) of the recording. It may come by a callback of its
    own, with a step of the call, from the provider's list, and by all three.
    """

    provider: str
    call_id: str = field(repr=False)
    reference: str = field(repr=False)
    seconds: int | None = None
    state: Literal["ready", "absent", "failed"] = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded:
    """A call is over, of ours or to us. `is_answered` says whether anybody ever spoke or listened."""

    provider: str
    provider_id: str = field(repr=False)
    line: str = ""
    sender: str = field(default="", repr=False)
    is_answered: bool = True
    is_ours: bool = False
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdStep:
    """One screen of a USSD session. `inputs` is all that was typed so far, with `*` between, as Africa's Talking joins it."""

    provider: str
    provider_id: str = field(repr=False)
    line: str
    sender: str = field(repr=False)
    inputs: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdEnded:
    """A USSD session is over. What the provider repeats of it is not kept: every screen was taken in when it was asked for."""

    provider: str
    state: Literal["success", "incomplete", "failed", "unknown"]


class DeliveryState(StrEnum):
    """How far a text of ours has come, in no provider's words. The order is the order of `rank`."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    READ = "read"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        """Later states win over earlier ones whatever order they arrive in; an unknown one wins over none."""
        return {"unknown": 0, "queued": 1, "sent": 2, "delivered": 9, "failed": 9, "read": 10}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStatus:
    """What became of a text we sent. `provider_id` is the id the provider gave when it took the text (or our own id, where
    the provider lets us choose it). `reason` is one of the fixed words of `ProviderError`, or None."""

    provider: str
    provider_id: str = field(repr=False)
    state: DeliveryState
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """The provider says that this number wants no texts from us (or, `lifted`, wants them again)."""

    provider: str
    sender: str = field(repr=False)
    lifted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrecognised:
    """A verified request that could not be understood: kept whole, so that nothing is lost. `why` is a fixed word."""

    provider: str
    provider_id: str | None = field(repr=False)
    door: str
    why: str
    fields: Mapping[str, str] = field(repr=False)


class Taken(StrEnum):
    """What became of an event."""

    NEW = "new"
    AGAIN = "again"  # the same delivery as before: nothing was added
    STATUS = "status"


Told = InboundText | InboundCall | Unrecognised  # what is kept as a message
Spoken = CallStep | RecordingMade | CallEnded | UssdStep | UssdEnded  # what belongs to a call or session that is known
Event = Told | Spoken | DeliveryStatus | OptOut
