"""Whatever is killed between a hang-up and the disguise, each call that was spoken in is there once, whole, and sealed."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from hashlib import sha256
from typing import Any

import pytest

from config.settings import load_settings
from gateway import wiring
from gateway.providers.simulator.caller import Stuck, dial
from gateway.providers.simulator.sound import read, to_mp3, to_wav
from gateway.providers.simulator.speech import babbled
from gateway.upkeep import upkeep_of
from gateway.workbenches import workbench
from handlers.protection.blob_sealing import SealedBlob
from handlers.protection.keyring import DeskKeyring
from handlers.protection.people import open_with
from handlers.protection.sealing import Place, open_sealed
from handlers.records import MessageKind, Recording, RecordingState, WorkKind
from handlers.voice.kept import open_known
from handlers.work.workbench import lease_of
from tests.journeys.calling import go_through, recordings_at
from tests.journeys.conftest import PASSWORD, wait_for

CALLS = int(os.environ.get("IZWI_TEST_CALLS", "24"))
KILLS = CALLS // 2
KILLED = ("gunicorn", "worker", "clock", "redis", "sandbox")
FINISHED = (WorkKind.TRIAGE, WorkKind.FETCH, WorkKind.DISGUISE, WorkKind.ERASE)
_MOST_TRIES = 8
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Killer:
    """Kills processes of a line at random, until it is told to stop and has killed each kind."""

    def __init__(self, line: Any) -> None:
        self.killed: Counter[str] = Counter()
        self.web = threading.Lock()  # whoever holds it keeps the web process alive
        self._line, self._chance, self._stopped = line, random.Random(20261126), threading.Event()
        self._thread = threading.Thread(target=self._kill)

    def __enter__(self) -> Killer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(60)

    def _kill(self) -> None:
        while not self._stopped.wait(self._chance.uniform(0.2, 1.2)):
            kind, process = self._chosen()
            if kind == "gunicorn" and not self.web.acquire(blocking=False):
                continue
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
                self.killed[kind] += 1
            if kind == "gunicorn":
                self.web.release()

    def _chosen(self) -> tuple[str, int]:
        """Choose a kind, those first that were not killed yet, and one process of it. The sandbox lives for a moment only: it is
        looked out for."""
        while True:
            alive = [(name.replace("valkey", "redis"), pid) for pid, name in self._line.children().items()]
            kinds = sorted({name for name, _ in alive if name in KILLED})
            if kinds and ("sandbox" in kinds or self._chance.random() < 0.05):
                kind = self._chance.choice([name for name in kinds if name not in self.killed] or kinds)
                return self._chance.choice([each for each in alive if each[0] == kind])
            time.sleep(0.02)


def test_each_call_is_there_once_whole_and_sealed_whatever_was_killed(line: Any, eventually: Callable[..., Any]) -> None:
    # Given calls at both providers, while processes of every kind are killed
    with Killer(line) as killer, ThreadPoolExecutor(4) as pool:
        said = [digest for digest in pool.map(lambda place: _call(line, killer, place), range(CALLS)) if digest is not None]
        eventually(lambda: set(killer.killed) == set(KILLED) and killer.killed.total() >= KILLS, seconds=90)
    line.stop()
    states = Counter(recording.state.value for recording in recordings_at(line))
    print(f"{len(said)} of {CALLS} calls were spoken in; killed: {dict(killer.killed)}; then: {dict(states)}")  # noqa: T201
    assert len(said) > CALLS // 2, "hardly anybody could speak: the killing left no time to live"

    # When others take up what the dead left lying, and the provider is asked for what no callback told
    with wiring.open_house(load_settings(line.env)) as house:
        upkeep_of(house).reconcile()
        _finish(house)
        upkeep_of(house).sweep_blobs()

        # Then there is one of everything, the original under the desk's key alone
        with house.units[1]() as unit:
            recordings, calls = unit.recordings.all(), unit.messages.all(kind=MessageKind.CALL)
            findings = Counter(row.message_id for row in unit.findings.all(author_id=None))
            waiting = unit.work.count(kind=FINISHED)
        assert Counter(recording.state for recording in recordings) == {RecordingState.DISGUISED: len(said)}
        assert Counter(_originals(house, recordings)) == Counter(said)
        names = sorted(name for recording in recordings for name in (recording.original_blob, recording.disguised_blob))
        assert sorted(house.blobs.names()) == names
        assert findings == Counter(message.id for message in calls)
        assert waiting == 0


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


def _finish(house: Any) -> None:
    """Do all work whose worker is dead, once its lease is over."""
    began = house.clock
    for round_ in range(1, 6):
        later = round_ * lease_of(WorkKind.DISGUISE)
        house.clock = lambda later=later: began() + later
        bench = workbench(house)
        with house.units[1]() as unit:
            waiting = unit.work.all(kind=FINISHED)
        for work in waiting:
            bench.do(work.id)
    house.clock = began


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
