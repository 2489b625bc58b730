"""People: invitations, second steps, notices, duress passwords, and the trail in its order."""

from __future__ import annotations

import os

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.String(length=32)
_WORD = sa.String(length=64)
_WRAPPED_BYTES = 297  # what a wrapped private half is long


def upgrade() -> None:
    """Bring the schema up."""
    _add_duress()
    _add_invitations()
    _add_second_steps()
    _add_notices()
    op.create_index(op.f("ix_audits_hour_id"), "audits", ["hour", "id"])


def downgrade() -> None:
    """Take the schema down."""
    op.drop_index(op.f("ix_audits_hour_id"), "audits")
    for table in ("notices", "second_steps", "invitations"):
        op.drop_table(table)
    with op.batch_alter_table("people") as batch:
        batch.drop_column("duress_wrapped")
        batch.drop_column("duress_salt")


def _add_duress() -> None:
    """Give everybody what looks like a duress password: that somebody has set one must not show."""
    with op.batch_alter_table("people") as batch:
        batch.add_column(sa.Column("duress_salt", sa.LargeBinary(length=16), nullable=True))
        batch.add_column(sa.Column("duress_wrapped", sa.LargeBinary(), nullable=True))
    people = sa.table("people", sa.column("id"), sa.column("duress_salt"), sa.column("duress_wrapped"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(people.c.id)).all():
        wrapped = b"\x01" + os.urandom(_WRAPPED_BYTES - 1)
        changed = people.update().where(people.c.id == row.id).values(duress_salt=os.urandom(16), duress_wrapped=wrapped)
        connection.execute(changed)
    with op.batch_alter_table("people") as batch:
        batch.alter_column("duress_salt", existing_type=sa.LargeBinary(length=16), nullable=False)
        batch.alter_column("duress_wrapped", existing_type=sa.LargeBinary(), nullable=False)


def _refers(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"fk_{table}_{column}"))


def _add_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("role", _WORD, nullable=False),
        sa.Column("inviter_id", _ID, nullable=True),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("ends_hour", sa.Integer(), nullable=False),
        _refers("invitations", "inviter_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitations_code_hash")),
        sa.UniqueConstraint("login", name=op.f("uq_invitations_login")),
    )


def _add_second_steps() -> None:
    op.create_table(
        "second_steps",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("kind", _WORD, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        _refers("second_steps", "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_steps")),
    )
    op.create_index(op.f("ix_second_steps_person_id"), "second_steps", ["person_id"])


def _add_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("about_id", _ID, nullable=False),
        sa.Column("kind", _WORD, nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        _refers("notices", "person_id"),
        _refers("notices", "about_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_person_id"), "notices", ["person_id"])
