"""The lists in force: taken up while running, never by halves, and the last good ones whatever is wrong with newer ones."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from config.lists import ListProblem, read_lists
from config.settings import ROOT
from gateway.lists import live as living
from gateway.lists.live import Renewed
from handlers.errors import Conflict
from handlers.protection.boot import BootSecret
from handlers.protection.people import DESK
from storage.unit_of_work import SqlUnitOfWork
from tests.gateway.lists.conftest import SIGNS, Room


class Killed(BaseException):
    """Stands for the process being killed: nothing catches it."""


@pytest.fixture(autouse=True)
def _looks_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living, "_LOOK_AGAIN_SECONDS", 0.0)


def test_without_versions_the_lists_that_ship_are_in_force(room: Room, folder: Path) -> None:
    assert room.live.now().compiled.lists == read_lists(folder)


def test_what_is_saved_is_in_force_in_this_process_and_in_others_without_a_restart(room: Room) -> None:
    other = room.another()
    assert "zumbungu" not in other.signs()

    room.add("NOW: zumbungu")

    assert "zumbungu" in room.signs()
    assert "zumbungu" in other.signs()
    entry = next(entry for entry in other.live.now().compiled.lists.signs if entry.entry == "zumbungu")
    assert (entry.list_name, entry.line) == (SIGNS, room.text().count("\n"))


def test_what_is_made_of_the_lists_is_made_anew_only_when_they_change(room: Room) -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    renewed = Renewed(room.live, make)

    first = [renewed(), renewed()]
    room.add("NOW: zumbungu")
    second = [renewed(), renewed()]

    assert (first, second) == ([1, 1], [2, 2])


def test_other_processes_are_asked_at_most_once_a_second(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    revision = room.versions.revision

    def ask() -> int:
        asked.append(1)
        return revision()

    monkeypatch.setattr(room.versions, "revision", ask)
    monkeypatch.setattr(living, "_LOOK_AGAIN_SECONDS", 1.0)

    for _ in range(50):
        room.live.now()

    assert len(asked) <= 1


def test_no_word_of_a_list_is_written_to_disk_while_it_is_read(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen: list[str] = []

    def look(view: Path) -> Any:
        if view == room.folder:
            return read_lists(view)
        seen.extend(str(path) for path in view.rglob("*") if path.is_file() and not path.is_symlink())
        seen.append(os.readlink(view / SIGNS))
        return read_lists(view)

    monkeypatch.setattr("gateway.lists.merging.read_lists", look)
    room.add("NOW: zumbungu")

    assert seen and all(path.startswith("/proc/self/fd/") for path in seen)
    assert list(tmp_path.glob("izwi-lists-*")) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another")
def test_a_closed_process_of_an_ordinary_user_can_read_them(folder: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from config.process import close_process;"
        "from gateway.lists.merging import compile_lists; close_process();"
        "text = Path(sys.argv[1], sys.argv[2]).read_text('utf-8-sig'); os.setgroups([]); os.setgid(65534); os.setuid(65534);"
        "found = compile_lists(Path(sys.argv[3]), {sys.argv[2]: text + 'NOW: zumbungu\\n'});"
        "assert any(entry.entry == 'zumbungu' for entry in found.lists.signs)"
    )
    command = [sys.executable, "-c", script, str(folder), SIGNS, str(ROOT / "config")]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("step", ["list_versions", "audits", "commit"])
def test_a_save_that_is_killed_at_any_step_leaves_the_old_list_whole(room: Room, step: str) -> None:
    room.add("NOW: zumbungu")
    before = room.text()
    dying = room.another(writing=killed_at(room.rooms.writing, step))

    with pytest.raises(Killed):
        dying.add("NOW: zvinyerere")

    after = room.another()
    assert after.text() == before
    assert "zvinyerere" not in after.signs()
    after.add("NOW: zvinyerere")
    assert "zvinyerere" in after.signs()


def test_a_save_that_is_killed_after_its_commit_is_there_whole(room: Room) -> None:
    dying = room.another(writing=killed_at(room.rooms.writing, "after"))

    with pytest.raises(Killed):
        dying.add("NOW: zumbungu")

    after = room.another()
    assert "zumbungu" in after.signs()
    assert len(after.editing.show(SIGNS).versions) == 1


def killed_at(writing: Any, step: str) -> Any:
    """Give a way to write that dies at a step of the transaction."""

    class Dying(SqlUnitOfWork):
        def __getattribute__(self, name: str) -> Any:
            if name == step:
                raise Killed
            return super().__getattribute__(name)

        def commit(self) -> None:
            super().commit()
            if step == "after":
                raise Killed

    @contextmanager
    def open_unit() -> Iterator[Any]:
        with writing() as unit:
            yield Dying(unit._connection)

    return open_unit


def test_while_the_database_is_away_the_lists_stay_as_they_were(room: Room) -> None:
    room.add("NOW: zumbungu")
    is_away = False

    @contextmanager
    def reading() -> Iterator[Any]:
        if is_away:
            raise OperationalError("away", {}, Exception())
        with room.rooms.reading() as unit:
            yield unit

    other = room.another(reading=reading)
    assert "zumbungu" in other.signs()

    is_away = True
    assert "zumbungu" in other.signs()
    started_now = room.another(reading=reading)
    assert "zumbungu" not in started_now.signs()
    is_away = False
    assert "zumbungu" in started_now.signs()


def test_a_version_that_no_longer_fits_what_ships_gives_way_to_the_one_before_it(room: Room, folder: Path) -> None:
    room.add("NOW: zumbungu")
    room.add("NOW: zvinyerere")
    signs = folder / SIGNS
    with room.rooms.writing() as unit:
        newest = unit.list_versions.get(2)
        unit.list_versions.change(2, content=newest.content[:-1] + b"\0")
        unit.commit()
    assert signs.exists()

    held = room.another().live.now()

    assert "zumbungu" in {entry.entry for entry in held.compiled.lists.signs}
    assert held.numbers[SIGNS] == 1
    assert any(SIGNS in fault and "version 2" in fault for fault in held.faults)


def test_an_upgrade_that_takes_a_category_away_leaves_the_words_that_fit(room: Room, folder: Path) -> None:
    name, table = "categories/words.sn.txt", "categories/categories.txt"
    room.add("ODD | Something else again | | 5 | ordinary", table)
    room.add("ODD: zumbungu", name)
    # When the table is put back by hand, past all checks
    with room.rooms.writing() as unit:
        unit.list_versions.remove(name=table)
        unit.commit()

    held = room.another().live.now()

    assert held.compiled.lists == read_lists(folder)
    assert any(fault.startswith(f"{name}: version 1 cannot be used (line ") for fault in held.faults)
    assert "zumbungu" not in {entry.entry for entry in held.compiled.lists.category_words}


def test_lists_that_ship_wrong_are_told_as_ever(room: Room, folder: Path) -> None:
    room.add("NOW: zumbungu")
    (folder / "lexicons/numbers.sn.txt").write_text("three: tatu\n", encoding="utf-8")

    with pytest.raises(ListProblem, match=r"numbers\.sn\.txt:1"):
        room.another().live.now()
    assert "zumbungu" in room.signs(), "a process that runs keeps what it has"


def test_another_boot_secret_opens_no_version_and_the_desk_restores_them(room: Room, other_boot: BootSecret) -> None:
    room.add("NOW: zumbungu")
    stranger = room.another(other_boot)
    assert "zumbungu" not in stranger.signs()
    assert "does not open" in stranger.live.now().faults[0]

    desk = room.rooms.private[DESK]
    tariro = room.rooms.people.sign_in("tariro", "correct horse battery")
    assert stranger.versions.saved(desk=desk).versions[SIGNS][0].text == room.text()
    stranger.editing.restore(tariro, SIGNS, 1, seen=1, reason="the boot secret was lost")

    assert "zumbungu" in stranger.signs()
    assert stranger.live.now().faults == ()


def test_two_lists_that_are_right_alone_but_wrong_together_are_not_both_saved(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, name = "categories/categories.txt", "categories/words.sn.txt"
    room.add("ODD | Something else again | | 5 | ordinary", table)
    without = room.text(table).replace("ODD | Something else again | | 5 | ordinary\n", "# gone\n")
    other = room.another()
    add = other.editing._add

    def overtaken(version: Any, *, base: int) -> bool:
        monkeypatch.undo()
        room.editing.save(None, table, without, seen=1, reason="no longer wanted")
        return add(version, base=base)

    monkeypatch.setattr(other.editing, "_add", overtaken)
    with pytest.raises(ListProblem, match=r"words\.sn\.txt"):
        other.add("ODD: zumbungu", name)

    assert room.editing.show(name).versions == ()


def test_a_version_that_somebody_else_saved_is_never_overwritten(room: Room) -> None:
    room.add("NOW: zumbungu")

    with pytest.raises(Conflict):
        room.editing.save(None, SIGNS, "NOW: today\n", seen=0, reason="a test")


def test_versions_are_kept_on_either_engine(rooms: Any, folder: Path) -> None:
    from tests.gateway.lists.conftest import room_of

    room = room_of(rooms, folder)
    room.add("NOW: zumbungu")
    room.add("NOW: zvinyerere")

    assert {"zumbungu", "zvinyerere"} <= room.another().signs()
    assert [version.number for version in room.editing.show(SIGNS).versions] == [2, 1]
