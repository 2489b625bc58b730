"""What the operator's machines ask: whether it lives, whether it is ready, and counts. Counts only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import redis
from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

Counts = Mapping[str, int]

bp = Blueprint("ops", __name__)


@dataclass(frozen=True, slots=True)
class Ops:
    """What the operator's pages need: the counts, Redis, and the port on which they may be asked."""

    counts: Callable[[], Counts]
    redis: redis.Redis
    port: int


@bp.get("/health/live")
def live() -> Response:
    """Say that texts are taken."""
    return Response("ok\n", content_type="text/plain")


@bp.get("/health/ready")
def ready() -> Response:
    """Say what is away, if anything; 503 if the database is."""
    ops = _for_operator()
    lines = {"database": "ok", "redis": "ok"}
    try:
        ops.counts()
    except SQLAlchemyError:
        lines["database"] = "away: texts are kept in the spool"
    try:
        ops.redis.ping()
    except redis.RedisError:
        lines["redis"] = "away: work waits in the database"
    status = 200 if lines["database"] == "ok" else 503
    return Response("".join(f"{name}: {state}\n" for name, state in lines.items()), status=status, content_type="text/plain")


@bp.get("/metrics")
def metrics() -> Response:
    """Give the counts in the format of Prometheus; 503 if the database is away."""
    ops = _for_operator()
    try:
        counted = ops.counts()
    except SQLAlchemyError:
        return Response("the database is away\n", status=503, content_type="text/plain")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_CountsCollector(counted))
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4")


class _CountsCollector(Collector):
    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def collect(self) -> list[Metric]:
        """Give one gauge a count."""
        metrics: list[Metric] = []
        for name, count in self._counts.items():
            gauge = GaugeMetricFamily("izwi_" + name.replace(".", "_"), f"Count of {name.replace('.', ', ')}.")
            gauge.add_metric([], count)
            metrics.append(gauge)
        return metrics


def _for_operator() -> Ops:
    """Give what is needed if the request came in on the operator's own address; 404 elsewhere."""
    ops: Ops = current_app.extensions["ops"]
    socket = request.environ.get("gunicorn.socket")
    port = socket.getsockname()[1] if socket is not None else int(request.environ.get("SERVER_PORT", 0))
    if port != ops.port:
        abort(404)
    return ops
