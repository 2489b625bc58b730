"""What is to be known of one Twilio account."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioConfig:
    """One account. `auth_tokens` are two during a rotation, the one to call with first. `default_sender` is a number of ours or a
    Messaging Service (MG...); `status_callback` the public address of the door `status`; `api_base` another address for the API,
    None for Twilio's; `media_bases` further ones that files may be fetched from."""

    account_sid: str
    auth_tokens: tuple[str, ...] = field(repr=False)
    default_sender: str | None = None
    status_callback: str | None = None
    api_base: str | None = None
    media_bases: tuple[str, ...] = ()
    timeout: float = 10.0
