"""The main job, end to end, over real HTTP: a person texts the line, and a verified entry stands in the case log."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from config.settings import ROOT, load_settings
from gateway import wiring
from gateway.providers.simulator.side import TypedText
from gateway.upkeep import upkeep_of
from handlers.errors import KeyDestroyed
from handlers.records import Purpose
from tests.journeys.browsing import Browser

PASSWORD = "correct horse battery"
NUMBERS = {
    "twilio": "+263770000011",
    "africastalking": "+263770000012",
    "handset": "+263770000013",
    "whatsapp": "+263770000014",
}
TOLD = "Masoja arova vanhu vatatu paChirasika nhasi mangwanani, mumwe akatyoka ruoko. Batsirai."


def texted(line: Any, said: str, *, way: str = "twilio", number: str = NUMBERS["twilio"], **more: Any) -> list[int]:
    phone = line.simulator.network.phones.find(number)
    _, outcomes = line.simulator.desk.type_text(TypedText(phone=phone, line=way, text=said, **more))
    return [outcome.status for outcome in outcomes]


@pytest.mark.parametrize(("way", "number"), NUMBERS.items())
def test_a_text_reaches_the_case_log(shared_line: Any, eventually: Any, way: str, number: str) -> None:
    # When a person texts the line, and the text is delivered five times at once
    line = shared_line
    tariro, rudo = Browser(line.url).sign_in("tariro", PASSWORD), Browser(line.url).sign_in("rudo", PASSWORD)
    before, accepted = set(tariro.reports()), line.status()["deliveries.accepted"]
    assert texted(line, TOLD, way=way, number=number, times=5, at_once=True) == [200] * 5
    (page,) = eventually(lambda: set(tariro.reports()) - before, seconds=20)

    # Then there is one report, and its language, place, category and priority are found
    eventually(lambda: "Beating" in tariro.get(page).text)
    shown = tariro.get(page).text
    assert all(word in shown for word in ("Shona", "Chirasika"))
    assert line.status()["deliveries.accepted"] == accepted + 1

    # When it is answered, graded, proposed and approved by the second person
    tariro.act(page, "reply", reply="Tatenda. Dzimai meseji ino.", why="answer")
    tariro.verify(page)
    proposal = tariro.propose(page, f"Diggers were beaten by guards, told by {way}; one was taken to a clinic.")
    rudo.act(proposal, "approve")

    # Then the answer is on the phone, the entry in the log, and its export holds to outsiders
    phone = line.simulator.network.phones.find(number)
    eventually(lambda: any("Tatenda. Dzimai" in bubble.text for bubble in phone.bubbles))
    file = line.folder / "log.json"
    line.run("log", "export", str(file), "--by", "focal", "--password-file", str(line.folder / "focal.password"))
    assert line.run("log", "verify", str(file)).returncode == 0
    entry = json.loads(file.read_text(encoding="utf-8"))["entries"][-1]["content"]
    assert f"told by {way}" in entry["summary"] and "Masoja" not in json.dumps(entry)
    forwarded = line.folder / "forwarded"
    assert eventually(lambda: any(f"told by {way}" in file.read_text(encoding="utf-8") for file in forwarded.glob("*.json")))


def test_a_text_that_no_webhook_brought_is_brought_by_asking_the_provider(new_line: Any, eventually: Any) -> None:
    line = new_line()
    texted(line, TOLD, with_webhook=False)

    with wiring.open_house(load_settings(line.env)) as house:
        upkeep_of(house).reconcile()
        upkeep_of(house).reconcile()
        with house.units[1]() as unit:
            assert unit.messages.count() == 1


def test_without_the_boot_secret_nothing_opens_and_once_the_day_is_closed_not_with_it_either(line: Any, eventually: Any) -> None:
    texted(line, TOLD)
    eventually(lambda: line.status()["reports.open"])
    line.stop()
    settings = load_settings(line.env)
    secret = settings.boot_secret_file.read_bytes()

    # Given a state folder that was taken with the boot secret elsewhere, no command opens it
    settings.boot_secret_file.unlink()
    refused = line.run("status", check=False)
    assert refused.returncode == 2 and "no boot secret" in refused.stderr
    assert not any(secret.strip() in path.read_bytes() for path in line.state.rglob("*") if path.is_file())

    # When the day is over and the clock has closed it
    settings.boot_secret_file.write_bytes(secret)
    with wiring.open_house(settings) as house:
        wraps = _wraps(house)
        assert wraps and house.keyring.key(next(iter(wraps)))
        house.clock = _later(house.clock, days=2)
        upkeep_of(house).close_periods()

    # Then the boot secret opens it no more, and no file holds what it opened
    with wiring.open_house(settings) as house:
        for period_id, wrap in wraps.items():
            with pytest.raises(KeyDestroyed):
                house.keyring.key(period_id)
            assert not any(wrap in path.read_bytes() for path in line.state.rglob("*") if path.is_file())


def test_an_outsider_needs_one_file_and_python_to_check_the_log(new_line: Any, tmp_path: Path) -> None:
    line = new_line()
    file = tmp_path / "log.json"
    line.run("log", "export", str(file), "--by", "focal", "--password-file", str(line.folder / "focal.password"))
    alone = tmp_path / "verify.py"
    alone.write_bytes((ROOT / "handlers" / "caselog" / "verify.py").read_bytes())

    import subprocess

    done = subprocess.run([sys.executable, "-I", "-S", str(alone), str(file)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\b0 entries\b", done.stdout)


def _wraps(house: Any) -> dict[str, bytes]:
    with house.units[1]() as unit:
        return {row.id: row.intake_wrap for row in unit.periods.all() if row.purpose is not Purpose.PSEUDONYM and row.intake_wrap}


def _later(clock: Any, *, days: int) -> Any:
    return lambda: clock() + days * 86_400


def test_the_database_is_as_the_settings_say(new_line: Any) -> None:
    line = new_line()
    with wiring.open_house(load_settings(line.env)) as house, house.database.writing() as connection:
        assert connection.execute(text("PRAGMA secure_delete")).scalar() == 1
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
