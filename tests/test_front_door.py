import ast
import fcntl
import importlib.util
import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import pytest

from config.settings import ROOT

DOOR = ROOT / "izwi"


class Installer:
    """Stands for venv, pip and uv: notes what is run, and does of it what the door can see."""

    def __init__(self, door: Any) -> None:
        self.door = door
        self.ran: list[str] = []
        self.outcomes: dict[str, tuple[int, str]] = {}

    def run(self, command: list[str], env: dict[str, str] | None = None) -> tuple[int, str]:
        step = self.step(command)
        self.ran.append(step)
        if step == "venv":
            self.door.PYTHON.parent.mkdir(parents=True, exist_ok=True)
            self.door.PYTHON.touch(mode=0o755)
        return self.outcomes.get(step, (0, ""))

    @staticmethod
    def step(command: list[str]) -> str:
        if "-c" in command:
            return "probe"
        if "venv" in command:
            return "venv"
        return ("uv " if command[0].endswith("/uv") else "pip ") + Path(command[-1]).name


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    loader = SourceFileLoader("front_door", str(DOOR))
    spec = importlib.util.spec_from_loader("front_door", loader)
    assert spec is not None
    module: Any = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    for name in ("INSTALLER", "RUNTIME", "TESTS"):
        path = tmp_path / getattr(module, name).name
        path.write_text("# a list\nfirst==1.0 \\\n    --hash=sha256:00\nsecond==2.0\n")
        setattr(module, name, path)
    module.ROOT = str(tmp_path)
    module.VENV = tmp_path / ".venv"
    module.PYTHON, module.UV = module.VENV / "bin" / "python", module.VENV / "bin" / "uv"
    module.BUSY, module.LOG = module.VENV / "izwi.installing", module.VENV / "izwi-install.log"
    module.as_pip_says, module.pip_configuration = module.pip_configuration, dict
    return module


@pytest.fixture
def installer(door: Any) -> Installer:
    installer = Installer(door)
    door.run = installer.run
    return installer


def test_the_first_use_installs_with_uv_and_says_so(door: Any, installer: Installer, capsys: pytest.CaptureFixture[str]) -> None:
    door.install(door.RUNTIME)

    assert installer.ran == ["venv", "pip requirements-installer.txt", "uv requirements.txt"]
    said = capsys.readouterr()
    assert said.out == ""
    assert "Izwi: installing 2 packages (once) ...\n" in said.err


def test_the_next_use_runs_nothing(door: Any, installer: Installer) -> None:
    door.install(door.RUNTIME)
    installer.ran.clear()

    door.install(door.RUNTIME)

    assert installer.ran == []


def test_new_requirements_are_installed_into_what_is_there(door: Any, installer: Installer) -> None:
    door.install(door.RUNTIME)
    installer.ran.clear()
    door.RUNTIME.write_text("third==3.0\n")

    door.install(door.RUNTIME)

    assert installer.ran == ["probe", "pip requirements-installer.txt", "uv requirements.txt"]


def test_test_tools_are_installed_when_tests_are_asked_for(door: Any, installer: Installer) -> None:
    door.install(door.RUNTIME)

    assert not door.is_installed(door.TESTS)
    door.install(door.TESTS)
    assert installer.ran[-1] == "uv requirements-test.txt"
    assert door.is_installed(door.RUNTIME)


@pytest.mark.parametrize("failing", ["pip requirements-installer.txt", "uv requirements.txt"])
def test_pip_installs_where_uv_cannot(door: Any, installer: Installer, failing: str) -> None:
    installer.outcomes[failing] = (1, "no")

    door.install(door.RUNTIME)

    assert installer.ran[-1] == "pip requirements.txt"
    assert door.is_installed(door.RUNTIME)


def test_an_installation_that_was_cut_off_is_done_anew(door: Any, installer: Installer) -> None:
    installer.outcomes = {"uv requirements.txt": (1, ""), "pip requirements.txt": (1, "")}
    with pytest.raises(door.Trouble):
        door.install(door.RUNTIME)
    half = door.VENV / "lib" / "half-a-package"
    half.mkdir(parents=True)
    installer.outcomes, installer.ran = {}, []

    door.install(door.RUNTIME)

    assert installer.ran[0] == "venv"
    assert not half.exists()
    assert door.is_installed(door.RUNTIME)


def test_another_python_underneath_has_the_folder_made_anew(door: Any, installer: Installer, tmp_path: Path) -> None:
    door.install(door.RUNTIME)
    installer.ran.clear()
    installer.outcomes["probe"] = (1, "")
    door.PYTHON.unlink()
    (tmp_path / "python3.99").touch(mode=0o755)
    door.PYTHON.symlink_to(tmp_path / "python3.99")

    door.install(door.RUNTIME)

    assert installer.ran[:2] == ["probe", "venv"]


