"""Editing: show the lists, try a change, save it as a version if everything is right with it, give an older version back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from config.example_lines import LEARNED
from gateway.lists.live import InForce, LiveLists, choose
from gateway.lists.merging import Compiled, compile_lists, list_names, may_begin, shipped_text
from gateway.lists.versions import Saved, Version, Versions
from handlers.desk.office import Unfinished, new_id, required
from handlers.desk.people import SignedIn
from handlers.errors import Conflict, NotFound
from handlers.ports import Clock, OpenUnit
from handlers.protection.boot import BootSecret
from handlers.protection.people import DESK
from handlers.records import Audit
from storage.queries import list_revision

LANGUAGES = {
    "sn": "Shona",
    "manyika": "Manyika",
    "ndau": "Ndau",
    "nd": "Ndebele",
    "en": "English",
    "operator": "the desk's own",
}
SHIPPED = 0  # the number that a list has as it ships
LONGEST_LIST = 300_000  # characters: what a form may carry, with room for signs that travel as several bytes
_LONGEST_LEARNED = 10_000_000  # written by a command, never through a form
_FORMAT = re.compile(r"(?: The)? format\b.*|  .*| One a line:.*", re.IGNORECASE)
_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list as the table of lists shows it. `author_id` and `hour` are of the newest version, if there is one."""

    name: str
    meaning: str
    language: str
    lines: int
    number: int
    hour: int | None = None
    author_id: str | None = None
    is_held_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A list as its page shows it: the newest version, whether it is in force or not."""

    listed: Listed
    text: str = field(repr=False)
    faults: tuple[str, ...] = ()
    versions: tuple[Version, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Changed:
    """One line of a difference: its number, and whether it is new or gone."""

    line: int
    text: str = field(repr=False)
    is_new: bool


class Editing:
    """Works on lists for people. One change is saved at a time, over all lists: what is right alone may be wrong together."""

    def __init__(self, live: LiveLists, versions: Versions, *, writing: OpenUnit, clock: Clock) -> None:
        self._live = live
        self._versions = versions
        self._writing = writing
        self._clock = clock

    def as_shipped(self, boot: BootSecret, *, writing: OpenUnit, reading: OpenUnit) -> Editing:
        """Give the editing of another desk, which nobody has changed a list of yet."""
        versions = Versions(boot, reading)
        return Editing(
            LiveLists(self._live.folder, versions, held=self._live.shipped()), versions, writing=writing, clock=self._clock
        )

    def in_force(self) -> InForce:
        """Give the lists in force."""
        return self._live.now()

    def index(self) -> list[Listed]:
        """Give every list."""
        held, saved = self._live.look_again(), self._versions.saved()
        names = sorted({*list_names(self._live.folder), *saved.versions})
        return [self._listed(name, saved, held) for name in names]

    def may_begin(self) -> tuple[str, ...]:
        """Name the lists that are not there yet but could be."""
        known = self._versions.saved().versions
        return tuple(name for name in may_begin(self._live.folder) if name not in known)

    def show(self, name: str, who: SignedIn | None = None) -> Shown:
        """Give a list; raise `NotFound`."""
        saved = self._versions.saved(desk=who.keys.get(DESK) if who else None)
        if name not in (*list_names(self._live.folder), *may_begin(self._live.folder), *saved.versions, LEARNED):
            raise NotFound("a list")
        held = self._live.look_again()
        faults = tuple(fault for fault in held.faults if fault.startswith(f"{name}:"))
        return Shown(
            listed=self._listed(name, saved, held),
            text=self._text(name, saved),
            faults=faults,
            versions=tuple(saved.versions.get(name, ())),
        )

    def version(self, name: str, number: int, who: SignedIn | None = None) -> Version:
        """Give one version of a list, `SHIPPED` included; raise `NotFound`."""
        shown = self.show(name, who)
        if number == SHIPPED:
            return Version(name=name, number=SHIPPED, hour=0, author_id=None, text=shipped_text(self._live.folder, name))
        found = next((version for version in shown.versions if version.number == number), None)
        if found is None:
            raise NotFound("a version")
        return found

    def attempt(self, name: str, text: str) -> Compiled:
        """Give what would be in force if this were saved. Raise `ListProblem` with every fault."""
        return self._compiled(name, text, self._versions.saved())

    def save(self, who: SignedIn | None, name: str, text: str, *, seen: int, reason: str, restores: int | None = None) -> InForce:
        """Save a new version. Raise `ListProblem`, `Unfinished`, or `Conflict` if it is no longer as the person saw it."""
        why = required(reason, "Say in a few words why: the next person must be able to follow.")
        if len(text) > (_LONGEST_LEARNED if name == LEARNED else LONGEST_LIST):
            raise Unfinished(f"A list of more than {LONGEST_LIST:,} characters cannot be kept. Please shorten it.")
        for _ in range(_TRIES):
            saved = self._versions.saved()
            if saved.number(name) != seen:
                raise Conflict("Somebody saved this list meanwhile.")
            if text == self._text(name, saved):
                raise Unfinished("Nothing was changed: there is nothing to save.")
            self._compiled(name, text, saved)
            version = Version(
                name=name,
                number=seen + 1,
                hour=int(self._clock() // 3600),
                author_id=who.person.id if who else None,
                text=text,
                reason=why,
                restores=restores,
            )
            if self._add(version, base=saved.revision):
                return self._live.look_again()
        raise Conflict("Others are saving lists just now. Try again.")

    def restore(self, who: SignedIn | None, name: str, number: int, *, seen: int, reason: str) -> InForce:
        """Save an older version anew. Raise as `save` does, and `NotFound`."""
        text = self.version(name, number, who).text
        if text is None:
            raise Unfinished("This version does not open with the keys at hand. A coordinator can restore it on the page.")
        return self.save(who, name, text, seen=seen, reason=reason, restores=number)

    def _add(self, version: Version, *, base: int) -> bool:
        """Keep a version and note who saved it, in one transaction, unless anything was saved since it was checked."""
        with self._writing() as unit:
            if list_revision(unit) != base or not self._versions.add(unit, version, revision=base + 1):
                return False
            action = f"saved version {version.number} of a list"
            subject = f"list {base + 1}"
            unit.audits.add(Audit(id=new_id(), hour=version.hour, person_id=version.author_id, action=action, subject_id=subject))
            unit.commit()
        return True

    def _compiled(self, name: str, text: str, saved: Saved) -> Compiled:
        """Compile what is in force with one list changed; a version that is held back stays so, unless it is the one changed."""
        texts = dict(choose(self._live.folder, saved).texts)
        return compile_lists(self._live.folder, {**texts, name: text})

    def _text(self, name: str, saved: Saved) -> str:
        newest = next(iter(saved.versions.get(name, ())), None)
        if newest is None or newest.text is None:
            return shipped_text(self._live.folder, name)
        return newest.text

    def _listed(self, name: str, saved: Saved, held: InForce) -> Listed:
        text = self._text(name, saved)
        newest = next(iter(saved.versions.get(name, ())), None)
        return Listed(
            name=name,
            meaning=meaning(text),
            language=LANGUAGES.get(name.split(".")[1], "") if name.count(".") == 2 else "",
            lines=sum(1 for line in text.splitlines() if line.partition("#")[0].strip()),
            number=newest.number if newest else SHIPPED,
            hour=newest.hour if newest else None,
            author_id=newest.author_id if newest else None,
            is_held_back=newest is not None and held.numbers.get(name, SHIPPED) != newest.number,
        )


def meaning(text: str) -> str:
    """Give what a list says of itself in its first line."""
    first = text.partition("\n")[0]
    return _FORMAT.sub("", first.removeprefix("#").strip()).strip() if first.startswith("#") else ""


def changes(old: str, new: str) -> list[Changed]:
    """Give the lines that are gone and those that are new, in the order of the list."""
    return list(_changes(old.splitlines(), new.splitlines()))


def tidy(text: str) -> str:
    """Give a text as a list keeps it: plain line ends, one at the end."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    return f"{plain}\n" if plain else ""


def _changes(old: list[str], new: list[str]) -> Iterator[Changed]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from (Changed(at + 1, old[at], is_new=False) for at in range(a, b))
            yield from (Changed(at + 1, new[at], is_new=True) for at in range(c, d))
