"""`./izwi lists` says and does on the command line what the page does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.lists import ListProblem
from config.settings import load_settings
from gateway import wiring
from gateway.cli.__main__ import izwi
from handlers.records import Role
from storage.migrating import upgrade
from tests.conftest import CHEAP, PASSWORD
from tests.gateway.lists.conftest import SIGNS

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A founded desk with one coordinator, and a way to run commands on it."""
    (tmp_path / "boot").mkdir(mode=0o700)
    (tmp_path / "boot/boot.secret").write_text("ab" * 32, encoding="ascii")
    (tmp_path / "boot/boot.secret").chmod(0o600)
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    monkeypatch.setenv("IZWI_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("IZWI_BOOT_SECRET_FILE", str(tmp_path / "boot/boot.secret"))
    monkeypatch.setenv("IZWI_LISTS_DIR", str(folder))
    with wiring.open_house(load_settings()) as house:
        upgrade(house.database)
        house.people._cost = CHEAP
        private, _ = house.people.found()
        house.people.add("tariro", Role.COORDINATOR, PASSWORD, held=private)

    def run_lists(*arguments: object) -> Result:
        return CliRunner().invoke(izwi, ["lists", *map(str, arguments)])

    return run_lists


@pytest.fixture
def edited(tmp_path: Path, folder: Path) -> Path:
    file = tmp_path / "edited.txt"
    file.write_text((folder / SIGNS).read_text("utf-8") + "NOW: zumbungu\n", encoding="utf-8")
    return file


def by(tmp_path: Path) -> tuple[str, ...]:
    return ("--by", "tariro", "--password-file", str(tmp_path / "password"))


def test_every_list_is_shown_and_one_as_it_stands(run: Run, folder: Path) -> None:
    every, one = run("show"), run("show", SIGNS)

    assert SIGNS in every.output and "English words that say when, who and whether." in every.output
    assert one.output == (folder / SIGNS).read_text("utf-8")


def test_a_change_is_tried_saved_shown_in_the_history_and_taken_back(run: Run, edited: Path, tmp_path: Path) -> None:
    tried = run("try", SIGNS, edited, *by(tmp_path))
    assert "+ NOW: zumbungu" in tried.output and "0 of 0 open reports would move." in tried.output
    assert run("history", SIGNS).output.strip() == "0  as it ships"

    assert "version 1" in run("save", SIGNS, edited, *by(tmp_path), "--reason", "heard").output
    assert "zumbungu" in run("show", SIGNS).output
    assert "version 1, tariro" in run("show").output

    assert "version 2" in run("restore", SIGNS, 0).output
    assert "zumbungu" not in run("show", SIGNS).output
    second, first, shipped = run("history", SIGNS).output.splitlines()
    assert "the command line  [as it ships again]" in second
    assert "tariro  heard" in first and "as it ships" in shipped


def test_restoring_shows_first_what_it_would_change_and_move_and_asks(run: Run, edited: Path, tmp_path: Path) -> None:
    run("save", SIGNS, edited, *by(tmp_path), "--reason", "heard")

    asked = run("restore", SIGNS, 0, *by(tmp_path))
    assert asked.exit_code == 1
    assert "- NOW: zumbungu" in asked.output and "0 of 0 open reports would move." in asked.output
    assert "Restore it?" in asked.output and "zumbungu" in run("show", SIGNS).output

    done = run("restore", SIGNS, 0, *by(tmp_path), "--yes")
    assert "0 of 0 open reports would move." in done.output and "version 2" in done.output
    assert "zumbungu" not in run("show", SIGNS).output and "tariro  [as it ships again]" in run("history", SIGNS).output


def test_a_broken_file_is_refused_with_its_line_and_nothing_is_saved(run: Run, edited: Path, tmp_path: Path) -> None:
    edited.write_text("NOW: now\nLATER: soon\n", encoding="utf-8")

    for command in (("try", SIGNS, edited), ("save", SIGNS, edited, *by(tmp_path), "--reason", "heard")):
        ended = run(*command)
        assert isinstance(ended.exception, ListProblem)
        assert f"{SIGNS}:2: expected 'NOW or SOON" in str(ended.exception)
    assert "version" not in run("show").output


def test_check_says_each_fault_of_a_folder(run: Run, folder: Path) -> None:
    assert run("check").output == "Every line is right.\n"
    with (folder / SIGNS).open("a", encoding="utf-8") as file:
        file.write("LATER: soon\n")

    ended = run("check", folder)

    assert ended.exit_code == 1
    assert f"{SIGNS}:" in ended.output and "1 wrong." in ended.output


def test_a_list_or_version_that_is_not_there_is_said_plainly(run: Run) -> None:
    for command in (("show", "lexicons/sings.sn.txt"), ("history", "../settings.py"), ("restore", SIGNS, 7)):
        ended = run(*command)
        assert ended.exit_code == 1
        assert "there is no such thing as a" in ended.output


def test_the_names_that_the_desk_hides_are_shown_to_a_coordinator_alone(run: Run, tmp_path: Path) -> None:
    names, file = "lexicons/names.operator.txt", tmp_path / "names.txt"
    file.write_text("NAME: Chipochashe\n", encoding="utf-8")
    run("save", names, file, *by(tmp_path), "--reason", "a new monitor")

    for command in (("show", names), ("try", names, file), ("history", names), ("show",)):
        assert "Chipochashe" not in run(*command).output
    assert "--by LOGIN" in run("show", names).output
    assert "Chipochashe" in run("show", names, *by(tmp_path)).output


def test_izwi_check_says_which_list_is_not_in_force(run: Run, edited: Path, tmp_path: Path) -> None:
    run("save", SIGNS, edited, *by(tmp_path), "--reason", "heard")
    with wiring.open_house(load_settings()) as house, house.units[0]() as unit:
        unit.list_versions.change(1, content=b"altered")
        unit.commit()

    checked, listed = CliRunner().invoke(izwi, ["check"]), run("check")

    assert checked.exit_code == 1 and f"WRONG  {SIGNS}: version 1 does not open" in checked.output
    assert listed.exit_code == 1 and SIGNS in listed.output
    assert "NOT IN FORCE" in run("show").output
