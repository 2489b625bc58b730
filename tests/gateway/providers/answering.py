"""A product that answers calls from a little table, over real HTTP, and writes down what it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from twilio.request_validator import RequestValidator

from gateway.providers.contract import WebhookRequest
from gateway.providers.simulator import Simulator, SimulatorConfig
from tests.captured.loading import PUBLIC_URL, as_request

Document = str | bytes | tuple[int, str, bytes]
NUMBER = "+263770000011"
SECRET = "simulatedwebhooksecret00"
AT = f"/webhooks/africastalking/{SECRET}"


@dataclass
class Answering:
    """`pages` are answers by path: a document, or status, type and body; several are given one after the other, the last for
    ever. Every other path is answered with an empty document."""

    pages: dict[str, list[Document]] = field(default_factory=dict)
    asked: list[tuple[str, WebhookRequest]] = field(default_factory=list)
    moved: threading.Condition = field(default_factory=threading.Condition)
    wait: Callable[[str], None] = lambda path: None
    url: str = ""

    def say(self, path: str, *documents: Document) -> None:
        """Answer a path with these documents."""
        self.pages[path] = list(documents)

    def take(self, request: WebhookRequest) -> tuple[int, str, bytes]:
        path = request.url.removeprefix(PUBLIC_URL)
        self.wait(path)
        with self.moved:
            self.asked.append((path, request))
            self.moved.notify_all()
            waiting = self.pages.get(path.partition("?")[0], ["<Response/>"])
            given = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(given, tuple):
            return given
        return 200, "text/xml", given.encode() if isinstance(given, str) else given

    def paths(self) -> list[str]:
        """Give the paths that were asked, in order, less what leads to them."""
        with self.moved:
            return [path.removeprefix("/webhooks/twilio/").removeprefix(AT + "/") for path, _ in self.asked]

    def form(self, path: str, place: int = -1) -> dict[str, str]:
        """Give the fields of the last (or another) request to a path, once it has come."""

        def found() -> list[WebhookRequest]:
            return [request for asked, request in self.asked if asked.partition("?")[0].endswith("/" + path)]

        with self.moved:
            assert self.moved.wait_for(lambda: len(found()) > (place if place >= 0 else 0), timeout=5), path
            return {name: values[0] for name, values in found()[place].form.items()}

    def wait_for(self, count: int) -> list[str]:
        """Wait until so many requests have come; give their paths."""
        with self.moved:
            assert self.moved.wait_for(lambda: len(self.asked) >= count, timeout=5), self.paths()
        return self.paths()


def check_signatures(product: Answering, config: SimulatorConfig) -> int:
    """Assert that the SDK's own validator takes every request of Twilio's; give how many there were."""
    checked = 0
    for path, request in product.asked:
        if path.startswith("/webhooks/twilio/"):
            pairs = {name: values[0] for name, values in request.form.items()}
            signature = request.headers["x-twilio-signature"]
            assert RequestValidator(config.twilio_auth_token).validate(PUBLIC_URL + path, pairs, signature), path
            checked += 1
    return checked


@contextmanager
def answering(**settings: object) -> Iterator[tuple[Answering, Simulator]]:
    """Run a product that answers from a table, and the simulator before it."""
    product = Answering()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, content_type, answer = product.take(
                as_request(method=self.command, target=self.path, headers=headers, body=body)
            )
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    product.url = f"http://127.0.0.1:{server.server_port}"
    told = {"pace": 0.0, "retry_pause": 0.01, **settings}
    try:
        with Simulator(SimulatorConfig(product=product.url, public_url=PUBLIC_URL, **told)) as simulator:
            yield product, simulator
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def eventually(check: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.01)