@pytest.mark.parametrize(
    ("step", "output", "sentence"),
    [
        ("venv", "ensurepip is not available", "as root: apt install python3."),
        ("venv", "OSError: [Errno 28] No space left on device", "no space left"),
        (
            "pip requirements.txt",
            "Failed to establish a new connection: Temporary failure in name resolution",
            "could not be reached",
        ),
        ("pip requirements.txt", "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "its hash"),
        ("pip requirements.txt", "something else", "izwi-install.log"),
    ],
)
def test_what_is_in_the_way_is_said_in_one_sentence(
    door: Any, installer: Installer, capsys: pytest.CaptureFixture[str], step: str, output: str, sentence: str
) -> None:
    installer.outcomes = {step: (1, output), "uv requirements.txt": (1, "")}

    assert door.main(["status"]) == 2

    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("Izwi: ")
    assert sentence in last


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(
    door: Any, installer: Installer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".venv").touch()

    assert door.main(["status"]) == 2
    assert "expected a folder that this user can write" in capsys.readouterr().err
    assert installer.ran == []


def test_two_uses_at_once_install_once(door: Any, installer: Installer, capsys: pytest.CaptureFixture[str]) -> None:
    door.install(door.RUNTIME)
    installer.ran.clear()
    stamp = door.stamp_of(door.RUNTIME)
    kept = stamp.read_text()
    stamp.unlink()
    flock = fcntl.flock

    def busy_at_first(file: Any, operation: int) -> None:
        if operation & fcntl.LOCK_NB:
            raise BlockingIOError
        stamp.write_text(kept)  # the other one is done now
        flock(file, operation)

    door.fcntl = type("Fcntl", (), {"flock": staticmethod(busy_at_first), "LOCK_EX": fcntl.LOCK_EX, "LOCK_NB": fcntl.LOCK_NB})

    door.install(door.RUNTIME)

    assert "another use is installing" in capsys.readouterr().err
    assert installer.ran == []


def test_what_pip_is_configured_with_reaches_uv_and_no_command_line(
    door: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    door.PYTHON.parent.mkdir(parents=True)
    door.PYTHON.write_text(
        f"#!{sys.executable}\n"
        "print(\"global.index-url='https://user:canary@mirror.example.org/simple'\")\n"
        "print(\"global.extra-index-url='https://a.example.org/simple\\\\nhttps://b.example.org/simple'\")\n"
        "print(\":env:.find-links='/one /two'\")\n"
        "print(\"install.find-links='/ignored'\")\n"
    )
    door.PYTHON.chmod(0o755)
    for name in ("UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)

    configured = door.as_pip_says()
    door.pip_configuration = lambda: configured
    env = door.uv_environment()

    assert configured == {
        "index-url": "https://user:canary@mirror.example.org/simple",
        "extra-index-url": "https://a.example.org/simple\nhttps://b.example.org/simple",
        "find-links": "/one /two",
    }
    assert env["UV_DEFAULT_INDEX"] == configured["index-url"]
    assert env["UV_EXTRA_INDEX_URL"] == "https://a.example.org/simple https://b.example.org/simple"
    assert env["UV_FIND_LINKS"] == "/one,/two"
    assert env["UV_PYTHON_DOWNLOADS"] == "never"
    assert "canary" not in "".join(capfd.readouterr())


def test_no_argument_gives_a_short_help_and_installs_nothing(tmp_path: Path) -> None:
    (tmp_path / "izwi").write_bytes(DOOR.read_bytes())

    ended = subprocess.run([sys.executable, tmp_path / "izwi"], capture_output=True, text=True, timeout=30)

    assert ended.returncode == 0
    assert "./izwi demo" in ended.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["izwi"]


def test_an_older_python_can_read_the_door_to_say_that_it_is_too_old() -> None:
    ast.parse(DOOR.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_the_door_can_be_opened() -> None:
    assert os.access(DOOR, os.X_OK)
    assert DOOR.read_text(encoding="utf-8").startswith("#!/usr/bin/env python3\n")


def test_every_requirement_is_pinned_with_a_hash() -> None:
    for name in ("requirements.txt", "requirements-test.txt", "requirements-installer.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        pinned = [number for number, line in enumerate(lines) if line[:1].isalnum()]

        assert pinned
        assert all("==" in lines[number] and "--hash=sha256:" in lines[number + 1] for number in pinned)
