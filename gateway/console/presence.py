"""Who looks at which report just now. In Redis stand ids and times alone, for less than a minute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from redis import Redis

from handlers.ports import Clock

SECONDS = 45  # a page with scripts says every 15 seconds that it is looked at; one without says it when it is loaded


class Looking:
    """Keeps who looks at which report."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock

    def mark(self, report_id: str, person_id: str) -> None:
        """Keep it for a while that somebody looks at a report."""
        now = self._clock()
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.zadd(_key(report_id), {person_id: now + SECONDS})
            pipe.expire(_key(report_id), SECONDS)
            pipe.execute()

    def others(self, report_ids: Sequence[str], person_id: str) -> dict[str, tuple[str, ...]]:
        """Give the ids of the others who look at each of these reports."""
        if not report_ids:
            return {}
        now = self._clock()
        with self._redis.pipeline(transaction=False) as pipe:
            for report_id in report_ids:
                pipe.zrangebyscore(_key(report_id), now, "+inf")
            found: list[Any] = pipe.execute()
        named = [[each.decode() if isinstance(each, bytes) else str(each) for each in members] for members in found]
        return {
            report_id: tuple(each for each in members if each != person_id)
            for report_id, members in zip(report_ids, named, strict=True)
        }


def _key(report_id: str) -> str:
    return f"izwi:looking:{report_id}"
