"""The migrations make the schema that the code speaks of, from nothing and from any step, and take it down again."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect

from config.settings import ROOT
from storage.database import Database
from storage.migrating import downgrade, is_current, upgrade
from storage.tables import metadata
from tests.conftest import _new_database


def revisions() -> list[str]:
    """Name the revisions from the first to the last."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    return [script.revision for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions()))]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a schema."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        name = f"migrations_{secrets.token_hex(6)}"
        database = _new_database(request.getfixturevalue("_postgres"), name, template=None)
    yield database
    database.close()


def tables(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def differences(database: Database) -> list[object]:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))


def test_an_empty_database_is_not_current_and_is_brought_up(empty: Database) -> None:
    before = is_current(empty)

    upgrade(empty)

    assert (before, is_current(empty)) == (False, True)
    assert tables(empty) == set(metadata.tables)


def test_the_schema_that_migrations_make_is_the_one_the_code_speaks_of(empty: Database) -> None:
    upgrade(empty)

    assert differences(empty) == []


def test_every_step_goes_up_down_and_up_again(empty: Database) -> None:
    for revision in revisions():
        upgrade(empty, revision)
        made = tables(empty)
        downgrade(empty, "-1")
        upgrade(empty, revision)
        assert tables(empty) == made

    downgrade(empty, "base")

    assert tables(empty) == set()
    assert not is_current(empty)


def test_bringing_up_what_is_up_changes_nothing(rooms) -> None:
    for revision in [*revisions(), "head"]:
        upgrade(rooms.database, revision)

    assert is_current(rooms.database)
    assert len(rooms.people.list()) == 3


def test_two_processes_that_bring_it_up_at_once_both_find_it_up(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'both.db'}"
    script = (
        "import sys; from storage.database import Database; from storage.migrating import upgrade; upgrade(Database(sys.argv[1]))"
    )

    processes = [subprocess.Popen([sys.executable, "-c", script, url], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [process.communicate(timeout=60)[1] for process in processes]

    assert [process.returncode for process in processes] == [0, 0], errors
    database = Database(url)
    assert is_current(database)
    database.close()


def test_a_migration_that_breaks_off_leaves_the_schema_as_it_was(empty: Database) -> None:
    def break_off(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().startswith("CREATE INDEX"):
            raise ZeroDivisionError

    event.listen(empty.engine, "before_cursor_execute", break_off)
    with pytest.raises(ZeroDivisionError):
        upgrade(empty)
    event.remove(empty.engine, "before_cursor_execute", break_off)

    assert tables(empty) == set()
    upgrade(empty)
    assert is_current(empty)
