"""The sandbox: what goes wrong in the child stays in the child, and comes back as one error with a fixed word."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import ROOT
from gateway.voice import sandbox
from gateway.voice.framing import Request, read_prompt, read_rendered, written_error, written_rendered
from gateway.voice.sandbox import normalise_prompt_apart, render_apart
from handlers.errors import SoundError
from handlers.voice.terms import Limits, Rendered
from tests.handlers.voice.hostile import OK, crafted, flac_of_zeros
from tests.handlers.voice.making import file_of, speech

LIMITS = Limits()


@contextmanager
def child_does(monkeypatch: pytest.MonkeyPatch, program: str) -> Iterator[None]:
    """Have another program stand in for the child, as if a file had taken it over."""
    monkeypatch.setattr(sandbox, "_COMMAND", (sys.executable, "-c", program))
    yield


def refused(data: bytes, limits: Limits = LIMITS) -> SoundError:
    with pytest.raises(SoundError) as caught:
        render_apart(data, limits=limits)
    return caught.value


def test_a_recording_is_rendered_apart() -> None:
    rendered = render_apart(file_of(speech(), "ogg", "libopus", rate=48_000), limits=LIMITS, strength="strong", tone=0.5)

    assert rendered.mp3.startswith(b"\xff\xf3")
    assert len(rendered.waveform) == 600
    assert 2.0 < rendered.seconds < 7.0


def test_a_prompt_is_prepared_apart() -> None:
    prompt = normalise_prompt_apart(file_of(speech(), "mp4", "aac", rate=44_100))

    assert prompt.wav.startswith(b"RIFF")
    assert prompt.faults == ()


def test_who_asks_loads_neither_numpy_nor_ffmpeg() -> None:
    program = "import sys, gateway.voice.sandbox; sys.exit('numpy' in sys.modules or 'av' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == 0


@pytest.mark.parametrize("name", ["a playlist of files here", "2 GHz", "no numbers", "a bomb of silence", "a broken-off mp4"])
def test_files_that_mean_harm_end_in_the_same_words_as_at_home(name: str) -> None:
    data, expected = crafted()[name]

    if expected == OK:
        assert render_apart(data, limits=LIMITS).mp3
    else:
        assert refused(data).reason == expected


def test_what_is_too_large_is_refused_before_a_process_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_COMMAND", ("/nowhere",))

    assert refused(b"RIFF" * 100, replace(LIMITS, size=399)).reason == "too_large"
    assert refused(b"").reason == "empty"


def test_it_gets_no_more_memory_than_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(file_of(speech()), replace(LIMITS, memory=250_000_000)).reason in {"memory", "corrupt"}
    with child_does(
        monkeypatch,
        "import sys; from gateway.voice import apart; from gateway.voice.framing import read_request, written_error\n"
        "apart.bound(read_request(sys.stdin.buffer.readline()).limits)\n"
        "try: bytearray(600_000_000)\n"
        "except MemoryError: sys.stdout.buffer.write(written_error('memory'))",
    ):
        assert refused(b"x", replace(LIMITS, memory=500_000_000)).reason == "memory"


def test_it_gets_no_more_time_than_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    with child_does(monkeypatch, "import time; time.sleep(60)"):
        late = refused(b"x", replace(LIMITS, wall_seconds=0.3))

    assert late.reason == "timeout"
    assert not late.permanent  # the machine may have been busy
    assert time.monotonic() - began < 5.0


def test_it_gets_no_more_of_the_processor_than_it_is_given() -> None:
    spent = refused(flac_of_zeros(3600, rate=48_000), replace(LIMITS, cpu_seconds=1, ratio=10**9))

    assert spent.reason == "timeout"
    assert spent.permanent


def test_a_child_that_is_killed_from_outside_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with child_does(monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"):
        killed = refused(b"x")

    assert killed.reason == "killed"
    assert not killed.permanent


@pytest.mark.parametrize("end", ["os.abort()", "os.kill(os.getpid(), signal.SIGSEGV)", "sys.exit(3)", "1 / 0"])
def test_a_child_that_falls_over_the_file_says_that_it_is_corrupt(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    no_core = "import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); "
    with child_does(monkeypatch, f"import os, signal, sys; {no_core}sys.stdin.buffer.read(); {end}"):
        assert refused(b"x" * 300_000).reason == "corrupt"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\n",
        b"not json\n",
        b"[]\n",
        b"[" * 100_000,
        b"{}\n\xff",
        b'{"error": "263770001234"}\n',
        b'{"error": ["timeout"]}\n',
        b'{"seconds": NaN, "waveform": [], "silences": []}\n\xff',
        b'{"seconds": 1e308, "waveform": [], "silences": []}\n\xff',
        b'{"seconds": 1, "waveform": [[1]], "silences": []}\n\xff',
        b'{"seconds": 1, "waveform": [[-200, 5]], "silences": []}\n\xff',
        b'{"seconds": 1, "waveform": [["<b>", 5]], "silences": []}\n\xff',
        b'{"seconds": 1, "waveform": [], "silences": [[0, "x"]]}\n\xff',
        b'{"seconds": 1, "waveform": [], "silences": []}\n<html>',
        b'{"seconds": 1, "waveform": 7, "silences": []}\n\xff',
    ],
)
def test_no_answer_of_the_child_is_believed_unseen(answer: bytes) -> None:
    with pytest.raises(SoundError) as caught:
        read_rendered(answer)
    assert caught.value.reason == "corrupt"
    with pytest.raises(SoundError):
        read_prompt(answer)


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_LARGEST_ANSWER", 1_000_000)
    with child_does(monkeypatch, "import sys\nwhile True: sys.stdout.buffer.write(bytes(65536))"):
        assert refused(b"x").reason == "corrupt"


def test_answers_are_read_as_they_were_written() -> None:
    rendered = Rendered(b"\xff\xf3\n\n{}", 1.5, ((-1, 2), (0, 0)), ((0.1, 0.9),))

    assert read_rendered(written_rendered(rendered)) == rendered
    with pytest.raises(SoundError, match="bomb"):
        read_rendered(written_error("bomb"))


def probe(program: str) -> str:
    """Run a program in a child that has bounded itself and shut itself in, and give what it says."""
    shut_in = (
        "import os, sys, socket, subprocess, resource; from gateway.voice import apart; from handlers.voice.terms import Limits\n"
    )
    shut_in += "apart.bound(Limits()); apart.shut()\n"
    told = subprocess.run(
        [sys.executable, "-c", shut_in + program], env=sandbox._ENVIRONMENT, capture_output=True, text=True, timeout=20
    )
    return told.stdout.strip() or told.stderr


@pytest.mark.parametrize(
    "deed",
    ["open('/etc/passwd')", "open('/tmp/left-behind', 'w')", "socket.socket()", "os.pipe()", "subprocess.run(['/bin/true'])"],
)
def test_it_can_open_nothing_once_it_works(deed: str) -> None:
    said = probe(f"try: {deed}\nexcept OSError: print('refused')\nelse: print('done')")

    assert said == "refused"


def test_it_holds_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IZWI_TWILIO_AUTH_TOKEN", "canary")

    assert "canary" not in probe("print(dict(os.environ))")
    assert set(sandbox._ENVIRONMENT) & {name for name in os.environ if name.startswith("IZWI_")} == set()


def test_it_is_nobody_where_it_was_root() -> None:
    user = probe("print(os.getuid(), os.getgroups() if os.getuid() == 65534 else '')")

    assert user == ("65534 []" if os.geteuid() == 0 else str(os.geteuid()))
    assert "refused" in probe(
        "try: resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))\nexcept (ValueError, OSError): print('refused')"
    )


def test_it_leaves_no_file_and_no_core(tmp_path: Path) -> None:
    limits = probe("print(resource.getrlimit(resource.RLIMIT_FSIZE)[1], resource.getrlimit(resource.RLIMIT_NOFILE)[1])")

    assert limits == "0 0"
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 0  # here it is as before


def test_it_ends_when_whoever_asked_ends(tmp_path: Path) -> None:
    asked = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, subprocess, sys; from gateway.voice import sandbox\n"
            "child = subprocess.Popen(sandbox._COMMAND, stdin=subprocess.PIPE, env=sandbox._ENVIRONMENT)\n"
            "print(child.pid, flush=True); os.read(0, 1)",
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert asked.stdout is not None
    child = int(asked.stdout.readline())
    asked.send_signal(signal.SIGKILL)
    asked.communicate()

    deadline = time.monotonic() + 20
    while Path(f"/proc/{child}").exists() and Path(f"/proc/{child}/stat").read_text().split()[2] != "Z":
        assert time.monotonic() < deadline
        threading.Event().wait(0.02)


def test_a_request_is_as_it_was_written() -> None:
    from gateway.voice.framing import read_request, written_request

    request = Request("render", replace(LIMITS, seconds=5.0), "strong", 0.8)

    assert read_request(written_request(request)) == request
