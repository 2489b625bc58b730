"""The lists in force, for the whole life of a process: a version that is saved anywhere is taken up within a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from config.lists import ListProblem
from config.logs import get_log
from gateway.lists.merging import Compiled, compile_lists, faults_of
from gateway.lists.versions import Saved, Version, Versions

log = get_log(__name__)
T = TypeVar("T")

_LOOK_AGAIN_SECONDS = 1.0
_AWAY = (OperationalError, InterfaceError, TimeoutError)
_NOTHING_SAVED = Saved(0, {})


@dataclass(frozen=True, slots=True)
class InForce:
    """What is in force: compiled, the texts in place of shipped ones, their numbers, and why a newer version is not in force."""

    compiled: Compiled = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    numbers: Mapping[str, int]
    faults: tuple[str, ...]
    revision: int


def choose(folder: Path, saved: Saved) -> InForce:
    """Give the newest versions that are right together. Of a list that is not, the version before it is taken, and at last the
    one that ships. Raise `ListProblem` if even the lists that ship are wrong."""
    faults: list[str] = []
    stacks = {name: [each for each in versions if each.text is not None] for name, versions in saved.versions.items()}
    for name, versions in saved.versions.items():
        if versions[0].text is None:
            faults.append(f"{name}: version {versions[0].number} does not open with this boot secret.")
    while True:
        tops = {name: stack[0] for name, stack in stacks.items() if stack}
        texts = {name: top.text or "" for name, top in tops.items()}
        try:
            compiled = compile_lists(folder, texts)
        except ListProblem as problem:
            if not tops:
                raise
            faults += _step_back(problem, tops, stacks)
            continue
        return InForce(compiled, texts, {name: top.number for name, top in tops.items()}, tuple(faults), saved.revision)


def _step_back(problem: ListProblem, tops: Mapping[str, Version], stacks: dict[str, list[Version]]) -> list[str]:
    """Let go of the versions that are named as wrong; of all, where the lists that ship are wrong beside them."""
    wrong = faults_of(problem)
    named = {fault.name for fault in wrong} & tops.keys()
    told = []
    for name in sorted(named or tops):
        reason = next((f"line {fault.line}: {fault.reason}" for fault in wrong if fault.name == name), problem.problems[0])
        told.append(f"{name}: version {tops[name].number} cannot be used ({reason}).")
        stacks[name].pop(0)
    return told


class LiveLists:
    """Gives the lists in force."""

    def __init__(self, folder: Path, versions: Versions, *, held: InForce | None = None) -> None:
        self.folder = folder
        self._versions = versions
        self._held = held
        self._shipped: InForce | None = None
        self._look_again_at = 0.0
        self._lock = threading.Lock()

    def now(self) -> InForce:
        """Give what is in force now. While the database is away, it is what was; at the very start, what ships."""
        held = self._held
        if held is None:
            with self._lock:
                held = self._held or self._renewed(None)
        elif time.monotonic() >= self._look_again_at and self._lock.acquire(blocking=False):
            try:  # one thread looks; the others go on with what they have
                held = self._renewed(held)
            finally:
                self._lock.release()
        return held

    def shipped(self) -> InForce:
        """Give the lists as they ship."""
        now = self.now()
        if not now.numbers:
            return replace(now, revision=_NOTHING_SAVED.revision)
        self._shipped = self._shipped or choose(self.folder, _NOTHING_SAVED)
        return self._shipped

    def look_again(self) -> InForce:
        """Take up what was saved, without waiting for the next second."""
        with self._lock:
            return self._renewed(self._held)

    def _renewed(self, held: InForce | None) -> InForce:
        self._look_again_at = time.monotonic() + _LOOK_AGAIN_SECONDS
        try:
            if held is not None and self._versions.revision() == held.revision:
                return held
            saved = self._versions.saved()
        except _AWAY:
            if held is not None:
                return held
            saved = _NOTHING_SAVED  # what was saved is taken up as soon as the database is back
        self._held = held = self._chosen(saved, held)
        return held

    def _chosen(self, saved: Saved, held: InForce | None) -> InForce:
        try:
            chosen = choose(self.folder, saved)
        except ListProblem:
            if held is None:
                raise
            log.error("lists_not_renewed")
            return replace(held, revision=saved.revision)
        if held is not None:
            chosen.compiled.lookups  # noqa: B018 - made here, by the one thread that looks: the others go on with what they have
            log.info("lists_renewed")
        return chosen


class Renewed(Generic[T]):
    """Gives a thing that is made of lists, and makes it anew when other lists are in force."""

    def __init__(self, live: LiveLists, make: Callable[[], T]) -> None:
        self._live = live
        self._make = make
        self._made: tuple[InForce, T] | None = None

    def __call__(self) -> T:
        """Give it as the lists in force have it."""
        lists = self._live.now()
        made = self._made
        if made is None or made[0].compiled is not lists.compiled:
            made = self._made = (lists, self._make())
        return made[1]
