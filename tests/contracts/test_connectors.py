from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Receiver
from standardwebhooks.webhooks import WebhookVerificationError

from gateway.connectors.contract import Connector, Packet
from gateway.connectors.folder import Folder
from gateway.connectors.log_page import LogPage
from gateway.connectors.registry import Recipients, build, forwarders
from gateway.connectors.webhook import Webhook
from handlers.errors import RecipientError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PACKET = Packet(
    id="entry_0123456789abcdef0123456789abcdef",
    index=4,
    content={"summary": "Soldiers beat several people. “Rwizi” – ē.", "logged_on": "2026-11-24"},
    salt="73" * 32,
    proof=("ab" * 32,),
    head={"v": 1, "size": 5, "root": "cd" * 32, "log_id": "ef" * 32, "signature": "01" * 64},
)


class Recipient:
    """A recipient on loopback that answers as it is told and keeps what it was sent."""

    def __init__(self) -> None:
        self.status = 204
        self.headers: dict[str, str] = {}
        self.is_silent = False
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.released = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/izwi"

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        recipient = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                recipient.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
                if recipient.is_silent:
                    recipient.released.wait(10)
                self.send_response(recipient.status)
                for name, value in recipient.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        return Handler


@pytest.fixture
def recipient() -> Iterator[Recipient]:
    started = Recipient()
    yield started
    started.close()


@pytest.fixture
def down() -> str:
    """An address where nobody listens any more."""
    started = Recipient()
    started.close()
    return started.url


@pytest.fixture(params=["log_page", "webhook", "folder"])
def connector(request: pytest.FixtureRequest, recipient: Recipient, tmp_path: Path) -> Connector:
    built = {made.name: made for made in build(Recipients(webhook_url=recipient.url, webhook_secret=SECRET, folder=tmp_path))}
    return built[request.param]


# Every connector


def test_every_connector_is_held_to_this_contract(recipient: Recipient, tmp_path: Path) -> None:
    built = build(Recipients(webhook_url=recipient.url, webhook_secret=SECRET, folder=tmp_path))

    assert [made.name for made in built] == ["log_page", "webhook", "folder"]


def test_a_packet_is_taken_and_taken_again(connector: Connector) -> None:
    connector.forward(PACKET)
    connector.forward(PACKET)


def test_a_packet_is_taken_in_plain_values_by_name(connector: Connector, recipient: Recipient, tmp_path: Path) -> None:
    forwarders([connector])[connector.name](json.loads(json.dumps(PACKET.as_fields())))

    found = {"log_page": 0, "webhook": len(recipient.taken), "folder": len(list(tmp_path.iterdir()))}
    assert found[connector.name] == (connector.name != "log_page")


@pytest.mark.parametrize("name", ["webhook", "folder"])
def test_a_recipient_that_is_down_can_be_tried_again(name: str, down: str, tmp_path: Path) -> None:
    made: Connector = Webhook(down, SECRET) if name == "webhook" else Folder(tmp_path / "not mounted")

    with pytest.raises(RecipientError) as caught:
        made.forward(PACKET)

    assert not caught.value.permanent
    assert caught.value.__cause__ is None
    assert str(caught.value) in ("unreachable", "folder_missing")
    assert caught.value.__suppress_context__


def test_only_the_log_page_is_built_in() -> None:
    (only,) = build(Recipients())

    assert isinstance(only, LogPage)


# The webhook


def test_what_arrives_is_signed_as_the_conventions_say(recipient: Recipient) -> None:
    Webhook(recipient.url, SECRET).forward(PACKET)

    ((headers, body),) = recipient.taken
    event = Receiver(SECRET).verify(body, headers)
    assert event == {"type": "case_log.entry", "timestamp": "2026-11-24", "data": PACKET.as_fields()}
    assert headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Receiver("whsec_" + "A" * 32).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Receiver(SECRET).verify(body.replace(b"several", b"some"), headers)


def test_a_retry_has_the_same_id_and_body_and_a_new_timestamp(recipient: Recipient) -> None:
    times = iter([datetime(2026, 11, 24, 10, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC)])
    made = Webhook(recipient.url, SECRET, clock=lambda: next(times))

    made.forward(PACKET)
    made.forward(PACKET)

    (first, first_body), (second, second_body) = recipient.taken
    assert first["webhook-id"] == second["webhook-id"] == PACKET.id
    assert first_body == second_body
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 3600
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_2xx_answer_means_taken(recipient: Recipient, status: int) -> None:
    recipient.status = status

    Webhook(recipient.url, SECRET).forward(PACKET)


