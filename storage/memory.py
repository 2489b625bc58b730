"""A database that is in memory alone, with the schema of this version: it is gone with the process, and no file tells of it."""

from __future__ import annotations

import secrets

from storage.database import Database
from storage.tables import metadata


def memory_database() -> Database:
    """Make an empty database in memory, which all threads of this process share."""
    database = Database(f"sqlite:///file:izwi-{secrets.token_hex(8)}?mode=memory&cache=shared&uri=true")
    with database.writing() as connection:
        metadata.create_all(connection)
        connection.commit()
    return database
