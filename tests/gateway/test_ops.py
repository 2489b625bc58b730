"""The operator's machines are told what is up and how much there is: on their own address alone, and counts alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from gateway import ops
from gateway.carriage import connect
from storage.counts import counts
from storage.spool import Spool
from tests.handlers.work.line import Line

if TYPE_CHECKING:
    from tests.conftest import Rooms

OPERATOR = {"SERVER_PORT": "9999"}


def client_of(found: ops.Ops) -> FlaskClient:
    app = Flask("izwi", static_folder=None)
    app.extensions["ops"] = found
    app.register_blueprint(ops.bp)
    return app.test_client()


@pytest.fixture
def client(sqlite_rooms: Rooms, tmp_path: Path, redis_connection: redis.Redis) -> FlaskClient:
    spool = Spool(tmp_path / "spool", bytes(32))
    database = sqlite_rooms.database
    return client_of(ops.Ops(counts=lambda: counts(database, database, spool), redis=redis_connection, port=9999))


@pytest.fixture
def without_database(redis_connection: redis.Redis) -> FlaskClient:
    def away() -> dict[str, int]:
        raise OperationalError("canary words", {}, Exception())

    return client_of(ops.Ops(counts=away, redis=redis_connection, port=9999))


def test_it_lives_and_says_so_to_anybody(client: FlaskClient) -> None:
    assert client.get("/health/live").text == "ok\n"


@pytest.mark.parametrize("path", ["/health/ready", "/metrics"])
def test_elsewhere_than_on_the_operators_address_nothing_is_told(client: FlaskClient, path: str) -> None:
    answers = [client.get(path), client.get(path, environ_overrides={"SERVER_PORT": "443"})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert client.get(path, environ_overrides=OPERATOR).status_code == 200
    assert client.get(path, environ_overrides={**OPERATOR, "gunicorn.socket": _Socket(443)}).status_code == 404
    assert client.get(path, environ_overrides={"gunicorn.socket": _Socket(9999)}).status_code == 200


class _Socket:
    """The listener that a request came in on, as gunicorn gives it; what the client claims in its Host does not count."""

    def __init__(self, port: int) -> None:
        self._port = port

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", self._port


def test_ready_says_what_is_up(client: FlaskClient) -> None:
    answer = client.get("/health/ready", environ_overrides=OPERATOR)

    assert (answer.status_code, answer.text) == (200, "database: ok\nredis: ok\n")


def test_without_redis_it_is_ready_all_the_same_and_says_what_waits(sqlite_rooms: Rooms, tmp_path: Path) -> None:
    found = ops.Ops(counts=lambda: {}, redis=connect(f"unix://{tmp_path}/nobody.sock"), port=9999)

    answer = client_of(found).get("/health/ready", environ_overrides=OPERATOR)

    assert answer.status_code == 200
    assert "redis: away" in answer.text


@pytest.mark.parametrize("path", ["/health/ready", "/metrics"])
def test_without_the_database_it_is_not_ready_and_tells_no_more(without_database: FlaskClient, path: str) -> None:
    answer = without_database.get(path, environ_overrides=OPERATOR)

    assert answer.status_code == 503
    assert "away" in answer.text
    assert "canary" not in answer.text


def test_the_metrics_are_the_counts_and_nothing_else(client: FlaskClient, sqlite_rooms: Rooms) -> None:
    line = Line(sqlite_rooms)
    line.receive("canary words")

    answer = client.get("/metrics", environ_overrides=OPERATOR)

    samples = {sample.name: sample for family in text_string_to_metric_families(answer.text) for sample in family.samples}
    assert samples["izwi_deliveries_accepted"].value == 1
    assert samples["izwi_reports_received"].value == 1
    assert samples["izwi_work_due"].value == 1
    assert all(not sample.labels for sample in samples.values())
    assert "canary" not in answer.text
