"""Whatever is killed between a hang-up and the disguise, each call that was spoken in is there once, whole, and sealed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from config.settings import load_settings
from gateway import wiring
from gateway.providers.simulator.caller import Stuck, dial
from gateway.providers.simulator.sound import read, to_mp3, to_wav
from gateway.providers.simulator.speech import babbled
from gateway.upkeep import upkeep_of
from handlers.protection.blob_sealing import SealedBlob
from handlers.protection.keyring import DeskKeyring
from handlers.protection.people import open_with
from handlers.protection.sealing import Place, open_sealed
from handlers.records import MessageKind, Recording, RecordingState, WorkKind
from handlers.voice.kept import open_known
from handlers.work.workbench import lease_of
from tests.journeys.calling import go_through, recordings_at
from tests.journeys.conftest import PASSWORD, wait_for
from tests.journeys.finishing import KINDS, finish

CALLS = int(os.environ.get("IZWI_TEST_CALLS", "24"))
WORKERS = int(os.environ.get("IZWI_TEST_WORKERS", "10"))  # that are killed while they take up what the dead left
KILLED = ("gunicorn", "worker", "clock", "redis")
_MOST_TRIES = 8
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Killer:
    """Kills processes of a line at random, until it is told to stop and has killed each kind."""

    def __init__(self, line: Any, chance: random.Random) -> None:
        self.killed: Counter[str] = Counter()
        self.web = threading.Lock()  # whoever holds it keeps the web process alive
        self._line, self._chance, self._stopped = line, chance, threading.Event()
        self._thread = threading.Thread(target=self._kill)

    def __enter__(self) -> Killer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join(60)

    def _kill(self) -> None:
        while not self._stopped.wait(self._chance.uniform(0.2, 1.0)) or not set(KILLED) <= set(self.killed):
            alive = [(name.replace("valkey", "redis"), pid) for pid, name in self._line.children().items()]
            kinds = sorted({name for name, _ in alive if name in KILLED or name == "sandbox"})
            kind = self._chance.choice([name for name in kinds if name not in self.killed] or kinds or [""])
            if kind == "gunicorn" and not self.web.acquire(blocking=False):
                continue
            with suppress(ProcessLookupError, IndexError):
                os.kill(self._chance.choice([pid for name, pid in alive if name == kind]), signal.SIGKILL)
                self.killed[kind] += 1
            if kind == "gunicorn":
                self.web.release()


def test_each_call_is_there_once_whole_and_sealed_whatever_was_killed(line: Any) -> None:
    # Given calls at both providers, while processes of every kind are killed
    chance = random.Random(20261126)
    with Killer(line, chance) as killer, ThreadPoolExecutor(4) as pool:
        said = [digest for digest in pool.map(lambda place: _call(line, killer, place), range(CALLS)) if digest is not None]
    line.stop()
    assert len(said) > CALLS // 2, "hardly anybody could speak: the killing left no time to live"

    # When worker after worker takes up what the dead left lying, and is killed over it, too
    with wiring.open_house(load_settings(line.env)) as house:
        upkeep_of(house).reconcile()
    states = [_states(line)]
    for round_ in range(1, WORKERS + 1):
        killer.killed[_killed_worker(line, chance, round_ * lease_of(WorkKind.DISGUISE))] += 1
        states.append(_states(line))
    print(f"{len(said)} of {CALLS} calls were spoken in; killed: {dict(killer.killed)}; on the way: {states}")  # noqa: T201

    # Then, once one is let live, there is one of everything, the original under the desk's key alone
    with wiring.open_house(load_settings(line.env)) as house:
        for round_ in range(1, 4):
            finish(house, seconds=(WORKERS + round_) * lease_of(WorkKind.DISGUISE))
        upkeep_of(house).sweep_blobs()
        with house.units[1]() as unit:
            recordings, calls = unit.recordings.all(), unit.messages.all(kind=MessageKind.CALL)
            findings = Counter(row.message_id for row in unit.findings.all(author_id=None))
            waiting = unit.work.count(kind=KINDS)
        assert Counter(recording.state for recording in recordings) == {RecordingState.DISGUISED: len(said)}
        assert Counter(_originals(house, recordings)) == Counter(said)
        names = sorted(name for recording in recordings for name in (recording.original_blob, recording.disguised_blob))
        assert sorted(house.blobs.names()) == names
        assert findings == Counter(message.id for message in calls)
        assert waiting == 0


def _killed_worker(line: Any, chance: random.Random, later: int) -> str:
    """Let a worker begin, and kill it after a moment, or the sandbox that it listens to; say which."""
    command = [sys.executable, "-m", "tests.journeys.finishing", str(later)]
    with subprocess.Popen(command, env=line.env, cwd=line.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as worker:
        assert worker.stdout is not None and worker.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0.0, 1.5))
        sandboxes = [int(pid) for pid in _children(worker.pid)]
        kind = "sandbox" if sandboxes and chance.random() < 0.3 else "worker"
        with suppress(ProcessLookupError):
            os.kill(sandboxes[0] if kind == "sandbox" else worker.pid, signal.SIGKILL)
        time.sleep(chance.uniform(0.0, 0.2))
        worker.kill()
    return kind


def _children(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return []


def _states(line: Any) -> dict[str, int]:
    return dict(Counter(recording.state.value for recording in recordings_at(line)))


def _call(line: Any, killer: Killer, place: int) -> str | None:
    """Call until something could be said, and hang up while speaking; give the digest of the file that the provider has of it,
    None if nothing ever could be said."""
    provider = ("twilio", "africastalking")[place % 2]
    samples = babbled(f"call {place}", seconds=2.0 + place % 3, voice=place % 8)
    exchange = line.simulator.exchange
    phone = exchange.network.phones.find(f"+2637800003{place:02}")
    for _ in range(_MOST_TRIES):
        with suppress(Stuck, AssertionError):
            talk = dial(exchange, provider, phone.number)
            go_through(talk, "3", "1")
            talk.hear()
            if talk.wanting is not None and talk.wanting.kind == "speech":
                # Africa's Talking offers no list of what its callbacks told nobody, so who takes them lives in that moment.
                with nullcontext() if provider == "twilio" else killer.web:
                    wait_for(line.is_live)
                    talk.speak(to_wav(samples)).hang_up()
                return sha256(to_wav(samples) if provider == "twilio" else to_mp3(samples)).hexdigest()
        exchange.switchboard.forget(phone)
    return None


def _originals(house: Any, recordings: Sequence[Recording]) -> list[str]:
    """Open every original as the desk may, see that its disguise opens too, and give the digest of what was said."""
    private = house.people.sign_in("tariro", PASSWORD).keys["desk"]
    desk, found = DeskKeyring(private, house.units[1]), []
    for recording in recordings:
        period = recording.original_period or ""
        place = Place("recordings", "original_key", recording.id, period)
        sealed = open_sealed(desk.key(period), recording.original_key or b"", place)
        assert len(sealed) != 32, "the gateway could open it still"
        original = SealedBlob(house.blobs, recording.original_blob, open_with(private, sealed)).whole()
        known = open_known(desk.key(recording.period), recording)
        disguised = SealedBlob(house.blobs, recording.disguised_blob, bytes.fromhex(known["key"])).whole()
        assert disguised != original and len(read(disguised)) > 8000
        found.append(sha256(original).hexdigest())
    return found
