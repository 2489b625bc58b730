"""The last act of each session on many reports, kept for a while so that it can be taken back.

Of the session, not of the person: who signs in under duress must not be shown what they did at the real desk.
"""

from __future__ import annotations

import json
import secrets

from redis import Redis

from handlers.desk.inbox.bulk import Act

_SECONDS = 15 * 60


class Undoing:
    """Keeps the last act of each session for a while, so that it can be taken back: ids, states and times."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def keep(self, session_id: str, act: Act) -> None:
        """Keep an act in place of the one before it."""
        kept = {**act.as_plain(), "mark": secrets.token_hex(8)}
        self._redis.set(_key(session_id), json.dumps(kept), ex=_SECONDS)

    def last(self, session_id: str) -> tuple[str, Act] | None:
        """Give the last act of a session, and what names it; None once it is too old, or was taken back."""
        kept = self._redis.get(_key(session_id))
        if not isinstance(kept, str | bytes):
            return None
        plain = json.loads(kept)
        return str(plain["mark"]), Act.of(plain)

    def take(self, session_id: str, mark: str) -> Act | None:
        """Give that act, once."""
        found = self.last(session_id)
        if found is None or found[0] != mark or not self._redis.delete(_key(session_id)):
            return None
        return found[1]


def _key(session_id: str) -> str:
    return f"izwi:undo:{session_id}"
