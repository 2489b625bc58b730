"""The schema; private to storage. Columns carry the names of the fields of `handlers.records`, so that a row is a record."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", String(32), primary_key=True)


def _refers(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[str]:
    return Column(name, String(32), ForeignKey(f"{target}.id"), nullable=nullable, index=index)


def _hour(name: str = "hour") -> Column[int]:
    return Column(name, Integer, nullable=False)


def _sealed(name: str = "content", *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


def _word(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(64), nullable=nullable)


periods = Table(
    "periods",
    metadata,
    _id(),
    _word("purpose"),
    _hour("opens_hour"),
    _hour("closes_hour"),
    _sealed("intake_wrap", nullable=True),
    _sealed("desk_seal", nullable=True),
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
    _hour(),
    _refers("period", "periods", nullable=True),
)

sources = Table(
    "sources",
    metadata,
    _id(),
    _refers("period", "periods", nullable=True),
    Column("pseudonym", LargeBinary(32), nullable=True, unique=True),
    _sealed("contact", nullable=True),
    _refers("contact_period", "periods", nullable=True, index=True),
    Column("stopped", Boolean, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    _id(),
    _refers("source_id", "sources", index=True),
    _word("state"),
    Column("priority", SmallInteger, nullable=False),
    _hour("opened_hour"),
    _hour("updated_hour"),
    Column("receipt_tag", LargeBinary(32), nullable=True, unique=True),
    _refers("incident_id", "incidents", nullable=True, index=True),
    _refers("claimed_by", "people", nullable=True),
    Column("claimed_until", BigInteger, nullable=True),
    Column("flags", String(128), nullable=False),
    Column("news", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_reports_inbox", "state", "priority", "opened_hour"),
)

messages = Table(
    "messages",
    metadata,
    _id(),
    _refers("report_id", "reports", index=True),
    _refers("source_id", "sources", index=True),
    _word("direction"),
    _word("kind"),
    _word("state"),
    _hour(),
    _refers("period", "periods", index=True),
    _sealed(),
    _refers("author_id", "people", nullable=True),
    _sealed("envelope", nullable=True),
    _refers("envelope_period", "periods", nullable=True, index=True),
    Column("provider_tag", LargeBinary(32), nullable=True, unique=True),
    _word("reason", nullable=True),
    Index("ix_messages_recent", "hour", "kind"),
)

findings = Table(
    "findings",
    metadata,
    _id(),
    _refers("report_id", "reports", index=True),
    _refers("message_id", "messages", nullable=True, index=True),
    _refers("author_id", "people", nullable=True),
    _hour(),
    _refers("period", "periods", index=True),
    _sealed(),
)

notes = Table(
    "notes",
    metadata,
    _id(),
    _refers("report_id", "reports", nullable=True, index=True),
    _refers("incident_id", "incidents", nullable=True, index=True),
    _refers("author_id", "people"),
    _word("kind"),
    _hour(),
    _refers("period", "periods", index=True),
    _sealed(),
)

incidents = Table(
    "incidents",
    metadata,
    _id(),
    _word("standing"),
    _hour("opened_hour"),
    Column("version", Integer, nullable=False),
)

proposals = Table(
    "proposals",
    metadata,
    _id(),
    _refers("report_id", "reports", index=True),
    _refers("proposer_id", "people"),
    _refers("approver_id", "people", nullable=True),
    Column("state", String(64), nullable=False, index=True),
    _hour(),
    _refers("period", "periods", index=True),
    _sealed(),
    Column("entry_index", BigInteger, nullable=True),
    Column("version", Integer, nullable=False),
)

work = Table(
    "work",
    metadata,
    _id(),
    _word("kind"),
    Column("subject_id", String(32), nullable=False, index=True),
    _word("state"),
    Column("due_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("enqueued_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    _word("reason", nullable=True),
    _sealed("payload", nullable=True),
    _refers("payload_period", "periods", nullable=True, index=True),
    Index("ix_work_due", "state", "due_at"),
)

statuses = Table(
    "statuses",
    metadata,
    _id(),
    Column("provider_tag", LargeBinary(32), nullable=False),
    _word("state"),
    _word("reason", nullable=True),
    _hour(),
    UniqueConstraint("provider_tag", "state"),
)

people = Table(
    "people",
    metadata,
    _id(),
    Column("login", String(64), nullable=False, unique=True),
    _word("role"),
    Column("public_key", LargeBinary(32), nullable=False),
    Column("salt", LargeBinary(16), nullable=False),
    Column("passes", Integer, nullable=False),
    Column("memory", BigInteger, nullable=False),
    _sealed("wrapped_private"),
    Column("disabled", Boolean, nullable=False),
    _hour("created_hour"),
)

grants = Table(
    "grants",
    metadata,
    _id(),
    _refers("person_id", "people"),
    _word("compartment"),
    _sealed("sealed"),
    UniqueConstraint("person_id", "compartment"),
)

compartments = Table(
    "compartments",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("public_key", LargeBinary(32), nullable=False),
    _sealed("recovery_seal"),
)

audits = Table(
    "audits",
    metadata,
    _id(),
    _hour(),
    _refers("person_id", "people", nullable=True),
    _word("action"),
    Column("subject_id", String(32), nullable=False, index=True),
)

list_versions = Table(
    "list_versions",
    metadata,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    _word("name"),
    Column("number", Integer, nullable=False),
    _hour(),
    _refers("author_id", "people", nullable=True),
    _sealed(),
    _sealed("intake_wrap"),
    _sealed("desk_seal"),
    UniqueConstraint("name", "number"),
)

# The case log: it may stand in a database of its own, so nothing here refers to a table above.

log_keys = Table(
    "log_keys",
    metadata,
    _id(),
    Column("public_key", LargeBinary(32), nullable=False),
    _sealed("sealed"),
)

log_entries = Table(
    "log_entries",
    metadata,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    _sealed("leaf"),
    _sealed("sealed", nullable=True),
    Column("origin", String(32), nullable=False, unique=True),
    _hour(),
)

log_heads = Table(
    "log_heads",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)
