"""Throttling: failed sign-ins are counted by address, by address and name together, and by name; no address or name is kept.

Nobody can lock a name for everybody: what is locked for long is an address, or a name at one address. Over all addresses a name
is only slowed down, for a minute at a time, and where that name came in rightly before not even that. A code of the person's
second step, or an administrator, lifts all of it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import Flask, request, session
from flask_limiter import Limiter
from flask_login import current_user
from redis import Redis
from redis.exceptions import RedisError

from gateway.console.pending import Pending
from gateway.console.services import ConsoleServices

_BY_ADDRESS = "20 per 5 minutes;100 per day"
_BY_BOTH = "5 per minute;10 per 5 minutes;60 per day"
_BY_LOGIN = "30 per minute"
_BY_SESSION = "10 per hour"
_WITH_PASSWORD = tuple(
    f"account.{name}" for name in ("change_password", "set_duress", "remove_duress", "app", "passkey", "new_codes", "remove_step")
)
_CODES = "10 per 5 minutes;60 per day"
_LIFTED = "izwi:lifted:"
_KNOWN = "izwi:known:"
_LIFT_SECONDS = 3600
_KNOWN_SECONDS = 30 * 86400
_EXTENSION = "izwi_throttle"


class Throttle:
    """Knows by keyed tags who may try again."""

    def __init__(self, redis: Redis, key: bytes) -> None:
        self._redis = redis
        self._key = key

    def lift(self, login: str, *, everywhere: bool) -> None:
        """Let a name try again, from this address or from everywhere, for an hour."""
        self._redis.set(_LIFTED + self._tag("login" if everywhere else "both", login), "1", ex=_LIFT_SECONDS)

    def came_in(self, login: str) -> None:
        """Remember that a name came in rightly from this address."""
        self._redis.set(_KNOWN + self._tag("both", login), "1", ex=_KNOWN_SECONDS)

    def is_lifted(self) -> bool:
        """Say whether the name of this request may try as often as it likes."""
        login = _login()
        return self._is_there(*(_LIFTED + self._tag(kind, login) for kind in ("login", "both")))

    def is_known(self) -> bool:
        """Say whether the name of this request is not slowed down here."""
        return self.is_lifted() or self._is_there(_KNOWN + self._tag("both", _login()))

    def tag_of(self, kind: str) -> Callable[[], str]:
        """Give what names a counter: the address, the name, or both, of a request."""
        return lambda: self._tag(kind, _login())

    def _is_there(self, *names: str) -> bool:
        try:
            return bool(self._redis.exists(*names))
        except RedisError:
            return False  # the limiter counts in this process meanwhile, and the page itself says what is wrong

    def _tag(self, kind: str, login: str) -> str:
        name = login.strip().casefold()
        value = name if kind == "login" else _address() if kind == "address" else f"{_address()}\0{name}"
        return hmac.new(self._key, f"{kind}\0{value}".encode("utf-8", "replace"), sha256).hexdigest()


def throttle(app: Flask, services: ConsoleServices) -> None:
    """Count what fails at the open doors."""
    made = Throttle(services.redis, services.limits_key)
    app.extensions[_EXTENSION] = made
    limiter = Limiter(
        key_func=made.tag_of("address"),
        app=app,
        storage_uri=_limits_uri(services.redis_url),
        in_memory_fallback_enabled=True,
        headers_enabled=False,
        key_prefix="izwi",
    )
    _limit(app, limiter, "console.sign_in", _BY_ADDRESS, made.tag_of("address"), made.is_lifted)
    _limit(app, limiter, "console.sign_in", _BY_BOTH, made.tag_of("both"), made.is_lifted)
    _limit(app, limiter, "console.sign_in", _BY_LOGIN, made.tag_of("login"), made.is_known)
    _limit(app, limiter, "second_steps.lift", _CODES, made.tag_of("both"))
    _limit(app, limiter, "second_steps.lift", _BY_ADDRESS, made.tag_of("address"))
    _limit(app, limiter, "second_steps.lift", _CODES, made.tag_of("login"))
    _limit(app, limiter, "second_steps.ask", _CODES, _asked(Pending(services.redis)))
    _limit(app, limiter, "invitations.accept", _BY_ADDRESS, made.tag_of("address"))
    for endpoint in _WITH_PASSWORD:  # an open session that somebody sits down at must not serve for guessing
        view: Any = app.view_functions[endpoint]
        limited = limiter.shared_limit(_BY_SESSION, scope="account", key_func=_session, methods=["POST"], deduct_when=has_failed)
        app.view_functions[endpoint] = limited(view)


def throttle_of(app: Any) -> Throttle:
    """Give the throttle of an app."""
    found = app.extensions[_EXTENSION]
    assert isinstance(found, Throttle)  # noqa: S101 - tells mypy what `throttle` put there
    return found


def has_failed(response: object) -> bool:
    """Say whether an answer is of something that failed: only that is counted."""
    return getattr(response, "status_code", 0) in (401, 403)


def _limit(
    app: Flask, limiter: Limiter, endpoint: str, limit: str, key: Callable[[], str], unless: Callable[[], bool] | None = None
) -> None:
    view: Any = app.view_functions[endpoint]
    limited = limiter.limit(limit, key_func=key, methods=["POST"], deduct_when=has_failed, exempt_when=unless)
    app.view_functions[endpoint] = limited(view)


def _asked(pending: Pending) -> Callable[[], str]:
    """Give whose second step is asked for: who knows a password must not try codes for ever by signing in anew."""
    return lambda: pending.person_of(session.get("pending", ""))


def _session() -> str:
    return str(current_user.get_id())


def _address() -> str:
    return request.remote_addr or ""


def _login() -> str:
    return request.form.get("login", "")


def _limits_uri(redis_url: str) -> str:
    return redis_url.replace("unix://", "redis+unix://", 1) if redis_url.startswith("unix://") else redis_url
