"""Send a text: open its envelope, hand it to the provider, destroy the envelope.

A worker may be killed at any point. Before the call the text is marked as being sent; one found so marked may have gone out,
and is sent again only where the provider makes that safe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.errors import KeyDestroyed, ProviderError
from handlers.outgoing import Client, OutgoingText, Repeat, Sent
from handlers.pacing import Pace
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.protection.keyring import Keyring
from handlers.protection.pseudonyms import provider_tag
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.records import Message, MessageState, Work, WorkState
from handlers.statuses import apply_statuses
from handlers.work.contents import open_content

Clients = Mapping[str, Callable[[], Client]]

_OVER = (MessageState.SENT, MessageState.DELIVERED, MessageState.FAILED, MessageState.UNCERTAIN, MessageState.WITHHELD)
_MOST_ATTEMPTS = 7
_LOOK_BACK = timedelta(days=1)


class Sending:
    """Does the work of kind SEND."""

    def __init__(
        self,
        *,
        writing: OpenUnit,
        keyring: Keyring,
        tag_key: bytes,
        clients: Clients,
        clock: Clock,
        pace: Pace | None = None,
    ) -> None:
        self._pace = pace
        self._writing = writing
        self._keyring = keyring
        self._tag_key = tag_key
        self._clients = clients
        self._clock = clock

    def __call__(self, work: Work) -> None:
        """Send the text of this work, or settle why not. Raises `ProviderError` where it is worth trying again."""
        opened = self._begin(work)
        if opened is None:
            return
        text, provider, was_tried = opened
        in_doubt = was_tried
        try:
            client = self._client(provider)
            if was_tried and client.repeat is Repeat.NEVER:
                self._settle(work, text.id, MessageState.UNCERTAIN)
                return
            sent = self._sent_before(client, text, provider) if was_tried else None
            in_doubt = was_tried and client.repeat is Repeat.SAFE
            sent = sent or client.send(text)
        except ProviderError as error:
            settle = self._settle_doubt if in_doubt or error.unknown_outcome else self._settle_failure
            settle(work, text.id, error)
            return
        self._settle(work, text.id, MessageState.SENT, sent=sent, provider=provider)

    def _begin(self, work: Work) -> tuple[OutgoingText, str, bool] | None:
        """Open the envelope and mark the text as being sent; None if there is nothing to send any more."""
        with self._writing() as unit:
            if unit.work.first(id=work.id, lock=True) is None:
                return None
            message = unit.messages.first(id=work.subject_id, lock=True)
            envelope = self._envelope(unit, message) if message is not None else None
            if message is None or envelope is None:
                unit.work.remove(id=work.id)
                unit.commit()
                return None
            if self._is_put_off(unit, work, message, envelope):
                unit.commit()
                return None
            unit.messages.change(message.id, state=MessageState.SENDING)
            unit.commit()
        text = OutgoingText(
            id=message.id,
            sender=envelope.get("line") or "",
            recipient=envelope["number"],
            text=envelope["text"],
            channel=envelope.get("channel") or "sms",
            reply_token=envelope.get("reply_token"),
        )
        return text, envelope["provider"], message.state is MessageState.SENDING

    def _envelope(self, unit: UnitOfWork, message: Message) -> dict[str, Any] | None:
        """Open the envelope of a text that is to be sent; None where it is not to be sent, which is noted with the text."""
        if message.state in _OVER:
            return None
        try:
            if message.envelope is None or message.envelope_period is None:
                raise KeyDestroyed("the envelope is destroyed")
            key = self._keyring.key_in(unit, message.envelope_period)
        except KeyDestroyed:
            state = MessageState.UNCERTAIN if message.state is MessageState.SENDING else MessageState.FAILED
            unit.messages.change(message.id, state=state, reason="key_destroyed", **_NO_ENVELOPE)
            return None
        place = Place("messages", "envelope", message.id, message.envelope_period)
        envelope: dict[str, Any] = open_json(key, message.envelope, place)
        if unit.sources.get(message.source_id).stopped and not envelope.get("despite_stop"):
            unit.messages.change(message.id, state=MessageState.WITHHELD, reason="stopped", **_NO_ENVELOPE)
            return None
        return envelope

    def _is_put_off(self, unit: UnitOfWork, work: Work, message: Message, envelope: Mapping[str, Any]) -> bool:
        """Put a text that may wait off to the morning, where a worker or a provider was down until people sleep."""
        if self._pace is None or not envelope.get("may_wait") or message.state is not MessageState.QUEUED:
            return False
        now = self._clock()
        if not self._pace.is_quiet(now):
            return False
        due_at = self._pace.waking(now)
        unit.work.change(work.id, state=WorkState.DUE, due_at=due_at, enqueued_at=0, lease_until=0, attempts=0, reason=None)
        return True

    def _client(self, provider: str) -> Client:
        if provider not in self._clients:
            raise ProviderError("not_configured", permanent=True)
        return self._clients[provider]()

    def _sent_before(self, client: Client, text: OutgoingText, provider: str) -> Sent | None:
        """Give what the provider says of an earlier try of this text, if it must be asked and knows of one."""
        if client.repeat is not Repeat.LOOK_FIRST:
            return None
        found = client.find_sent(text, datetime.fromtimestamp(self._clock(), UTC) - _LOOK_BACK)
        if found is None:
            return None
        with self._writing() as unit:
            holder = unit.messages.first(provider_tag=provider_tag(self._tag_key, provider, found.provider_id))
        # The same words to the same number may be another text of ours, which is accounted for.
        return found if holder is None or holder.id == text.id else None

    def _settle_doubt(self, work: Work, message_id: str, error: ProviderError) -> None:
        """Leave a text that may have gone out marked as being sent: the next try looks first, or leaves it, as the provider
        allows. After the last one it stays uncertain."""
        if error.permanent or work.attempts >= _MOST_ATTEMPTS:
            self._settle(work, message_id, MessageState.UNCERTAIN, reason=error.reason)
            return
        raise error

    def _settle_failure(self, work: Work, message_id: str, error: ProviderError) -> None:
        if error.permanent or work.attempts >= _MOST_ATTEMPTS:
            self._settle(work, message_id, MessageState.FAILED, reason=error.reason)
            return
        with self._writing() as unit:
            unit.messages.change(message_id, state=MessageState.QUEUED, reason=error.reason)
            unit.commit()
        raise error

    def _settle(
        self,
        work: Work,
        message_id: str,
        state: MessageState,
        *,
        sent: Sent | None = None,
        provider: str = "",
        reason: str | None = None,
    ) -> None:
        """Note the outcome, destroy the envelope and the work, in one transaction."""
        with self._writing() as unit:
            unit.work.remove(id=work.id)
            message = unit.messages.first(id=message_id, lock=True)
            if message is None:
                unit.commit()
                return
            tag = provider_tag(self._tag_key, provider, sent.provider_id) if sent else None
            unit.messages.change(message_id, state=state, reason=reason, provider_tag=tag, **_NO_ENVELOPE)
            if reason == "opted_out":
                unit.sources.change(message.source_id, stopped=True)
            if sent is not None:
                self._note_provider_id(unit, message, sent)
                apply_statuses(unit, unit.messages.get(message_id), now=int(self._clock()))
            unit.commit()

    def _note_provider_id(self, unit: UnitOfWork, message: Message, sent: Sent) -> None:
        """Seal the provider's id with the text, for erasing it there; left out where the day of the text is closed already."""
        try:
            content = {**open_content(self._keyring, unit, message), "provider_id": sent.provider_id}
            key = self._keyring.key_in(unit, message.period)
        except KeyDestroyed:
            return
        place = Place("messages", "content", message.id, message.period)
        unit.messages.change(message.id, content=seal_json(key, content, place))


_NO_ENVELOPE: Mapping[str, None] = {"envelope": None, "envelope_period": None}
