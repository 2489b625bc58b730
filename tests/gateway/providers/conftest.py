"""The product that only writes down, and the simulator that posts to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gateway.providers.africastalking import AfricasTalkingConfig
from gateway.providers.contract import Provider
from gateway.providers.handset import HandsetConfig
from gateway.providers.registry import build
from gateway.providers.simulator import Simulator, SimulatorConfig
from gateway.providers.twilio import TwilioConfig
from tests.captured.loading import PUBLIC_URL, as_request
from tests.gateway.providers.standing_in import Line, Product


@pytest.fixture
def product() -> Iterator[Product]:
    product = Product()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = product.take(as_request(method="POST", target=self.path, headers=headers, body=body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/health/live" else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    product.url = f"http://127.0.0.1:{server.server_port}"
    yield product
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def line(product: Product) -> Iterator[Line]:
    config = SimulatorConfig(product=product.url, public_url=PUBLIC_URL, pace=0.0, retry_pause=0.01)
    with Simulator(config) as simulator:
        yield Line(product, simulator, _providers(simulator))


def _providers(simulator: Simulator) -> dict[str, Provider]:
    told, timeout = simulator.config, 0.5
    return build(
        [
            TwilioConfig(
                account_sid=told.twilio_account_sid,
                auth_tokens=(told.twilio_auth_token,),
                default_sender=told.twilio_line,
                status_callback=f"{PUBLIC_URL}/webhooks/twilio/status",
                api_base=simulator.url,
                timeout=timeout,
            ),
            AfricasTalkingConfig(
                username=told.africastalking_username,
                api_key=told.africastalking_api_key,
                webhook_secrets=(told.africastalking_webhook_secret,),
                default_sender=told.africastalking_line,
                api_base=simulator.url,
                timeout=timeout,
            ),
            HandsetConfig(
                login=told.handset_login,
                password=told.handset_password,
                signing_key=told.handset_signing_key,
                line=told.handset_line,
                api_base=f"{simulator.url}/3rdparty/v1",
                strict_clock=False,
                timeout=timeout,
            ),
        ]
    )
