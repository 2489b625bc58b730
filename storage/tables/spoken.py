"""Calls, recordings, field monitors, prompts, and replies that wait to be heard."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from storage.tables.columns import hour, id_column, metadata, refers, sealed, word

monitors = Table(
    "monitors",
    metadata,
    id_column(),
    Column("code_tag", LargeBinary(32), nullable=False, unique=True),
    Column("pin", String(160), nullable=False),
    Column("duress_pin", String(160), nullable=True),
    word("state"),
    sealed(),
    hour("created_hour"),
    Column("failures", Integer, nullable=False),
    Column("locked_until", BigInteger, nullable=False),
    Column("word_tag", LargeBinary(32), nullable=True, unique=True),
    Column("version", Integer, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    id_column(),
    refers("source_id", "sources", index=True),
    refers("report_id", "reports", nullable=True, index=True),
    refers("message_id", "messages", nullable=True, index=True),
    word("direction"),
    word("state"),
    hour(),
    Column("tag", LargeBinary(32), nullable=True, unique=True),
    refers("monitor_id", "monitors", nullable=True, index=True),
    Column("minutes", Integer, nullable=False),
    word("reason", nullable=True),
    Index("ix_calls_hour_direction", "hour", "direction"),
)

recordings = Table(
    "recordings",
    metadata,
    id_column(),
    refers("message_id", "messages", index=True),
    refers("report_id", "reports", index=True),
    word("kind"),
    word("state"),
    hour(),
    Column("tag", LargeBinary(32), nullable=False, unique=True),
    refers("period", "periods", index=True),
    sealed(),
    refers("original_period", "periods", nullable=True, index=True),
    sealed("original_key", nullable=True),
    word("reason", nullable=True),
    Column("version", Integer, nullable=False),
)

prompts = Table(
    "prompts",
    metadata,
    id_column(),
    word("key"),
    Column("language", String(16), nullable=False),
    hour(),
    refers("author_id", "people", nullable=True),
    Column("seconds", Integer, nullable=False),
    Column("audio", LargeBinary, nullable=False),
    UniqueConstraint("key", "language"),
)

waiting = Table(
    "waiting",
    metadata,
    id_column(),
    refers("report_id", "reports", index=True),
    refers("message_id", "messages", index=True),
    hour(),
    refers("period", "periods", index=True),
    sealed(),
    Column("heard_hour", Integer, nullable=True),
    Column("served_at", BigInteger, nullable=False),
)
