"""Ask Africa's Talking for what is spoken. A recording lies at an address that needs no password, on a host with a random name
(https://developers.africastalking.com/docs/voice/actions/record, seen 2026-11). It keeps no list, and offers no deletion.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from gateway.providers.africastalking import calling
from gateway.providers.africastalking.config import AfricasTalkingConfig
from gateway.providers.fetching import Fetcher, Hosts, Rules, bases_of
from handlers.events import CallEnded, RecordingMade
from handlers.outgoing import Fetched, OutgoingCall, Repeat, Sent


class AfricasTalkingTelephony:
    """Fulfils `handlers.outgoing.Telephony` for one account."""

    repeat = Repeat.NEVER

    def __init__(self, config: AfricasTalkingConfig, fetcher: Fetcher | None = None) -> None:
        self._config = config
        hosts = Hosts(suffixes=config.recording_hosts)
        bases = bases_of(config.voice_api_base, config.api_base, *config.media_bases)
        rules = Rules(first=hosts, onward=hosts, bases=bases)
        self._fetcher = fetcher or Fetcher(rules)

    def call(self, call: OutgoingCall) -> Sent:
        """Place a call."""
        return calling.call(self._config, call)

    def find_call(self, call: OutgoingCall, since: datetime) -> Sent | None:
        """Find nothing: no list of calls is offered."""
        return None

    def end_of(self, provider_id: str) -> CallEnded | None:
        """Say nothing: what became of a call comes by its callback alone."""
        return None

    def recordings_since(self, since: datetime) -> Iterator[RecordingMade]:
        """Yield nothing: no list of recordings is offered."""
        return iter(())

    def fetch(self, reference: str, *, parent: str, most_bytes: int) -> Fetched:
        """Fetch a recording from the address that a callback named, if it is one of theirs."""
        return self._fetcher.fetch(reference, most_bytes=most_bytes)

    def erase_file(self, reference: str, *, parent: str) -> None:
        """Do nothing: no deletion is offered. The documents for operators say so."""
