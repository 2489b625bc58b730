"""Whatever an operator has got wrong is told in one sentence, never in a traceback, and nothing is done by halves."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from config.settings import load_settings
from gateway import wiring
from gateway.cli import __main__ as door
from handlers.desk import people
from handlers.records import Purpose

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on a state folder of its own; give its exit code and what it said."""
    monkeypatch.setattr(door, "close_process", lambda: None)
    monkeypatch.setattr(door, "configure_logs", lambda _level: None)
    monkeypatch.setattr(people, "USUAL_COST", people.Cost(1, 8192 * 1024))
    for name in os.environ:
        if name.startswith("IZWI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("IZWI_STATE_DIR", str(tmp_path / "state"))

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["izwi", *arguments])
        code = door.main()
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.fixture
def founded(run: Run, tmp_path: Path) -> Path:
    """Found a desk; give its state folder."""
    assert run("init", "--yes", "--recovery-dir", str(tmp_path / "sheets"))[0] == 0
    return tmp_path / "state"


@pytest.mark.parametrize("command", ["check", "status", "serve", "init", "user list"])
def test_a_state_folder_that_cannot_be_is_named(run: Run, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("IZWI_STATE_DIR", "/dev/null/izwi")

    code, said = run(*command.split())

    assert code in (1, 2)
    assert "/dev/null/izwi" in said
    assert "set IZWI_STATE_DIR to a folder that can" in said


@pytest.mark.parametrize("command", ["check", "status", "serve", "init"])
def test_a_broken_database_is_said_to_be_one(run: Run, founded: Path, command: str) -> None:
    for file in founded.glob("izwi.db*"):
        file.unlink()
    (founded / "izwi.db").write_bytes(b"no database" * 500)

    code, said = run(command)

    assert (code, said.count("\n")) == (2, 1)
    assert "IZWI_DATABASE_URL" in said


def test_a_database_of_a_newer_izwi_is_left_as_it_is(run: Run, founded: Path) -> None:
    connection = sqlite3.connect(founded / "izwi.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()

    code, said = run("init", "--yes")

    assert (code, said.count("\n")) == (2, 1)
    assert "another version" in said
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    assert run("serve")[0] == 1
    connection.close()


def test_an_exchanged_boot_secret_is_noticed_before_anything_starts(run: Run, founded: Path) -> None:
    _open_periods(founded)
    (founded / "boot.secret").write_text("ab" * 32)

    for command in (["serve"], ["web"], ["worker"], ["clock"], ["init", "--yes"]):
        code, said = run(*command)
        assert (code, said.count("\n")) == (1, 1)
        assert "is not the boot secret that this database was used with" in said
    assert "WRONG  The boot secret is not" in run("check")[1]


def test_after_the_loss_of_the_boot_secret_the_line_goes_on_with_a_new_one(run: Run, founded: Path) -> None:
    _open_periods(founded)
    (founded / "boot.secret").unlink()

    code, _ = run("init", "--yes", "--new-boot-secret")

    assert code == 0
    assert "WRONG" not in run("check")[1]
    _open_periods(founded)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"IZWI_CALL_BACK_PER_DAY": "100/5"}, "leaves no room for one call"),
        ({"IZWI_CALL_BACK_QUIET_HOURS": "00:00-00:00"}, "is shorter than a night"),
    ],
)
def test_what_is_weak_with_calls_of_ours_is_said(
    run: Run, founded: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], said: str
) -> None:
    monkeypatch.setenv("IZWI_LINES", "twilio:+12065550100=text+voice")
    monkeypatch.setenv("IZWI_TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    monkeypatch.setenv("IZWI_TWILIO_AUTH_TOKEN", "token")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    assert said in run("check")[1]
    monkeypatch.setenv("IZWI_CALL_BACK", "false")
    assert said not in run("check")[1]


def _open_periods(state: Path) -> None:
    with wiring.open_house(load_settings({"IZWI_STATE_DIR": str(state)})) as house:
        for purpose in Purpose:
            house.keyring.current(purpose)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("twilio:+12065550100=text", "No line carries voice"),
        ("twilio:+12065550100=voice", "but twilio is not set up"),
        ("handset:+263770000099=text+voice", "only twilio and africastalking bring calls"),
    ],
)
def test_check_says_what_is_missing_for_calls(
    run: Run, founded: Path, monkeypatch: pytest.MonkeyPatch, lines: str, said: str
) -> None:
    monkeypatch.setenv("IZWI_LINES", lines)

    assert said in run("check")[1]


def test_check_names_the_prompts_that_a_language_has_no_words_for(
    run: Run, founded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IZWI_LINES", "twilio:+12065550100=text+voice")
    monkeypatch.setenv("IZWI_TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    monkeypatch.setenv("IZWI_TWILIO_AUTH_TOKEN", "token")

    said = run("check")[1]

    assert "prompts have no words in prompts/voice.ndau.txt and are spoken in English: group_1" in said
    assert "voice.sn.txt" not in said
