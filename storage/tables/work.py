"""What is to be done, and what became of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from storage.tables.columns import hour, id_column, metadata, refers, sealed, word

work = Table(
    "work",
    metadata,
    id_column(),
    word("kind"),
    Column("subject_id", String(32), nullable=False, index=True),
    word("state"),
    Column("due_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("enqueued_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    word("reason", nullable=True),
    sealed("payload", nullable=True),
    refers("payload_period", "periods", nullable=True, index=True),
    Index("ix_work_due", "state", "due_at"),
)

statuses = Table(
    "statuses",
    metadata,
    id_column(),
    Column("provider_tag", LargeBinary(32), nullable=False),
    word("state"),
    word("reason", nullable=True),
    hour(),
    UniqueConstraint("provider_tag", "state"),
)
