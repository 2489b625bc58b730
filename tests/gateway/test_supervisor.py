import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from config.settings import ROOT, load_settings
from gateway.supervisor import CannotStart, Supervisor

SECONDS = 20.0

HEAD = """
import sys
from gateway.supervisor import Child, Supervisor
def python(name, program, **more):
    return Child(name=name, command=[sys.executable, "-c", program], **more)
SLEEPS = "import signal; signal.pause()"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)\\nwhile True: signal.pause()"
WITH_A_CHILD = "import subprocess, sys\\np = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)"
WITH_A_CHILD += "\\nprint(p.pid, flush=True)\\np.wait()"
"""


class Supervised:
    """A supervisor in a process of its own, and what it has said so far."""

    def __init__(self, program: str, **env: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HEAD + program],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | env,
        )
        self.said: queue.Queue[str] = queue.Queue()
        self.printed: queue.Queue[str] = queue.Queue()
        for stream, into in ((self.process.stderr, self.said), (self.process.stdout, self.printed)):
            threading.Thread(target=self._read, args=(stream, into), daemon=True).start()

    @staticmethod
    def _read(stream: Any, into: "queue.Queue[str]") -> None:
        for line in stream:
            into.put(line)
        stream.close()

    def wait_for(self, event: str, **having: object) -> dict[str, Any]:
        deadline = time.monotonic() + SECONDS
        while True:
            line: dict[str, Any] = json.loads(self.said.get(timeout=max(0.1, deadline - time.monotonic())))
            if line["event"] == event and having.items() <= line.items():
                return line

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=SECONDS)


@pytest.fixture
def supervised() -> Iterator[Callable[..., Supervised]]:
    with ExitStack() as started:

        def start(program: str, **env: str) -> Supervised:
            running = Supervised(program, **env)

            def end() -> None:
                with suppress(subprocess.TimeoutExpired):
                    running.process.terminate()
                    running.process.wait(timeout=SECONDS)
                running.process.kill()
                running.process.wait()

            started.callback(end)
            return running

        yield start


