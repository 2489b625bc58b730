"""Every text that was answered is there once, triaged, whatever was killed while it came in."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from config.settings import load_settings
from gateway import wiring
from gateway.providers.simulator.side import TypedText
from handlers.protection.keyring import DeskKeyring
from handlers.protection.sealing import Place, open_json
from handlers.records import MessageKind, WorkKind
from handlers.reports import ReportState

TEXTS = int(os.environ.get("IZWI_TEST_TEXTS", "300"))
KILLED = ("gunicorn", "worker", "clock", "redis")
PASSWORD = "correct horse battery"


@pytest.mark.timeout(400)  # how long it takes depends on what was killed, and on how busy the machine is
def test_every_answered_text_is_there_once_and_triaged_whatever_was_killed(line: Any, eventually: Any) -> None:
    chance = random.Random(20261124)
    sending = threading.Event()
    killed: Counter[str] = Counter()
    killer = threading.Thread(target=_kill_at_random, args=(line, chance, sending, killed))

    killer.start()
    with ThreadPoolExecutor(8) as pool:
        answered = [text for text in pool.map(lambda number: _send(line, number), range(TEXTS)) if text]
    sending.set()
    killer.join()
    line.stop()
    line.start()
    eventually(lambda: _is_settled(line), seconds=100, every=1)

    assert len(answered) > TEXTS // 2, "hardly anything was answered: the killing left no time to live"
    assert set(killed) == set(KILLED), f"not everything was killed: {dict(killed)}"
    found, findings, states = _read(line)
    assert {text: found[text] for text in answered if found[text] != 1} == {}
    assert set(found.values()) == {1}
    assert set(findings.values()) == {1}
    assert ReportState.RECEIVED not in states


def _send(line: Any, number: int) -> str | None:
    """Type a text on one of many phones; give it if the line answered that it has it."""
    lines = ("twilio", "africastalking", "handset")
    phone = line.simulator.network.phones.find(f"+2637{(7, 1, 8)[number % 3]}00000{number % 36:02}")
    text = f"Masoja arova vanhu paChirasika, number {number} of the day"
    _, outcomes = line.simulator.desk.type_text(TypedText(phone=phone, line=lines[number % 3], text=text))
    return text if any(outcome.is_taken for outcome in outcomes) else None


def _kill_at_random(line: Any, chance: random.Random, sending: threading.Event, killed: Counter[str]) -> None:
    while not sending.wait(chance.uniform(0.2, 0.8)) or not set(KILLED) <= set(killed):
        kind = chance.choice(KILLED)
        alive = [pid for pid, name in line.children().items() if name.replace("valkey", "redis") == kind]
        if alive:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(alive), signal.SIGKILL)
                killed[kind] += 1


def _is_settled(line: Any) -> bool:
    """Say whether nothing waits in the spool or for triage any more."""
    with wiring.open_house(load_settings(line.env)) as house, house.units[1]() as unit:
        return house.spool.waiting() == 0 and unit.work.count(kind=WorkKind.TRIAGE) == 0


def _read(line: Any) -> tuple[Counter[str], Counter[str], set[ReportState]]:
    """Read every text as a coordinator does, and count the findings of each."""
    with wiring.open_house(load_settings(line.env)) as house:
        signed_in = house.people.sign_in("tariro", PASSWORD)
        desk = DeskKeyring(signed_in.keys["desk"], house.units[1])
        with house.units[1]() as unit:
            messages = unit.messages.all(kind=MessageKind.TEXT)
            findings = Counter(row.message_id for row in unit.findings.all())
            states = {report.state for report in unit.reports.all()}
        texts: Counter[str] = Counter()
        for message in messages:
            place = Place("messages", "content", message.id, message.period)
            texts[open_json(desk.key(message.period), message.content, place)["text"]] += 1
    return texts, Counter({message.id: findings[message.id] for message in messages}), states
