"""Recordings that mean harm, met by the real worker: the page says what became of each, and nothing was asked of anybody else."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from gateway.providers.simulator.caller import dial
from gateway.providers.simulator.failures import Failure
from gateway.providers.simulator.speech import babble
from tests.journeys.browsing import Browser
from tests.journeys.calling import go_through
from tests.journeys.conftest import PASSWORD

ON_ITS_WAY = ("on its way", "being disguised")
NOT_THEIRS = "not fetched (it does not lie where this provider keeps its files)"
TOO_LARGE = "not fetched (it is larger than is taken; it is still at the provider)"
NO_SOUND = "could not be read: kept sealed (it is no sound)"
EMPTY = "nothing is said in it (the file is empty)"
PLAYED = "can be played"
MOST_MEMORY = 500_000_000  # of any process of the line; the child that decodes has an address space of 1 GB at most
STATE = re.compile(r'<p class="meta">Voice, in a call.*?<span class="[a-z]+">([^<]+)</span>', re.DOTALL)

CASES = [
    # What a callback names. Twilio's names a recording by its id alone, so an address in it leads nobody anywhere.
    ("africastalking", "recording", "elsewhere", "http://localhost:{port}/x.mp3", NOT_THEIRS),
    ("africastalking", "recording", "elsewhere", "http://127.0.0.1:{port}/x.mp3", NOT_THEIRS),
    ("africastalking", "recording", "elsewhere", "http://{own}:{port}/x.mp3", NOT_THEIRS),
    ("africastalking", "recording", "elsewhere", "http://169.254.169.254/latest/meta-data", NOT_THEIRS),
    ("africastalking", "recording", "elsewhere", "https://evil.example.org/x.mp3", NOT_THEIRS),
    ("twilio", "recording", "elsewhere", "http://127.0.0.1:{port}/x.wav", PLAYED),
    # Where the provider's own host leads on.
    ("africastalking", "fetch", "elsewhere", "http://127.0.0.1:{port}/x.mp3", NOT_THEIRS),
    ("twilio", "fetch", "elsewhere", "http://localhost:{port}/x.wav", NOT_THEIRS),
    ("twilio", "fetch", "elsewhere", "http://{own}:{port}/x.wav", NOT_THEIRS),
    ("twilio", "fetch", "elsewhere", "https://evil.example.org/x.wav", NOT_THEIRS),
    # What lies there.
    ("africastalking", "fetch", "endless", "", TOO_LARGE),
    ("twilio", "fetch", "endless", "", TOO_LARGE),
    ("africastalking", "fetch", "huge", "", TOO_LARGE),
    ("twilio", "fetch", "huge", "", TOO_LARGE),
    ("africastalking", "fetch", "wrong_type", "", NO_SOUND),
    ("twilio", "fetch", "wrong_type", "", NO_SOUND),
    ("africastalking", "fetch", "empty", "", EMPTY),
    ("twilio", "fetch", "empty", "", EMPTY),
]


class Trap:
    """Listens on this machine, on its own address and on the one that the network knows, and counts who knocks."""

    def __init__(self) -> None:
        self.own = _own_address()
        self.knocks = 0
        first = socket.create_server(("127.0.0.1", 0))
        self.port = first.getsockname()[1]
        self._doors = [first]
        if self.own != "127.0.0.1":
            self._doors.append(socket.create_server((self.own, self.port)))
        for door in self._doors:
            threading.Thread(target=self._listen, args=(door,), daemon=True).start()

    def close(self) -> None:
        for door in self._doors:
            with suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            door.close()

    def _listen(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = door.accept()
                self.knocks += 1
                visitor.close()


class Scales:
    """Weighs the processes of a line, again and again, until it is told to stop."""

    def __init__(self, line: Any) -> None:
        self.heaviest: dict[str, int] = {}
        self._line, self._stopped = line, threading.Event()
        self._thread = threading.Thread(target=self._weigh)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _weigh(self) -> None:
        while not self._stopped.wait(0.05):
            for process, name in self._line.children().items():
                with suppress(OSError, AttributeError):
                    status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
                    found = re.search(r"VmHWM:\s+(\d+) kB", status)
                    weight = int(found.group(1)) * 1024 if found else 0
                    self.heaviest[name] = max(self.heaviest.get(name, 0), weight)


@pytest.fixture
def trap() -> Iterator[Trap]:
    made = Trap()
    yield made
    made.close()


@pytest.mark.slow
def test_each_is_said_so_on_its_page_and_nobody_else_is_asked(
    shared_line: Any, trap: Trap, eventually: Callable[..., Any]
) -> None:
    with socket.create_connection((trap.own, trap.port), timeout=5):
        eventually(lambda: trap.knocks == 1)  # it would hear them
    desk = Browser(shared_line.url).sign_in("tariro", PASSWORD)
    scales = Scales(shared_line)

    said = [
        _said_of(shared_line, desk, eventually, place, Failure(provider=provider, on=on, kind=kind, to=to, times=2))
        for place, (provider, on, kind, to) in enumerate(
            (provider, on, kind, to.format(port=trap.port, own=trap.own)) for provider, on, kind, to, _ in CASES
        )
    ]
    scales.stop()

    assert said == [words for *_, words in CASES]
    assert trap.knocks == 1
    print({name: f"{weight / 1e6:.0f} MB" for name, weight in scales.heaviest.items()})  # noqa: T201
    assert {name: weight for name, weight in scales.heaviest.items() if weight > MOST_MEMORY} == {}
    assert {"worker", "gunicorn"} <= set(scales.heaviest)


def _said_of(line: Any, desk: Browser, eventually: Callable[..., Any], place: int, failure: Failure) -> str:
    """Call, with this going wrong; give what the page says of the recording in the end. `times` is two: a file that is too large
    is asked for once more in another format."""
    known = desk.reports()
    line.simulator.network.failures.plan(failure)
    talk = dial(line.simulator.exchange, failure.provider, f"+2637700002{place:02}")
    go_through(talk, "3", "1")
    talk.speak(babble("Rwizi", seconds=2.0, voice=1)).hang_up()

    def settled() -> str | None:
        for page in desk.reports():
            found = STATE.search(desk.get(page).text) if page not in known else None
            if found is not None and not unescape(found.group(1)).startswith(ON_ITS_WAY):
                return unescape(found.group(1))
        return None

    words = eventually(settled, seconds=40, every=0.2)
    line.simulator.network.failures.forget()
    return str(words)


def _own_address() -> str:
    """Give this machine's address in its network; no packet is sent for it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