def is_gone(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that in time"
        os.sched_yield()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_ends_its_children_and_then_itself(
    supervised: Callable[..., Supervised], number: signal.Signals
) -> None:
    running = supervised("sys.exit(Supervisor([python('a', SLEEPS), python('b', SLEEPS)]).run())")
    pids = [running.wait_for("child_started", child=name)["pid"] for name in "ab"]

    assert running.stop(number) == 0
    assert all(map(is_gone, pids))


def test_a_child_that_is_killed_is_started_again(supervised: Callable[..., Supervised]) -> None:
    running = supervised("sys.exit(Supervisor([python('a', SLEEPS)]).run())")
    first = running.wait_for("child_started")["pid"]

    os.kill(first, signal.SIGKILL)

    assert running.wait_for("child_died")["status"] == -signal.SIGKILL
    second = running.wait_for("child_started")["pid"]
    assert second != first
    assert not is_gone(second)


def test_a_child_that_keeps_falling_is_started_at_growing_intervals(supervised: Callable[..., Supervised]) -> None:
    running = supervised("sys.exit(Supervisor([python('a', 'raise SystemExit(3)')]).run())")

    waits = [running.wait_for("child_died", status=3)["seconds"] for _ in range(3)]

    assert waits == [0.2, 0.4, 0.8]


def test_the_children_die_with_a_supervisor_that_is_killed_outright(supervised: Callable[..., Supervised]) -> None:
    running = supervised("sys.exit(Supervisor([python('a', SLEEPS), python('b', STUBBORN)]).run())")
    pids = [running.wait_for("child_started", child=name)["pid"] for name in "ab"]
    assert running.printed.get(timeout=SECONDS) == "deaf\n"

    running.process.kill()

    wait_until(lambda: all(map(is_gone, pids)))


def test_what_a_child_itself_started_is_ended_with_it(supervised: Callable[..., Supervised]) -> None:
    running = supervised("sys.exit(Supervisor([python('a', WITH_A_CHILD)]).run())")
    grandchild = int(running.printed.get(timeout=SECONDS))
    child = running.wait_for("child_started")["pid"]

    os.kill(child, signal.SIGKILL)

    wait_until(lambda: is_gone(grandchild))


def test_a_child_that_will_not_stop_is_killed_in_time(supervised: Callable[..., Supervised]) -> None:
    running = supervised("sys.exit(Supervisor([python('a', STUBBORN)], stop_seconds=0.5).run())")
    assert running.printed.get(timeout=SECONDS) == "deaf\n"
    child = running.wait_for("child_started")["pid"]
    asked = time.monotonic()

    assert running.stop() == 0
    assert 0.5 <= time.monotonic() - asked < 5
    assert is_gone(child)


def test_asked_twice_it_does_not_wait(supervised: Callable[..., Supervised]) -> None:
    running = supervised("sys.exit(Supervisor([python('a', STUBBORN)]).run())")
    assert running.printed.get(timeout=SECONDS) == "deaf\n"
    asked = time.monotonic()

    running.process.send_signal(signal.SIGINT)
    running.process.send_signal(signal.SIGTERM)

    assert running.process.wait(timeout=SECONDS) == 0
    assert time.monotonic() - asked < 5


def test_a_later_stage_waits_until_the_one_before_is_ready(supervised: Callable[..., Supervised], tmp_path: Path) -> None:
    running = supervised(
        "from pathlib import Path\n"
        f"mark = Path({str(tmp_path / 'mark')!r})\n"
        "first = python('first', f'from pathlib import Path; Path({str(mark)!r}).touch(); import signal; signal.pause()',"
        " stage=0, is_ready=mark.exists)\n"
        "second = python('second', f'from pathlib import Path; print(Path({str(mark)!r}).exists(), flush=True); input()')\n"
        "sys.exit(Supervisor([second, first]).run())"
    )

    assert running.printed.get(timeout=SECONDS) == "True\n"
    assert running.wait_for("child_started")["child"] == "first"


def test_stages_are_stopped_in_reverse(supervised: Callable[..., Supervised]) -> None:
    last_words = (
        "import signal, sys\n"
        "def end(*_):\n    print(sys.argv[1] if len(sys.argv) > 1 else NAME, flush=True)\n    raise SystemExit\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('up', flush=True)\n"
        "while True: signal.pause()"
    )
    running = supervised(
        f"words = {last_words!r}\n"
        "children = [python(name, f'NAME = {name!r}\\n' + words, stage=stage, is_ready=lambda: True)"
        " for stage, name in enumerate(['redis', 'web'])]\n"
        "sys.exit(Supervisor(children).run())"
    )
    assert [running.printed.get(timeout=SECONDS) for _ in range(2)] == ["up\n", "up\n"]

    assert running.stop() == 0
    assert [running.printed.get(timeout=SECONDS) for _ in range(2)] == ["web\n", "redis\n"]


def test_it_tells_once_when_all_are_ready(supervised: Callable[..., Supervised]) -> None:
    running = supervised(
        "answers = iter([False, False, True])\n"
        "child = python('a', SLEEPS, is_ready=lambda: next(answers))\n"
        "sys.exit(Supervisor([child]).run(on_ready=lambda: print('ready', flush=True)))"
    )

    assert running.printed.get(timeout=SECONDS) == "ready\n"
    assert running.stop() == 0
    assert running.printed.empty()


def test_a_port_in_use_is_said_in_a_sentence_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        env = {"IZWI_STATE_DIR": str(tmp_path), "IZWI_BIND": f"127.0.0.1:{port}", "IZWI_OPS_BIND": f"127.0.0.1:{free_port()}"}

        with pytest.raises(CannotStart) as caught:
            Supervisor.for_settings(load_settings(env), env=env)

    assert str(caught.value) == f"Port {port} of 127.0.0.1 is in use: stop what uses it, or set IZWI_BIND to another."
    assert [path.name for path in tmp_path.iterdir()] == ["serve.lock"]


def test_a_state_folder_has_one_supervisor_at_a_time(tmp_path: Path) -> None:
    def prepare() -> Supervisor:
        ports = {"IZWI_BIND": f"127.0.0.1:{free_port()}", "IZWI_OPS_BIND": f"127.0.0.1:{free_port()}"}
        return Supervisor.for_settings(load_settings(ports | {"IZWI_STATE_DIR": str(tmp_path)}), env={})

    first = prepare()

    with pytest.raises(CannotStart, match="already running"):
        prepare()
    first.close()
    prepare().close()


def test_a_state_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(CannotStart, match="cannot be written: set IZWI_STATE_DIR"):
        Supervisor.for_settings(load_settings({"IZWI_STATE_DIR": str(tmp_path / "file" / "state")}), env={})


APP = """
import os
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getpid()} {environ['SERVER_PORT']} {environ['PATH_INFO']}".encode()]
"""

SERVE = """
import dataclasses, os
from contextlib import ExitStack
from config.logs import configure_logs
from config.settings import load_settings
from gateway.children import children_for
settings = load_settings()
configure_logs(settings.log_level)
doors, held = ExitStack(), ExitStack()
children = [c for c in children_for(settings, os.environ, doors=doors, held=held) if c.name in ("web", "redis")]
children = [dataclasses.replace(c, env={**c.env, "PYTHONPATH": os.environ["APP"] + ":" + c.env["PYTHONPATH"]}) if c.env else c
            for c in children]
sys.exit(Supervisor(children, doors=doors, held=held).run(on_ready=lambda: print("ready", flush=True)))
"""


def fetch(port: int, path: str) -> list[str]:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
        f"http://127.0.0.1:{port}{path}", timeout=SECONDS
    ) as answer:
        return str(answer.read().decode()).split()


def test_callers_wait_while_the_web_process_is_started_again(supervised: Callable[..., Supervised], tmp_path: Path) -> None:
    (tmp_path / "wsgi.py").write_text(APP)
    web, ops = free_port(), free_port()
    env = {"APP": str(tmp_path), "IZWI_STATE_DIR": str(tmp_path / "state"), "IZWI_LOG_LEVEL": "debug"}
    running = supervised(SERVE, IZWI_BIND=f"127.0.0.1:{web}", IZWI_OPS_BIND=f"127.0.0.1:{ops}", **env)
    master = running.wait_for("child_started", child="web")["pid"]
    assert running.printed.get(timeout=SECONDS) == "ready\n"
    worker, *rest = fetch(web, "/canary")
    assert rest == [str(web), "/canary"]
    assert fetch(ops, "/metrics")[1] == str(ops)

    os.kill(master, signal.SIGKILL)

    wait_until(lambda: is_gone(int(worker)))
    assert fetch(web, "/")[0] != worker
    assert running.stop() == 0
    left = "".join(running.said.queue) + "".join(running.printed.queue)
    assert "canary" not in left
    assert not (tmp_path / "state" / "redis.sock").exists()
