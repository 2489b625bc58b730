"""A product that only writes down what it is posted, and all that a test needs around it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from gateway.providers.contract import Provider, WebhookRequest
from gateway.providers.simulator import Simulator


@dataclass
class Product:
    """What was posted, in order; `statuses` are what it answers next, and then 200."""

    url: str = ""
    requests: list[WebhookRequest] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def take(self, request: WebhookRequest) -> int:
        with self.arrived:
            self.requests.append(request)
            self.arrived.notify_all()
            return self.statuses.pop(0) if self.statuses else 200

    def wait_for(self, count: int) -> list[WebhookRequest]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.requests) >= count, timeout=5)
            return list(self.requests)


@dataclass
class Line:
    """The product, the simulator, and the providers as the product would have them."""

    product: Product
    simulator: Simulator
    providers: dict[str, Provider]