@pytest.mark.parametrize(
    ("status", "is_permanent"),
    [(400, True), (401, True), (404, True), (410, True), (408, False), (425, False), (429, False), (500, False), (503, False)],
)
def test_any_other_answer_says_whether_to_try_again(recipient: Recipient, status: int, is_permanent: bool) -> None:
    recipient.status = status

    with pytest.raises(RecipientError) as caught:
        Webhook(recipient.url, SECRET).forward(PACKET)

    assert (caught.value.reason, caught.value.permanent) == (f"http_{status}", is_permanent)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(recipient: Recipient, status: int) -> None:
    recipient.status = status
    recipient.headers = {"Location": recipient.url + "/elsewhere"}

    with pytest.raises(RecipientError) as caught:
        Webhook(recipient.url, SECRET).forward(PACKET)

    assert not caught.value.permanent
    assert len(recipient.taken) == 1


def test_a_recipient_that_does_not_answer_is_given_up_in_time(recipient: Recipient) -> None:
    recipient.is_silent = True

    with pytest.raises(RecipientError) as caught:
        Webhook(recipient.url, SECRET, timeout=(1.0, 0.05)).forward(PACKET)

    assert (caught.value.reason, caught.value.permanent) == ("timeout", False)


@pytest.mark.parametrize(
    "url", ["http://focalpoint.example.org/x", "http://10.0.0.1/", "ftp://127.0.0.1/", "https://", "http://[::1", "", "localhost"]
)
def test_an_address_that_others_can_listen_in_on_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        Webhook(url, SECRET)


@pytest.mark.parametrize(
    "url", ["https://focalpoint.example.org/x", "http://localhost:1/", "http://127.0.0.2/", "http://[::1]:8080/"]
)
def test_an_address_that_nobody_can_listen_in_on_is_taken(url: str) -> None:
    assert Webhook(url, SECRET).name == "webhook"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_é"])
def test_a_secret_that_signs_nothing_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="secret must be base64"):
        Webhook("https://focalpoint.example.org", secret)


def test_an_address_without_a_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="no secret"):
        build(Recipients(webhook_url="https://focalpoint.example.org"))


def test_credentials_of_the_operators_netrc_are_not_sent(
    recipient: Recipient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login operator password made-up\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    Webhook(recipient.url, SECRET).forward(PACKET)

    assert "authorization" not in recipient.taken[0][0]


# The folder


def test_an_entry_is_one_whole_file_however_often_it_comes(tmp_path: Path) -> None:
    for _ in range(3):
        Folder(tmp_path).forward(PACKET)

    (file,) = tmp_path.iterdir()
    assert file.name == f"00000004-{PACKET.id}.json"
    assert json.loads(file.read_text(encoding="utf-8")) == PACKET.as_fields()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_what_an_interrupted_try_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / f".00000004-{PACKET.id}.json.abc").write_text("{")

    Folder(tmp_path).forward(PACKET)

    assert [file.name for file in tmp_path.iterdir()] == [f"00000004-{PACKET.id}.json"]


def test_a_file_that_is_not_ours_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / f"00000004-{PACKET.id}.json"
    file.write_text("something else")

    with pytest.raises(RecipientError) as caught:
        Folder(tmp_path).forward(PACKET)

    assert caught.value.permanent
    assert file.read_text() == "something else"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_fails_leaves_no_half_written_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, step, fail)
        with pytest.raises(RecipientError) as caught:
            Folder(tmp_path).forward(PACKET)

    assert (caught.value.reason, caught.value.permanent) == ("folder_not_writable", False)
    assert list(tmp_path.iterdir()) == []
    Folder(tmp_path).forward(PACKET)
    assert len(list(tmp_path.iterdir())) == 1


def test_the_entry_is_on_disk_before_its_name_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    fsync: Callable[[int], None] = os.fsync
    replace: Callable[..., None] = os.replace

    def noted_fsync(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    def noted_replace(old: str, new: Path) -> None:
        steps.append("named")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "replace", noted_replace)

    Folder(tmp_path).forward(PACKET)

    assert steps == ["file", "named", "folder"]
