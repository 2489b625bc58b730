"""Those who sign in, what they hold, do and keep."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from storage.tables.columns import hour, id_column, metadata, refers, sealed, word

people = Table(
    "people",
    metadata,
    id_column(),
    Column("login", String(64), nullable=False, unique=True),
    word("role"),
    Column("public_key", LargeBinary(32), nullable=False),
    Column("salt", LargeBinary(16), nullable=False),
    Column("passes", Integer, nullable=False),
    Column("memory", BigInteger, nullable=False),
    sealed("wrapped_private"),
    Column("disabled", Boolean, nullable=False),
    hour("created_hour"),
    Column("duress_salt", LargeBinary(16), nullable=False),
    sealed("duress_wrapped"),
)

grants = Table(
    "grants",
    metadata,
    id_column(),
    refers("person_id", "people"),
    word("compartment"),
    sealed("sealed"),
    UniqueConstraint("person_id", "compartment"),
)

compartments = Table(
    "compartments",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("public_key", LargeBinary(32), nullable=False),
    sealed("recovery_seal"),
)

audits = Table(
    "audits",
    metadata,
    id_column(),
    hour(),
    refers("person_id", "people", nullable=True),
    word("action"),
    Column("subject_id", String(32), nullable=False, index=True),
    Column("version", Integer, nullable=True),
    Index(None, "hour", "id"),
)

saved_filters = Table(
    "saved_filters",
    metadata,
    id_column(),
    refers("person_id", "people", index=True),
    sealed(),
)

invitations = Table(
    "invitations",
    metadata,
    id_column(),
    Column("code_hash", LargeBinary(32), nullable=False, unique=True),
    Column("login", String(64), nullable=False, unique=True),
    word("role"),
    refers("inviter_id", "people", nullable=True),
    hour(),
    hour("ends_hour"),
)

second_steps = Table(
    "second_steps",
    metadata,
    id_column(),
    refers("person_id", "people", index=True),
    word("kind"),
    sealed(),
    Column("counter", BigInteger, nullable=False),
    hour(),
)

notices = Table(
    "notices",
    metadata,
    id_column(),
    refers("person_id", "people", index=True),
    refers("about_id", "people"),
    word("kind"),
    hour(),
)

list_versions = Table(
    "list_versions",
    metadata,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    word("name"),
    Column("number", Integer, nullable=False),
    hour(),
    refers("author_id", "people", nullable=True),
    sealed(),
    sealed("intake_wrap"),
    sealed("desk_seal"),
    UniqueConstraint("name", "number"),
)
