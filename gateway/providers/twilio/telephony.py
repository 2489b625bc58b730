"""Ask Twilio for what is spoken: recordings and media. https://www.twilio.com/docs/voice/api/recording, seen 2026-11.

An address that came with a request is never fetched: addresses are built from our account and the id of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from gateway.providers.fetching import Fetcher, Hosts, Rules, bases_of
from gateway.providers.twilio import calling
from gateway.providers.twilio.config import TwilioConfig
from gateway.providers.twilio.parse import NAME
from gateway.providers.twilio.sdk import asked, new_sdk, unless_gone
from handlers.errors import ProviderError
from handlers.events import CallEnded, RecordingMade
from handlers.outgoing import Fetched, OutgoingCall, Repeat, Sent

_PAGE = 500
_API = "https://api.twilio.com"
_RECORDING = re.compile(r"(?:.*/Recordings/)?(RE[0-9a-fA-F]{32})(?:\.[a-z0-9]{2,4})?", re.ASCII)
_MEDIUM = re.compile(r"ME[0-9a-fA-F]{32}", re.ASCII)
_MESSAGE = re.compile(r"[SM]M[0-9a-fA-F]{32}", re.ASCII)
# Where the API sends one on to (seen in many projects; the documents name no hosts). What lies in a bucket of Twilio's is signed
# for a short while; that anybody may have a bucket matters little, since only the API can send us there.
_S3 = re.compile(r"(?:[a-z0-9][a-z0-9.-]*\.)?s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com")
_ONWARD = Hosts(frozenset({"api.twilio.com", "mms.twiliocdn.com", "media.twiliocdn.com"}), shape=_S3)
_STATES: dict[str, Literal["ready", "absent"]] = {"completed": "ready", "absent": "absent"}


class TwilioTelephony:
    """Fulfils `handlers.outgoing.Telephony` for one account."""

    repeat = Repeat.LOOK_FIRST

    def __init__(self, config: TwilioConfig, fetcher: Fetcher | None = None) -> None:
        self._config = config
        self._base = (config.api_base or _API).rstrip("/")
        rules = Rules(
            first=Hosts(frozenset({"api.twilio.com"})), onward=_ONWARD, bases=bases_of(config.api_base, *config.media_bases)
        )
        self._fetcher = fetcher or Fetcher(rules)
        self._sdk = new_sdk(config)

    def call(self, call: OutgoingCall) -> Sent:
        """Place a call."""
        return calling.call(self._config, call)

    def find_call(self, call: OutgoingCall, since: datetime) -> Sent | None:
        """Find a call that may have been placed since then."""
        return calling.find_call(self._config, call, since)

    def end_of(self, provider_id: str) -> CallEnded | None:
        """Say what became of a call of ours; None while it goes on."""
        return calling.end_of(self._config, provider_id)

    def recordings_since(self, since: datetime) -> Iterator[RecordingMade]:
        """Yield the recordings since then that are done, oldest first; what could be read comes before a failure is raised."""
        found, failure = [], None
        try:
            entries = asked(lambda: iter(self._sdk.recordings.stream(date_created_after=since, page_size=_PAGE)))
            while (entry := asked(lambda: next(entries, None))) is not None:
                found.append(entry)
        except ProviderError as error:
            failure = error
        for entry in reversed(found):
            state = _STATES.get(str(entry.status))
            if state is not None and entry.call_sid and entry.sid:
                yield RecordingMade(
                    provider=NAME, call_id=entry.call_sid, reference=entry.sid, seconds=_seconds(entry.duration), state=state
                )
        if failure is not None:
            raise failure

    def fetch(self, reference: str, *, parent: str, most_bytes: int) -> Fetched:
        """Fetch a recording as WAV, or as MP3 where that is too large; or a medium of the text `parent`."""
        named = _RECORDING.fullmatch(reference)
        if named is None:
            return self._fetched(_medium(reference, parent), most_bytes)
        try:
            return self._fetched(f"Recordings/{named[1]}.wav", most_bytes)
        except ProviderError as error:
            if error.reason != "too_large":
                raise
        return self._fetched(f"Recordings/{named[1]}.mp3", most_bytes)

    def erase_file(self, reference: str, *, parent: str) -> None:
        """Delete a recording, or a medium of the text `parent`."""
        named = _RECORDING.fullmatch(reference)
        if named is not None:
            unless_gone(self._sdk.recordings(named[1]).delete)
        elif _MEDIUM.fullmatch(reference) and _MESSAGE.fullmatch(parent):
            unless_gone(self._sdk.messages(parent).media(reference).delete)

    def _fetched(self, path: str, most_bytes: int) -> Fetched:
        url = f"{self._base}/2010-04-01/Accounts/{self._config.account_sid}/{path}"
        return self._fetcher.fetch(url, most_bytes=most_bytes, auth=(self._config.account_sid, self._config.auth_tokens[0]))


def _medium(reference: str, parent: str) -> str:
    if not _MEDIUM.fullmatch(reference) or not _MESSAGE.fullmatch(parent):
        raise ProviderError("not_theirs", permanent=True)
    return f"Messages/{parent}/Media/{reference}"


def _seconds(duration: object) -> int | None:
    text = str(duration)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
