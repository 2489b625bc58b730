"""A whole line, as it runs for people: `./izwi serve` in processes of its own, and the simulator for the providers."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from config.settings import ROOT
from gateway.providers.simulator.config import SimulatorConfig
from gateway.providers.simulator.server import Simulator

PASSWORD = "correct horse battery"
_KINDS = ("gunicorn", "worker", "clock", "valkey", "redis", "sandbox")
_PEOPLE = ("tariro", "rudo")


def free_port() -> int:
    """Give a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(check: Callable[[], Any], *, seconds: float = 30, every: float = 0.1) -> Any:
    """Give what `check` gives once it is true; fail when it never is."""
    deadline = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError("it did not come about in time")
        time.sleep(every)


@dataclass
class Line:
    """A line that can be started, stopped, killed and asked."""

    folder: Path
    simulator: Simulator
    env: dict[str, str] = field(repr=False)
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    def run(self, *arguments: str, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
        """Run an Izwi command to its end; what it prints is kept beside the log, for the sweep."""
        done = subprocess.run(
            [sys.executable, "-m", "gateway.cli", *arguments],
            env={**self.env, **more},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        with (self.folder / "commands.txt").open("a", encoding="utf-8") as kept:
            kept.write(done.stdout + done.stderr)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def start(self) -> None:
        """Start `./izwi serve` and wait until it takes texts."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gateway.cli", "serve"], env=self.env, cwd=self.folder, stdout=log, stderr=log
            )
        wait_for(self.is_live, seconds=60)

    def is_live(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health/live", timeout=2) as answer:  # noqa: S310 - our own address
                return answer.status == 200
        except OSError:
            return False

    def stop(self) -> None:
        """Stop it in order."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None

    def status(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.run("status", "--json").stdout)
        return found

    def children(self) -> dict[int, str]:
        """Give the processes of the line below the supervisor: id to what each is."""
        assert self.process is not None
        found: dict[int, str] = {}
        waiting = [self.process.pid]
        while waiting:
            parent = waiting.pop()
            try:
                below = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
            except OSError:
                continue
            for child in map(int, below):
                try:
                    words = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                except OSError:
                    continue
                found[child] = next(
                    (name for name in ("gunicorn", "worker", "clock", "valkey", "redis", "sandbox") if name in words), "?"
                )
                waiting.append(child)
        return found


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """Wait until something is true, with a deadline."""
    return wait_for


@pytest.fixture
def new_line(tmp_path: Path) -> Iterator[Callable[..., Line]]:
    """Make lines that are founded but not started; stop what was started at the end."""
    made: list[Line] = []

    def make(**settings: str) -> Line:
        line = _founded(tmp_path / f"line-{len(made)}", settings)
        made.append(line)
        return line

    yield make
    for line in made:
        line.stop()
        line.simulator.stop()


@pytest.fixture(scope="module")
def shared_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line that runs for all tests of a file: each comes with telephones of its own."""
    with running_line(tmp_path_factory.mktemp("line") / "shared", {}) as made:
        yield made


@contextmanager
def running_line(folder: Path, settings: dict[str, str]) -> Iterator[Line]:
    """Found a line, start it, and stop it at the end."""
    made = _founded(folder, settings)
    made.start()
    try:
        yield made
    finally:
        made.stop()
        made.simulator.stop()


@pytest.fixture
def line(new_line: Callable[..., Line]) -> Line:
    """A line that runs, with the coordinators *tariro* and *rudo* and the reader *focal*."""
    made = new_line()
    made.start()
    return made


def _environment(folder: Path, simulator: Simulator, config: SimulatorConfig, port: int) -> dict[str, str]:
    """Give the settings of a line in a folder whose providers are a simulator."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("IZWI_")},
        "PYTHONPATH": str(ROOT),
        "PYTHONSAFEPATH": "1",
        "TMPDIR": str(folder / "tmp"),
        "IZWI_STATE_DIR": str(folder / "state"),
        "IZWI_BOOT_SECRET_FILE": str(folder / "boot" / "boot.secret"),
        "IZWI_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "IZWI_BIND": f"127.0.0.1:{port}",
        "IZWI_OPS_BIND": f"127.0.0.1:{free_port()}",
        "IZWI_TWILIO_ACCOUNT_SID": config.twilio_account_sid,
        "IZWI_TWILIO_AUTH_TOKEN": config.twilio_auth_token,
        "IZWI_TWILIO_API_BASE": simulator.url,
        "IZWI_AFRICASTALKING_USERNAME": config.africastalking_username,
        "IZWI_AFRICASTALKING_API_KEY": config.africastalking_api_key,
        "IZWI_AFRICASTALKING_WEBHOOK_SECRET": config.africastalking_webhook_secret,
        "IZWI_AFRICASTALKING_API_BASE": simulator.url,
        "IZWI_AFRICASTALKING_VOICE_API_BASE": simulator.url,
        "IZWI_MEDIA_BASES": simulator.media_url,
        "IZWI_HANDSET_LOGIN": config.handset_login,
        "IZWI_HANDSET_PASSWORD": config.handset_password,
        "IZWI_HANDSET_SIGNING_KEY": config.handset_signing_key,
        "IZWI_HANDSET_API_BASE": simulator.url,
        "IZWI_LINES": (
            f"twilio:+12065550100=text+voice,africastalking:33000=text,handset:+263770000099=text,"
            f"africastalking:{config.africastalking_voice_line}=voice"
        ),
        "IZWI_FORWARD_FOLDER": str(folder / "forwarded"),
        "IZWI_REPLY_DELAY_MINUTES": "0-0",
        "IZWI_REPLY_QUIET_HOURS": "00:00-00:00",
        "IZWI_LOG_LEVEL": "debug",
    }


def _founded(folder: Path, settings: dict[str, str]) -> Line:
    (folder / "tmp").mkdir(parents=True)
    (folder / "forwarded").mkdir()
    port = free_port()
    config = SimulatorConfig(
        product=f"http://127.0.0.1:{port}",
        twilio_auth_token=secrets.token_hex(16),
        africastalking_webhook_secret=secrets.token_hex(16),
        pace=0.05,
        retry_pause=0.5,
    )
    simulator = Simulator(config).start()
    env = {**_environment(folder, simulator, config, port), **settings}
    line = Line(folder=folder, simulator=simulator, env=env, port=port)
    people = []
    for login in (*_PEOPLE, "focal"):
        file = folder / f"{login}.password"
        file.write_text(PASSWORD, encoding="utf-8")
        people += ["--focal-point" if login == "focal" else "--coordinator", f"{login}:{file}"]
    line.run("init", "--yes", *people, "--recovery-dir", str(folder / "sheets"))
    return line
