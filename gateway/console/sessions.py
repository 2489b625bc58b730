"""Sessions: half of a session's key is in the browser's cookie, half in Redis, in memory; one half opens nothing."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field

from redis import Redis

from handlers.desk.people import SignedIn
from handlers.errors import SealError
from handlers.ports import Clock, OpenUnit
from handlers.protection.sessions import SessionHalves, join_session, split_session

_PREFIX = "izwi:session:"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the browser keeps of a session."""

    session_id: str = field(repr=False)
    half: bytes = field(repr=False)


class Sessions:
    """Opens, finds and ends sessions. An idle one ends after a quarter of an hour, any after its longest time."""

    def __init__(self, redis: Redis, *, reading: OpenUnit, clock: Clock, idle_seconds: int, max_seconds: int) -> None:
        self._redis = redis
        self._reading = reading
        self._clock = clock
        self._idle = idle_seconds
        self._max = max_seconds

    def open(self, who: SignedIn) -> Ticket:
        """Begin a session."""
        session_id = secrets.token_urlsafe(24)
        halves = split_session(session_id, who.keys)
        now = self._clock()
        kept = {
            "person": who.person.id,
            "server": b64encode(halves.server).decode(),
            "sealed": b64encode(halves.sealed).decode(),
            "born": now,
            "seen": now,
        }
        self._redis.set(_PREFIX + session_id, json.dumps(kept), ex=self._idle)
        return Ticket(session_id, halves.cookie)

    def find(self, ticket: Ticket, *, is_touched: bool) -> SignedIn | None:
        """Give who this session is of; None if it is over, or its person was disabled. `is_touched` starts the idle time anew."""
        kept = self._kept(ticket.session_id)
        if kept is None:
            return None
        now = self._clock()
        born, seen = float(kept["born"]), float(kept["seen"])
        if now - seen >= self._idle or now - born >= self._max:
            self.close(ticket.session_id)
            return None
        with self._reading() as unit:
            person = unit.people.first(id=kept["person"])
        if person is None or person.disabled:
            self.close(ticket.session_id)
            return None
        try:
            halves = SessionHalves(ticket.half, b64decode(kept["server"]), b64decode(kept["sealed"]))
            keys = join_session(ticket.session_id, halves)
        except SealError:
            return None
        if is_touched:
            left = max(1, int(min(self._idle, born + self._max - now)))
            self._redis.set(_PREFIX + ticket.session_id, json.dumps({**kept, "seen": now}), ex=left, xx=True)
        return SignedIn(person, keys)

    def close(self, session_id: str) -> None:
        """End a session."""
        self._redis.delete(_PREFIX + session_id)

    def answers(self) -> None:
        """Raise the error of Redis if it does not answer."""
        self._redis.ping()

    def _kept(self, session_id: str) -> dict[str, str] | None:
        kept = self._redis.get(_PREFIX + session_id)
        if not isinstance(kept, str | bytes):
            return None
        found: dict[str, str] = json.loads(kept)
        return found
