"""What a caller hears and is asked, in no provider's dialect. A provider's `render` turns it into its own XML, or screens."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Speak:
    """One prompt: at `address`, where a speaker's recording (or a disguised reply) can be fetched, else `text`, spoken by the
    provider's voice. `address` may also be the provider's own reference of what a caller just said."""

    text: str = field(repr=False)
    language: str
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Say nothing for a while, so that what was said can be written down."""

    seconds: int = 1


Said = Speak | Pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """Where the call comes back to: a door `voice/<step>`, and the token that says all that is to be remembered."""

    step: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask for keys, speaking meanwhile. It comes back to `next` in every case, with no keys if none were pressed."""

    speak: tuple[Said, ...]
    next: Next
    most_keys: int
    seconds: int
    ends_with: str = "#"  # empty: no key ends it, and all of them count


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """Record after a tone, until `#`, a hang-up, `silence_seconds` of silence or `most_seconds`; it comes back to `next` in every
    case that a provider offers."""

    speak: tuple[Said, ...]
    next: Next
    most_seconds: int
    silence_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoTo:
    """Go on at another step."""

    next: Next


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """End the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Do not answer the call; it costs neither side anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One USSD screen of at most 182 letters of the GSM alphabet; `goes_on` says that an answer is awaited."""

    text: str = field(repr=False)
    goes_on: bool


Verb = Speak | Pause | Ask | Take | GoTo | HangUp | Reject | Screen
Dialog = tuple[Verb, ...]
