"""The second host that both providers keep files on: Twilio leads there from its API, Africa's Talking names it outright. It asks
for no password, and refuses a request that brings one, as the stores behind Twilio do."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from gateway.providers.simulator.failures import OF_FILES, Failure, Failures

_MOST_FILES = 1_000
_BLOCK = b"\0" * 65_536
_HUGE = 10 * 1024**3
_NO_SOUND = b"<!doctype html><title>Sign in</title><p>This is a text file that is named like a sound.</p>"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of a provider. `failure` is what goes wrong when it is fetched; where it is None, what is planned then."""

    provider: str
    data: bytes = field(repr=False)
    content_type: str
    failure: Failure | None = None


class MediaHost:
    """The files, under addresses that cannot be guessed."""

    def __init__(self, failures: Failures, stopped: threading.Event) -> None:
        self.url = ""  # known once it listens
        self._failures, self._stopped = failures, stopped
        self._lock = threading.Lock()
        self._files: OrderedDict[str, StoredFile] = OrderedDict()

    def offer(self, stored: StoredFile, *, suffix: str = "") -> str:
        """Offer a file; give its address."""
        name = secrets.token_hex(16) + suffix
        with self._lock:
            self._files[name] = stored
            while len(self._files) > _MOST_FILES:
                self._files.popitem(last=False)
        return f"{self.url}/{name}"

    def lead_to(self, stored: StoredFile, *, suffix: str = "") -> BaseResponse:
        """Answer at Twilio's own address of a file: 307 to here. What goes wrong with it happens there, or here where only a file
        can be wrong."""
        failure = self._failures.take(stored.provider, "fetch")
        if failure is not None and failure.kind == "elsewhere":
            return redirect(failure.to, 307)
        if failure is not None and failure.kind not in OF_FILES | {"empty"}:
            return self._failures.happen(failure)
        return redirect(self.offer(replace(stored, failure=failure), suffix=suffix), 307)

    def app(self) -> Flask:
        """Make the application of this host."""
        app = Flask("media", static_folder=None)
        app.add_url_rule("/<name>", "file", self._give)
        return app

    def _give(self, name: str) -> BaseResponse:
        stored = self._files.get(name)
        if stored is None:
            return Response("<Error><Code>NoSuchKey</Code></Error>", status=404, content_type="application/xml")
        if request.headers.get("Authorization"):
            return Response("<Error><Code>InvalidArgument</Code></Error>", status=400, content_type="application/xml")
        failure = stored.failure or (self._failures.take(stored.provider, "fetch") if stored.provider != "twilio" else None)
        if failure is None:
            return Response(stored.data, content_type=stored.content_type)
        return self._happen(failure, stored)

    def _happen(self, failure: Failure, stored: StoredFile) -> BaseResponse:
        if failure.kind == "wrong_type":
            return Response(_NO_SOUND, content_type=stored.content_type)
        if failure.kind == "empty":
            return Response(b"", content_type=stored.content_type)
        if failure.kind == "elsewhere":
            return redirect(failure.to, 302)
        if failure.kind == "huge":
            return Response(self._blocks(_HUGE), content_type=stored.content_type, headers={"Content-Length": str(_HUGE)})
        if failure.kind == "endless":
            return Response(self._blocks(None, pause=failure.seconds), content_type=stored.content_type)
        return self._failures.happen(failure)

    def _blocks(self, size: int | None, *, pause: float = 0.0) -> Iterator[bytes]:
        """Give silence for as long as somebody reads it, or so many bytes of it."""
        given = 0
        while not self._stopped.wait(pause) and (size is None or given < size):
            yield _BLOCK
            given += len(_BLOCK)
