"""The simulator as a server: in a thread for tests, in the foreground for the demo."""

from __future__ import annotations

import socket
import threading
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from gateway.providers.simulator.africastalking_side import AfricasTalkingSide, africastalking_api
from gateway.providers.simulator.calls.africastalking_calling import africastalking_voice_api
from gateway.providers.simulator.calls.exchange import Exchange
from gateway.providers.simulator.calls.pages import call_pages
from gateway.providers.simulator.calls.twilio_voice_api import twilio_voice_api
from gateway.providers.simulator.config import SimulatorConfig
from gateway.providers.simulator.failures import Failures
from gateway.providers.simulator.handset_side import HandsetSide, handset_api
from gateway.providers.simulator.media_host import MediaHost
from gateway.providers.simulator.pages import Desk, pages
from gateway.providers.simulator.phones import Phones
from gateway.providers.simulator.posting import Postman
from gateway.providers.simulator.side import Network, Side
from gateway.providers.simulator.twilio_api import twilio_api
from gateway.providers.simulator.twilio_side import TwilioSide

_LARGEST_UPLOAD = 32 * 1024 * 1024


class PortTaken(OSError):
    """The address is in use or not ours. The text is a sentence for the person who started it."""


class _Silent(WSGIRequestHandler):
    """A request handler that writes no line about any request: their addresses hold ids and numbers."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Write nothing."""


class Simulator:
    """The simulated providers and their phones behind one address. `stop` ends every thread it started."""

    def __init__(self, config: SimulatorConfig, *, host: str = "127.0.0.1", port: int = 0, media_port: int = 0) -> None:
        self.config = config
        self._stopped = threading.Event()
        self._postman = Postman(config, self._stopped)
        self.network = Network(config=config, phones=Phones(), failures=Failures(self._stopped), postman=self._postman)
        self.twilio = TwilioSide(self.network)
        self.africastalking = AfricasTalkingSide(self.network)
        self.handset = HandsetSide(self.network)
        self._media = MediaHost(self.network.failures, self._stopped)
        self.exchange = Exchange.of(self.twilio, self.africastalking, self._media)
        sides: dict[str, Side] = {
            "twilio": self.twilio,
            "whatsapp": self.twilio,
            "africastalking": self.africastalking,
            "handset": self.handset,
        }
        self.desk = Desk(self.network, sides, self.exchange)
        self._pages = _Listener(self._app(), host, port)
        try:
            self._files = _Listener(self._media.app(), host, media_port, option="--media-port")
        except PortTaken:
            self._pages.stop()
            raise
        self.url, self.media_url = self._pages.url, self._files.url
        self._media.url = self.media_url

    def start(self) -> Simulator:
        """Serve in threads of its own."""
        self._pages.start()
        self._files.start()
        return self

    def stop(self) -> None:
        """Stop serving, calling and posting."""
        self._stopped.set()
        self.exchange.switchboard.stop()
        self._pages.stop()
        self._files.stop()
        self._postman.stop()

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _app(self) -> Flask:
        app = Flask(__name__)
        app.config["MAX_CONTENT_LENGTH"] = _LARGEST_UPLOAD
        app.register_blueprint(pages(self.desk))
        app.register_blueprint(call_pages(self.exchange))
        app.register_blueprint(twilio_api(self.twilio, self._media))
        app.register_blueprint(twilio_voice_api(self.exchange.twilio))
        app.register_blueprint(africastalking_api(self.africastalking))
        app.register_blueprint(africastalking_voice_api(self.exchange.africastalking))
        app.register_blueprint(handset_api(self.handset, prefix=""))
        app.register_blueprint(handset_api(self.handset, prefix="/3rdparty/v1"))
        return app


class _Listener:
    """An application behind an address of its own."""

    def __init__(self, app: Flask, host: str, port: int, *, option: str = "--port") -> None:
        self._listening = _listen(host, port, option)
        self.url = f"http://{host}:{self._listening.getsockname()[1]}"
        self._server: BaseWSGIServer = make_server(
            host, port, app, threaded=True, request_handler=_Silent, fd=self._listening.fileno()
        )
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="simulator", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Serve no more."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._listening.close()


def _listen(host: str, port: int, option: str) -> socket.socket:
    """Take the port before werkzeug does: it would end the process with words of its own."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise PortTaken(f"The simulator cannot listen on {host}:{port}: it is in use; choose another with {option}.") from None
    listening.listen(128)
    return listening
