"""The case log: it may stand in a database of its own, so nothing here refers to another table."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from storage.tables.columns import hour, id_column, metadata, sealed

log_keys = Table(
    "log_keys",
    metadata,
    id_column(),
    Column("public_key", LargeBinary(32), nullable=False),
    sealed("sealed"),
)

log_entries = Table(
    "log_entries",
    metadata,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    sealed("leaf"),
    sealed("sealed", nullable=True),
    Column("origin", String(32), nullable=False, unique=True),
    hour(),
)

log_heads = Table(
    "log_heads",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)
