"""Failures that are planned for the next calls of a provider's API or the next deliveries, for tests and drills."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request

_MOST = 1000
TOLD = frozenset({"step", "recording", "status", "event", "ussd"})
IN_A_CALL = frozenset({"lost", "unanswered", "doubled", "at_once", "late", "swapped", "early", "elsewhere"})
ASKED = frozenset({"code", "status", "empty", "timeout", "drop"})
OF_FILES = frozenset({"wrong_type", "endless", "huge", "elsewhere"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What goes wrong. With `sent` the text or call goes out all the same.

    Of what the product asks: `on` is `send`, `list`, `erase`, `delivery`, `call` or `fetch` (a recording or picture); `kind` is
    `code` (the provider's own, `code`), `status` (a bare HTTP status, `code`: 404 a few `times` is a recording that is not there
    yet), `empty` (201 and nothing sent; a file of no length), `timeout` (an answer after `seconds`), `drop` (the connection
    breaks), and of files `wrong_type`, `endless`, `huge` or `elsewhere` (it leads to the address `to`).

    Of what the product is told in a call: `on` is `step`, `recording`, `status`, `event` or `ussd`; `kind` is `lost`, `doubled`,
    `unanswered` (the product has it, its answer is lost), `at_once` (twice at the same time), `late` (by `seconds`), `swapped`
    (after the one that should follow it), `early` (a recording's, before the step that it belongs to) or `elsewhere` (a
    recording's address is `to`).
    """

    provider: str
    kind: str
    on: str = "send"
    code: int = 0
    seconds: float = 0.0
    times: int = 1
    sent: bool = False
    to: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, Any]) -> Failure:
        """Read a failure from JSON; raise `ValueError` where it is none."""
        failure = cls(
            provider=str(asked.get("provider", "")),
            kind=str(asked.get("kind", "")),
            on=str(asked.get("on", "send")),
            code=int(asked.get("code", 0)),
            seconds=float(asked.get("seconds", 0)),
            times=int(asked.get("times", 1)),
            sent=bool(asked.get("sent", False)),
            to=str(asked.get("to", "")),
        )
        is_known = failure.provider in ("twilio", "africastalking", "handset") and failure.times > 0
        if not is_known or failure.kind not in (IN_A_CALL if failure.on in TOLD else ASKED | OF_FILES):
            raise ValueError("expected a provider and a kind of failure")
        return failure


class Failures:
    """The failures that wait for their moment."""

    def __init__(self, stopped: threading.Event) -> None:
        self._lock = threading.Lock()
        self._planned: deque[Failure] = deque(maxlen=_MOST)
        self._stopped = stopped

    def plan(self, failure: Failure) -> None:
        """Plan a failure, after those that wait already."""
        with self._lock:
            self._planned.append(failure)

    def forget(self) -> None:
        """Plan nothing any more."""
        with self._lock:
            self._planned.clear()

    def take(self, provider: str, on: str, *, of: frozenset[str] | None = None) -> Failure | None:
        """Give the failure (of some kinds) that is planned for this moment, and count it down; None where all goes well."""
        with self._lock:
            for place, failure in enumerate(self._planned):
                if (failure.provider, failure.on) == (provider, on) and (of is None or failure.kind in of):
                    if failure.times > 1:
                        self._planned[place] = replace(failure, times=failure.times - 1)
                    else:
                        del self._planned[place]
                    return failure
        return None

    def happen(self, failure: Failure) -> Response:
        """Let a failure of the connection or the server happen to the request at hand."""
        if failure.kind == "timeout":
            self._stopped.wait(failure.seconds)
            return Response("too late", status=504, content_type="text/plain")
        if failure.kind == "drop":
            connection = request.environ["werkzeug.socket"]
            connection.shutdown(socket.SHUT_RDWR)
            return Response(status=500)
        return Response("simulated failure", status=failure.code or 500, content_type="text/plain")
