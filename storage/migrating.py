"""Bring a database to the schema of this version, and say whether it is there. Alembic is imported only here: it is heavy."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from handlers.errors import Conflict
from storage.database import Database

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database, to: str = "head") -> None:
    """Bring a database up to a revision; what is there already is left as it is. Raise `Conflict` for one of a newer version."""
    with database.writing() as connection:
        try:
            command.upgrade(_config(connection=connection), to)
        except CommandError:
            raise Conflict("the database is of another version of Izwi, and this one does not know it: run that one") from None
        connection.commit()


def downgrade(database: Database, to: str) -> None:
    """Take a database down to a revision (`base`: to nothing)."""
    with database.writing() as connection:
        command.downgrade(_config(connection=connection), to)
        connection.commit()


def is_current(database: Database) -> bool:
    """Say whether a database has the schema of this version."""
    with database.reading() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(_config()).get_current_head()


def _config(**attributes: object) -> Config:
    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(_FOLDER))
    return config
