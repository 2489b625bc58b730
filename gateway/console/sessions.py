"""Sessions: half of a session's key is in the browser's cookie, half in Redis, in memory; one half opens nothing."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import blake2b

from redis import Redis

from handlers.desk.people import SignedIn
from handlers.errors import SealError
from handlers.ports import Clock, OpenUnit
from handlers.protection.sessions import SessionHalves, join_session, split_session

_PREFIX = "izwi:session:"
_OF = "izwi:sessions-of:"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the browser keeps of a session."""

    session_id: str = field(repr=False)
    half: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session as a list shows it. `handle` names it, and says nothing of what it is kept under."""

    handle: str
    browser: str
    born: float
    seen: float
    is_this: bool


class Sessions:
    """Opens, finds, lists and ends sessions. An idle one ends after a quarter of an hour, any after its longest time. With
    `only_of`, nobody else's are seen or ended."""

    def __init__(
        self,
        redis: Redis,
        *,
        reading: OpenUnit,
        clock: Clock,
        idle_seconds: int,
        max_seconds: int,
        only_of: str | None = None,
    ) -> None:
        self._only_of = only_of
        self._redis = redis
        self._reading = reading
        self._clock = clock
        self._idle = idle_seconds
        self._max = max_seconds

    def open(self, who: SignedIn, *, browser: str = "") -> Ticket:
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
            "browser": browser,
        }
        self._redis.set(_PREFIX + session_id, json.dumps(kept), ex=self._idle)
        self._redis.sadd(_OF + who.person.id, session_id)
        self._redis.expire(_OF + who.person.id, self._max)
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

    def of(self, person_id: str, *, this: str = "") -> list[ShownSession]:
        """Give the sessions of a person, the newest first."""
        now = self._clock()
        found = []
        for session_id in self._ids_of(person_id):
            kept = self._kept(session_id)
            if kept is None or now - float(kept["seen"]) >= self._idle or now - float(kept["born"]) >= self._max:
                self._redis.srem(_OF + person_id, session_id)
                continue
            is_this = session_id == this
            shown = ShownSession(_handle(session_id), kept.get("browser", ""), float(kept["born"]), float(kept["seen"]), is_this)
            found.append(shown)
        return sorted(found, key=lambda each: each.born, reverse=True)

    def end(self, person_id: str, handle: str) -> None:
        """End one session of a person; one that is over is fine."""
        for session_id in self._ids_of(person_id):
            if _handle(session_id) == handle:
                self.close(session_id)

    def end_all(self, person_id: str, *, but: str = "") -> None:
        """End the sessions of a person, all or all but one."""
        for session_id in self._ids_of(person_id):
            if session_id != but:
                self.close(session_id)

    def _ids_of(self, person_id: str) -> list[str]:
        if self._only_of not in (None, person_id):
            return []
        members = self._redis.smembers(_OF + person_id)
        assert isinstance(members, set)  # noqa: S101 - tells mypy that this connection waits for its answers
        return [member.decode() if isinstance(member, bytes) else str(member) for member in members]

    def answers(self) -> None:
        """Raise the error of Redis if it does not answer."""
        self._redis.ping()

    def _kept(self, session_id: str) -> dict[str, str] | None:
        kept = self._redis.get(_PREFIX + session_id)
        if not isinstance(kept, str | bytes):
            return None
        found: dict[str, str] = json.loads(kept)
        return found


def _handle(session_id: str) -> str:
    return blake2b(session_id.encode(), digest_size=12, person=b"izwi handle").hexdigest()
