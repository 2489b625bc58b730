"""`./izwi monitor` and `./izwi prompt` do on the command line what their pages do, and show no name without a coordinator."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.settings import load_settings
from gateway import spoken, wiring
from gateway.cli.__main__ import izwi
from handlers.errors import SoundError
from handlers.protection.monitor_keys import MonitorKeys
from handlers.records import Role
from handlers.voice.terms import Prompt
from storage.migrating import upgrade
from tests.conftest import CHEAP, PASSWORD

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A founded desk with one coordinator, and a way to run commands on it."""
    (tmp_path / "boot.secret").write_text("ab" * 32, encoding="ascii")
    (tmp_path / "boot.secret").chmod(0o600)
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    monkeypatch.setenv("IZWI_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("IZWI_BOOT_SECRET_FILE", str(tmp_path / "boot.secret"))
    monkeypatch.setenv("IZWI_LINES", "twilio:+12065550100=text+voice")
    monkeypatch.setattr(spoken, "monitor_keys", lambda house: MonitorKeys(house.boot.derive("monitors"), CHEAP))
    monkeypatch.setattr(spoken, "normalise_prompt_apart", _normalised)
    with wiring.open_house(load_settings()) as house:
        upgrade(house.database)
        house.people._cost = CHEAP
        private, _ = house.people.found()
        house.people.add("tariro", Role.COORDINATOR, PASSWORD, held=private)
    return lambda *arguments: CliRunner().invoke(izwi, list(map(str, arguments)))


def _normalised(data: bytes) -> Prompt:
    if not data.startswith(b"RIFF"):
        raise SoundError("not_audio")
    return Prompt(wav=data, seconds=1.2, faults=())


def test_a_monitor_is_added_without_any_password_and_named_only_to_a_coordinator(run: Run, tmp_path: Path) -> None:
    added = run("monitor", "add", "Shumba", "--language", "sn", "--grade", "B")
    code, pin = re.findall(r"^ +(?:code|PIN) +(\d+)", added.output, re.MULTILINE)

    with wiring.open_house(load_settings()) as house:
        assert spoken.monitors(house).check(code, pin).outcome == "right"
    assert "Shumba" not in run("monitor", "list").output
    known = run("monitor", "list", "--by", "tariro", "--password-file", tmp_path / "password").output
    assert "Shumba" in known and code not in known and pin not in known


def test_a_monitor_is_suspended_by_the_id_that_the_list_shows(run: Run) -> None:
    run("monitor", "add", "Shumba", "--language", "sn")
    name = run("monitor", "list").output[:8]

    assert "is suspended" in run("monitor", "suspend", name).output
    assert "suspended" in run("monitor", "list").output
    assert "may report" in run("monitor", "resume", name).output
    assert run("monitor", "suspend", "zz").exit_code == 1
    assert run("monitor", "suspend", "").exit_code == 1


@pytest.mark.parametrize("language", ["sn", "ndau", "nd", "en"])
def test_a_card_is_one_page_that_needs_nothing_else(run: Run, tmp_path: Path, language: str) -> None:
    run("monitor", "add", "Shumba", "--language", "sn")

    assert run("monitor", "card", "--language", language, "--out", tmp_path / "card.html").exit_code == 0
    page = (tmp_path / "card.html").read_text(encoding="utf-8")
    assert "<style>" in page and "Marange" in page and "href=" not in page.replace('href="data:,"', "")
    assert "Shumba" not in page and "+12065550100" not in page


def test_a_number_stands_on_a_card_only_if_it_is_ours_and_asked_for(run: Run) -> None:
    assert "+12065550100" in run("monitor", "card", "--language", "en", "--line", "+12065550100").output
    assert run("monitor", "card", "--language", "en", "--line", "+263770000042").exit_code == 2


def test_a_prompt_is_recorded_listed_written_out_and_removed(run: Run, tmp_path: Path) -> None:
    sound, out = tmp_path / "a.wav", tmp_path / "out.wav"
    sound.write_bytes(b"RIFF a sound")

    assert "2 s. The next caller hears it." in run("prompt", "add", "record", "sn", sound).output
    listed = run("prompt", "list", "--language", "sn").output
    assert re.search(r"^record +2 s$", listed, re.MULTILINE) and "sn: 1 of" in listed
    assert "record  " not in run("prompt", "list", "--language", "sn", "--missing").output
    run("prompt", "play", "record", "sn", "--out", out)
    assert out.read_bytes() == b"RIFF a sound"
    assert "is removed" in run("prompt", "remove", "record", "sn").output
    assert run("prompt", "remove", "record", "sn").exit_code == 1


def test_what_will_not_do_as_a_prompt_is_said_in_a_sentence(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    file.write_bytes(b"%PDF")

    refused = run("prompt", "add", "record", "sn", file)
    assert refused.exit_code == 1 and "This is no sound" in refused.output
    assert run("prompt", "add", "nothing", "sn", file).exit_code == 1


def test_the_check_names_what_is_not_recorded_and_codes_that_were_tried(run: Run) -> None:
    added = run("monitor", "add", "Shumba", "--language", "sn").output
    (code,) = re.findall(r"code +(\d+)", added)
    with wiring.open_house(load_settings()) as house:
        for _ in range(5):
            spoken.monitors(house).check(code, "000000")

    said = run("check").output
    assert "Prompts that nobody recorded" in said
    assert "locked after wrong PINs: 1" in said and "Shumba" not in said
