"""`./izwi user`: what can be done for people without a page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import ROOT

PASSWORD = "correct horse battery"
NEW = "another horse staple"


@pytest.fixture
def run(tmp_path: Path, redis_url: str):
    """Run a command on a founded desk, to its end."""
    (tmp_path / "pw").write_text(PASSWORD, encoding="utf-8")
    (tmp_path / "new").write_text(NEW, encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if not name.startswith("IZWI_")}
    env |= {
        "IZWI_STATE_DIR": str(tmp_path / "state"),
        "PYTHONPATH": str(ROOT),
        "PYTHONSAFEPATH": "1",
        "IZWI_REDIS_URL": redis_url,
    }

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "gateway.cli", *words]
        return subprocess.run(line, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=110)

    people = ["--coordinator", "tariro:pw", "--coordinator", "rudo:pw"]
    made = command("init", "--yes", *people, "--recovery-dir", "sheets")
    assert made.returncode == 0, made.stderr
    return command


def test_a_password_is_changed_by_who_knows_it(run) -> None:
    wrong = run("user", "password", "tariro", "--password-file", "new", "--new-password-file", "new")
    right = run("user", "password", "tariro", "--password-file", "pw", "--new-password-file", "new")
    by_new = run(
        "user", "add", "chipo", "--role", "approver", "--by", "tariro", "--by-password-file", "new", "--password-file", "pw"
    )

    assert wrong.returncode == 2 and "not right" in wrong.stderr
    assert right.returncode == 0, right.stderr
    assert by_new.returncode == 0, by_new.stderr


def test_the_other_commands_do_what_they_say_and_name_nobody_who_is_not_there(run) -> None:
    for words in (("invite", "chipo", "--role", "coordinator"), ("sessions", "tariro"), ("sessions", "tariro", "--end")):
        done = run("user", *words)
        assert done.returncode == 0, done.stderr
    for command in ("unlock", "reset"):
        assert run("user", command, "tariro").returncode == 0
        nobody = run("user", command, "nobody")
        assert nobody.returncode == 2 and "nobody is called" in nobody.stderr
