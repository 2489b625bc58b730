"""Merge the lists that ship with what people made of them, and compile them: all of it is right, or nothing is taken."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from config.example_lines import EXAMPLE_FILES
from config.lists import LANGUAGES, ListProblem, Lists, read_lists
from handlers.commands import CommandWords, build_command_words
from handlers.errors import ListError
from handlers.replies import Replies, build_answers, build_replies
from handlers.triage.lookups import Lookups, build_lookups
from handlers.voice.card import CardTexts, build_card_texts
from handlers.voice.menu.keypad import Keypad, build_keypad
from handlers.voice.prompts import Prompts, build_prompts
from handlers.voice.ussd_texts import UssdTexts, build_ussd_texts

_PROBLEM = re.compile(r"(?P<name>[^:\n]+\.txt):(?P<line>\d+): (?P<reason>.*)", re.DOTALL)


@dataclass(frozen=True)
class Compiled:
    """Lists that were found right, and what the work looks things up in."""

    lists: Lists = field(repr=False)
    words: CommandWords = field(repr=False)
    replies: Replies = field(repr=False)
    answers: Mapping[str, Mapping[str, str]] = field(repr=False)
    prompts: Prompts = field(repr=False)
    ussd: UssdTexts = field(repr=False)
    keypad: Keypad = field(repr=False)
    card: CardTexts = field(repr=False)

    @cached_property
    def lookups(self) -> Lookups:
        """What triage looks things up in: made when it is first asked for, since half of the processes never ask."""
        return build_lookups(self.lists)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a list: `line` is 0 where it is the list as a whole, `name` empty where no list is named."""

    name: str
    line: int
    reason: str = field(repr=False)


def list_names(folder: Path) -> tuple[str, ...]:
    """Name the lists of a folder, such as `lexicons/signs.sn.txt`."""
    return tuple(sorted(f"{room.name}/{path.name}" for room in _rooms(folder) for path in room.glob("*.txt")))


def may_begin(folder: Path) -> tuple[str, ...]:
    """Name the lists that are not there yet but that others of their kind have in another language."""
    there = set(list_names(folder))
    kinds = {name.rsplit(".", 2)[0] for name in there if name.count(".") == 2 and name not in EXAMPLE_FILES}
    return tuple(sorted({f"{kind}.{language}.txt" for kind in kinds for language in LANGUAGES}.union(EXAMPLE_FILES) - there))


def shipped_text(folder: Path, name: str) -> str:
    """Give a list as it ships; nothing where it does not."""
    try:
        return (folder / name).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""


def compile_lists(folder: Path, texts: Mapping[str, str]) -> Compiled:
    """Read the lists of a folder with these texts in place of their files, and compile them. Raise `ListProblem` with every
    fault. A folder that nobody has touched is read once."""
    return _compile(folder, texts) if texts else _as_it_stands(folder, _stamps(folder))


@lru_cache(maxsize=2)
def _as_it_stands(folder: Path, stamps: tuple[tuple[str, int, int], ...]) -> Compiled:
    return _compile(folder, {})


def _stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Give what changes when a file of the folder does: names, times and sizes."""
    if not folder.is_dir():
        return ()
    files = [path for room in _rooms(folder) for path in sorted(room.iterdir())]
    found = [(path, path.stat() if path.exists() else path.lstat()) for path in files]
    return tuple((str(path), told.st_mtime_ns, told.st_size) for path, told in found)


def _compile(folder: Path, texts: Mapping[str, str]) -> Compiled:
    lists = _read(folder, texts)
    try:
        replies, answers = build_replies(lists.replies), build_answers(lists.answers)
        prompts = build_prompts(lists.prompts, lists.categories)
        ussd = build_ussd_texts(lists.ussd)
        card = build_card_texts(lists.card)
    except ListError as error:
        raise ListProblem([_named(line) for line in str(error).splitlines()]) from None
    words = build_command_words(lists.commands, lists.automatic)
    return Compiled(lists, words, replies, answers, prompts, ussd, build_keypad(lists), card)


def faults_of(problem: ListProblem) -> tuple[Fault, ...]:
    """Give what is wrong, line by line."""
    return tuple(_fault(text) for text in problem.problems)


def _fault(text: str) -> Fault:
    match = _PROBLEM.fullmatch(text)
    return Fault(match["name"], int(match["line"]), match["reason"]) if match else Fault("", 0, text)


def _read(folder: Path, texts: Mapping[str, str]) -> Lists:
    """Lay out a folder of links, to the files that ship and to texts that are in memory alone, and have it read."""
    if not texts:
        return read_lists(folder)
    with ExitStack() as stack:
        view = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="izwi-lists-")))
        for room in _rooms(folder):
            (view / room.name).mkdir()
            for path in room.iterdir():
                if f"{room.name}/{path.name}" not in texts:
                    (view / room.name / path.name).symlink_to(path.absolute())
        for name, text in texts.items():
            memory = os.memfd_create("list")
            stack.callback(os.close, memory)
            with open(memory, "wb", closefd=False) as file:
                file.write(text.encode("utf-8", "surrogatepass"))
            (view / name).parent.mkdir(exist_ok=True)
            (view / name).symlink_to(f"/proc/self/fd/{memory}")
        return read_lists(view)


def _rooms(folder: Path) -> list[Path]:
    return [room for room in sorted(folder.iterdir()) if room.is_dir() and not room.name.startswith(("_", "."))]


def _named(line: str) -> str:
    """Name the file where the replies' own check names only the language."""
    return re.sub(r"^replies\.(\w+): ", r"prompts/replies.\1.txt:0: ", line)
