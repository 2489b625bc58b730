"""Between password and second step: the keys wait in two halves, as those of a session do, for five minutes and five tries.

What waits lies under another name than sessions do, so that it can be taken for none. The same place keeps the challenges that
passkeys answer, each good once.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field

from redis import Redis

from gateway.console.sessions import Ticket
from handlers.errors import SealError
from handlers.protection.sessions import SessionHalves, join_session, split_session

_PREFIX = "izwi:pending:"
_TRIES = "izwi:pending-tries:"
_CHALLENGE = "izwi:challenge:"
_SECONDS = 300
_MOST_TRIES = 5
_CHALLENGE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whose password was right, and the keys that it opened."""

    person_id: str
    keys: dict[str, bytes] = field(repr=False)


class Pending:
    """Keeps what waits for a second step."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def open(self, waiting: Waiting) -> Ticket:
        """Let keys wait; give what the browser keeps of them."""
        pending_id = secrets.token_urlsafe(24)
        halves = split_session(pending_id, waiting.keys)
        kept = {
            "person": waiting.person_id,
            "server": b64encode(halves.server).decode(),
            "sealed": b64encode(halves.sealed).decode(),
        }
        self._redis.set(_PREFIX + pending_id, json.dumps(kept), ex=_SECONDS)
        return Ticket(pending_id, halves.cookie)

    def find(self, ticket: Ticket) -> Waiting | None:
        """Give what waits; None if it waited too long or was tried too often."""
        found = self._redis.get(_PREFIX + ticket.session_id)
        if not isinstance(found, str | bytes):
            return None
        kept = json.loads(found)
        try:
            halves = SessionHalves(ticket.half, b64decode(kept["server"]), b64decode(kept["sealed"]))
            return Waiting(kept["person"], join_session(ticket.session_id, halves))
        except SealError:
            return None

    def person_of(self, pending_id: str) -> str:
        """Give the id of the person whose second step is asked for, empty if nobody's is."""
        found = self._redis.get(_PREFIX + pending_id)
        return str(json.loads(found)["person"]) if isinstance(found, str | bytes) else ""

    def tried(self, pending_id: str) -> None:
        """Count a wrong try; after the last one nothing waits any more."""
        tries = self._redis.incr(_TRIES + pending_id)
        self._redis.expire(_TRIES + pending_id, _SECONDS)
        if int(str(tries)) >= _MOST_TRIES:
            self.close(pending_id)

    def close(self, pending_id: str) -> None:
        """Let nothing wait."""
        self._redis.delete(_PREFIX + pending_id, _TRIES + pending_id, _CHALLENGE + pending_id)

    def challenge(self, name: str) -> bytes:
        """Make a challenge for the one who is called by this id."""
        made = secrets.token_bytes(_CHALLENGE_BYTES)
        self._redis.set(_CHALLENGE + name, b64encode(made), ex=_SECONDS)
        return made

    def take_challenge(self, name: str) -> bytes | None:
        """Give a challenge, once."""
        found = self._redis.getdel(_CHALLENGE + name)
        return b64decode(found) if isinstance(found, str | bytes) else None
