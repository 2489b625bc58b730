"""The simulator: that it does as the providers do, and that a person can use it."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
import requests

from gateway.providers.simulator import PortTaken, Simulator, SimulatorConfig
from gateway.providers.simulator.samples import SAMPLES, type_samples
from tests.gateway.providers.standing_in import Line, Product

LINES = ("twilio", "whatsapp", "africastalking", "handset")
NUMBER = "+263770000011"


def type_text(at: Line, /, **asked: Any) -> requests.Response:
    return requests.post(f"{at.simulator.url}/simulator/text", json=asked, timeout=5)


@pytest.mark.parametrize("on", LINES)
@pytest.mark.parametrize("text", ["Masoja arova vanhu", "", "🆘 \x00 العربية", "x" * 20_000])
def test_what_is_typed_reaches_the_product_signed_and_whole(line: Line, on: str, text: str) -> None:
    provider = line.providers["twilio" if on == "whatsapp" else on]

    answer = type_text(line, phone="Phone 1", line=on, text=text).json()

    request = line.product.requests[0]
    provider.verify(request)
    (event,) = provider.parse(request)
    assert answer["statuses"] == [200]
    assert (event.provider_id, event.text, event.sender) == (answer["provider_id"], text, NUMBER)  # type: ignore[union-attr]


@pytest.mark.parametrize("on", LINES)
@pytest.mark.parametrize("at_once", [True, False])
def test_the_same_text_can_be_delivered_many_times_under_one_id(line: Line, on: str, at_once: bool) -> None:
    provider = line.providers["twilio" if on == "whatsapp" else on]

    answer = type_text(line, phone=NUMBER, line=on, text="Batsirai", times=5, at_once=at_once, provider_id="SM" + "7" * 32).json()

    assert answer["statuses"] == [200] * 5
    events = {provider.parse(request) for request in line.product.requests}
    assert len(line.product.requests) == 5
    assert len(events) == 1


def test_twilio_calls_the_fallback_once_after_a_failure_and_gives_up(line: Line) -> None:
    line.product.statuses[:] = [500, 500, 500]

    type_text(line, phone="Phone 1", line="twilio", text="Batsirai")

    assert len(line.product.requests) == 2
    fallback = line.product.requests[1]
    line.providers["twilio"].verify(fallback)
    assert fallback.form["ErrorCode"] == ("11200",)


def test_the_handset_repeats_itself_until_it_is_heard(line: Line) -> None:
    line.product.statuses[:] = [503, 503, 503]

    answer = type_text(line, phone="Phone 1", line="handset", text="Batsirai").json()

    assert answer["statuses"] == [503]
    repeats = line.product.wait_for(4)
    assert len({line.providers["handset"].parse(request) for request in repeats}) == 1


def test_a_text_without_a_webhook_is_on_the_list_alone(line: Line) -> None:
    type_text(line, phone="Phone 1", line="twilio", text="missed", webhook=False)

    assert line.product.requests == []
    assert [message.body for message in line.simulator.twilio.messages.values()] == ["missed"]


def test_a_refused_text_is_shown_as_not_delivered(line: Line) -> None:
    line.product.statuses[:] = [403]

    type_text(line, phone="Phone 1", line="twilio", text="Batsirai")

    told = requests.get(f"{line.simulator.url}/simulator/phones", timeout=5).json()
    assert told["phones"][0]["texts"][0]["state"] == "failed"
    assert told["phones"][0]["texts"][0]["note"] == "answered 403"


@pytest.mark.parametrize("asked", [None, [], {}, {"phone": "Phone 1"}, {"phone": "Phone 1", "line": "pigeon"}])
def test_a_wrong_order_is_answered_with_what_was_expected(line: Line, asked: object) -> None:
    answer = requests.post(f"{line.simulator.url}/simulator/text", json=asked, timeout=5)

    assert answer.status_code == 400
    assert "expected" in answer.json()["error"]


@pytest.mark.parametrize("asked", [None, {}, {"provider": "twilio"}, {"provider": "twilio", "kind": "code", "code": "x"}])
def test_a_wrong_plan_is_answered_with_what_was_expected(line: Line, asked: object) -> None:
    answer = requests.post(f"{line.simulator.url}/simulator/fail", json=asked, timeout=5)

    assert answer.status_code == 400


def test_a_person_without_javascript_types_and_reads(line: Line) -> None:
    url = line.simulator.url
    typed = {"phone": NUMBER, "line": "africastalking", "text": "Mvura <yasviba> & rwizi"}

    page = requests.post(f"{url}/type", data=typed, timeout=5, headers={"Origin": url})

    assert page.history[0].status_code == 303
    assert "<yasviba>" not in page.text
    assert "Mvura <yasviba> & rwizi" in unescape(page.text)
    assert '<option value="africastalking" selected>' in page.text
    assert page.text.count('<form class="type"') == 8


def test_the_page_runs_nothing_but_its_own_files(line: Line) -> None:
    page = requests.get(line.simulator.url, timeout=5)

    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|<style| on\w+=| style=", page.text)
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
        assert requests.get(line.simulator.url + path, timeout=5).status_code == 200


def test_another_site_cannot_type_through_the_browser(line: Line) -> None:
    answer = requests.post(
        f"{line.simulator.url}/type",
        data={"phone": NUMBER, "line": "twilio", "text": "x"},
        headers={"Origin": "https://elsewhere.example"},
        timeout=5,
    )

    assert answer.status_code == 403
    assert line.product.requests == []


def test_the_page_is_told_what_changed_and_nothing_when_nothing_did(line: Line) -> None:
    url = line.simulator.url
    type_text(line, phone="Phone 2", line="twilio", text="Rwizi")

    changes = requests.get(f"{url}/changes?version=0", timeout=5).json()
    again = requests.get(f"{url}/changes?version={changes['version']}", timeout=5)

    assert "Rwizi" in changes["screens"][1]["html"]
    assert again.status_code == 204


def test_memory_is_bounded(line: Line) -> None:
    phones = line.simulator.network.phones
    for number in range(100):
        phones.find(f"+26377000{number:04}")

    assert len(phones.seen()[1]) == 40
    assert [phone.name for phone, _ in phones.seen()[1]][:5] == [f"Phone {number}" for number in range(1, 6)]


def test_the_samples_are_typed_once_the_product_lives(line: Line) -> None:
    type_samples(line.simulator, threading.Event())

    told = [event.text for name in line.providers for event in _texts(line, name)]
    assert sorted(told) == sorted(text for _, _, text in SAMPLES)


def _texts(line: Line, name: str) -> Iterator[Any]:
    for request in line.product.requests:
        if f"/{name}/" in request.url:
            yield from line.providers[name].parse(request)


def test_stopping_ends_the_wait_for_a_product_that_never_lives() -> None:
    stopped = threading.Event()
    with Simulator(SimulatorConfig(product="http://127.0.0.1:1")) as simulator:
        waiting = threading.Thread(target=type_samples, args=(simulator, stopped))
        waiting.start()
        stopped.set()
        waiting.join(timeout=5)

    assert not waiting.is_alive()


def test_a_product_that_is_not_there_is_said_so_on_the_screen() -> None:
    with Simulator(SimulatorConfig(product="http://127.0.0.1:1")) as simulator:
        asked = {"phone": "Phone 1", "line": "handset", "text": "x"}
        answer = requests.post(f"{simulator.url}/simulator/text", json=asked, timeout=5)

    assert answer.json()["statuses"] == [0]


def test_a_port_in_use_is_one_sentence_and_exit_code_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(PortTaken):
            Simulator(SimulatorConfig(product="http://127.0.0.1:1"), port=port)
        run = subprocess.run(
            [sys.executable, "-m", "gateway.providers.simulator", "--port", str(port)], capture_output=True, text=True, timeout=30
        )

    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.strip() == f"The simulator cannot listen on 127.0.0.1:{port}: it is in use; choose another with --port."


def test_the_command_serves_says_where_and_says_nothing_of_what_passes(product: Product) -> None:
    command = [sys.executable, "-m", "gateway.providers.simulator", "--port", "0", "--product", product.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        url = first.removeprefix("Phones: ").strip()
        asked = {"phone": NUMBER, "line": "twilio", "text": "Batsirai"}
        answer = requests.post(f"{url}simulator/text", json=asked, timeout=5).json()
        requests.get(f"{url}nowhere/{NUMBER}", timeout=5)
        began = time.monotonic()
        child.terminate()
        rest = child.stdout.read()
        child.wait(timeout=10)

    assert answer["statuses"] == [200]
    assert rest == ""
    assert child.returncode == 0
    assert time.monotonic() - began < 5
