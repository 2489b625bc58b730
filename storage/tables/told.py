"""What was told, and what is made of it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    text,
)

from storage.tables.columns import hour, id_column, metadata, refers, sealed, word

periods = Table(
    "periods",
    metadata,
    id_column(),
    word("purpose"),
    hour("opens_hour"),
    hour("closes_hour"),
    sealed("intake_wrap", nullable=True),
    sealed("desk_seal", nullable=True),
    UniqueConstraint("purpose", "opens_hour"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("tag", LargeBinary(32), primary_key=True),
    Column("same_id", LargeBinary(32), nullable=True, unique=True),
    Column("content", LargeBinary(32), nullable=True, index=True),
    Column("from_list", Boolean, nullable=False),
    Column("matched", Boolean, nullable=False),
    hour(),
    refers("period", "periods", nullable=True),
)

sources = Table(
    "sources",
    metadata,
    id_column(),
    refers("period", "periods", nullable=True),
    Column("pseudonym", LargeBinary(32), nullable=True, unique=True),
    sealed("contact", nullable=True),
    refers("contact_period", "periods", nullable=True, index=True),
    Column("stopped", Boolean, nullable=False),
    refers("monitor_id", "monitors", nullable=True, index=True),
)

reports = Table(
    "reports",
    metadata,
    id_column(),
    refers("source_id", "sources", index=True),
    word("state"),
    Column("priority", SmallInteger, nullable=False),
    hour("opened_hour"),
    hour("updated_hour"),
    Column("receipt_tag", LargeBinary(32), nullable=True, unique=True),
    refers("incident_id", "incidents", nullable=True, index=True),
    refers("claimed_by", "people", nullable=True),
    Column("claimed_until", BigInteger, nullable=True),
    Column("flags", String(128), nullable=False),
    Column("news", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    refers("monitor_id", "monitors", nullable=True, index=True),
    Index("ix_reports_inbox", "state", "opened_hour", "id", "priority", "flags"),
    Index("ix_reports_opened", "opened_hour", "id", "state"),
)
# As each engine is asked: SQLite takes a partial index only where it finds the same wording.
Index("ix_reports_news", reports.c.state, reports.c.id, sqlite_where=text("news = 1"), postgresql_where=text("news"))

messages = Table(
    "messages",
    metadata,
    id_column(),
    refers("report_id", "reports", index=True),
    refers("source_id", "sources", index=True),
    word("direction"),
    word("kind"),
    word("state"),
    hour(),
    refers("period", "periods", index=True),
    sealed(),
    refers("author_id", "people", nullable=True),
    sealed("envelope", nullable=True),
    refers("envelope_period", "periods", nullable=True, index=True),
    Column("provider_tag", LargeBinary(32), nullable=True, unique=True),
    word("reason", nullable=True),
    Index("ix_messages_recent", "hour", "kind"),
)

findings = Table(
    "findings",
    metadata,
    id_column(),
    refers("report_id", "reports", index=True),
    refers("message_id", "messages", nullable=True, index=True),
    refers("author_id", "people", nullable=True),
    hour(),
    refers("period", "periods", index=True),
    sealed(),
)

notes = Table(
    "notes",
    metadata,
    id_column(),
    refers("report_id", "reports", nullable=True, index=True),
    refers("incident_id", "incidents", nullable=True, index=True),
    refers("author_id", "people"),
    word("kind"),
    hour(),
    refers("period", "periods", index=True),
    sealed(),
)

incidents = Table(
    "incidents",
    metadata,
    id_column(),
    word("standing"),
    hour("opened_hour"),
    Column("version", Integer, nullable=False),
)

proposals = Table(
    "proposals",
    metadata,
    id_column(),
    refers("report_id", "reports", index=True),
    refers("proposer_id", "people"),
    refers("approver_id", "people", nullable=True),
    Column("state", String(64), nullable=False, index=True),
    hour(),
    refers("period", "periods", index=True),
    sealed(),
    Column("entry_index", BigInteger, nullable=True),
    Column("version", Integer, nullable=False),
)
